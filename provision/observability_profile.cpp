// Profile observability: trail, filters, alarms by tier, dashboards, saved queries.
#include "provision/observability_profile.h"

#include <utility>

#include <fmt/format.h>

namespace bedrocklog::provision {
namespace {

void add_log_groups(Assembly& assembly) {
  const StackSpec& spec = assembly.spec();
  for (const std::string& region : spec.regions) {
    for (const char* const purpose : {"application-logs", "security-events"}) {
      add_log_group(assembly, environment_log_group(spec, region, purpose));
    }
  }
  if (has_trail(spec)) {
    add_log_group(assembly, trail_log_group(spec));
  }
}

void add_topics(Assembly& assembly) {
  const StackSpec& spec = assembly.spec();
  for (const std::string& region : spec.regions) {
    const AlarmTopic told = alarm_topic(spec, region);
    if (!spec.reused.topic_arn.empty()) {
      const Address& topic = told.needs.front();
      assembly.add_reused(Component::alerting, topic);
      add_subscriptions(assembly, topic, told.arn, spec.subscribers);
      continue;
    }
    std::vector<std::string> services;
    // The budget rings at home.
    if (region == spec.regions.front() && !spec.observability.budget.monthly_usd.empty()) {
      services.emplace_back("budgets.amazonaws.com");
    }
    add_topic(assembly, monitoring_topic(spec, region), services, spec.subscribers);
  }
}

/// Reports are put there by whoever runs them. The account id is in the name because names of
/// buckets are shared by all accounts.
void add_report_bucket(Assembly& assembly) {
  const StackSpec& spec = assembly.spec();
  if (!spec.observability.has_report_bucket) {
    return;
  }
  constexpr unsigned for_good = 0;
  add_bucket(assembly,
             {ResourceKind::bucket, spec.regions.front(),
              fmt::format("bedrock-monitoring-reports-{}-{}", spec.env, spec.account)},
             "", for_good, {});
}

}  // namespace

Address environment_log_group(const StackSpec& spec, std::string_view region,
                              std::string_view purpose) {
  return {ResourceKind::log_group, std::string(region),
          fmt::format("/aws/bedrock/{}/{}", purpose, spec.env)};
}

Address trail_log_group(const StackSpec& spec) {
  return environment_log_group(spec, spec.regions.front(), "cloudtrail-logs");
}

bool has_trail(const StackSpec& spec) {
  return spec.observability.use_trail.empty();
}

std::string filter_namespace(const StackSpec& spec) {
  return "BedrockLog/" + spec.stack;
}

std::string environment_name(const StackSpec& spec, std::string_view name) {
  return fmt::format("{}-{}", name, spec.env);
}

AlarmTopic alarm_topic(const StackSpec& spec, const std::string& region) {
  const std::string& reused = spec.reused.topic_arn;
  if (!reused.empty()) {
    return {reused, {{ResourceKind::topic, region, reused.substr(reused.rfind(':') + 1)}}};
  }
  const Address topic = monitoring_topic(spec, region);
  return {arn_of_topic(spec, topic),
          {topic, {ResourceKind::topic_policy, topic.region, topic.name}}};
}

void add_observability(Assembly& assembly) {
  add_log_groups(assembly);
  add_trail_layer(assembly);
  add_topics(assembly);
  add_monitoring_filters(assembly);
  add_tier_alarms(assembly);
  add_saved_queries(assembly);
  add_stakeholder_dashboards(assembly);
  add_budget(assembly);
  add_report_bucket(assembly);
}

}  // namespace bedrocklog::provision
