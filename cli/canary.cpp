// Looking for one record: FilterLogEvents for its mark, and a scan of the hours since it was made
// up.
#include "cli/canary.h"

#include <algorithm>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "analytics/price_table.h"
#include "analytics/record_facts.h"
#include "analytics/scan.h"
#include "cli/number_text.h"
#include "ingest/aws/s3_client.h"
#include "ingest/ensure.h"
#include "ingest/hour_path.h"
#include "ingest/manifest.h"
#include "provision/core_profile.h"

namespace bedrocklog::cli {
namespace {

using provision::Check;
using provision::CheckResult;
using provision::Json;

constexpr NumberRange wait_range_s = {0, 3'600};
constexpr unsigned look_every_ms = 10'000;
constexpr unsigned ms_of_second = 1'000;
/// A record is looked for so long after its id was made up.
constexpr std::int64_t age_max_ms = 2 * day_ms;
/// Clocks differ, and an hour's folder gets records of the hour before.
constexpr int slack_hours = 2;
constexpr unsigned event_pages_max = 50;
constexpr std::size_t chance_digits = 8;

/// "20260304T101507Z" of an id.
constexpr std::size_t time_size = 16;

std::string compact_time(UnixMillis at) {
  std::string text = to_rfc3339({at.value - at.value % second_ms});
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return text;
}

std::optional<UnixMillis> time_of(std::string_view id) {
  if (id.size() != time_size + 1 + chance_digits || id[time_size] != '-' || id[8] != 'T') {
    return std::nullopt;
  }
  const bool is_hex = std::all_of(id.begin() + time_size + 1, id.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
  });
  const std::string spread =
      fmt::format("{}-{}-{}T{}:{}:{}", id.substr(0, 4), id.substr(4, 2), id.substr(6, 2),
                  id.substr(9, 2), id.substr(11, 2), id.substr(13, 3));
  return is_hex ? parse_timestamp(spread) : std::nullopt;
}

std::string new_id(UnixMillis now) {
  std::random_device chance;
  return fmt::format("{}-{:08x}", compact_time(now), chance());
}

/// Looks in one region.
class CanarySearch {
 public:
  CanarySearch(const StackChange& change, const Canary& canary, std::string region)
      : spec_(&change.request.spec),
        target_(&change.target),
        canary_(&canary),
        region_(std::move(region)) {}

  /// What was found; nothing: not there yet.
  [[nodiscard]] std::optional<Check> in_log_group() const {
    Json members = {{"logGroupName", log_group_of(*spec_)},
                    {"filterPattern", fmt::format("\"{}\"", canary_->id)},
                    {"startTime", canary_->made_at.value - hour_ms}};
    for (unsigned page = 0; page < event_pages_max; ++page) {
      const aws::CallResult<Json> answer =
          target_->calls->json("logs", region_, "FilterLogEvents", members);
      if (!answer) {
        return failed(log_group_check(), answer.error().fault);
      }
      if (!answer->value("events", Json::array()).empty()) {
        return found(log_group_check());
      }
      const std::string next = answer->value("nextToken", "");
      if (next.empty()) {
        return std::nullopt;
      }
      members["nextToken"] = next;
    }
    return std::nullopt;
  }

  [[nodiscard]] std::optional<Check> in_archive() const {
    aws::S3Client client(*target_->session);
    const TimeRange range{{canary_->made_at.value - hour_ms},
                          {canary_->made_at.value + age_max_ms}};
    ingest::InputSpec input;
    input.locations = {aws::s3_uri(bucket_of(*spec_, region_),
                                   fmt::format("{}{}/", archive_prefix(*spec_), region_))};
    input.window = ingest::hour_window_of(range, slack_hours);
    input.s3 = &client;
    const Result<ingest::Manifest> manifest = ingest::list_objects(input);
    if (!manifest) {
      // Without a cause: nothing is below the prefix so far.
      const FaultCause cause = manifest.error().cause;
      return cause == FaultCause::unspecified || cause == FaultCause::not_found
                 ? std::nullopt
                 : std::optional(failed(archive_check(), manifest.error()));
    }
    const analytics::PriceTable no_prices;
    analytics::ScanOptions options;
    options.where = mark_condition();
    options.range = range;
    options.deduplicate = false;
    options.prices = &no_prices;
    options.s3 = &client;
    analytics::ScanControl control;
    const Result<analytics::ScanOutcome> outcome = analytics::scan(*manifest, options, control);
    if (!outcome) {
      return failed(archive_check(), outcome.error());
    }
    return outcome->aggregate.account.counted > 0 ? std::optional(found(archive_check()))
                                                  : std::nullopt;
  }

  [[nodiscard]] Check log_group_check() const {
    return {"canary-in-log-group",
            to_text(provision::Address{provision::ResourceKind::log_group, region_,
                                       log_group_of(*spec_)}),
            CheckResult::unknown, ""};
  }
  [[nodiscard]] Check archive_check() const {
    return {"canary-in-archive",
            to_text(provision::Address{provision::ResourceKind::bucket, region_,
                                       bucket_of(*spec_, region_)}),
            CheckResult::unknown, ""};
  }

 private:
  [[nodiscard]] analytics::Expression mark_condition() const {
    Result<analytics::Expression> condition =
        analytics::Expression::parse(fmt::format("tag:{} = \"{}\"", canary_key, canary_->id),
                                     "canary", analytics::resolve_record_field);
    ensure(condition.has_value());  // Its parts are ours and checked.
    return std::move(*condition);
  }

  static Check found(Check check) {
    check.result = CheckResult::pass;
    check.finding = "the record of the canary is there";
    return check;
  }
  static Check failed(Check check, const Fault& fault) {
    check.finding = fmt::format("could not be asked: {}: {}", fault.subject, fault.message);
    return check;
  }

  const provision::StackSpec* spec_;
  const ProvisionTarget* target_;
  const Canary* canary_;
  std::string region_;
};

/// One place to look, until something is known about it.
struct Search {
  CanarySearch where;
  bool is_archive = false;
  std::optional<Check> check;

  void look() {
    if (!check) {
      check = is_archive ? where.in_archive() : where.in_log_group();
    }
  }
  [[nodiscard]] Check ended(const Canary& canary) const {
    if (check) {
      return *check;
    }
    Check missing = is_archive ? where.archive_check() : where.log_group_check();
    const bool is_looked_for = !canary.is_new || canary.wait_s > 0;
    missing.result = is_looked_for ? CheckResult::warn : CheckResult::unknown;
    missing.finding = fmt::format(
        "{}; {} again with --canary-id {}", is_looked_for ? "not found yet" : "not looked for yet",
        is_looked_for ? "delivery takes some minutes: look" : "make the call, then look",
        canary.id);
    return missing;
  }
};

}  // namespace

OrExit<std::optional<Canary>> canary_of(const Session& session) {
  const Settings& settings = session.settings;
  const std::string id = settings.text("canary-id");
  if (!settings.is_on("canary") && id.empty()) {
    return std::optional<Canary>();
  }
  Canary canary;
  const Result<std::uint64_t> wait =
      parse_whole_number(settings.text("wait"), "--wait", wait_range_s);
  if (!wait) {
    return stop_at_setting(settings, wait.error());
  }
  canary.wait_s = static_cast<unsigned>(*wait);
  canary.model = settings.text("canary-model");
  canary.is_new = id.empty();
  const Result<Now> now = now_of(session, analytics::Zone());
  if (!now) {
    return stop_at_setting(settings, now.error());
  }
  canary.id = id.empty() ? new_id(now->at) : id;
  const std::optional<UnixMillis> made_at = time_of(canary.id);
  if (!made_at) {
    return stop(Step::command_line,
                {"--canary-id", fmt::format("takes what --canary printed: {}", canary.id)});
  }
  canary.made_at = *made_at;
  return std::optional(std::move(canary));
}

std::string canary_call(const Canary& canary, const std::string& region) {
  return fmt::format(
      "aws bedrock-runtime converse --region {} --model-id {} --messages "
      "'[{{\"role\":\"user\",\"content\":[{{\"text\":\"ping\"}}]}}]' --inference-config "
      "maxTokens=1 --request-metadata {}={}",
      region, canary.model.empty() ? "MODEL_ID" : canary.model, canary_key, canary.id);
}

std::vector<Check> check_canary(const StackChange& change, const Canary& canary) {
  const provision::StackSpec& spec = change.request.spec;
  Canary shown = canary;
  if (shown.model.empty() && !spec.observability.models.empty()) {
    shown.model = spec.observability.models.front().model_id;
  }
  std::vector<Search> searches;
  for (const std::string& region : spec.regions) {
    if (canary.is_new) {
      const std::string call = canary_call(shown, region);
      print_notice(fmt::format("make this call:\n  {}", call));
    }
    searches.push_back({{change, canary, region}, false, {}});
    searches.push_back({{change, canary, region}, true, {}});
  }
  const provision::Waiter waiter = provision::system_waiter();
  const std::int64_t start_ms = waiter.now_ms();
  const std::int64_t limit_ms = std::int64_t{canary.wait_s} * ms_of_second;
  const bool is_looked_for = !canary.is_new || canary.wait_s > 0;
  while (is_looked_for) {
    std::for_each(searches.begin(), searches.end(), [](Search& each) { each.look(); });
    const bool is_done = std::all_of(searches.begin(), searches.end(),
                                     [](const Search& each) { return each.check.has_value(); });
    const std::int64_t left_ms = limit_ms - (waiter.now_ms() - start_ms);
    if (is_done || left_ms <= 0) {
      break;
    }
    waiter.sleep(static_cast<unsigned>(std::min<std::int64_t>(left_ms, look_every_ms)));
  }
  std::vector<Check> checks;
  checks.reserve(searches.size());
  for (const Search& each : searches) {
    checks.push_back(each.ended(canary));
  }
  return checks;
}

}  // namespace bedrocklog::cli
