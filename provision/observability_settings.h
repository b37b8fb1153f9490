// What an admin may say about the profile `observability`: trail, alarm tiers, dashboards, budget.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace bedrocklog::provision {

struct Subscriber {
  std::string protocol;  // email, email-json, sms, http, https, sqs, lambda, firehose.
  std::string endpoint;
};

/// A model that alarms and widgets know by name. Prices are plain values given by the caller: this
/// library has no price table.
struct WatchedModel {
  std::string model_id;                       // The dimension ModelId, as CloudWatch has it.
  std::uint64_t tokens_per_minute_quota = 0;  // For T10; 0: no such alarm.
  std::uint64_t latency_p99_ms = 0;           // For T7 of this model; 0: the common threshold.
  /// USD for a million tokens, exact decimals ("3", "0.25"); empty: no cost widget, no share in T4.
  std::string input_usd_per_million;
  std::string output_usd_per_million;
  std::string cache_read_usd_per_million;
  std::string cache_write_usd_per_million;
};

/// Alarms T1 to T10; each is the threshold of one alarm. Decimals are texts: they go into AWS
/// documents as they are.
struct TierThresholds {
  std::string error_percent = "5";                    // T2, above.
  std::uint64_t unauthorized_per_5_minutes = 5;       // T3, above.
  std::uint64_t cost_increase_percent = 200;          // T4: over the hour before, above.
  std::uint64_t latency_mean_ms = 3'000;              // T6, above.
  std::uint64_t latency_p99_ms = 5'000;               // T7, above; by model.
  std::string throttle_percent = "0.1";               // T8, above.
  unsigned anomaly_band = 2;                          // T9: standard deviations.
  unsigned quota_percent = 80;                        // T10, above.
  std::uint64_t delivery_failures_per_5_minutes = 1;  // L1 to L3, at least. Of secure, too.
};

/// What a budget counts. "Amazon Bedrock" alone misses models that are sold through AWS
/// Marketplace, so there is no default.
struct BudgetSettings {
  std::string monthly_usd;            // Exact decimal; empty: no budget.
  std::vector<std::string> services;  // Values of the cost dimension SERVICE; empty: all spend.
  unsigned actual_percent = 80;       // Notification above; 0: none.
  unsigned forecast_percent = 100;    // Notification above; 0: none.
  std::vector<std::string> emails;    // Beside the topic; at most ten.
};

struct ObservabilitySettings {
  std::string trail = "bedrock-monitoring-trail";
  std::string use_trail;     // ARN of a trail that covers the account: none is made.
  unsigned trail_days = 90;  // Until CloudTrail's files are deleted.
  /// AWS::Bedrock::X for each, charged as data events; empty: management events only.
  std::vector<std::string> data_event_types = {"AgentAlias",  "InlineAgent",  "KnowledgeBase",
                                               "FlowAlias",   "Guardrail",    "Model",
                                               "AsyncInvoke", "PromptVersion"};
  bool has_insights = true;

  std::vector<WatchedModel> models;
  std::string team_key = "team";         // Of requestMetadata.
  std::uint64_t latency_sla_ms = 2'000;  // The line in the SLA widget.
  TierThresholds thresholds;
  bool has_report_bucket = false;
  BudgetSettings budget;
  std::string recommendations;  // Markdown of the cost dashboard; empty: how to get it.
  std::string roi;              // Markdown of the management dashboard; empty: how to give it.
};

}  // namespace bedrocklog::provision
