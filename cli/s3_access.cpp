// From flags to a client of S3.
#include "cli/s3_access.h"

#include <string>
#include <utility>

#include <fmt/format.h>

#include "cli/number_text.h"
#include "ingest/aws/endpoint.h"

namespace bedrocklog::cli {
namespace {

constexpr NumberRange connections_range = {1, aws::connections_max};
constexpr NumberRange attempts_range = {1, 100};
constexpr NumberRange stall_range_s = {1, 3'600};
constexpr unsigned second_of_ms = 1'000;

/// Leaves `into` as it is when nobody says anything.
std::optional<Fault> read_number(const Settings& settings, std::string_view name, NumberRange range,
                                 std::optional<unsigned>& into) {
  const std::string text = settings.text(name);
  if (text.empty()) {
    return std::nullopt;
  }
  const Result<std::uint64_t> number = parse_whole_number(text, fmt::format("--{}", name), range);
  if (!number) {
    return number.error();
  }
  into = static_cast<unsigned>(*number);
  return std::nullopt;
}

}  // namespace

Result<aws::AwsFlags> aws_flags_of(const Settings& settings) {
  aws::AwsFlags flags;
  flags.profile = settings.text("profile");
  flags.region = settings.text("region");
  flags.endpoint_url = settings.text("endpoint-url");
  flags.ca_bundle = settings.text("ca-bundle");
  flags.no_sign_request = settings.is_on("no-sign-request");
  flags.path_style = settings.is_on("path-style");
  flags.request_payer = settings.is_on("request-payer");
  flags.use_fips = settings.is_on("fips");
  flags.use_dualstack = settings.is_on("dualstack");
  std::optional<unsigned> stall_timeout_s;
  for (const auto& failed :
       {read_number(settings, "connections", connections_range, flags.connections),
        read_number(settings, "max-attempts", attempts_range, flags.attempts_max),
        read_number(settings, "stall-timeout", stall_range_s, stall_timeout_s)}) {
    if (failed) {
      return tl::unexpected(*failed);
    }
  }
  if (stall_timeout_s) {
    flags.stall_timeout_ms = *stall_timeout_s * second_of_ms;
  }
  return flags;
}

OrExit<aws::AwsSettings> aws_settings_of(const Settings& settings, const Environment& environment) {
  const Result<aws::AwsFlags> flags = aws_flags_of(settings);
  if (!flags) {
    return stop_at_setting(settings, flags.error());
  }
  Result<aws::AwsSettings> resolved = aws::resolve_aws_settings(*flags, environment);
  if (!resolved) {
    // What is no flag stands in a variable or a file of AWS's own.
    return resolved.error().subject.starts_with("--")
               ? stop_at_setting(settings, resolved.error())
               : stop(Step::configuration_missing, resolved.error());
  }
  if (const Setting* region = settings.find("region"); region != nullptr) {
    resolved->region_origin = region->place;  // A flag can also be said by a file of ours.
  }
  return std::move(*resolved);
}

OrExit<aws::S3Client*> S3Access::start(const Settings& settings, const Environment& environment) {
  if (!client_) {
    OrExit<aws::AwsSettings> resolved = aws_settings_of(settings, environment);
    if (!resolved) {
      return resolved.code();
    }
    session_ = std::make_unique<aws::AwsSession>(std::move(*resolved));
    client_ = std::make_unique<aws::S3Client>(*session_);
  }
  return client_.get();
}

void print_s3_origin(aws::S3Client& client) {
  aws::AwsSession& session = client.session();
  const aws::AwsSettings& settings = session.settings();
  const std::string region =
      settings.region.empty() ? std::string(aws::partition_of("").global_region) : settings.region;
  const Result<aws::Endpoint> endpoint = aws::endpoint_of(settings, "s3", region);
  const Result<aws::Credentials> credentials = session.credentials().current();
  print_notice(fmt::format("s3: endpoint {}, region {}, credentials: {}; {} LIST requests",
                           endpoint ? endpoint->authority : "unknown",
                           settings.region.empty() ? region + " (nobody says one)" : region,
                           !credentials                         ? "none"
                           : credentials->access_key_id.empty() ? "unsigned"
                                                                : credentials->source,
                           client.list_requests_sent()));
}

void print_s3_requests(aws::S3Client& client) {
  const aws::ServiceClient& services = client.session().services();
  print_notice(fmt::format("s3: {} requests sent, {} of them LIST, {} retries",
                           services.requests_sent(), client.list_requests_sent(),
                           services.retries()));
}

}  // namespace bedrocklog::cli
