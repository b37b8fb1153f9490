// The queries, and their definitions in CloudWatch.
#include "provision/saved_queries.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "ingest/ensure.h"
#include "provision/observability_profile.h"
#include "provision/value_rules.h"

namespace bedrocklog::provision {
namespace {

/// Names with other than these characters are quoted.
std::string team_field(const StackSpec& spec) {
  const std::string& key = spec.observability.team_key;
  const std::string field = "requestMetadata." + key;
  return is_made_of(key, "_", key.size()) ? field : fmt::format("`{}`", field);
}

std::string tokens_by(const std::string& fields) {
  return fmt::format(
      "stats count(*) as calls, sum(input.inputTokenCount) as tin, "
      "sum(output.outputTokenCount) as tout by {} | sort tin desc",
      fields);
}

std::vector<LogQuery> invocation_queries(const StackSpec& spec) {
  constexpr QuerySource source = QuerySource::invocations;
  return {
      {"tokens-by-model", source, tokens_by("modelId")},
      {"tokens-by-identity", source, tokens_by("identity.arn")},
      {"tokens-by-team", source, tokens_by(team_field(spec) + ", modelId")},
      // Converse and ConverseStream only: other bodies have no latency there. Hence the count.
      {"latency-by-model", source,
       "filter ispresent(output.outputBodyJson.metrics.latencyMs) | stats "
       "pct(output.outputBodyJson.metrics.latencyMs, 50) as p50, "
       "pct(output.outputBodyJson.metrics.latencyMs, 99) as p99, count(*) as n by modelId"},
      {"errors", source,
       "filter ispresent(errorCode) | stats count(*) as n by errorCode, modelId | sort n desc"},
      {"truncated", source,
       "filter output.outputBodyJson.stopReason = \"max_tokens\" | stats count(*) as n by modelId, "
       "identity.arn"},
      {"guardrail-hits", source,
       "filter output.outputBodyJson.stopReason = \"guardrail_intervened\" | stats count(*) as n "
       "by modelId, bin(1h)"},
      {"cache-use", source,
       "stats sum(input.cacheReadInputTokenCount) as hit, sum(input.inputTokenCount) as tin by "
       "modelId"},
      {"active-identities", source, "stats count_distinct(identity.arn) as users by bin(1d)"},
      {"recent", source,
       "fields @timestamp, modelId, operation, identity.arn, input.inputTokenCount, "
       "output.outputTokenCount | sort @timestamp desc | limit 50"}};
}

/// Of Bedrock is what has its event source: names of events do not say so.
std::vector<LogQuery> trail_queries() {
  constexpr QuerySource source = QuerySource::trail;
  return {
      {"trail-calls", source,
       "filter eventSource = \"bedrock.amazonaws.com\" | stats count(*) as n by eventName, "
       "userIdentity.arn"},
      {"trail-denied", source,
       "filter eventSource = \"bedrock.amazonaws.com\" and errorCode like /AccessDenied/ | stats "
       "count(*) as n by userIdentity.arn, eventName, sourceIPAddress"},
      {"trail-external-ip", source,
       "filter eventSource = \"bedrock.amazonaws.com\" and sourceIPAddress not like "
       "/^(10\\.|192\\.168\\.|172\\.(1[6-9]|2[0-9]|3[01])\\.)/ and sourceIPAddress not like "
       "/amazonaws\\.com$/ | stats count(*) as n by sourceIPAddress, userIdentity.arn"},
      {"trail-config-changes", source,
       "filter eventName in [\"PutModelInvocationLoggingConfiguration\", "
       "\"DeleteModelInvocationLoggingConfiguration\", \"CreateGuardrail\", \"UpdateGuardrail\", "
       "\"DeleteGuardrail\", \"StopLogging\", \"DeleteTrail\", \"UpdateTrail\", "
       "\"PutEventSelectors\"] | fields @timestamp, eventName, userIdentity.arn, "
       "sourceIPAddress"}};
}

void add_query(Assembly& assembly, const LogQuery& query, const Address& log_group) {
  const std::string name = fmt::format("bedrocklog/{}/{}", assembly.spec().stack, query.name);
  assembly.add(Component::dashboard, {ResourceKind::query_definition, log_group.region, name},
               {{"Name", name},
                {"QueryString", query.text},
                {"LogGroupNames", Json::array({log_group.name})}},
               {log_group});
}

}  // namespace

std::vector<LogQuery> log_queries(const StackSpec& spec) {
  std::vector<LogQuery> all = invocation_queries(spec);
  for (LogQuery& query : trail_queries()) {
    all.push_back(std::move(query));
  }
  return all;
}

std::string log_query(const StackSpec& spec, std::string_view name) {
  const std::vector<LogQuery> all = log_queries(spec);
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const LogQuery& query) { return query.name == name; });
  ensure(found != all.end());
  return found->text;
}

void add_saved_queries(Assembly& assembly) {
  const StackSpec& spec = assembly.spec();
  for (const LogQuery& query : log_queries(spec)) {
    if (query.source == QuerySource::invocations) {
      for (const std::string& region : spec.regions) {
        add_query(assembly, query, {ResourceKind::log_group, region, log_group_of(spec)});
      }
    } else if (has_trail(spec)) {
      add_query(assembly, query, trail_log_group(spec));
    }
  }
}

}  // namespace bedrocklog::provision
