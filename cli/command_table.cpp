// The commands: what each is called, takes and is run by.
#include <iterator>
#include <utility>
#include <vector>

#include "cli/command.h"
#include "cli/command_flags.h"

namespace bedrocklog::cli {
namespace {

Command report_command() {
  const std::span<const Flag> all = report_flags();
  return {
      "report",
      "[HOURS | @NAME] [SOURCE...]",
      0,
      any_number,
      "tokens, latency and cost from logs",
      "Reads every SOURCE (folder, file, glob, s3://BUCKET/PREFIX, or - for standard input) once\n"
      "and reports.\n"
      "HOURS, a whole number from 1 to 8784, takes the last hours; without SOURCE those of the\n"
      "default source. @NAME runs [report.NAME] of the configuration or a built-in kind.\n\n"
      "  bedrocklog report logs/ --month 2026-03 --by model,day -o march.csv -o march.json\n"
      "  bedrocklog report s3://my-logs/bedrock/ --month last --profile audit\n"
      "  bedrocklog report 24",
      Flags(all.begin(), all.end()),
      run_report};
}

Command cost_command() {
  const auto toggle = [](std::string_view name, std::string_view help) {
    return Flag{name, '\0', "", help, "Flags", "", FlagKind::toggle, FlagReach::command_line};
  };
  const auto list = [](std::string_view name, std::string_view value, std::string_view help) {
    return Flag{name, '\0', value, help, "Flags", "", FlagKind::list, FlagReach::command_line};
  };
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
      picked_with_aws(
          {"source",
           "where",
           "model",
           "user",
           "account",
           "tag",
           "teams",
           "accounts",
           "dedup",
           "since",
           "until",
           "month",
           "week",
           "quarter",
           "day",
           "hours",
           "tz",
           "now",
           "delivery-slack",
           "title",
           "fields",
           "output",
           "format",
           "total-row",
           "csv-bom",
           "csv-delimiter",
           "csv-raw",
           "prices",
           "no-shipped-prices",
           "price-store",
           "strict-prices",
           "model-map",
           "dry-run",
           "s3-prices",
           "allow-partial",
           "fail-if",
           "jobs",
           "memory",
           "max-groups",
           "config",
           "quiet",
           "verbose",
           "progress",
           "color",
           "ascii",
           "width"},
          {own_flag("period", "PERIOD",
                    "day month quarter year total fiscal-month fiscal-quarter fiscal-year",
                    "month"),
           own_flag("fiscal-start", "MONTH", "first month of the fiscal year", "january"),
           list("by", "KEYS", "split by a list of keys: account,tag:team,user,..."),
           own_flag("detail", "DETAIL", "rows of each token class, model or period", "class"),
           list("sort", "COLUMNS", "net_cost:desc,model:asc"),
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
           list("shared-teams", "TEAMS", "whose cost is given out as well"),
           own_flag("split-by", "COLUMN", "also one file for each team, account, ..."),
           own_flag("output-dir", "DIR", "folder of these files; --format is theirs, else csv"),
           own_flag("focus-version", "VERSION", "columns of focus-csv: 1.2, 1.3 or 1.4", "1.2"),
           own_flag("focus-period", "PERIOD", "of rows of focus-csv: day or hour", "day"),
           own_flag("ledger", "FILE", "closed months: what came later is an adjustment"),
           own_flag("close", "MONTH", "put the rows of MONTH into the ledger: 2026-03"),
           toggle("change", "net cost of the period before, and the change")}),
      run_cost};
}

Command check_command() {
  return {
      "check",
      "SOURCE...",
      0,
      any_number,
      "quality of the logs: what is broken, missing or twice",
      "Reads every SOURCE and says what it holds: layouts, rejected records with their places,\n"
      "damaged objects, sidecars and other skips, duplicates, missing hours, absent fields.\n"
      "Bodies are never printed. Exit 1 when there are defects.",
      picked_with_aws({"source", "rejects", "dedup", "tz", "jobs", "memory", "config", "quiet",
                       "verbose", "progress", "dry-run", "s3-prices"},
                      {format_flag("table json"),
                       {"payloads", '\0', "", "also count unusual payloads, by a second reading",
                        "Flags", "", FlagKind::toggle, FlagReach::command_line}}),
      run_check};
}

Command extract_command() {
  return {
      "extract",
      "SOURCE...",
      0,
      any_number,
      "records that match, as NDJSON",
      "Writes one JSON object per record that matches. Prompts and answers are left out unless\n"
      "--with-bodies is given. Duplicates are not removed.",
      picked_with_aws({"source", "where",   "model",          "user",          "account",
                       "tag",    "teams",   "accounts",       "since",         "until",
                       "month",  "week",    "quarter",        "day",           "hours",
                       "tz",     "now",     "model-map",      "allow-partial", "config",
                       "quiet",  "verbose", "delivery-slack", "dry-run",       "s3-prices"},
                      {{"output", 'o', "FILE", "write FILE instead of standard output", "Flags", "",
                        FlagKind::text, FlagReach::command_line},
                       {"fields", '\0', "NAMES", "members to write, in this order", "Flags", "",
                        FlagKind::list, FlagReach::command_line},
                       own_flag("limit", "N", "stop after N records"),
                       {"with-bodies", '\0', "", "add the logged record itself", "Flags", "",
                        FlagKind::toggle, FlagReach::command_line}}),
      run_extract};
}

Command models_command() {
  return {"models",
          "[SOURCE...]",
          0,
          any_number,
          "model ids: the shipped list, or those seen in logs",
          "Without SOURCE lists the models this build knows. With SOURCE lists the models seen.",
          picked_with_aws({"source", "prices", "no-shipped-prices", "price-store", "model-map",
                           "dedup", "jobs", "memory", "config", "quiet", "verbose", "progress",
                           "color", "ascii", "width", "dry-run", "s3-prices"},
                          {format_flag("table csv json")}),
          run_models};
}

Command ls_command() {
  return {"ls",
          "SOURCE...",
          0,
          any_number,
          "inventory: objects, bytes, hours and gaps",
          "Lists every SOURCE without reading an object. One line for each account and region of\n"
          "the AWSLogs layout, by the hours of its folders, and one for all other objects; below\n"
          "them the hours without any object. A time range keeps the folders of its hours.\n\n"
          "  bedrocklog ls s3://my-logs/bedrock/ --month 2026-03",
          picked_with_aws({"source", "since", "until", "month", "week", "quarter", "day", "hours",
                           "tz", "now", "config", "verbose"},
                          {format_flag("table csv json"),
                           {"gaps", '\0', "", "every gap as a row", "Flags", "", FlagKind::toggle,
                            FlagReach::command_line},
                           {"objects", '\0', "", "every object as a row", "Flags", "",
                            FlagKind::toggle, FlagReach::command_line}}),
          run_ls};
}

Command fetch_command() {
  return {"fetch",
          "SOURCE... DIR",
          1,
          any_number,
          "copies objects of buckets into a folder",
          "Mirrors s3:// sources below DIR for offline work, each object under its name. Objects\n"
          "that are there with the same size and time are passed over, so an interrupted run goes\n"
          "on where it was. Bodies stored apart (data/ folders) and permission checks are not\n"
          "fetched: no report reads them.\n\n"
          "  bedrocklog fetch s3://my-logs/bedrock/ march/ --month 2026-03\n"
          "  bedrocklog report march/ --month 2026-03",
          picked_with_aws(
              {"source", "since", "until", "month", "week", "quarter", "day", "hours", "tz", "now",
               "delivery-slack", "config", "quiet", "verbose", "progress", "dry-run", "s3-prices"},
              {own_flag("format", "FORMAT", "of --dry-run: table json", "table")}),
          run_fetch};
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
      picked_with_aws(
          {"source",      "since",          "until",
           "month",       "week",           "quarter",
           "day",         "hours",          "tz",
           "now",         "delivery-slack", "dedup",
           "output",      "format",         "fields",
           "total-row",   "csv-bom",        "csv-delimiter",
           "csv-raw",     "prices",         "no-shipped-prices",
           "price-store", "model-map",      "allow-partial",
           "jobs",        "memory",         "max-groups",
           "config",      "quiet",          "verbose",
           "progress",    "color",          "ascii",
           "width",       "dry-run",        "s3-prices"},
          {{"bill", '\0', "FILE", "file of the bill; repeatable", "Flags", "", FlagKind::repeated,
            FlagReach::command_line},
           own_flag("discounts", "FILE", "rates by account, model and date, TOML or CSV"),
           own_flag("settle-hours", "N", "leave out the last N hours of the bill (or before --now)",
                    "72"),
           own_flag("tolerance-tokens", "N", "differences of up to N tokens agree", "0"),
           own_flag("tolerance-usd", "USD", "and of up to so much money", "0"),
           own_flag("bill-decimals", "N", "decimals the bill rounds its lines to; 18: not at all",
                    "10"),
           own_flag("rows", "N", "differences in table and markdown; 0: all", "40")}),
      run_reconcile};
}

Command doctor_command() {
  return {
      "doctor",
      "",
      0,
      0,
      "can this machine run reports?",
      "Checks memory, temporary space, time zones, price book and configuration. With --aws\n"
      "also profile, region, endpoint and credentials, and asks AWS whose they are; without it\n"
      "no connection is opened.",
      picked_with_aws({"config"}, {{"aws", '\0', "", "check the access to AWS", "Flags", "",
                                    FlagKind::toggle, FlagReach::command_line}}),
      run_doctor};
}

Command config_show_command() {
  return {"config show",
          "",
          0,
          0,
          "settings in effect",
          "Prints every setting in effect, after files, environment and built-in values.",
          {report_flag("config"),
           {"origin", '\0', "", "say where each value comes from", "Flags", "", FlagKind::toggle,
            FlagReach::command_line}},
          run_config_show};
}

std::vector<Command> config_commands() {
  return {config_show_command(),
          {"config path",
           "",
           0,
           0,
           "configuration files, strongest first",
           "Lists where configuration is looked for and which files are there.",
           {report_flag("config")},
           run_config_path},
          {"config check",
           "",
           0,
           0,
           "is the configuration valid?",
           "Reads all configuration files and checks every saved report, group and value.",
           {report_flag("config")},
           run_config_check}};
}

std::vector<Command> make_commands() {
  std::vector<Command> all = {report_command(), cost_command()};
  const auto append = [&all](std::vector<Command> more) {
    all.insert(all.end(), std::make_move_iterator(more.begin()),
               std::make_move_iterator(more.end()));
  };
  append(planning_commands());
  append({reconcile_command(), check_command(), extract_command(), models_command(), ls_command(),
          fetch_command()});
  append(prices_commands());
  append(config_commands());
  append({doctor_command()});
  append(provision_commands());
  append({{"version", "", 0, 0, "version of the program", "Prints the version.", {}, run_version}});
  return all;
}

}  // namespace

std::span<const Command> commands() {
  static const std::vector<Command> all = make_commands();
  return all;
}

}  // namespace bedrocklog::cli
