// Findings as a table, and what each strategy measures and assumes.
#include <fmt/format.h>

#include "analytics/finance/strategies.h"
#include "analytics/report_notes.h"

namespace bedrocklog::finance {
namespace {

using analytics::Figure;

std::optional<std::string> unless_empty(const std::string& text) {
  return text.empty() ? std::nullopt : std::optional(text);
}

Figure figure(const std::optional<Attodollars>& amount) {
  return amount ? Figure(amount->value) : std::nullopt;
}

FigureRow figure_row(const StrategyRow& row) {
  const Figure saving =
      row.today && row.then_cost ? Figure(row.today->value - row.then_cost->value) : std::nullopt;
  return {{row.strategy, row.subject, unless_empty(row.then), row.basis},
          {row.invocations, row.tokens, figure(row.today), figure(row.then_cost), saving,
           saving ? percent_e2(*saving, row.today->value) : std::nullopt,
           row.throttles ? Figure(*row.throttles) : std::nullopt}};
}

void add_model_notes(const StrategyOptions& options, std::vector<std::string>& notes) {
  notes.push_back(fmt::format(
      "right-sizing: calls of less than {} prompt tokens in input and {} in the answer, as the "
      "cheapest candidate of the same provider that has every price (--small-model names "
      "candidates, "
      "else all models listed as active); assumed: "
      "same tokens and answers as long; not judged: whether its answers are good enough",
      analytics::with_separators(options.small_input_max),
      analytics::with_separators(options.small_output_max)));
  notes.push_back(fmt::format(
      "prompt optimisation: prompts (cache included, answers not) of a {} with at least {} prompt "
      "tokens per answer token and {} per call; {}",
      options.caller_key, long_prompt_ratio_min, analytics::with_separators(long_prompt_tokens_min),
      options.trim_e2 ? "the saving is that of the share stated by --trim"
                      : "how much of them is needed no log tells: no saving without --trim"));
}

void add_time_notes(const StrategyOptions& options, std::vector<std::string>& notes) {
  notes.push_back(fmt::format(
      "batch: a {} with at least {} calls, {} in each hour in which it calls, and no hour above {} "
      "times its mean, at batch prices; calls without a batch price are left out of both sides; "
      "assumed: its calls can wait",
      options.caller_key, batch_calls_min, batch_calls_per_hour_min, batch_peak_factor_max));
  notes.push_back(fmt::format(
      "schedule: hours of the day ({}) with more calls than the mean hour, and the others; no "
      "price depends on the hour, so there is no saving but fewer throttled calls",
      options.zone_name));
  notes.emplace_back(
      options.offers.empty()
          ? "reserved capacity: not looked at, as no price list of the book has units; "
            "--provisioned MODEL=USD/TPM states their price and rate"
          : "reserved capacity: units for the busiest hour at the stated price, over the whole "
            "period, against on demand; assumed: an even rate within the hour");
}

}  // namespace

FigureTable strategy_table(const std::vector<StrategyRow>& rows, const StrategyOptions& options) {
  FigureTable table;
  table.title = "Ways to spend less";
  table.keys = {"strategy", "subject"};
  table.attributes = {"then", "basis"};
  table.figures = {count_column("invocations"), tokens_column("tokens"),
                   usd_column("cost"),          usd_column("cost_then"),
                   usd_column("saving"),        percent_column("saving_percent"),
                   count_column("throttles")};
  table.first_to_go = {"tokens", "saving_percent", "throttles", "basis",
                       "then",   "saving",         "cost_then"};
  for (const StrategyRow& row : rows) {
    table.rows.push_back(figure_row(row));
  }
  table.notes.emplace_back(
      "strategies look at the same calls from different sides: savings overlap and do not add up");
  table.notes.emplace_back(
      "calls, tokens and cost are measured; basis says what a saving rests on: measured usage at "
      "other listed prices, a figure stated by the user, or an estimate of tokens");
  add_model_notes(options, table.notes);
  add_time_notes(options, table.notes);
  return table;
}

}  // namespace bedrocklog::finance
