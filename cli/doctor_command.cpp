// `bedrocklog doctor`: is everything there that a report needs?
#include <algorithm>
#include <fstream>
#include <string>
#include <sys/statvfs.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "analytics/money.h"
#include "analytics/price_table.h"
#include "analytics/zone.h"
#include "cli/command.h"
#include "cli/configuration.h"
#include "cli/diagnostics.h"
#include "cli/environment.h"
#include "cli/listing.h"
#include "cli/s3_access.h"
#include "cli/session.h"
#include "cli/shipped_data.h"
#include "cli/terminal.h"
#include "ingest/aws/endpoint.h"
#include "ingest/aws/shared_library.h"
#include "ingest/aws/sts_identity.h"

namespace bedrocklog::cli {
namespace {

constexpr std::uint64_t memory_wanted_bytes = 512ULL << 20U;
constexpr std::uint64_t spill_wanted_bytes = 1ULL << 30U;

std::string size_text(std::uint64_t bytes) {
  return analytics::to_decimal_rounded(
             analytics::divide_half_even(static_cast<analytics::Int128>(bytes) * 10,
                                         analytics::Int128{1} << 30U),
             1, 1) +
         " GiB";
}

/// Collects findings; one that fails makes the machine unfit.
class Findings {
 public:
  Findings() { listing_.columns = {{"result"}, {"what"}, {"finding"}}; }

  void add(bool is_good, std::string what, std::string finding) {
    listing_.rows.push_back({is_good ? "ok" : "FAIL", std::move(what), std::move(finding)});
    is_fit_ = is_fit_ && is_good;
  }
  void warn(bool is_good, std::string what, std::string finding) {
    listing_.rows.push_back({is_good ? "ok" : "warn", std::move(what), std::move(finding)});
  }
  [[nodiscard]] bool is_fit() const { return is_fit_; }
  [[nodiscard]] const Listing& listing() const { return listing_; }

 private:
  Listing listing_;
  bool is_fit_ = true;
};

/// Bytes a process may use: the smaller of the machine's and the control group's memory.
std::uint64_t memory_bytes() {
  const std::int64_t pages = ::sysconf(_SC_PHYS_PAGES);
  const std::int64_t page = ::sysconf(_SC_PAGESIZE);
  std::uint64_t result = pages > 0 && page > 0
                             ? static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(page)
                             : 0;
  std::ifstream limit("/sys/fs/cgroup/memory.max");
  std::uint64_t limit_bytes = 0;
  if (limit >> limit_bytes) {  // "max" is no number.
    result = std::min(result, limit_bytes);
  }
  return result;
}

void check_machine(Findings& findings, const Environment& environment) {
  findings.add(true, "version", version_line());
  findings.add(true, "processors", std::to_string(::sysconf(_SC_NPROCESSORS_ONLN)));
  const std::uint64_t memory = memory_bytes();
  findings.warn(memory >= memory_wanted_bytes, "memory", size_text(memory));
  const std::string folder = value_of(environment, "TMPDIR").value_or("/tmp");
  struct statvfs disk{};
  const bool is_usable =
      ::statvfs(folder.c_str(), &disk) == 0 && ::access(folder.c_str(), W_OK) == 0;
  if (!is_usable) {
    findings.add(false, "temporary folder", folder + " cannot be written; set TMPDIR");
    return;
  }
  const std::uint64_t free_bytes = static_cast<std::uint64_t>(disk.f_bavail) * disk.f_frsize;
  findings.warn(free_bytes >= spill_wanted_bytes, "temporary folder",
                fmt::format("{}, {} free", folder, size_text(free_bytes)));
}

void check_data(Findings& findings) {
  const Result<analytics::Zone> zone = analytics::Zone::named("Europe/Berlin");
  findings.add(zone.has_value(), "time zones",
               zone ? "zone data found" : "no zone data; install the package tzdata");
  const Result<analytics::PriceTable> prices =
      analytics::PriceTable::parse(shipped_prices_csv(), "shipped");
  findings.add(prices.has_value(), "price book",
               prices ? fmt::format("{} rows as of {}, sha256 {}", prices->rows().size(),
                                    prices->as_of(), prices->sha256().substr(0, 12))
                      : prices.error().message);
}

/// Loaded on first use, so a missing one does not show before.
void check_libraries(Findings& findings) {
  const auto add = [&](std::string what, const aws::LibraryName& name) {
    const Result<aws::SharedLibrary> library = aws::SharedLibrary::load(name);
    findings.add(library.has_value(), std::move(what),
                 library ? "library found" : library.error().message);
  };
  add("zstd, xz, tar, zip", aws::archive_library());
  add("http", aws::curl_library());
}

void check_configuration(Findings& findings, const Environment& environment,
                         const Invocation& invocation) {
  std::optional<std::string> flag;
  if (const auto given = invocation.flags.find("config"); given != invocation.flags.end()) {
    flag = given->second.front();
  }
  const std::vector<ConfigurationFile> files = configuration_files(flag, environment);
  std::vector<std::string> found;
  for (const ConfigurationFile& file : files) {
    if (file.exists) {
      found.push_back(file.path);
    }
  }
  const Result<Configuration> configuration = load_configuration(files);
  if (!configuration) {
    findings.add(false, "configuration",
                 configuration.error().subject + ": " + configuration.error().message);
    return;
  }
  findings.add(true, "configuration",
               found.empty() ? "no file" : fmt::format("{}", fmt::join(found, ", ")));
}

void check_terminal(Findings& findings, const Environment& environment) {
  findings.add(true, "terminal",
               output_is_terminal() ? fmt::format("{} columns", terminal_width()) : "none");
  findings.warn(locale_is_utf8(environment), "locale",
                locale_is_utf8(environment) ? "UTF-8" : "not UTF-8; tables are drawn in ASCII");
}

/// Never the whole id: its end is enough to tell keys apart.
std::string end_of_key(const std::string& access_key_id) {
  constexpr std::size_t shown_bytes = 4;
  return access_key_id.size() < 3 * shown_bytes
             ? "?"
             : "..." + access_key_id.substr(access_key_id.size() - shown_bytes);
}

/// The exit code of the first step that fails; what is behind it is not tried.
ExitCode fail(Findings& findings, std::string what, const Fault& fault) {
  findings.add(false, std::move(what), fmt::format("{}: {}", fault.subject, fault.message));
  return exit_code_of(Step::configuration_missing, fault);
}

ExitCode check_access(Findings& findings, aws::AwsSession& session, const std::string& region) {
  const aws::AwsSettings& settings = session.settings();
  const Result<aws::Endpoint> endpoint = aws::endpoint_of(settings, "s3", region);
  if (!endpoint) {
    return fail(findings, "aws s3 endpoint", endpoint.error());
  }
  findings.add(
      true, "aws s3 endpoint",
      fmt::format("{}://{}{}", endpoint->scheme, endpoint->authority, endpoint->base_path));
  if (settings.no_sign_request) {
    findings.add(true, "aws credentials", "none used: requests stay unsigned");
    return ExitCode::complete;
  }
  const Result<aws::Credentials> credentials = session.credentials().current();
  if (!credentials) {
    return fail(findings, "aws credentials", credentials.error());
  }
  const std::optional<aws::UtcTime>& expires_at = credentials->expires_at;
  findings.add(
      true, "aws credentials",
      fmt::format("{}, access key {}, {}", credentials->source,
                  end_of_key(credentials->access_key_id),
                  expires_at ? "expires " + aws::to_iso_time(*expires_at) : "do not expire"));
  const Result<aws::CallerIdentity> caller = aws::caller_identity(session, region);
  if (!caller) {
    return fail(findings, "aws caller", caller.error());
  }
  findings.add(true, "aws caller", fmt::format("{}, account {}", caller->arn, caller->account));
  return ExitCode::complete;
}

/// Opens connections: to where credentials come from, and to STS.
ExitCode check_aws(Findings& findings, const Invocation& invocation) {
  const OrExit<Session> opened = open_session(invocation);
  if (!opened) {
    return opened.code();
  }
  OrExit<aws::AwsSettings> settings = aws_settings_of(opened->settings, opened->environment);
  if (!settings) {
    return settings.code();
  }
  const std::string profile =
      settings->profile + (settings->is_profile_named ? "" : " (not named)");
  const bool has_region = !settings->region.empty();
  const std::string region =
      has_region ? settings->region : std::string(aws::partition_of("").global_region);
  findings.add(true, "aws profile", profile);
  findings.warn(has_region, "aws region",
                has_region ? fmt::format("{}, by {}", region, settings->region_origin)
                           : "none; set AWS_REGION or --region, taken for now: " + region);
  aws::AwsSession session(std::move(*settings));
  return check_access(findings, session, region);
}

}  // namespace

ExitCode run_doctor(const Invocation& invocation) {
  const Environment environment = process_environment();
  Findings findings;
  check_machine(findings, environment);
  check_data(findings);
  check_libraries(findings);
  check_configuration(findings, environment, invocation);
  check_terminal(findings, environment);
  const ExitCode access =
      invocation.flags.contains("aws") ? check_aws(findings, invocation) : ExitCode::complete;
  const Result<std::string> text = render_listing(findings.listing(), "table");
  if (!text) {
    return stop(Step::command_line, text.error());
  }
  const ExitCode printed = print_result(*text);
  if (printed != ExitCode::complete) {
    return printed;
  }
  if (access != ExitCode::complete) {
    return access;
  }
  return findings.is_fit() ? ExitCode::complete : exit_code_of(Step::configuration_missing);
}

}  // namespace bedrocklog::cli
