// The table, and flags whose form is not that of their member.
#include "cli/spec_flags.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "cli/list_text.h"

namespace bedrocklog::cli {
namespace {

using Json = nlohmann::json;

struct SpecFlag {
  std::string_view flag;
  std::string_view member;  // "thresholds.tokens_per_hour".
};
constexpr auto spec_flags = std::to_array<SpecFlag>({
    {"stack", "stack"},
    {"env", "env"},
    {"stack-profile", "profiles"},
    {"account", "account"},
    {"regions", "regions"},
    {"region", "regions"},
    {"only", "only"},
    {"tag", "tags"},
    {"use-bucket", "reused.bucket"},
    {"use-log-group", "reused.log_group"},
    {"use-topic", "reused.topic_arn"},
    {"adopt", "adopts"},
    {"logging", "logging"},
    {"allow-shorten", "allows_shorter_retention"},
    {"retention-days", "log_retention_days"},
    {"archive-days", "archive_days"},
    {"key-prefix", "key_prefix"},
    {"tokens-per-hour", "thresholds.tokens_per_hour"},
    {"errors-per-5-minutes", "thresholds.errors_per_5_minutes"},
    {"invocations-per-hour", "thresholds.invocations_per_hour"},
    {"latency-ms", "thresholds.latency_mean_ms"},
    {"alarm-source", "alarm_source"},
    {"alert-email", "subscribers"},
    {"subscribe", "subscribers"},
    {"dlq-arn", "dlq_arn"},
    {"critical-email", "secure.critical_subscribers"},
    {"performance-email", "secure.performance_subscribers"},
    {"cost-email", "secure.cost_subscribers"},
    {"use-trail", "observability.use_trail"},
    {"trail-days", "observability.trail_days"},
    {"with-report-bucket", "observability.has_report_bucket"},
    {"models", "observability.models"},
    {"team-key", "observability.team_key"},
    {"monthly-budget", "observability.budget.monthly_usd"},
    {"use-key", "secure.use_key"},
    {"vpc-id", "secure.network.vpc_id"},
    {"subnet-ids", "secure.network.subnet_ids"},
    {"management-cidrs", "secure.network.management_cidrs"},
    {"runtime-cidrs", "secure.network.runtime_cidrs"},
    {"trust", "secure.access.trusted_principals"},
    {"boundary", "secure.access.permissions_boundary_arn"},
});

/// KEY=VALUE of --tag, PROTOCOL:ENDPOINT of --subscribe.
Result<std::pair<std::string, std::string>> split_pair(const std::string& text,
                                                       const std::string& flag, char separator,
                                                       std::string_view form) {
  const std::size_t at = text.find(separator);
  if (at == std::string::npos || at == 0) {
    return fault(flag, fmt::format("takes {}: {}", form, text));
  }
  return std::pair(text.substr(0, at), text.substr(at + 1));
}

Json emails_of(const Settings& settings, std::string_view flag) {
  Json result = Json::array();
  for (const std::string& address : settings.list(flag)) {
    result.push_back({{"protocol", "email"}, {"endpoint", address}});
  }
  return result;
}

Result<Json> subscribers_of(const Settings& settings) {
  Json result = emails_of(settings, "alert-email");
  for (const std::string& text : settings.list("subscribe")) {
    const auto pair = split_pair(text, "--subscribe", ':', "PROTOCOL:ENDPOINT");
    if (!pair) {
      return pass_on(pair);
    }
    result.push_back({{"protocol", pair->first}, {"endpoint", pair->second}});
  }
  return result;
}

Result<Json> tags_of(const Settings& settings) {
  Json result = Json::object();
  for (const std::string& text : settings.list("tag")) {
    const auto pair = split_pair(text, "--tag", '=', "KEY=VALUE");
    if (!pair) {
      return pass_on(pair);
    }
    if (result.contains(pair->first)) {
      return fault("--tag", fmt::format("is given twice for the key {}", pair->first));
    }
    result[pair->first] = pair->second;
  }
  return result;
}

Json models_of(const std::string& list) {
  Json result = Json::array();
  for (const std::string& id : split_list(list)) {
    result.push_back({{"model_id", id}});
  }
  return result;
}

constexpr bool is_list_flag(std::string_view name) {
  return name == "regions" || name == "only" || name == "stack-profile" || name == "subnet-ids" ||
         name == "management-cidrs" || name == "runtime-cidrs";
}

/// Flags whose text is the member's value as it stands, or a list of such.
Json plain_value(std::string_view name, const Setting& setting) {
  const std::string& text = setting.values.front();
  if (is_list_flag(name)) {
    return split_list(text);
  }
  if (name == "region" || name == "trust") {
    return setting.values;
  }
  if (name == "models") {
    return models_of(text);
  }
  if (name == "allow-shorten" || name == "with-report-bucket") {
    return true;
  }
  std::string value = text;
  if (name == "alarm-source") {
    std::replace(value.begin(), value.end(), '-', '_');
  }
  return value;
}

}  // namespace

const Setting* typed_flag(const Settings& settings, std::string_view name) {
  const Setting* const setting = settings.find(name);
  return setting != nullptr && setting->origin == Origin::flag ? setting : nullptr;
}

Json::json_pointer member_pointer(std::string_view member) {
  std::string path = "/";
  for (const char letter : member) {
    path += letter == '.' ? '/' : letter;
  }
  return Json::json_pointer(path);
}

/// What was typed about the spec, in the form of a configuration.
Result<Json> document_of_flags(const Settings& settings) {
  Json document = Json::object();
  for (const auto& [name, member] : spec_flags) {
    const Setting* const setting = typed_flag(settings, name);
    if (setting == nullptr) {
      continue;
    }
    Json& value = document[member_pointer(member)];
    if (name == "adopt") {
      value = Json::array();
      for (const std::string& text : setting->values) {
        if (text == "all") {
          document["adopts_all"] = true;
        } else {
          value.push_back(text);
        }
      }
    } else if (name.ends_with("-email") && name != "alert-email") {
      value = emails_of(settings, name);
    } else if (member == "subscribers" || name == "tag") {
      Result<Json> list = name == "tag" ? tags_of(settings) : subscribers_of(settings);
      if (!list) {
        return pass_on(list);
      }
      value = std::move(*list);
    } else {
      value = plain_value(name, *setting);
    }
  }
  return document;
}

/// The flag that says what the fault is about, if one was typed.
std::optional<std::string_view> flag_behind(const Settings& settings, std::string_view member) {
  const auto found = std::find_if(spec_flags.begin(), spec_flags.end(), [&](const SpecFlag& each) {
    return typed_flag(settings, each.flag) != nullptr &&
           (member.starts_with(each.member) || each.member.starts_with(member));
  });
  return found == spec_flags.end() ? std::nullopt : std::optional(found->flag);
}

bool is_spec_flag(std::string_view name) {
  return std::any_of(spec_flags.begin(), spec_flags.end(),
                     [&](const SpecFlag& each) { return each.flag == name; });
}

}  // namespace bedrocklog::cli
