// Runs analytics::scan() for the commands.
#include "cli/scan_run.h"

#include <utility>
#include <vector>

#include <fmt/format.h>

#include "analytics/money.h"
#include "cli/listing.h"
#include "cli/signals.h"

namespace bedrocklog::cli {
namespace {

std::string seconds_text(std::uint64_t ns) {
  return analytics::to_decimal_rounded(static_cast<analytics::Int128>(ns), 9, 3) + " s";
}

std::string counted(std::uint64_t count, std::string_view thing, std::string_view what) {
  return fmt::format("{} {}{} {}", count, thing, count == 1 ? "" : "s", what);
}

}  // namespace

OrExit<ScanRun> run_scan(const ingest::Manifest& manifest, const analytics::ScanOptions& options,
                         ProgressMode progress) {
  analytics::ScanControl control;
  const InterruptGuard guard(control);
  const ProgressDisplay display(progress, manifest, control);
  Result<analytics::ScanOutcome> outcome = analytics::scan(manifest, options, control);
  if (!outcome) {
    // Only the limits have flags; all else that stops a scan are its temporary files.
    return stop(outcome.error().subject.starts_with("--") ? Step::scan : Step::spill,
                outcome.error());
  }
  return ScanRun{std::move(*outcome), guard.code()};
}

void print_timings(const RunTimings& run) {
  const analytics::ScanTimings& scan = *run.scan;
  print_notice(fmt::format("time by thread {:>9}{:>9}{:>9}{:>10}{:>9}{:>9}", "read", "inflate",
                           "parse", "aggregate", "wait", "all"));
  for (std::size_t number = 0; number < scan.workers.size(); ++number) {
    const analytics::WorkerTimings& worker = scan.workers[number];
    print_notice(fmt::format("{:>14} {:>9}{:>9}{:>9}{:>10}{:>9}{:>9}", number + 1,
                             seconds_text(worker.read_ns), seconds_text(worker.inflate_ns),
                             seconds_text(worker.parse_ns), seconds_text(worker.aggregate_ns),
                             seconds_text(worker.wait_ns), seconds_text(scan.objects_ns)));
  }
  print_notice(fmt::format("time listing      {}", seconds_text(run.list_ns)));
  print_notice(fmt::format("time reading      {}", seconds_text(scan.objects_ns)));
  print_notice(fmt::format("time duplicates   {}, {} bytes in temporary files",
                           seconds_text(scan.duplicates_ns), scan.spilled_bytes));
  print_notice(fmt::format("time merging      {}", seconds_text(scan.merge_ns)));
  print_notice(fmt::format("time rendering    {}", seconds_text(run.render_ns)));
  print_notice(fmt::format("time in all       {}",
                           seconds_text(run.list_ns + scan.wall_ns + run.render_ns)));
}

std::string defects_text(const analytics::InputAccount& account) {
  std::vector<std::string> parts;
  if (const std::uint64_t rejected = account.rejected_total(); rejected > 0) {
    parts.push_back(counted(rejected, "record", "rejected"));
  }
  if (!account.damages.empty()) {
    parts.push_back(counted(account.damages.size(), "object", "damaged"));
  }
  if (!account.unreadable.empty()) {
    parts.push_back(counted(account.unreadable.size(), "object", "unreadable"));
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

ExitCode report_incomplete(const analytics::InputAccount& account, const Settings& settings) {
  if (account.complete()) {
    return ExitCode::complete;
  }
  const bool is_allowed = settings.is_on("allow-partial");
  if (!settings.is_on("quiet") || !is_allowed) {
    print_notice(fmt::format("input incomplete: {}{}", defects_text(account),
                             is_allowed ? ""
                                        : "; bedrocklog check SOURCE names the places, "
                                          "--allow-partial accepts it"));
  }
  return is_allowed ? ExitCode::complete : ExitCode::incomplete;
}

std::string rejects_csv(const analytics::InputAccount& account) {
  std::string out = "object,member,line,byte_offset,fault\r\n";
  for (const analytics::RejectSample& reject : account.rejects) {
    out += fmt::format("{},{},{},{},{}\r\n", csv_cell(reject.object), csv_cell(reject.member),
                       reject.line, reject.byte_offset, ingest::name_of(reject.fault));
  }
  return out;
}

}  // namespace bedrocklog::cli
