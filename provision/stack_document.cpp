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

#include "provision/stack_spec.h"

namespace bedrocklog::provision {
namespace {

constexpr std::array<std::string_view, 3> choice_names = {"refuse", "merge", "replace"};
constexpr std::array<std::string_view, 2> source_names = {"all_models_series", "metrics_insights"};

template <class Choice, std::size_t N>
std::string_view choice_name(Choice choice, const std::array<std::string_view, N>& names) {
  return names.at(static_cast<std::size_t>(choice));
}

/// Numbers that came as text ("30"), as in CloudFormation parameters, count.
std::optional<std::uint64_t> number_of(const Json& value) {
  if (value.is_number_unsigned()) {
    return value.get<std::uint64_t>();
  }
  if (value.is_number_integer()) {
    const auto number = value.get<std::int64_t>();
    return number < 0 ? std::nullopt : std::optional<std::uint64_t>(number);
  }
  if (value.is_number_float() || !value.is_string()) {
    return std::nullopt;
  }
  const auto& text = value.get_ref<const std::string&>();
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_whole = error == std::errc{} && end == text.data() + text.size() && !text.empty();
  return is_whole ? std::optional(number) : std::nullopt;
}

/// Takes members out of one object; what is left over at the end is a fault.
class Members {
 public:
  Members(const Json& object, std::string place, std::vector<Fault>& faults)
      : object_(&object), place_(std::move(place)), faults_(&faults) {
    if (!object.is_object()) {
      complain("", "a table of settings is wanted here");
    }
  }

  /// Calls `take` with the member if it is there; null means that nothing is said.
  void at(const char* name, const std::function<void(const Json&)>& take) {
    known_.emplace_back(name);
    const auto found = object_->is_object() ? object_->find(name) : object_->end();
    if (found != object_->end() && !found->is_null()) {
      take(*found);
    }
  }

  void text(const char* name, std::string& into) {
    at(name, [&](const Json& value) {
      if (value.is_string()) {
        into = value.get<std::string>();
      } else {
        complain(name, "a text is wanted");
      }
    });
  }

  template <class Number>
  void number(const char* name, Number& into) {
    at(name, [&](const Json& value) {
      const std::optional<std::uint64_t> number = number_of(value);
      if (number && *number <= std::numeric_limits<Number>::max()) {
        into = static_cast<Number>(*number);
      } else {
        complain(name, "a whole number of 0 or more is wanted");
      }
    });
  }

  template <class Flag>
  void toggle(const char* name, Flag& into) {
    at(name, [&](const Json& value) {
      if (value.is_boolean()) {
        into = value.get<bool>();
      } else {
        complain(name, "true or false is wanted");
      }
    });
  }

  void texts(const char* name, const std::function<void(std::string)>& take) {
    at(name, [&](const Json& value) {
      if (value.is_string()) {
        take(value.get<std::string>());
        return;
      }
      const bool is_list =
          value.is_array() && std::all_of(value.begin(), value.end(),
                                          [](const Json& entry) { return entry.is_string(); });
      if (!is_list) {
        complain(name, "a list of texts is wanted");
        return;
      }
      for (const Json& entry : value) {
        take(entry.get<std::string>());
      }
    });
  }

  template <class Choice, std::size_t N>
  void choice(const char* name, Choice& into, const std::array<std::string_view, N>& names) {
    at(name, [&](const Json& value) {
      const auto found = std::find_if(names.begin(), names.end(), [&](std::string_view candidate) {
        return value == candidate;
      });
      if (found == names.end()) {
        complain(name, fmt::format("one of {} is wanted", fmt::join(names, ", ")));
      } else {
        into = static_cast<Choice>(found - names.begin());
      }
    });
  }

  void object(const char* name, const std::function<void(Members&)>& take) {
    at(name, [&](const Json& value) {
      Members inner(value, path(name), *faults_);
      take(inner);
      inner.end();
    });
  }

  void objects(const char* name, const std::function<void(Members&)>& take) {
    at(name, [&](const Json& value) {
      if (!value.is_array()) {
        complain(name, "a list of tables is wanted");
        return;
      }
      for (std::size_t index = 0; index < value.size(); ++index) {
        Members inner(value[index], fmt::format("{}[{}]", path(name), index), *faults_);
        take(inner);
        inner.end();
      }
    });
  }

  /// What nobody asked for is not known.
  void end() {
    if (!object_->is_object()) {
      return;
    }
    for (const auto& [name, value] : object_->items()) {
      if (std::find(known_.begin(), known_.end(), name) == known_.end()) {
        complain(name, fmt::format("unknown setting; known here: {}", fmt::join(known_, ", ")));
      }
    }
  }

  void complain(const std::string& name, std::string message) {
    faults_->push_back({name.empty() ? (place_.empty() ? "configuration" : place_) : path(name),
                        std::move(message), FaultCause::unspecified});
  }

 private:
  [[nodiscard]] std::string path(const std::string& name) const {
    return place_.empty() ? name : place_ + '.' + name;
  }

  const Json* object_;
  std::string place_;
  std::vector<Fault>* faults_;
  std::vector<std::string> known_;
};

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
  bool is_first = true;
  members.objects("subscribers", [&](Members& inner) {
    if (std::exchange(is_first, false)) {
      spec.subscribers.clear();
    }
    Subscriber subscriber;
    inner.text("protocol", subscriber.protocol);
    inner.text("endpoint", subscriber.endpoint);
    spec.subscribers.push_back(std::move(subscriber));
  });
  members.text("dlq_arn", spec.dlq_arn);
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
                       "iam, storage, logging, dashboard or alerting is wanted, not: " + name);
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
  members.at("bedrocklog", [&](const Json& own) { read_own_form(own, spec, faults); });
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
  unsigned trail_days = 0;  // Of a profile with a trail; core has none.
  members.number("CloudTrailRetentionDays", trail_days);
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
  Json subscribers = Json::array();
  for (const Subscriber& subscriber : spec.subscribers) {
    subscribers.push_back({{"protocol", subscriber.protocol}, {"endpoint", subscriber.endpoint}});
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
          {"log_retention_days", spec.log_retention_days},
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
          {"subscribers", std::move(subscribers)},
          {"dlq_arn", spec.dlq_arn},
          {"tags", spec.tags},
          {"logging", choice_name(spec.logging, choice_names)},
          {"adopts_all", spec.adopts_all},
          {"adopts", spec.adopts},
          {"allows_shorter_retention", spec.allows_shorter_retention}};
}

}  // namespace bedrocklog::provision
