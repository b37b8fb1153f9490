// A spec as a JSON document, in our form and in the two of the older systems.
#include <algorithm>
#include <array>
#include <charconv>
#include <functional>
#include <initializer_list>
#include <limits>
#include <type_traits>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "provision/document_members.h"
#include "provision/settings_document.h"
#include "provision/stack_spec.h"

namespace bedrocklog::provision {
namespace {

constexpr std::array<std::string_view, 3> choice_names = {"refuse", "merge", "replace"};
constexpr std::array<std::string_view, 3> source_names = {"automatic", "all_models_series",
                                                          "metrics_insights"};

void read_names(Members& members, StackSpec& spec) {
  members.object("names", [&](Members& inner) {
    inner.text("role", spec.names.role);
    inner.text("bucket", spec.names.bucket);
    inner.text("log_group", spec.names.log_group);
    inner.text("topic", spec.names.topic);
    inner.text("dashboard", spec.names.dashboard);
    inner.text("token_alarm", spec.names.token_alarm);
    inner.text("error_alarm", spec.names.error_alarm);
    inner.text("invocation_alarm", spec.names.invocation_alarm);
    inner.text("latency_alarm", spec.names.latency_alarm);
  });
  members.object("reused", [&](Members& inner) {
    inner.text("bucket", spec.reused.bucket);
    inner.text("log_group", spec.reused.log_group);
    inner.text("topic_arn", spec.reused.topic_arn);
  });
}

void read_archive(Members& members, StackSpec& spec) {
  members.number("log_retention_days", spec.log_retention_days);
  members.number("archive_days", spec.archive_days);
  members.number("noncurrent_days", spec.noncurrent_days);
  members.number("abort_upload_days", spec.abort_upload_days);
  bool is_first = true;
  members.objects("transitions", [&](Members& inner) {
    if (std::exchange(is_first, false)) {
      spec.transitions.clear();
    }
    Transition transition;
    inner.text("storage_class", transition.storage_class);
    inner.number("after_days", transition.after_days);
    spec.transitions.push_back(std::move(transition));
  });
  members.text("key_prefix", spec.key_prefix);
  members.text("bucket_kms_key", spec.bucket_kms_key);
  members.text("log_group_kms_key", spec.log_group_kms_key);
  members.toggle("deliver_text", spec.deliver_text);
  members.toggle("deliver_images", spec.deliver_images);
  members.toggle("deliver_embeddings", spec.deliver_embeddings);
  members.toggle("deliver_video", spec.deliver_video);
  members.toggle("deliver_audio", spec.deliver_audio);
}

void read_alerting(Members& members, StackSpec& spec) {
  members.object("thresholds", [&](Members& inner) {
    inner.number("tokens_per_hour", spec.thresholds.tokens_per_hour);
    inner.number("errors_per_5_minutes", spec.thresholds.errors_per_5_minutes);
    inner.number("invocations_per_hour", spec.thresholds.invocations_per_hour);
    inner.number("latency_mean_ms", spec.thresholds.latency_mean_ms);
  });
  members.choice("alarm_source", spec.alarm_source, source_names);
  read_subscribers(members, "subscribers", spec.subscribers);
  members.text("dlq_arn", spec.dlq_arn);
  members.object("observability",
                 [&](Members& inner) { read_observability(inner, spec.observability); });
  members.object("secure", [&](Members& inner) { read_secure(inner, spec.secure); });
}

void read_own_form(const Json& document, StackSpec& spec, std::vector<Fault>& faults) {
  Members members(document, "", faults);
  members.text("stack", spec.stack);
  members.text("env", spec.env);
  members.at("profiles", [&](const Json&) { spec.profiles.clear(); });
  members.texts("profiles", [&](std::string name) { spec.profiles.insert(std::move(name)); });
  members.text("account", spec.account);
  members.text("partition", spec.partition);
  members.at("regions", [&](const Json&) { spec.regions.clear(); });
  members.texts("regions", [&](std::string region) { spec.regions.push_back(std::move(region)); });
  members.at("only", [&](const Json&) { spec.only.clear(); });
  members.texts("only", [&](const std::string& name) {
    if (const std::optional<Component> component = component_named(name)) {
      spec.only.insert(*component);
    } else {
      members.complain("only",
                       "iam, storage, logging, dashboard, alerting, encryption, trail, network "
                       "or guardrail is wanted, not: " +
                           name);
    }
  });
  read_names(members, spec);
  read_archive(members, spec);
  read_alerting(members, spec);
  members.at("tags", [&](const Json& tags) {
    spec.tags.clear();
    const bool is_table =
        tags.is_object() &&
        std::all_of(tags.begin(), tags.end(), [](const Json& value) { return value.is_string(); });
    if (!is_table) {
      members.complain("tags", "a table of texts is wanted");
      return;
    }
    for (const auto& [key, value] : tags.items()) {
      spec.tags[key] = value.get<std::string>();
    }
  });
  members.choice("logging", spec.logging, choice_names);
  members.toggle("adopts_all", spec.adopts_all);
  members.at("adopts", [&](const Json&) { spec.adopts.clear(); });
  members.texts("adopts", [&](std::string name) { spec.adopts.insert(std::move(name)); });
  members.toggle("allows_shorter_retention", spec.allows_shorter_retention);
  members.end();
}

/// The configuration model of the older system (iam, storage, alerting, dashboard). ARNs follow
/// from names here: they are read and not needed.
void read_model_form(const Json& document, StackSpec& spec, std::vector<Fault>& faults) {
  std::string ignored;
  Members members(document, "", faults);
  members.object("iam", [&](Members& inner) {
    inner.text("roleName", spec.names.role);
    inner.text("roleArn", ignored);
    inner.text("accountId", spec.account);
  });
  members.object("storage", [&](Members& inner) {
    inner.text("s3BucketName", spec.names.bucket);
    inner.text("cloudwatchLogGroup", spec.names.log_group);
    inner.number("retentionDays", spec.log_retention_days);
  });
  members.object("alerting", [&](Members& inner) {
    std::string topic;
    inner.text("snsTopicArn", topic);
    if (!topic.empty()) {
      spec.names.topic = topic.substr(topic.rfind(':') + 1);
    }
    inner.object("thresholds", [&](Members& thresholds) {
      thresholds.number("highTokenUsage", spec.thresholds.tokens_per_hour);
      thresholds.number("errorRate", spec.thresholds.errors_per_5_minutes);
      thresholds.number("invocationSpike", spec.thresholds.invocations_per_hour);
      thresholds.number("highLatency", spec.thresholds.latency_mean_ms);
    });
  });
  members.object("dashboard", [&](Members& inner) {
    inner.text("name", spec.names.dashboard);
    std::string region;
    inner.text("region", region);
    if (!region.empty() && spec.regions.empty()) {
      spec.regions = {region};
    }
  });
  // What the model has no word for stands beside it, in our form.
  members.at("bedrocklog", [&](const Json& own) {
    // The model always says a retention; a spec may leave it to the profiles.
    const auto retention = own.is_object() ? own.find("log_retention_days") : own.end();
    if (retention != own.end() && retention->is_null()) {
      spec.log_retention_days.reset();
    }
    read_own_form(own, spec, faults);
  });
  members.end();
}

void read_parameters(const Json& parameters, StackSpec& spec, std::vector<Fault>& faults) {
  Members members(parameters, "", faults);
  members.text("Environment", spec.env);
  std::string mail;
  members.text("AlertEmail", mail);
  if (!mail.empty()) {
    spec.subscribers = {{"email", mail}};
  }
  members.number("CloudTrailRetentionDays", spec.observability.trail_days);
  members.number("CloudWatchLogRetentionDays", spec.log_retention_days);
  members.end();
}

bool is_model_form(const Json& document) {
  return document.is_object() && (document.contains("iam") || document.contains("storage") ||
                                  document.contains("alerting") || document.contains("dashboard"));
}

bool is_parameters(const Json& document) {
  constexpr std::array<const char*, 4> names = {
      "Environment", "AlertEmail", "CloudTrailRetentionDays", "CloudWatchLogRetentionDays"};
  return document.is_object() && std::any_of(names.begin(), names.end(), [&](const char* name) {
           return document.contains(name);
         });
}

/// [{"ParameterKey":..,"ParameterValue":..}] as an object.
std::optional<Json> object_of_parameters(const Json& list) {
  Json object = Json::object();
  for (const Json& entry : list) {
    if (!entry.is_object() || !entry.contains("ParameterKey") ||
        !entry["ParameterKey"].is_string() || !entry.contains("ParameterValue")) {
      return std::nullopt;
    }
    object[entry["ParameterKey"].get<std::string>()] = entry["ParameterValue"];
  }
  return object;
}

}  // namespace

void read_subscribers(Members& members, const char* name, std::vector<Subscriber>& subscribers) {
  bool is_first = true;
  members.objects(name, [&](Members& inner) {
    if (std::exchange(is_first, false)) {
      subscribers.clear();
    }
    Subscriber subscriber;
    inner.text("protocol", subscriber.protocol);
    inner.text("endpoint", subscriber.endpoint);
    subscribers.push_back(std::move(subscriber));
  });
}

Json to_json(const std::vector<Subscriber>& subscribers) {
  Json list = Json::array();
  for (const Subscriber& subscriber : subscribers) {
    list.push_back({{"protocol", subscriber.protocol}, {"endpoint", subscriber.endpoint}});
  }
  return list;
}

std::vector<Fault> read_spec(const Json& document, StackSpec& spec) {
  std::vector<Fault> faults;
  if (document.is_array()) {
    if (const std::optional<Json> parameters = object_of_parameters(document)) {
      read_parameters(*parameters, spec, faults);
    } else {
      faults.push_back({"configuration", "a list of {ParameterKey, ParameterValue} is wanted",
                        FaultCause::unspecified});
    }
  } else if (is_parameters(document)) {
    read_parameters(document, spec, faults);
  } else if (is_model_form(document)) {
    read_model_form(document, spec, faults);
  } else {
    read_own_form(document, spec, faults);
  }
  return faults;
}

Json to_json(const StackSpec& spec) {
  Json transitions = Json::array();
  for (const Transition& transition : spec.transitions) {
    transitions.push_back(
        {{"storage_class", transition.storage_class}, {"after_days", transition.after_days}});
  }
  Json only = Json::array();
  for (const Component component : spec.only) {
    only.push_back(name_of(component));
  }
  const auto flag = [](std::optional<bool> value) { return value ? Json(*value) : Json(); };
  return {{"stack", spec.stack},
          {"env", spec.env},
          {"profiles", spec.profiles},
          {"account", spec.account},
          {"partition", spec.partition},
          {"regions", spec.regions},
          {"only", std::move(only)},
          {"names",
           {{"role", spec.names.role},
            {"bucket", spec.names.bucket},
            {"log_group", spec.names.log_group},
            {"topic", spec.names.topic},
            {"dashboard", spec.names.dashboard},
            {"token_alarm", spec.names.token_alarm},
            {"error_alarm", spec.names.error_alarm},
            {"invocation_alarm", spec.names.invocation_alarm},
            {"latency_alarm", spec.names.latency_alarm}}},
          {"reused",
           {{"bucket", spec.reused.bucket},
            {"log_group", spec.reused.log_group},
            {"topic_arn", spec.reused.topic_arn}}},
          {"log_retention_days", spec.log_retention_days ? Json(*spec.log_retention_days) : Json()},
          {"archive_days", spec.archive_days},
          {"noncurrent_days", spec.noncurrent_days},
          {"abort_upload_days", spec.abort_upload_days},
          {"transitions", std::move(transitions)},
          {"key_prefix", spec.key_prefix},
          {"bucket_kms_key", spec.bucket_kms_key},
          {"log_group_kms_key", spec.log_group_kms_key},
          {"deliver_text", spec.deliver_text},
          {"deliver_images", spec.deliver_images},
          {"deliver_embeddings", spec.deliver_embeddings},
          {"deliver_video", flag(spec.deliver_video)},
          {"deliver_audio", flag(spec.deliver_audio)},
          {"thresholds",
           {{"tokens_per_hour", spec.thresholds.tokens_per_hour},
            {"errors_per_5_minutes", spec.thresholds.errors_per_5_minutes},
            {"invocations_per_hour", spec.thresholds.invocations_per_hour},
            {"latency_mean_ms", spec.thresholds.latency_mean_ms}}},
          {"alarm_source", choice_name(spec.alarm_source, source_names)},
          {"subscribers", to_json(spec.subscribers)},
          {"dlq_arn", spec.dlq_arn},
          {"tags", spec.tags},
          {"observability", to_json(spec.observability)},
          {"secure", to_json(spec.secure)},
          {"logging", choice_name(spec.logging, choice_names)},
          {"adopts_all", spec.adopts_all},
          {"adopts", spec.adopts},
          {"allows_shorter_retention", spec.allows_shorter_retention}};
}

}  // namespace bedrocklog::provision
