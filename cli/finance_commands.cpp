// Rows of the commands about money: cost, budget, whatif, optimize, reconcile.
#include <utility>
#include <vector>

#include "cli/command.h"
#include "cli/command_flags.h"

namespace bedrocklog::cli {
namespace {

/// Those of a scan and of a report's outputs, behind `own`.
Flags with_shared(Flags own) {
  return picked_with_aws({"source",      "since",     "until",
                          "month",       "week",      "quarter",
                          "day",         "hours",     "tz",
                          "now",         "dedup",     "delivery-slack",
                          "output",      "format",    "fields",
                          "total-row",   "csv-bom",   "csv-delimiter",
                          "csv-raw",     "prices",    "no-shipped-prices",
                          "price-store", "model-map", "allow-partial",
                          "jobs",        "memory",    "max-groups",
                          "config",      "quiet",     "verbose",
                          "progress",    "color",     "ascii",
                          "width",       "dry-run",   "s3-prices"},
                         std::move(own));
}

/// The same, and filters of records.
Flags with_filters(Flags own) {
  return with_shared(
      picked({"where", "model", "user", "account", "tag", "teams", "accounts"}, std::move(own)));
}

Flags cost_flags() {
  return with_filters(picked(
      {"title", "strict-prices", "fail-if"},
      {own_flag("period", "PERIOD",
                "day month quarter year total fiscal-month fiscal-quarter fiscal-year", "month"),
       own_flag("fiscal-start", "MONTH", "first month of the fiscal year", "january"),
       list_flag("by", "KEYS", "split by a list of keys: account,tag:team,user,..."),
       own_flag("detail", "DETAIL", "rows of each token class, model or period", "class"),
       list_flag("sort", "COLUMNS", "net_cost:desc,model:asc"),
       own_flag("top", "N", "show N rows, fold the rest into one"),
       own_flag("round", "DECIMALS", "exact, or 0 to 4 decimals that add up", "exact"),
       own_flag("discounts", "FILE", "rates by account, model and date, TOML or CSV"),
       own_flag("provisioned", "FILE", "model units bought by the hour, TOML or CSV"),
       own_flag("display-currency", "CODE", "another currency beside USD, such as EUR"),
       own_flag("rate", "RATE", "of it for one USD: 0.92"),
       own_flag("rate-date", "DATE", "of the rate, for the note: 2026-03-31"),
       own_flag("split-shared", "HOW",
                "give unallocated cost to the teams: proportional, even or fixed"),
       own_flag("shares", "FILE", "of fixed: team and basis_points, TOML or CSV"),
       list_flag("shared-teams", "TEAMS", "whose cost is given out as well"),
       own_flag("split-by", "COLUMN", "also one file for each team, account, ..."),
       own_flag("output-dir", "DIR", "folder of these files; --format is theirs, else csv"),
       own_flag("focus-version", "VERSION", "columns of focus-csv: 1.2, 1.3 or 1.4", "1.2"),
       own_flag("focus-period", "PERIOD", "of rows of focus-csv: day or hour", "day"),
       own_flag("ledger", "FILE", "closed months: what came later is an adjustment"),
       own_flag("close", "MONTH", "put the rows of MONTH into the ledger: 2026-03"),
       toggle_flag("change", "net cost of the period before, and the change")}));
}

Command cost_command() {
  return {
      "cost",
      "SOURCE...",
      0,
      any_number,
      "cost for finance: periods, models, token classes, unit prices",
      "Reads every SOURCE once and writes one row for each period, key of --by, model and token\n"
      "class: quantity, unit price, list cost, discount and net cost, exact to the last digit.\n"
      "Usage without a price has a row without cost. Periods are of UTC days, as bills are.\n"
      "Fiscal years are named after the calendar year in which they end.\n\n"
      "  bedrocklog cost logs/ --month 2026-03 --by account,tag:team -o march.csv\n"
      "  bedrocklog cost logs/ --period fiscal-quarter --fiscal-start october --detail model\n"
      "  bedrocklog cost logs/ --detail model --change\n"
      "  bedrocklog cost logs/ --teams teams.toml --by team --split-shared proportional \\\n"
      "    --split-by team --output-dir statements/\n"
      "  bedrocklog cost logs/ --month 2026-03 --by tag:team -o march.focus.csv",
      cost_flags(),
      run_cost};
}

Command budget_command() {
  return {
      "budget",
      "SOURCE...",
      0,
      any_number,
      "planned against used, with a forecast; exit 1 to be told",
      "Prices what was used in the scope of each budget and shows it period by period: used\n"
      "percent, rate per day, forecast for the end of an open period, day of exhaustion.\n"
      "A time range shows the whole periods it meets. Exit 1 when the latest period of a\n"
      "budget shown is exceeded or has reached a warn level, or what --fail-at says.\n\n"
      "  bedrocklog budget logs/ --budget budgets.toml --month this",
      with_shared(picked(
          {"teams", "accounts"},
          {own_flag("budget", "FILE", "TOML: budgets; default: [budgets] of the configuration"),
           own_flag("discounts", "FILE", "discounts by account, model and date, TOML or CSV"),
           own_flag("fail-at", "LEVEL",
                    "exit 1 at a percentage of any budget, or by its forecast: 80, forecast")})),
      run_budget};
}

Command whatif_command() {
  Flags own = {
      repeated_flag("to-model", "[FROM=]TO", "price models that match FROM as model TO"),
      repeated_flag("to-region", "[FROM=]TO", "price calls of regions that match FROM as in TO"),
      own_flag("to-scope", "SCOPE", "global or regional profiles"),
      own_flag("to-tier", "TIER", "standard priority flex latency_optimized batch"),
      toggle_flag("batch", "the same as --to-tier batch"),
      own_flag("cache-hit", "PERCENT", "so much of each prompt is read from the prompt cache"),
      own_flag("cache-write", "PERCENT", "so much is written to it; default: all the rest"),
      repeated_flag("provisioned", "MODEL=USD/TPM",
                    "provisioned units: USD per hour, tokens per minute")};
  return {"whatif",
          "SOURCE...",
          0,
          any_number,
          "what the measured usage would have cost otherwise",
          "Prices the usage of every SOURCE a second time: as another model, in another region,\n"
          "through a global profile, in batches, at another tier, with prompt caching. Usage\n"
          "without a price on either side is left out of both and shown. What is measured and\n"
          "what is assumed stands below the table.\n\n"
          "  bedrocklog whatif logs/ --month 2026-03 --to-model '*sonnet*=amazon.nova-pro-v1:0'\n"
          "  bedrocklog whatif logs/ --batch --where 'user ~ \"batch-*\"'\n"
          "  bedrocklog whatif logs/ --provisioned '*haiku*=39.60/50000'",
          with_filters(std::move(own)),
          run_whatif};
}

Command optimize_command() {
  Flags own = {
      own_flag("small-input", "TOKENS", "small calls have fewer prompt tokens", "1000"),
      own_flag("small-output", "TOKENS", "and fewer tokens of answer", "300"),
      repeated_flag("small-model", "MODEL", "what small calls may move to; default: active models"),
      own_flag("trim", "PERCENT", "how much shorter long prompts could be"),
      own_flag("callers", "KEY", "what names callers: user, role, team, tag:KEY", "user"),
      own_flag("top", "N", "callers shown for each strategy", "20"),
      toggle_flag("bodies", "also find repeated requests, by a second reading"),
      repeated_flag("provisioned", "MODEL=USD/TPM",
                    "provisioned units: USD per hour, tokens per minute")};
  return {"optimize",
          "SOURCE...",
          0,
          any_number,
          "ways to spend less, computed from the logs",
          "Looks for small calls on large models, long prompts with short answers, callers that\n"
          "could be batch jobs, peaks with throttled calls and, with --bodies, repeated requests\n"
          "and shared prompt heads. Every saving is computed from the logs and the price book;\n"
          "what it assumes stands below the table. Savings overlap and do not add up.\n\n"
          "  bedrocklog optimize logs/ --month 2026-03 --callers role --bodies",
          with_filters(std::move(own)),
          run_optimize};
}

Command reconcile_command() {
  return {
      "reconcile",
      "SOURCE... --bill FILE",
      0,
      any_number,
      "the logs against the AWS bill, difference by difference",
      "Compares what the logs say with a bill: CUR 2.0, legacy CUR or FOCUS, CSV or CSV.gz. "
      "Joined\n"
      "by account, UTC day, Region, model, token class, tier and scope; tokens first, then money.\n"
      "Every token and every cent of both sides is in one row with a cause; the rows add up to "
      "the\n"
      "whole. The last hours of the bill are left out, as lines come late. Exit 1 when something\n"
      "differs, 3 when logs or bill could not be read whole.\n\n"
      "  bedrocklog reconcile logs/ --month 2026-03 --bill march-00001.csv.gz\n"
      "  bedrocklog reconcile logs/ --bill cur.csv --now 2026-04-20 -o march.csv",
      with_shared({repeated_flag("bill", "FILE", "file of the bill; repeatable"),
                   own_flag("discounts", "FILE", "rates by account, model and date, TOML or CSV"),
                   own_flag("settle-hours", "N",
                            "leave out the last N hours of the bill (or before --now)", "72"),
                   own_flag("tolerance-tokens", "N", "differences of up to N tokens agree", "0"),
                   own_flag("tolerance-usd", "USD", "and of up to so much money", "0"),
                   own_flag("bill-decimals", "N",
                            "decimals the bill rounds its lines to; 18: not at all", "10"),
                   own_flag("rows", "N", "differences in table and markdown; 0: all", "40")}),
      run_reconcile};
}

}  // namespace

std::vector<Command> finance_commands() {
  return {cost_command(), budget_command(), whatif_command(), optimize_command(),
          reconcile_command()};
}

}  // namespace bedrocklog::cli
