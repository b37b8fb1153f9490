// Settings of profile observability as a document, and what may be wrong with them.
#include <algorithm>
#include <array>
#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "provision/settings_document.h"
#include "provision/value_rules.h"

namespace bedrocklog::provision {
namespace {

constexpr std::uint64_t number_max = 1'000'000'000'000'000;
constexpr unsigned days_max = 36'500;
constexpr unsigned band_max = 100;
constexpr std::uint64_t percent_max = 1'000'000;
constexpr std::size_t model_id_size_max = 200;
constexpr std::size_t team_key_size_max = 200;
constexpr std::size_t text_size_max = 8'000;
constexpr std::size_t emails_max = 10;  // Of a notification of AWS Budgets.
/// Widgets with a line for each model and token class: 500 metrics each, 2500 in a dashboard.
constexpr std::size_t models_max = 50;
constexpr std::size_t models_times_regions_max = 100;

/// Types of Bedrock in CloudTrail's table of data events (User Guide, "Logging data events", read
/// 2026-08), each behind "AWS::Bedrock::".
constexpr std::array<std::string_view, 18> data_event_types_known = {
    "AdvancedOptimizePromptJob",
    "AgentAlias",
    "AsyncInvoke",
    "AutomatedReasoningPolicy",
    "AutomatedReasoningPolicyVersion",
    "Blueprint",
    "DataAutomationInvocation",
    "DataAutomationProfile",
    "DataAutomationProject",
    "FlowAlias",
    "FlowExecution",
    "Guardrail",
    "InlineAgent",
    "KnowledgeBase",
    "Model",
    "PromptVersion",
    "Session",
    "Tool"};

void read_texts(Members& members, const char* name, std::vector<std::string>& into) {
  members.at(name, [&](const Json&) { into.clear(); });
  members.texts(name, [&](std::string text) { into.push_back(std::move(text)); });
}

void read_models(Members& members, std::vector<WatchedModel>& models) {
  members.at("models", [&](const Json&) { models.clear(); });
  members.objects("models", [&](Members& inner) {
    WatchedModel model;
    inner.text("model_id", model.model_id);
    inner.number("tokens_per_minute_quota", model.tokens_per_minute_quota);
    inner.number("latency_p99_ms", model.latency_p99_ms);
    inner.text("input_usd_per_million", model.input_usd_per_million);
    inner.text("output_usd_per_million", model.output_usd_per_million);
    inner.text("cache_read_usd_per_million", model.cache_read_usd_per_million);
    inner.text("cache_write_usd_per_million", model.cache_write_usd_per_million);
    models.push_back(std::move(model));
  });
}

void read_thresholds(Members& members, TierThresholds& limits) {
  members.object("thresholds", [&](Members& inner) {
    inner.text("error_percent", limits.error_percent);
    inner.number("unauthorized_per_5_minutes", limits.unauthorized_per_5_minutes);
    inner.number("cost_increase_percent", limits.cost_increase_percent);
    inner.number("latency_mean_ms", limits.latency_mean_ms);
    inner.number("latency_p99_ms", limits.latency_p99_ms);
    inner.text("throttle_percent", limits.throttle_percent);
    inner.number("anomaly_band", limits.anomaly_band);
    inner.number("quota_percent", limits.quota_percent);
    inner.number("delivery_failures_per_5_minutes", limits.delivery_failures_per_5_minutes);
  });
}

void read_budget(Members& members, BudgetSettings& budget) {
  members.object("budget", [&](Members& inner) {
    inner.text("monthly_usd", budget.monthly_usd);
    read_texts(inner, "services", budget.services);
    inner.number("actual_percent", budget.actual_percent);
    inner.number("forecast_percent", budget.forecast_percent);
    read_texts(inner, "emails", budget.emails);
  });
}

/// 3 to 128 of A-Z a-z 0-9 . _ -, letters and digits at the ends and between marks; no IP address.
bool is_trail_name(std::string_view name) {
  const auto is_mark = [](char c) { return c == '.' || c == '_' || c == '-'; };
  constexpr std::size_t size_min = 3;
  constexpr std::size_t size_max = 128;
  if (name.size() < size_min || !is_made_of(name, "._-", size_max) || is_mark(name.front()) ||
      is_mark(name.back())) {
    return false;
  }
  const bool has_pair = std::adjacent_find(name.begin(), name.end(), [&](char left, char right) {
                          return is_mark(left) && is_mark(right);
                        }) != name.end();
  const bool is_address = std::all_of(name.begin(), name.end(),
                                      [](char c) { return c == '.' || (c >= '0' && c <= '9'); });
  return !has_pair && !is_address;
}

/// More than 0 and at most 100, with at most three decimals: alarms give such numbers back as they
/// were given.
bool is_percent(std::string_view text) {
  constexpr std::size_t decimals_max = 3;
  constexpr std::string_view hundred = "100";
  if (!is_decimal(text)) {
    return false;
  }
  const std::string plain = plain_decimal(text);
  const std::size_t point = plain.find('.');
  const std::string whole = plain.substr(0, point);
  const bool is_small = whole.size() < hundred.size() || plain == hundred;
  return plain != "0" && is_small &&
         (point == std::string::npos || plain.size() - point - 1 <= decimals_max);
}

bool is_price(std::string_view text) {
  constexpr std::size_t size_max = 20;
  return text.empty() || (text.size() <= size_max && is_decimal(text));
}

bool is_amount(std::string_view text) {
  return is_price(text) && (text.empty() || plain_decimal(text) != "0");
}

/// Markdown: lines of plain text.
bool is_text(std::string_view text) {
  return text.size() <= text_size_max && std::none_of(text.begin(), text.end(), [](char c) {
           return static_cast<unsigned char>(c) < ' ' && c != '\n' && c != '\t';
         });
}

class Inspection {
 public:
  explicit Inspection(const StackSpec& spec) : spec_(&spec), settings_(&spec.observability) {}

  std::vector<Fault> run() {
    inspect_trail();
    inspect_models();
    inspect_texts();
    inspect_thresholds();
    inspect_budget();
    for (const std::string& region : spec_->regions) {
      const std::string bucket = bucket_of(*spec_, region);
      if (!is_bucket_name(bucket)) {
        faults_.push_back({"env",
                           fmt::format("a shorter one: with it this is no bucket name: {}", bucket),
                           FaultCause::unspecified});
      }
    }
    inspect_delivery();
    return std::move(faults_);
  }

  std::vector<Fault> run_of_secure() {
    inspect_delivery();
    return std::move(faults_);
  }

 private:
  void expect(bool holds, std::string_view member, std::string message) {
    if (!holds) {
      faults_.push_back(
          {fmt::format("observability.{}", member), std::move(message), FaultCause::unspecified});
    }
  }

  void expect_number(std::string_view member, std::uint64_t value, std::uint64_t least,
                     std::uint64_t most) {
    expect(value >= least && value <= most, member,
           fmt::format("{} to {}, not: {}", least, most, value));
  }

  void inspect_trail() {
    expect(is_trail_name(settings_->trail), "trail",
           fmt::format("3 to 128 of A-Z a-z 0-9 . _ -, the last three only between others; not: {}",
                       settings_->trail));
    expect(settings_->use_trail.empty() ||
               is_arn(settings_->use_trail, spec_->partition, "cloudtrail"),
           "use_trail",
           fmt::format("arn:{}:cloudtrail:REGION:ACCOUNT:trail/NAME, not: {}", spec_->partition,
                       settings_->use_trail));
    expect_number("trail_days", settings_->trail_days, 1, days_max);
    std::set<std::string> seen;
    for (const std::string& type : settings_->data_event_types) {
      const bool is_known = std::find(data_event_types_known.begin(), data_event_types_known.end(),
                                      type) != data_event_types_known.end();
      expect(is_known, "data_event_types",
             fmt::format("of {}; not: {}", fmt::join(data_event_types_known, ", "), type));
      expect(seen.insert(type).second, "data_event_types", fmt::format("named twice: {}", type));
    }
  }

  void inspect_models() {
    const std::vector<WatchedModel>& models = settings_->models;
    expect(models.size() <= models_max, "models",
           fmt::format("at most {}, not: {}", models_max, models.size()));
    expect(models.size() > models_max ||
               models.size() * spec_->regions.size() <= models_times_regions_max,
           "models",
           fmt::format("models times regions at most {}: a dashboard has no more metrics; not: {}",
                       models_times_regions_max, models.size() * spec_->regions.size()));
    std::set<std::string> seen;
    for (const WatchedModel& model : models) {
      expect(is_made_of(model.model_id, ".:/_-", model_id_size_max), "models.model_id",
             fmt::format("1 to {} of A-Z a-z 0-9 . : / _ -, not: {}", model_id_size_max,
                         model.model_id));
      expect(seen.insert(model.model_id).second, "models.model_id",
             fmt::format("named twice: {}", model.model_id));
      expect_number("models.tokens_per_minute_quota", model.tokens_per_minute_quota, 0, number_max);
      expect_number("models.latency_p99_ms", model.latency_p99_ms, 0, number_max);
      for (const auto& [member, price] :
           {std::pair<const char*, const std::string&>{"models.input_usd_per_million",
                                                       model.input_usd_per_million},
            {"models.output_usd_per_million", model.output_usd_per_million},
            {"models.cache_read_usd_per_million", model.cache_read_usd_per_million},
            {"models.cache_write_usd_per_million", model.cache_write_usd_per_million}}) {
        expect(is_price(price), member,
               fmt::format("a decimal such as \"0.25\", for {}; not: {}", model.model_id, price));
      }
    }
  }

  void inspect_texts() {
    expect(is_made_of(settings_->team_key, "._:@/=+-", team_key_size_max), "team_key",
           fmt::format("1 to {} of A-Z a-z 0-9 . _ : @ / = + -, not: {}", team_key_size_max,
                       settings_->team_key));
    expect_number("latency_sla_ms", settings_->latency_sla_ms, 1, number_max);
    for (const auto& [member, text] :
         {std::pair<const char*, const std::string&>{"recommendations", settings_->recommendations},
          {"roi", settings_->roi}}) {
      expect(is_text(text), member, fmt::format("at most {} bytes of plain lines", text_size_max));
    }
  }

  void inspect_thresholds() {
    const TierThresholds& limits = settings_->thresholds;
    for (const auto& [member, text] : {std::pair<const char*, const std::string&>{
                                           "thresholds.error_percent", limits.error_percent},
                                       {"thresholds.throttle_percent", limits.throttle_percent}}) {
      expect(is_percent(text), member,
             fmt::format("a decimal above 0 and up to 100 with at most three decimals, not: {}",
                         text));
    }
    expect_number("thresholds.unauthorized_per_5_minutes", limits.unauthorized_per_5_minutes, 0,
                  number_max);
    expect_number("thresholds.cost_increase_percent", limits.cost_increase_percent, 1, percent_max);
    expect_number("thresholds.latency_mean_ms", limits.latency_mean_ms, 1, number_max);
    expect_number("thresholds.latency_p99_ms", limits.latency_p99_ms, 1, number_max);
    expect_number("thresholds.anomaly_band", limits.anomaly_band, 1, band_max);
    expect_number("thresholds.quota_percent", limits.quota_percent, 1, 100);
  }

  void inspect_budget() {
    const BudgetSettings& budget = settings_->budget;
    expect(is_amount(budget.monthly_usd), "budget.monthly_usd",
           fmt::format("a decimal above 0 such as \"1500\", not: {}", budget.monthly_usd));
    expect_number("budget.actual_percent", budget.actual_percent, 0, percent_max);
    expect_number("budget.forecast_percent", budget.forecast_percent, 0, percent_max);
    expect(budget.emails.size() <= emails_max, "budget.emails",
           fmt::format("at most {}, not: {}", emails_max, budget.emails.size()));
    std::vector<Subscriber> subscribers;
    subscribers.reserve(budget.emails.size());
    for (const std::string& email : budget.emails) {
      subscribers.push_back({"email", email});
    }
    for (Fault& fault :
         subscriber_faults("observability.budget.emails", subscribers, spec_->partition)) {
      fault.subject = "observability.budget.emails";
      faults_.push_back(std::move(fault));
    }
    for (const std::string& service : budget.services) {
      constexpr std::size_t size_max = 1'024;
      expect(is_plain_text(service, size_max), "budget.services",
             "names of services as the bill has them, such as Amazon Bedrock");
    }
  }

  void inspect_delivery() {
    expect_number("thresholds.delivery_failures_per_5_minutes",
                  settings_->thresholds.delivery_failures_per_5_minutes, 1, number_max);
  }

  const StackSpec* spec_;
  const ObservabilitySettings* settings_;
  std::vector<Fault> faults_;
};

Json to_json(const std::vector<WatchedModel>& models) {
  Json list = Json::array();
  for (const WatchedModel& model : models) {
    list.push_back({{"model_id", model.model_id},
                    {"tokens_per_minute_quota", model.tokens_per_minute_quota},
                    {"latency_p99_ms", model.latency_p99_ms},
                    {"input_usd_per_million", model.input_usd_per_million},
                    {"output_usd_per_million", model.output_usd_per_million},
                    {"cache_read_usd_per_million", model.cache_read_usd_per_million},
                    {"cache_write_usd_per_million", model.cache_write_usd_per_million}});
  }
  return list;
}

Json to_json(const TierThresholds& limits) {
  return {{"error_percent", limits.error_percent},
          {"unauthorized_per_5_minutes", limits.unauthorized_per_5_minutes},
          {"cost_increase_percent", limits.cost_increase_percent},
          {"latency_mean_ms", limits.latency_mean_ms},
          {"latency_p99_ms", limits.latency_p99_ms},
          {"throttle_percent", limits.throttle_percent},
          {"anomaly_band", limits.anomaly_band},
          {"quota_percent", limits.quota_percent},
          {"delivery_failures_per_5_minutes", limits.delivery_failures_per_5_minutes}};
}

}  // namespace

void read_observability(Members& members, ObservabilitySettings& settings) {
  members.text("trail", settings.trail);
  members.text("use_trail", settings.use_trail);
  members.number("trail_days", settings.trail_days);
  read_texts(members, "data_event_types", settings.data_event_types);
  members.toggle("has_insights", settings.has_insights);
  read_models(members, settings.models);
  members.text("team_key", settings.team_key);
  members.number("latency_sla_ms", settings.latency_sla_ms);
  read_thresholds(members, settings.thresholds);
  members.toggle("has_report_bucket", settings.has_report_bucket);
  read_budget(members, settings.budget);
  members.text("recommendations", settings.recommendations);
  members.text("roi", settings.roi);
}

Json to_json(const ObservabilitySettings& settings) {
  return {{"trail", settings.trail},
          {"use_trail", settings.use_trail},
          {"trail_days", settings.trail_days},
          {"data_event_types", settings.data_event_types},
          {"has_insights", settings.has_insights},
          {"models", to_json(settings.models)},
          {"team_key", settings.team_key},
          {"latency_sla_ms", settings.latency_sla_ms},
          {"thresholds", to_json(settings.thresholds)},
          {"has_report_bucket", settings.has_report_bucket},
          {"budget",
           {{"monthly_usd", settings.budget.monthly_usd},
            {"services", settings.budget.services},
            {"actual_percent", settings.budget.actual_percent},
            {"forecast_percent", settings.budget.forecast_percent},
            {"emails", settings.budget.emails}}},
          {"recommendations", settings.recommendations},
          {"roi", settings.roi}};
}

std::vector<Fault> observability_faults(const StackSpec& spec) {
  if (has_profile(spec, observability_profile)) {
    return Inspection(spec).run();
  }
  return has_profile(spec, secure_profile) ? Inspection(spec).run_of_secure()
                                           : std::vector<Fault>();
}

}  // namespace bedrocklog::provision
