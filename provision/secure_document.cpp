// Settings of profile secure as a document.
#include <array>
#include <utility>

#include "provision/endpoint_offer.h"
#include "provision/settings_document.h"

namespace bedrocklog::provision {
namespace {

void read_list(Members& members, const char* name, std::vector<std::string>& list) {
  std::vector<std::string> given;
  members.texts(name, [&](std::string text) { given.push_back(std::move(text)); });
  members.at(name, [&](const Json&) { list = given; });
}

void read_network(Members& members, NetworkSettings& network) {
  members.text("vpc_id", network.vpc_id);
  read_list(members, "subnet_ids", network.subnet_ids);
  members.text("vpc_cidr", network.vpc_cidr);
  read_list(members, "management_cidrs", network.management_cidrs);
  read_list(members, "runtime_cidrs", network.runtime_cidrs);
  members.toggle("has_private_dns", network.has_private_dns);
  read_list(members, "general_services", network.general_services);
  members.at("unoffered", [&](const Json&) { network.unoffered.clear(); });
  members.object("unoffered", [&](Members& inner) {
    for (const std::string& service : endpoint_services(network)) {
      inner.texts(service.c_str(), [&](std::string subnet) {
        network.unoffered[service].push_back(std::move(subnet));
      });
    }
  });
}

Json network_json(const NetworkSettings& network) {
  return {{"vpc_id", network.vpc_id},
          {"subnet_ids", network.subnet_ids},
          {"vpc_cidr", network.vpc_cidr},
          {"management_cidrs", network.management_cidrs},
          {"runtime_cidrs", network.runtime_cidrs},
          {"has_private_dns", network.has_private_dns},
          {"general_services", network.general_services},
          {"unoffered", network.unoffered}};
}

void read_access(Members& members, AccessSettings& access) {
  members.text("role", access.role);
  read_list(members, "trusted_principals", access.trusted_principals);
  read_list(members, "foundation_models", access.foundation_models);
  read_list(members, "allowed_model_regions", access.allowed_model_regions);
  members.text("guardrail_arn", access.guardrail_arn);
  members.text("permissions_boundary_arn", access.permissions_boundary_arn);
  read_list(members, "admin_principals", access.admin_principals);
  read_list(members, "reader_principals", access.reader_principals);
}

Json access_json(const AccessSettings& access) {
  return {{"role", access.role},
          {"trusted_principals", access.trusted_principals},
          {"foundation_models", access.foundation_models},
          {"allowed_model_regions", access.allowed_model_regions},
          {"guardrail_arn", access.guardrail_arn},
          {"permissions_boundary_arn", access.permissions_boundary_arn},
          {"admin_principals", access.admin_principals},
          {"reader_principals", access.reader_principals}};
}

void read_filter(Members& members, const char* name, GuardrailSettings& guardrail) {
  members.object(name, [&](Members& inner) {
    // One that was taken away comes back as the defaults have it.
    const ContentFilter before = GuardrailSettings().filters.at(name);
    ContentFilter& filter = guardrail.filters.try_emplace(name, before).first->second;
    inner.text("input", filter.input);
    inner.text("output", filter.output);
  });
}

void read_guardrail(Members& members, GuardrailSettings& guardrail) {
  members.text("name", guardrail.name);
  members.text("blocked_input_message", guardrail.blocked_input_message);
  members.text("blocked_output_message", guardrail.blocked_output_message);
  members.object("filters", [&](Members& inner) {
    for (const char* const name : content_filter_types) {
      read_filter(inner, name, guardrail);
    }
  });
  members.text("pii_action", guardrail.pii_action);
  read_list(members, "pii_entities", guardrail.pii_entities);
  members.text("tier", guardrail.tier);
}

Json guardrail_json(const GuardrailSettings& guardrail) {
  Json filters = Json::object();
  for (const char* const name : content_filter_types) {
    const auto found = guardrail.filters.find(name);
    const bool is_there = found != guardrail.filters.end();
    filters[name] = {{"input", is_there ? found->second.input : "NONE"},
                     {"output", is_there ? found->second.output : "NONE"}};
  }
  return {{"name", guardrail.name},
          {"blocked_input_message", guardrail.blocked_input_message},
          {"blocked_output_message", guardrail.blocked_output_message},
          {"filters", std::move(filters)},
          {"pii_action", guardrail.pii_action},
          {"pii_entities", guardrail.pii_entities},
          {"tier", guardrail.tier}};
}

/// Calls `visit` with the name of each threshold and the threshold.
template <class Thresholds, class Visit>
void for_each_threshold(Thresholds& thresholds, Visit visit) {
  visit("client_errors", thresholds.client_errors);
  visit("server_errors", thresholds.server_errors);
  visit("latency_p99_ms", thresholds.latency_p99_ms);
  visit("throttles", thresholds.throttles);
  visit("agent_errors", thresholds.agent_errors);
  visit("agent_latency_p99_ms", thresholds.agent_latency_p99_ms);
  visit("agent_throttles", thresholds.agent_throttles);
  visit("knowledge_base_errors", thresholds.knowledge_base_errors);
  visit("knowledge_base_throttles", thresholds.knowledge_base_throttles);
  visit("guardrail_interventions", thresholds.guardrail_interventions);
  visit("training_failures", thresholds.training_failures);
  visit("anomaly_band", thresholds.anomaly_band);
}

template <class Switches, class Visit>
void for_each_switch(Switches& switches, Visit visit) {
  visit("invocation_alarms", switches.invocation_alarms);
  visit("token_anomaly_alarms", switches.token_anomaly_alarms);
  visit("agent_alarms", switches.agent_alarms);
  visit("knowledge_base_alarms", switches.knowledge_base_alarms);
  visit("guardrail_alarms", switches.guardrail_alarms);
  visit("training_alarm", switches.training_alarm);
  visit("api_call_alarm", switches.api_call_alarm);
  visit("composite_alarms", switches.composite_alarms);
  visit("guardrail", switches.guardrail);
}

}  // namespace

void read_secure(Members& members, SecureSettings& settings) {
  members.text("use_key", settings.use_key);
  members.number("key_deletion_days", settings.key_deletion_days);
  members.object("network", [&](Members& inner) { read_network(inner, settings.network); });
  members.object("access", [&](Members& inner) { read_access(inner, settings.access); });
  members.object("guardrail", [&](Members& inner) { read_guardrail(inner, settings.guardrail); });
  members.object("thresholds", [&](Members& inner) {
    for_each_threshold(settings.thresholds,
                       [&](const char* name, auto& value) { inner.number(name, value); });
  });
  members.object("switches", [&](Members& inner) {
    for_each_switch(settings.switches,
                    [&](const char* name, bool& value) { inner.toggle(name, value); });
  });
  read_subscribers(members, "critical_subscribers", settings.critical_subscribers);
  read_subscribers(members, "performance_subscribers", settings.performance_subscribers);
  read_subscribers(members, "cost_subscribers", settings.cost_subscribers);
}

Json to_json(const SecureSettings& settings) {
  Json thresholds = Json::object();
  for_each_threshold(settings.thresholds,
                     [&](const char* name, const auto& value) { thresholds[name] = value; });
  Json switches = Json::object();
  for_each_switch(settings.switches, [&](const char* name, bool value) { switches[name] = value; });
  return {{"use_key", settings.use_key},
          {"key_deletion_days", settings.key_deletion_days},
          {"network", network_json(settings.network)},
          {"access", access_json(settings.access)},
          {"guardrail", guardrail_json(settings.guardrail)},
          {"thresholds", std::move(thresholds)},
          {"switches", std::move(switches)},
          {"critical_subscribers", to_json(settings.critical_subscribers)},
          {"performance_subscribers", to_json(settings.performance_subscribers)},
          {"cost_subscribers", to_json(settings.cost_subscribers)}};
}

}  // namespace bedrocklog::provision
