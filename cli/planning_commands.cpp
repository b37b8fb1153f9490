// Rows of the commands that plan and compare: budget, whatif, optimize.
#include <utility>
#include <vector>

#include "cli/command.h"
#include "cli/command_flags.h"

namespace bedrocklog::cli {
namespace {

/// Those of a scan and of a report's outputs, behind `own`.
Flags with_shared(Flags own) {
  return picked_with_aws({"source",
                          "teams",
                          "accounts",
                          "since",
                          "until",
                          "month",
                          "week",
                          "quarter",
                          "day",
                          "hours",
                          "tz",
                          "now",
                          "dedup",
                          "delivery-slack",
                          "output",
                          "format",
                          "fields",
                          "total-row",
                          "csv-bom",
                          "csv-delimiter",
                          "csv-raw",
                          "prices",
                          "no-shipped-prices",
                          "price-store",
                          "model-map",
                          "allow-partial",
                          "jobs",
                          "memory",
                          "max-groups",
                          "config",
                          "quiet",
                          "verbose",
                          "progress",
                          "color",
                          "ascii",
                          "width",
                          "dry-run",
                          "s3-prices"},
                         std::move(own));
}

/// The same, and filters of records.
Flags with_filters(Flags own) {
  return with_shared(picked({"where", "model", "user", "account", "tag"}, std::move(own)));
}

Command budget_command() {
  return {"budget",
          "SOURCE...",
          0,
          any_number,
          "planned against used, with a forecast; exit 1 to be told",
          "Prices what was used in the scope of each budget and shows it period by period: used\n"
          "percent, rate per day, forecast for the end of an open period, day of exhaustion.\n"
          "A time range shows the whole periods it meets. Exit 1 when the latest period of a\n"
          "budget shown is exceeded or has reached a warn level, or what --fail-at says.\n\n"
          "  bedrocklog budget logs/ --budget budgets.toml --month this",
          with_shared(
              {own_flag("budget", "FILE", "TOML: budgets; default: [budgets] of the configuration"),
               own_flag("discounts", "FILE", "discounts by account, model and date, TOML or CSV"),
               own_flag("fail-at", "LEVEL",
                        "exit 1 at a percentage of any budget, or by its forecast: 80, forecast")}),
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

}  // namespace

std::vector<Command> planning_commands() {
  return {budget_command(), whatif_command(), optimize_command()};
}

}  // namespace bedrocklog::cli
