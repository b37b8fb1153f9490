// Reads, checks and writes the ledger file.
#include "cli/cost_ledger.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "cli/input_text.h"
#include "cli/output_file.h"

namespace bedrocklog::cli {
namespace {

OrExit<finance::Ledger> read_ledger(const CostSettings& settings,
                                    const finance::LedgerTerms& terms) {
  const std::string& path = settings.ledger_path;
  std::error_code unknown;
  if (!std::filesystem::exists(path, unknown) && settings.close) {
    return finance::Ledger{terms, {}};
  }
  const Result<std::string> text = read_text_file(path, finance::ledger_size_bytes_max);
  if (!text) {
    return stop(Step::list_input, text.error());
  }
  Result<finance::Ledger> ledger = finance::parse_ledger(*text, path);
  if (!ledger) {
    return stop(Step::prices, ledger.error());
  }
  if (ledger->terms != terms) {
    const finance::LedgerTerms& kept = ledger->terms;
    return stop(Step::prices,
                {path, fmt::format("was kept for rows of {}{}{}; run cost with the same --by, "
                                   "--accounts and filter, or take another ledger",
                                   fmt::join(kept.columns, ", "),
                                   kept.where.empty() ? "" : ", where " + kept.where,
                                   kept.deduplicated ? "" : ", duplicates counted")});
  }
  return std::move(*ledger);
}

}  // namespace

OrExit<LedgerRun> book_in_ledger(const CostSettings& settings, finance::CostTable table,
                                 const analytics::ReportSpec& spec,
                                 const analytics::PriceTable& prices) {
  OrExit<finance::Ledger> ledger = read_ledger(settings, finance::terms_of(table, spec));
  if (!ledger) {
    return ledger.code();
  }
  const finance::LedgerUse use = {
      spec.range, settings.close, {prices.name(), prices.sha256(), prices.as_of()}};
  Result<finance::BookedCost> booked = finance::book(std::move(table), *ledger, use);
  if (!booked) {
    print_fault(booked.error());
    return ExitCode::conflict;
  }
  return LedgerRun{std::move(*ledger), std::move(*booked)};
}

std::optional<ExitCode> write_ledger(const CostSettings& settings, LedgerRun run,
                                     const analytics::InputAccount& account,
                                     const Settings& flags) {
  if (!settings.close) {
    return std::nullopt;
  }
  if (run.booked.is_closed_alike) {
    print_notice(fmt::format("{} is closed already, with the same figures", *settings.close));
    return std::nullopt;
  }
  if (!run.booked.closing) {
    return std::nullopt;
  }
  if (!account.complete() && !flags.is_on("allow-partial")) {
    print_notice(fmt::format("{} is not closed: the input is incomplete", *settings.close));
    return std::nullopt;
  }
  const std::size_t rows = run.booked.closing->rows.size();
  run.ledger.closings.push_back(std::move(*run.booked.closing));
  if (const std::optional<Fault> failed =
          write_file(settings.ledger_path, finance::ledger_text(run.ledger))) {
    return stop(Step::write_output, *failed);
  }
  if (!flags.is_on("quiet")) {
    print_notice(fmt::format("{} is closed with {} rows in {}", *settings.close, rows,
                             settings.ledger_path));
  }
  return std::nullopt;
}

}  // namespace bedrocklog::cli
