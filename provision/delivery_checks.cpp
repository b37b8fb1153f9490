// One read or a few per check.
#include "provision/delivery_checks.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "provision/check_outcome.h"
#include "provision/core_profile.h"
#include "provision/policy_checks.h"
#include "provision/policy_statements.h"

namespace bedrocklog::provision {
namespace {

using aws::CallResult;
using aws::HttpResponse;
using aws::XmlElement;

constexpr const char* log_stream_name = "aws/bedrock/modelinvocations";
constexpr const char* bedrock_metrics = "AWS/Bedrock";
constexpr unsigned days_back_max = 400;
/// 500 series to a page: more models than there are.
constexpr unsigned metric_pages_max = 20;
constexpr std::int64_t hour_seconds = 3'600;
constexpr std::int64_t day_hours = 24;

/// What every stack with calls has. Error metrics are there only after the first error.
constexpr std::array<std::string_view, 4> metrics_expected = {
    "Invocations", "InputTokenCount", "OutputTokenCount", "InvocationLatency"};

std::chrono::year_month_day date_of_day(std::int64_t day) {
  return std::chrono::sys_days(std::chrono::days(day));
}

/// "yyyy/mm/dd/".
std::string day_folder(std::int64_t day) {
  const std::chrono::year_month_day date = date_of_day(day);
  return fmt::format("{:04}/{:02}/{:02}/", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

/// The hour of ".../HH/".
std::optional<std::int64_t> hour_of(std::string_view folder) {
  constexpr std::size_t tail_size = 3;
  if (folder.size() < tail_size || folder.back() != '/') {
    return std::nullopt;
  }
  unsigned hour = 0;
  const char* const begin = folder.data() + folder.size() - tail_size;
  const auto [end, error] = std::from_chars(begin, begin + tail_size - 1, hour);
  if (error != std::errc{} || end != begin + tail_size - 1 || hour >= day_hours) {
    return std::nullopt;
  }
  return hour;
}

}  // namespace

Check DeliveryChecks::log_stream(const std::string& region) const {
  const std::string group = log_group_of(*spec_);
  const Check check{"log-stream-there", to_text({ResourceKind::log_group, region, group}),
                    CheckResult::unknown, ""};
  const CallResult<Json> answer =
      calls_->json("logs", region, "DescribeLogStreams",
                   {{"logGroupName", group}, {"logStreamNamePrefix", log_stream_name}});
  if (!answer) {
    if (has_code(answer.error(), {"ResourceNotFoundException"})) {
      return concluded(check, CheckResult::fail, "the log group is not there; apply makes it");
    }
    return unasked(check, "logs", "DescribeLogStreams", answer.error());
  }
  const Json streams = answer->value("logStreams", Json::array());
  const bool is_there = std::any_of(streams.begin(), streams.end(), [](const Json& stream) {
    return stream.is_object() && stream.value("logStreamName", Json()) == log_stream_name;
  });
  return is_there ? concluded(check, CheckResult::pass, fmt::format("{} is there", log_stream_name))
                  : concluded(check, CheckResult::warn,
                              fmt::format("{} is not there: Bedrock makes it with its first line; "
                                          "call a model in {} and look again",
                                          log_stream_name, region));
}

CallResult<std::vector<std::string>> DeliveryChecks::names_below(const std::string& region,
                                                                 const std::string& prefix,
                                                                 bool by_folder) const {
  aws::S3Operation list{"ListObjectsV2",
                        "GET",
                        bucket_of(*spec_, region),
                        {{"list-type", "2"}, {"prefix", prefix}},
                        "",
                        {{"x-amz-expected-bucket-owner", spec_->account}},
                        ""};
  if (by_folder) {
    list.query.push_back({"delimiter", "/"});
  } else {
    list.query.push_back({"max-keys", "1"});
  }
  const CallResult<HttpResponse> answer = calls_->s3(region, std::move(list));
  if (!answer) {
    return tl::unexpected(answer.error());
  }
  std::vector<std::string> names;
  if (const std::optional<XmlElement> page = aws::parse_xml(answer->body)) {
    for (const XmlElement* const one : page->all(by_folder ? "CommonPrefixes" : "Contents")) {
      names.emplace_back(one->text_of(by_folder ? "Prefix" : "Key"));
    }
  }
  return names;
}

Check DeliveryChecks::archive_written(const std::string& region) const {
  const Check check{"archive-written",
                    to_text({ResourceKind::bucket, region, bucket_of(*spec_, region)}),
                    CheckResult::unknown, ""};
  const CallResult<std::vector<std::string>> names =
      names_below(region, archive_prefix(*spec_), false);
  if (!names) {
    return unasked(check, "s3", "ListObjectsV2", names.error());
  }
  return names->empty()
             ? concluded(check, CheckResult::fail,
                         fmt::format("nothing is below {}: Bedrock writes an object there when "
                                     "logging is set up; look at bucket policy and key policy",
                                     archive_prefix(*spec_)))
             : concluded(check, CheckResult::pass, "Bedrock has written: " + names->front());
}

Check DeliveryChecks::archive_age(const std::string& region) const {
  const Check check{"archive-young",
                    to_text({ResourceKind::bucket, region, bucket_of(*spec_, region)}),
                    CheckResult::unknown, ""};
  const std::int64_t now_hour = choices_->now_seconds / hour_seconds;
  const std::int64_t age_max = choices_->archive_age_hours_max;
  const std::int64_t last_day =
      std::max((now_hour - age_max) / day_hours, now_hour / day_hours - days_back_max);
  for (std::int64_t day = now_hour / day_hours; day >= last_day; --day) {
    const CallResult<std::vector<std::string>> folders = names_below(
        region, fmt::format("{}{}/{}", archive_prefix(*spec_), region, day_folder(day)), true);
    if (!folders) {
      return unasked(check, "s3", "ListObjectsV2", folders.error());
    }
    std::optional<std::int64_t> newest;
    for (const std::string& folder : *folders) {
      newest = std::max(newest, hour_of(folder));
    }
    if (!newest) {
      continue;
    }
    const std::int64_t age = now_hour - (day * day_hours + *newest);
    if (age <= age_max) {
      return concluded(
          check, CheckResult::pass,
          fmt::format("the newest hour with calls is {}{:02}", day_folder(day), *newest));
    }
    break;
  }
  return concluded(check, CheckResult::warn,
                   fmt::format("no calls of the last {} hours are in the archive: nobody called a "
                               "model in {}, or delivery stopped",
                               age_max, region));
}

Check DeliveryChecks::metrics(const std::string& region) const {
  const Check check{"metrics-known", region, CheckResult::unknown, ""};
  std::set<std::string, std::less<>> known;
  std::set<std::string, std::less<>> over_all_models;
  Json members = {{"Namespace", bedrock_metrics}};
  for (unsigned page = 0; page < metric_pages_max; ++page) {
    const CallResult<XmlElement> answer =
        calls_->query("cloudwatch", region, "ListMetrics", members);
    if (!answer) {
      return unasked(check, "cloudwatch", "ListMetrics", answer.error());
    }
    for (const XmlElement* const metric : answer->members("Metrics")) {
      const std::string name(metric->text_of("MetricName"));
      known.insert(name);
      if (metric->members("Dimensions").empty()) {
        over_all_models.insert(name);
      }
    }
    if (answer->text_of("NextToken").empty()) {
      break;
    }
    members["NextToken"] = std::string(answer->text_of("NextToken"));
  }
  const auto missing_in = [](const std::set<std::string, std::less<>>& names) {
    std::vector<std::string_view> missing;
    std::copy_if(metrics_expected.begin(), metrics_expected.end(), std::back_inserter(missing),
                 [&](std::string_view name) { return !names.contains(name); });
    return missing;
  };
  if (const auto missing = missing_in(known); !missing.empty()) {
    return concluded(check, CheckResult::warn,
                     fmt::format("CloudWatch knows no {} of {} yet: it does after the first call, "
                                 "and forgets them two weeks after the last; widgets stay empty",
                                 fmt::join(missing, ", "), bedrock_metrics));
  }
  const auto missing = missing_in(over_all_models);
  if (!missing.empty() && spec_->alarm_source != AlarmSource::metrics_insights) {
    return concluded(check, CheckResult::warn,
                     fmt::format("CloudWatch has {} per model only, which the alarms do not watch; "
                                 "apply with --alarm-source metrics_insights",
                                 fmt::join(missing, ", ")));
  }
  return concluded(check, CheckResult::pass, "CloudWatch has the metrics of Bedrock");
}

std::vector<Check> DeliveryChecks::reused_bucket(const std::string& region) const {
  const std::string bucket = bucket_of(*spec_, region);
  const std::string subject = to_text({ResourceKind::bucket, region, bucket});
  Check delivery{"bucket-policy-lets-bedrock-write", subject, CheckResult::pass, "it does"};
  Check transport{"bucket-denies-insecure", subject, CheckResult::pass, "it does"};
  const CallResult<HttpResponse> answer =
      calls_->s3(region, {"GetBucketPolicy",
                          "GET",
                          bucket,
                          {{"policy", ""}},
                          "",
                          {{"x-amz-expected-bucket-owner", spec_->account}},
                          ""});
  if (!answer && !has_code(answer.error(), {"NoSuchBucketPolicy"})) {
    return {unasked(std::move(delivery), "s3", "GetBucketPolicy", answer.error()),
            unasked(std::move(transport), "s3", "GetBucketPolicy", answer.error())};
  }
  const Json policy = answer ? parsed_policy(answer->body) : Json::object();
  if (std::string flaw = delivery_flaw(*spec_, region, policy); !flaw.empty()) {
    delivery = concluded(std::move(delivery), CheckResult::fail, std::move(flaw));
  }
  // Somebody else's bucket: said, and theirs to decide.
  if (std::string flaw = transport_flaw(*spec_, bucket, policy); !flaw.empty()) {
    transport = concluded(std::move(transport), CheckResult::warn, std::move(flaw));
  }
  return {std::move(delivery), std::move(transport)};
}

}  // namespace bedrocklog::provision
