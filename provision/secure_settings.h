// What an admin may say about the profile `secure`: key, network, guardrail, access role, alarms.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "provision/observability_settings.h"

namespace bedrocklog::provision {

/// Endpoints are made in the home region, in this VPC; without a VPC there are none.
struct NetworkSettings {
  std::string vpc_id;                         // vpc- and 8 or 17 hexadecimal digits.
  std::vector<std::string> subnet_ids;        // subnet-...
  std::string vpc_cidr = "10.0.0.0/16";       // May use the general endpoints.
  std::vector<std::string> management_cidrs;  // May use bedrock and bedrock-agent.
  std::vector<std::string> runtime_cidrs = {"10.30.0.0/16", "10.40.0.0/16"};
  bool has_private_dns = true;
  /// Of logs, monitoring, sns, sts, kms: further interface endpoints, charged by the hour.
  std::vector<std::string> general_services;
  /// By service ("bedrock-agent"): subnets whose zone does not offer it, found by endpoint_offer.h.
  std::map<std::string, std::vector<std::string>> unoffered;
};

/// The role that applications use to call models; without principals there is none.
struct AccessSettings {
  std::string role = "BedrocklogModelAccess";
  std::vector<std::string> trusted_principals;     // ARNs.
  std::vector<std::string> foundation_models;      // ARNs of models and inference profiles.
  std::vector<std::string> allowed_model_regions;  // aws:RequestedRegion; empty: the stack's.
  std::string guardrail_arn;  // Calls must name it (bedrock:GuardrailIdentifier); empty: need not.
  std::string permissions_boundary_arn;  // On every role of the stack; empty: none.
  /// ARNs of those who set stacks up: they may make guardrails with the key and, from inside of the
  /// VPC, change logging and guardrails. Empty: the account's rights decide about the key, and only
  /// reads pass the endpoint.
  std::vector<std::string> admin_principals;
  std::vector<std::string> reader_principals;  // ARNs of those who read the archive.
};

inline constexpr std::array<const char*, 6> content_filter_types = {
    "SEXUAL", "VIOLENCE", "HATE", "INSULTS", "MISCONDUCT", "PROMPT_ATTACK"};

struct ContentFilter {
  std::string input = "HIGH";  // NONE, LOW, MEDIUM, HIGH.
  std::string output = "HIGH";
};

struct GuardrailSettings {
  std::string name;  // Empty: bedrocklog-STACK.
  std::string blocked_input_message = "This request is not allowed here.";
  std::string blocked_output_message = "The answer was withheld.";
  /// By type; a document changes those it names, and NONE for both takes one away. PROMPT_ATTACK
  /// has no output strength but NONE.
  std::map<std::string, ContentFilter> filters = {
      {"SEXUAL", {}},  {"VIOLENCE", {}},   {"HATE", {}},
      {"INSULTS", {}}, {"MISCONDUCT", {}}, {"PROMPT_ATTACK", {"HIGH", "NONE"}}};
  std::string pii_action = "ANONYMIZE";  // BLOCK, ANONYMIZE, NONE.
  std::vector<std::string> pii_entities = {
      "ADDRESS", "CREDIT_DEBIT_CARD_NUMBER", "EMAIL", "NAME", "PASSWORD",
      "PHONE",   "US_SOCIAL_SECURITY_NUMBER"};
  std::string tier;  // CLASSIC, STANDARD; empty: the service's.
};

/// Alarms M1 to M17: fire above.
struct ServiceThresholds {
  std::uint64_t client_errors = 10;
  std::uint64_t server_errors = 5;
  std::uint64_t latency_p99_ms = 10'000;
  std::uint64_t throttles = 20;
  std::uint64_t agent_errors = 5;
  std::uint64_t agent_latency_p99_ms = 15'000;
  std::uint64_t agent_throttles = 10;
  std::uint64_t knowledge_base_errors = 5;
  std::uint64_t knowledge_base_throttles = 10;
  std::uint64_t guardrail_interventions = 50;
  std::uint64_t training_failures = 0;
  unsigned anomaly_band = 2;
};

/// Each takes exactly its own resources away when it is off.
struct SecureSwitches {
  bool invocation_alarms = true;      // M1-M4.
  bool token_anomaly_alarms = true;   // M5-M7.
  bool agent_alarms = true;           // M8-M11.
  bool knowledge_base_alarms = true;  // M12-M14.
  bool guardrail_alarms = true;       // M16, M17.
  bool training_alarm = true;         // M18 with its rule.
  bool api_call_alarm = true;         // M19; needs the trail of observability.
  bool composite_alarms = true;       // H1, H2.
  bool guardrail = true;
};

struct SecureSettings {
  std::string use_key;              // ARN of a key to use as it is; empty: one of our own.
  unsigned key_deletion_days = 30;  // 7 to 30.
  NetworkSettings network;
  AccessSettings access;
  GuardrailSettings guardrail;
  ServiceThresholds thresholds;
  SecureSwitches switches;
  std::vector<Subscriber> critical_subscribers;
  std::vector<Subscriber> performance_subscribers;
  std::vector<Subscriber> cost_subscribers;
};

}  // namespace bedrocklog::provision
