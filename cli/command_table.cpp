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
  std::vector<Command> all = {report_command()};
  const auto append = [&all](std::vector<Command> more) {
    all.insert(all.end(), std::make_move_iterator(more.begin()),
               std::make_move_iterator(more.end()));
  };
  append(finance_commands());
  append({check_command(), extract_command(), models_command(), ls_command(), fetch_command()});
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
