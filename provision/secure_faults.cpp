// What may be wrong with the settings of profile secure, told before anything is sent.
#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "provision/address_range.h"
#include "provision/secure_parts.h"
#include "provision/settings_document.h"
#include "provision/value_rules.h"

namespace bedrocklog::provision {
namespace {

constexpr unsigned deletion_days_min = 7;  // KMS API reference, ScheduleKeyDeletion.
constexpr unsigned deletion_days_max = 30;
constexpr std::size_t rules_max = 60;  // Of a security group, as quotas are by default.
constexpr std::size_t message_size_max = 500;
constexpr std::uint64_t threshold_max = 1'000'000'000'000'000;
constexpr unsigned band_max = 10;

constexpr std::array<std::string_view, 5> general_services = {"logs", "monitoring", "sns", "sts",
                                                              "kms"};
constexpr std::array<std::string_view, 4> strengths = {"NONE", "LOW", "MEDIUM", "HIGH"};
constexpr std::array<std::string_view, 3> pii_actions = {"BLOCK", "ANONYMIZE", "NONE"};
constexpr std::array<std::string_view, 3> tiers = {"", "CLASSIC", "STANDARD"};
/// Amazon Bedrock API reference, GuardrailPiiEntityType.
constexpr std::array<std::string_view, 31> pii_entities = {
    "ADDRESS",
    "AGE",
    "AWS_ACCESS_KEY",
    "AWS_SECRET_KEY",
    "CA_HEALTH_NUMBER",
    "CA_SOCIAL_INSURANCE_NUMBER",
    "CREDIT_DEBIT_CARD_CVV",
    "CREDIT_DEBIT_CARD_EXPIRY",
    "CREDIT_DEBIT_CARD_NUMBER",
    "DRIVER_ID",
    "EMAIL",
    "INTERNATIONAL_BANK_ACCOUNT_NUMBER",
    "IP_ADDRESS",
    "LICENSE_PLATE",
    "MAC_ADDRESS",
    "NAME",
    "PASSWORD",
    "PHONE",
    "PIN",
    "SWIFT_CODE",
    "UK_NATIONAL_HEALTH_SERVICE_NUMBER",
    "UK_NATIONAL_INSURANCE_NUMBER",
    "UK_UNIQUE_TAXPAYER_REFERENCE_NUMBER",
    "URL",
    "USERNAME",
    "US_BANK_ACCOUNT_NUMBER",
    "US_BANK_ROUTING_NUMBER",
    "US_INDIVIDUAL_TAX_IDENTIFICATION_NUMBER",
    "US_PASSPORT_NUMBER",
    "US_SOCIAL_SECURITY_NUMBER",
    "VEHICLE_IDENTIFICATION_NUMBER"};

template <std::size_t N>
bool is_one_of(std::string_view text, const std::array<std::string_view, N>& names) {
  return std::find(names.begin(), names.end(), text) != names.end();
}

std::string with_commas(std::uint64_t number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3; at -= 3) {
    text.insert(at - 3, ",");
  }
  return text;
}

/// Why an id of EC2 is none; empty: it is one.
std::string id_flaw(std::string_view id, std::string_view prefix) {
  const auto is_hexadecimal = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  };
  const std::string form = fmt::format("{} and 8 or 17 hexadecimal digits", prefix);
  if (!id.starts_with(prefix)) {
    return id.starts_with("snet-")
               ? fmt::format("{}, not: {} (snet- is no prefix of AWS)", form, id)
               : fmt::format("{}, not: {}", form, id);
  }
  const std::string_view digits = id.substr(prefix.size());
  if (!std::all_of(digits.begin(), digits.end(), is_hexadecimal)) {
    return fmt::format("{}, not: {}", form, id);
  }
  return digits.size() == 8 || digits.size() == 17
             ? ""
             : fmt::format("{}, not: {} (it has {})", form, id, digits.size());
}

/// The resource part of an ARN: "role/name".
std::string_view resource_of_arn(std::string_view arn) {
  for (int colons = 0; colons < 5; ++colons) {
    const std::size_t colon = arn.find(':');
    if (colon == std::string_view::npos) {
      return {};
    }
    arn.remove_prefix(colon + 1);
  }
  return arn;
}

/// Collects what is wrong.
class Inspection {
 public:
  explicit Inspection(const StackSpec& spec) : spec_(&spec), settings_(&spec.secure) {}

  std::vector<Fault> run() {
    inspect_boundary();
    if (!has_profile(*spec_, secure_profile)) {
      return std::move(faults_);
    }
    inspect_key();
    inspect_network();
    inspect_access();
    inspect_guardrail();
    inspect_thresholds();
    for (const auto& [member, list] :
         {std::pair<const char*, const std::vector<Subscriber>&>{"secure.critical_subscribers",
                                                                 settings_->critical_subscribers},
          {"secure.performance_subscribers", settings_->performance_subscribers},
          {"secure.cost_subscribers", settings_->cost_subscribers}}) {
      std::vector<Fault> more = subscriber_faults(member, list, spec_->partition);
      std::move(more.begin(), more.end(), std::back_inserter(faults_));
    }
    return std::move(faults_);
  }

 private:
  void expect(bool holds, std::string subject, std::string message) {
    if (!holds) {
      faults_.push_back({std::move(subject), std::move(message), FaultCause::unspecified});
    }
  }

  void expect_no_repeats(const std::string& member, const std::vector<std::string>& list) {
    std::set<std::string> seen;
    for (const std::string& entry : list) {
      expect(seen.insert(entry).second, member, fmt::format("named twice: {}", entry));
    }
  }

  /// It is put on every role, whatever the profiles.
  void inspect_boundary() {
    const std::string& boundary = settings_->access.permissions_boundary_arn;
    expect(boundary.empty() || (is_arn(boundary, spec_->partition, "iam") &&
                                resource_of_arn(boundary).starts_with("policy/")),
           "secure.access.permissions_boundary_arn",
           fmt::format("arn:{}:iam::ACCOUNT:policy/NAME, not: {}", spec_->partition, boundary));
  }

  void inspect_key() {
    const std::string& key = settings_->use_key;
    expect(key.empty() ||
               (is_arn(key, spec_->partition, "kms") && resource_of_arn(key).starts_with("key/")),
           "secure.use_key",
           fmt::format("arn:{}:kms:REGION:ACCOUNT:key/ID, not: {}", spec_->partition, key));
    expect(key.empty() || spec_->regions.size() < 2, "secure.use_key",
           "a key is of one region: run the regions one by one");
    if (is_arn(key, spec_->partition, "kms") && spec_->regions.size() == 1) {
      expect(key.find(fmt::format(":kms:{}:", spec_->regions.front())) != std::string::npos,
             "secure.use_key",
             fmt::format("a key of the region {}, not: {}", spec_->regions.front(), key));
    }
    const unsigned days = settings_->key_deletion_days;
    expect(days >= deletion_days_min && days <= deletion_days_max, "secure.key_deletion_days",
           fmt::format("days from {} to {}, not: {}", deletion_days_min, deletion_days_max, days));
  }

  void inspect_network() {
    const NetworkSettings& network = settings_->network;
    inspect_range("secure.network.vpc_cidr", network.vpc_cidr);
    inspect_ranges("secure.network.management_cidrs", network.management_cidrs);
    inspect_ranges("secure.network.runtime_cidrs", network.runtime_cidrs);
    for (const std::string& service : network.general_services) {
      expect(is_one_of(service, general_services), "secure.network.general_services",
             fmt::format("one of {}; not: {}", fmt::join(general_services, ", "), service));
    }
    expect_no_repeats("secure.network.general_services", network.general_services);
    for (const std::string& subnet : network.subnet_ids) {
      const std::string flaw = id_flaw(subnet, "subnet-");
      expect(flaw.empty(), "secure.network.subnet_ids", flaw);
    }
    expect_no_repeats("secure.network.subnet_ids", network.subnet_ids);
    if (network.vpc_id.empty()) {
      expect(network.subnet_ids.empty() && network.general_services.empty(),
             "secure.network.vpc_id", "is needed for endpoints in subnets");
      return;
    }
    const std::string flaw = id_flaw(network.vpc_id, "vpc-");
    expect(flaw.empty(), "secure.network.vpc_id", flaw);
    expect(!network.subnet_ids.empty(), "secure.network.subnet_ids",
           "at least one subnet of the VPC, in different zones");
    expect(!network.management_cidrs.empty(), "secure.network.management_cidrs",
           "at least one range that may use the endpoints of bedrock and bedrock-agent");
    expect(!network.runtime_cidrs.empty(), "secure.network.runtime_cidrs",
           "at least one range that may use the endpoints of bedrock-runtime and "
           "bedrock-agent-runtime");
    expect(spec_->regions.size() < 2, "secure.network.vpc_id",
           "endpoints are of one VPC, which is of one region: run the regions one by one");
  }

  void inspect_ranges(const std::string& member, const std::vector<std::string>& ranges) {
    for (const std::string& text : ranges) {
      inspect_range(member, text);
    }
    expect_no_repeats(member, ranges);
    expect(ranges.size() <= rules_max, member,
           fmt::format("at most {} ranges: a security group takes no more rules; not: {}",
                       rules_max, ranges.size()));
  }

  /// EC2 takes 10.20.0.0/8 for 10.0.0.0/8 without a word.
  void inspect_range(const std::string& member, const std::string& text) {
    const std::optional<AddressRange> range = read_address_range(text);
    if (!range) {
      expect(false, member, fmt::format("a range such as 10.20.0.0/16, not: {}", text));
      return;
    }
    const AddressRange wide = canonical(*range);
    const AddressRange narrow = probable_intent(*range);
    expect(is_canonical(*range), member,
           fmt::format("{} has bits behind its prefix: EC2 reads it as {} ({} addresses); "
                       "probably {} is meant ({} addresses); say which",
                       text, to_text(wide), with_commas(address_count(wide)), to_text(narrow),
                       with_commas(address_count(narrow))));
    expect(range->prefix_bits > 0, member, fmt::format("{} is everybody: name networks", text));
  }

  void inspect_access() {
    const AccessSettings& access = settings_->access;
    expect(is_made_of(access.role, "_+=,.@-", 64), "secure.access.role",
           fmt::format("1 to 64 of A-Z a-z 0-9 _+=,.@-, not: {}", access.role));
    expect(access.role != role_of(*spec_), "secure.access.role",
           fmt::format("the role that Bedrock writes logs with has this name: {}", access.role));
    inspect_principals("secure.access.trusted_principals", access.trusted_principals);
    inspect_principals("secure.access.admin_principals", access.admin_principals);
    inspect_principals("secure.access.reader_principals", access.reader_principals);
    for (const std::string& model : access.foundation_models) {
      expect(is_model(model), "secure.access.foundation_models",
             fmt::format("arn:{0}:bedrock:REGION::foundation-model/ID or "
                         "arn:{0}:bedrock:REGION:ACCOUNT:inference-profile/ID, not: {1}",
                         spec_->partition, model));
    }
    expect_no_repeats("secure.access.foundation_models", access.foundation_models);
    for (const std::string& region : access.allowed_model_regions) {
      expect(is_region(region), "secure.access.allowed_model_regions",
             fmt::format("a region such as eu-west-1, not: {}", region));
    }
    expect_no_repeats("secure.access.allowed_model_regions", access.allowed_model_regions);
    const std::string& guardrail = access.guardrail_arn;
    expect(guardrail.empty() || (is_arn(guardrail, spec_->partition, "bedrock") &&
                                 resource_of_arn(guardrail).starts_with("guardrail/")),
           "secure.access.guardrail_arn",
           fmt::format("arn:{}:bedrock:REGION:ACCOUNT:guardrail/ID, not: {}", spec_->partition,
                       guardrail));
  }

  /// Accounts, and users or roles by ARN. A pattern would let in whom nobody named.
  void inspect_principals(const std::string& member, const std::vector<std::string>& principals) {
    for (const std::string& principal : principals) {
      const std::string_view resource = resource_of_arn(principal);
      const bool is_identity =
          is_arn(principal, spec_->partition, "iam") &&
          (resource.starts_with("role/") || resource.starts_with("user/") || resource == "root") &&
          principal.find_first_of("*?") == std::string::npos;
      expect(is_identity || is_account(principal), member,
             fmt::format("arn:{}:iam::ACCOUNT:role/NAME, a user or an account, without "
                         "wildcards; not: {}",
                         spec_->partition, principal));
    }
    expect_no_repeats(member, principals);
  }

  [[nodiscard]] bool is_model(const std::string& arn) const {
    constexpr std::array<std::string_view, 6> forms = {
        "foundation-model/",  "inference-profile/", "application-inference-profile/",
        "provisioned-model/", "custom-model/",      "imported-model/"};
    const std::string_view resource = resource_of_arn(arn);
    return is_arn(arn, spec_->partition, "bedrock") &&
           std::any_of(forms.begin(), forms.end(), [&](std::string_view form) {
             return resource.starts_with(form) && resource.size() > form.size();
           });
  }

  void inspect_guardrail() {
    const GuardrailSettings& guardrail = settings_->guardrail;
    expect(guardrail.name.empty() || is_made_of(guardrail.name, "-_", 50), "secure.guardrail.name",
           fmt::format("1 to 50 of A-Z a-z 0-9 - _, not: {}", guardrail.name));
    for (const auto& [member, message] :
         {std::pair<const char*, const std::string&>{"secure.guardrail.blocked_input_message",
                                                     guardrail.blocked_input_message},
          {"secure.guardrail.blocked_output_message", guardrail.blocked_output_message}}) {
      expect(!message.empty() && message.size() <= message_size_max, member,
             fmt::format("1 to {} characters, not: {}", message_size_max, message.size()));
    }
    bool has_filter = false;
    for (const auto& [type, filter] : guardrail.filters) {
      inspect_filter(type, filter);
      has_filter = has_filter || filter.input != "NONE" || filter.output != "NONE";
    }
    expect(is_one_of(guardrail.pii_action, pii_actions), "secure.guardrail.pii_action",
           fmt::format("one of {}; not: {}", fmt::join(pii_actions, ", "), guardrail.pii_action));
    for (const std::string& entity : guardrail.pii_entities) {
      expect(is_one_of(entity, pii_entities), "secure.guardrail.pii_entities",
             fmt::format("one of {}; not: {}", fmt::join(pii_entities, ", "), entity));
    }
    expect_no_repeats("secure.guardrail.pii_entities", guardrail.pii_entities);
    expect(has_filter || !guardrail.pii_entities.empty(), "secure.guardrail",
           "a guardrail needs a filter or a PII entity; switches.guardrail = false makes none");
    expect(is_one_of(guardrail.tier, tiers), "secure.guardrail.tier",
           fmt::format("CLASSIC, STANDARD or nothing, not: {}", guardrail.tier));
    for (const std::string& region : spec_->regions) {
      expect(guardrail.tier != "STANDARD" || guardrail_profile_arn(*spec_, region),
             "secure.guardrail.tier",
             fmt::format("STANDARD needs a guardrail profile, and none is known for {}", region));
    }
  }

  void inspect_filter(const std::string& type, const ContentFilter& filter) {
    const std::string member = "secure.guardrail.filters." + type;
    const auto is_known = [&](const char* name) { return type == name; };
    expect(std::any_of(content_filter_types.begin(), content_filter_types.end(), is_known), member,
           fmt::format("one of {}; not: {}", fmt::join(content_filter_types, ", "), type));
    for (const auto& [side, strength] :
         {std::pair<const char*, const std::string&>{".input", filter.input},
          {".output", filter.output}}) {
      expect(is_one_of(strength, strengths), member + side,
             fmt::format("one of {}; not: {}", fmt::join(strengths, ", "), strength));
    }
    expect(type != "PROMPT_ATTACK" || filter.output == "NONE", member + ".output",
           fmt::format("must be NONE: Bedrock looks for prompt attacks in input only, and refuses "
                       "a guardrail with another output strength; not: {}",
                       filter.output));
  }

  void inspect_thresholds() {
    const ServiceThresholds& limits = settings_->thresholds;
    for (const auto& [member, value] :
         {std::pair<const char*, std::uint64_t>{"client_errors", limits.client_errors},
          {"server_errors", limits.server_errors},
          {"latency_p99_ms", limits.latency_p99_ms},
          {"throttles", limits.throttles},
          {"agent_errors", limits.agent_errors},
          {"agent_latency_p99_ms", limits.agent_latency_p99_ms},
          {"agent_throttles", limits.agent_throttles},
          {"knowledge_base_errors", limits.knowledge_base_errors},
          {"knowledge_base_throttles", limits.knowledge_base_throttles},
          {"guardrail_interventions", limits.guardrail_interventions},
          {"training_failures", limits.training_failures}}) {
      expect(value <= threshold_max, fmt::format("secure.thresholds.{}", member),
             fmt::format("0 to {}, not: {}", threshold_max, value));
    }
    expect(limits.anomaly_band >= 1 && limits.anomaly_band <= band_max,
           "secure.thresholds.anomaly_band",
           fmt::format("standard deviations from 1 to {}, not: {}", band_max, limits.anomaly_band));
  }

  const StackSpec* spec_;
  const SecureSettings* settings_;
  std::vector<Fault> faults_;
};

}  // namespace

std::vector<Fault> secure_faults(const StackSpec& spec) {
  return Inspection(spec).run();
}

}  // namespace bedrocklog::provision
