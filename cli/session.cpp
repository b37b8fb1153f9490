// The common beginning of the commands.
#include "cli/session.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "analytics/report_key.h"
#include "analytics/time_spec.h"
#include "analytics/workers.h"
#include "cli/allocation.h"
#include "cli/dry_run.h"
#include "cli/number_text.h"
#include "ingest/s3_location.h"

namespace bedrocklog::cli {
namespace {

constexpr NumberRange jobs_range = {1, 1'024};
constexpr NumberRange memory_range = {1ULL << 20U, 1ULL << 40U};
constexpr NumberRange groups_range = {1, 100'000'000};
constexpr NumberRange slack_range = {0, 72};  // Hours.

std::string known_sources(const Configuration& configuration) {
  std::string names;
  for (const auto& [name, value] : configuration.sources) {
    names += (names.empty() ? "" : ", ") + name;
  }
  return names.empty() ? "none is configured" : "there are " + names;
}

Fault unknown_source(const Configuration& configuration, const std::string& name) {
  std::vector<std::string> names;
  for (const auto& [known, value] : configuration.sources) {
    names.push_back(known);
  }
  const auto nearest = analytics::nearest_name(name, names);
  return {"--source", fmt::format("no such source: {}; {}", name,
                                  nearest ? fmt::format("did you mean {}?", *nearest)
                                          : known_sources(configuration))};
}

/// Fields of a group's condition: teams may be told by groups, so not the other way round.
Result<analytics::Field> resolve_group_field(std::string_view name) {
  if (name == "team") {
    return fault("--where", "a group cannot ask for the team");
  }
  return analytics::resolve_record_field(name);
}

/// --jobs; 0 where it is not given.
Result<unsigned> jobs_of(const Settings& settings) {
  const std::string jobs = settings.text("jobs");
  if (jobs.empty()) {
    return 0U;
  }
  const Result<std::uint64_t> count = parse_whole_number(jobs, "--jobs", jobs_range);
  if (!count) {
    return pass_on(count);
  }
  return static_cast<unsigned>(*count);
}

}  // namespace

OrExit<Session> open_session(const Invocation& invocation, const NamedReport& named) {
  Session session;
  session.environment = process_environment();
  std::optional<std::string> flag;
  if (const auto given = invocation.flags.find("config"); given != invocation.flags.end()) {
    flag = given->second.front();
  }
  session.files = configuration_files(flag, session.environment);
  Result<Configuration> configuration = load_configuration(session.files);
  if (!configuration) {
    const bool missing = configuration.error().message.starts_with(configuration_file_missing);
    return stop(missing ? Step::configuration_missing : Step::configuration, configuration.error());
  }
  session.configuration = std::move(*configuration);
  Result<Settings> settings =
      resolve_settings(invocation, session.environment, session.configuration, named);
  if (!settings) {
    return stop(Step::command_line, settings.error());
  }
  session.settings = std::move(*settings);
  return session;
}

OrExit<std::vector<std::string>> locations_of(const Session& session,
                                              const std::vector<std::string>& arguments,
                                              Step missing) {
  std::vector<std::string> locations = arguments;
  const Setting* source = session.settings.find("source");
  const bool is_flag = source != nullptr && source->origin == Origin::flag;
  if (source != nullptr && (is_flag || arguments.empty())) {
    for (const std::string& name : source->values) {
      const auto named = session.configuration.sources.find(name);
      if (named != session.configuration.sources.end()) {
        locations.insert(locations.end(), named->second.values.begin(), named->second.values.end());
      } else if (is_flag) {
        return stop(Step::list_input, unknown_source(session.configuration, name));
      } else {
        locations.push_back(name);  // The default source may be a location itself.
      }
    }
  }
  if (locations.empty()) {
    return stop(missing, {"source",
                          "is missing; name a folder, file, glob or - (standard input), or set "
                          "source under [defaults] in bedrocklog.toml"});
  }
  return locations;
}

OrExit<ingest::Manifest> list_input(const Session& session,
                                    const std::vector<std::string>& locations,
                                    const ingest::HourWindow& window) {
  const Result<unsigned> jobs = jobs_of(session.settings);
  if (!jobs) {
    return stop_at_setting(session.settings, jobs.error());
  }
  ingest::InputSpec spec{locations, window, nullptr, analytics::workers_for(*jobs)};
  if (std::any_of(locations.begin(), locations.end(), ingest::is_s3_location)) {
    const OrExit<aws::S3Client*> client = session.s3->start(session.settings, session.environment);
    if (!client) {
      return client.code();
    }
    spec.s3 = *client;
  }
  Result<ingest::Manifest> manifest = ingest::list_objects(spec);
  if (!manifest) {
    return stop(Step::list_input, manifest.error());
  }
  if (spec.s3 != nullptr && session.settings.is_on("verbose")) {
    print_s3_origin(*spec.s3);
  }
  if (manifest->objects.empty() && manifest->skipped.empty() && manifest->unreadable.empty() &&
      !manifest->is_pruned) {
    return stop(Step::list_input, {locations.front(), "holds no objects; is it the right folder?"});
  }
  return std::move(*manifest);
}

void report_s3_requests(const Session& session) {
  if (session.s3->client() != nullptr && session.settings.is_on("verbose")) {
    print_s3_requests(*session.s3->client());
  }
}

Result<ingest::HourWindow> delivery_window_of(const Settings& settings, const TimeRange& range) {
  const std::string text = settings.text("delivery-slack");
  const Result<std::uint64_t> slack = parse_whole_number(text, "--delivery-slack", slack_range);
  if (!slack) {
    return pass_on(slack);
  }
  return range == TimeRange{} ? ingest::HourWindow{}
                              : ingest::hour_window_of(range, static_cast<int>(*slack));
}

Result<Now> now_of(const Session& session, const analytics::Zone& zone) {
  const std::string text = session.settings.text("now");
  if (!text.empty()) {
    const Result<UnixMillis> at = analytics::parse_instant(text, zone);
    if (!at) {
      return fault("--now", at.error().message);
    }
    return Now{*at, true};
  }
  if (const auto epoch = value_of(session.environment, "SOURCE_DATE_EPOCH")) {
    constexpr NumberRange seconds_range = {0, 253'402'300'799};  // To the end of 9999.
    const Result<std::uint64_t> seconds =
        parse_whole_number(*epoch, "SOURCE_DATE_EPOCH", seconds_range);
    if (!seconds) {
      return pass_on(seconds);
    }
    return Now{{static_cast<std::int64_t>(*seconds) * second_ms}, true};
  }
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  return Now{{std::chrono::duration_cast<std::chrono::milliseconds>(since_epoch).count()}, false};
}

OrExit<analytics::ModelMap> model_map_of(const Session& session) {
  ConfiguredModels models;
  const std::string path = session.settings.text("model-map");
  if (!path.empty()) {
    Result<ConfiguredModels> loaded = load_model_map(path);
    if (!loaded) {
      return stop(Step::prices, loaded.error());
    }
    models = std::move(*loaded);
  }
  for (const auto& [id, entry] : session.configuration.models) {
    models.emplace(id, entry);
  }
  analytics::ModelMap result;
  for (const auto& [id, entry] : models) {
    result[id] = {entry.model, entry.label};
  }
  return result;
}

Result<std::vector<analytics::GroupRule>> group_rules(const Configuration& configuration) {
  std::vector<analytics::GroupRule> rules;
  for (const ConfiguredGroup& group : configuration.groups) {
    Result<analytics::Expression> condition = analytics::Expression::parse(
        group.condition, to_text(group.place) + ": " + group.name, resolve_group_field);
    if (!condition) {
      return pass_on(condition);
    }
    rules.push_back({group.name, std::move(*condition)});
  }
  return rules;
}

OrExit<analytics::ScanOptions> scan_options_of(const Session& session) {
  const Settings& settings = session.settings;
  analytics::ScanOptions options;
  Result<analytics::Zone> zone = analytics::Zone::named(settings.text("tz"));
  if (!zone) {
    return stop_at_setting(settings, {"--tz", zone.error().message});
  }
  options.zone = std::move(*zone);
  const std::string dedup = settings.text("dedup");
  if (dedup != "request" && dedup != "off") {
    return stop_at_setting(settings, {"--dedup", "takes request or off: " + dedup});
  }
  options.deduplicate = dedup == "request";
  const Result<unsigned> jobs = jobs_of(settings);
  if (!jobs) {
    return stop_at_setting(settings, jobs.error());
  }
  options.jobs = *jobs;
  const Result<std::uint64_t> memory =
      parse_byte_size(settings.text("memory"), "--memory", memory_range);
  if (!memory) {
    return stop_at_setting(settings, memory.error());
  }
  options.duplicates_memory_bytes = *memory;
  const Result<std::uint64_t> groups =
      parse_whole_number(settings.text("max-groups"), "--max-groups", groups_range);
  if (!groups) {
    return stop_at_setting(settings, groups.error());
  }
  options.groups_max = static_cast<std::size_t>(*groups);
  const Result<aws::AwsFlags> aws_flags = aws_flags_of(settings);
  if (!aws_flags) {
    return stop_at_setting(settings, aws_flags.error());
  }
  options.downloads.in_flight_max = aws_flags->connections.value_or(aws::connections_default);
  if (const std::optional<Fault> failed = plan_fault(settings)) {
    return stop_at_setting(settings, *failed);
  }
  Result<std::vector<analytics::GroupRule>> rules = group_rules(session.configuration);
  if (!rules) {
    return stop(Step::configuration, rules.error());
  }
  options.groups = std::move(*rules);
  OrExit<analytics::TeamRules> teams = team_rules_of(session);
  if (!teams) {
    return teams.code();
  }
  options.teams = std::move(*teams);
  OrExit<analytics::ModelMap> models = model_map_of(session);
  if (!models) {
    return models.code();
  }
  options.models = std::move(*models);
  return options;
}

}  // namespace bedrocklog::cli
