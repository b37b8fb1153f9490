// The rows of the command table for `bedrocklog prices`.
#include <utility>
#include <vector>

#include "cli/command.h"
#include "cli/command_flags.h"

namespace bedrocklog::cli {
namespace {

Command list_command() {
  return {"prices list",
          "",
          0,
          0,
          "rows of the price book",
          "Lists the price rows that reports use: imported lists, --prices files and [prices]\n"
          "included.",
          picked({"prices", "no-shipped-prices", "price-store", "config", "ascii", "width"},
                 {own_flag("model", "GLOB", "canonical model id, * and ? allowed"),
                  own_flag("region", "REGION", "rows that hold in REGION"),
                  own_flag("as-of", "DATE", "rows that hold on DATE: 2026-03-01"),
                  format_flag("table csv json")}),
          run_prices_list};
}

Command show_command() {
  return {"prices show",
          "MODEL",
          1,
          1,
          "which row prices each token class of a model",
          "MODEL is any id a log can hold: bare, with profile prefix, or an ARN.",
          picked({"prices", "no-shipped-prices", "price-store", "model-map", "config", "ascii",
                  "width"},
                 {own_flag("region", "REGION", "source region of the call", "us-east-1"),
                  own_flag("as-of", "DATE", "day of the call; default: the book's own date"),
                  format_flag("table csv json")}),
          run_prices_show};
}

Command import_command() {
  return {
      "prices import",
      "FILE...",
      1,
      any_number,
      "keep price lists of AWS or LiteLLM for all later runs",
      "Reads offer files of AWS (JSON or CSV; AmazonBedrock, AmazonBedrockService and\n"
      "AmazonBedrockFoundationModels hold one part of the models each), answers of GetProducts\n"
      "or LiteLLM's model price map, and keeps each by offer, region and publication. A\n"
      "publication's prices hold from its day on, those of the earliest one since ever. Lists\n"
      "what was left out, and where books contradict each other. Nothing is downloaded.\n\n"
      "  bedrocklog prices import AmazonBedrock.json AmazonBedrockFoundationModels.json",
      picked({"price-store", "prices", "no-shipped-prices", "config", "ascii", "width"},
             {own_flag("as-of", "DATE", "the day LiteLLM's map is from; it has no date"),
              {"replace", '\0', "", "a list that the store has otherwise is replaced", "Flags", "",
               FlagKind::toggle, FlagReach::command_line},
              format_flag("table csv json")}),
      run_prices_import};
}

Command conflicts_command() {
  return {
      "prices conflicts",
      "",
      0,
      0,
      "prices of which books disagree, which one is used and why",
      "Compares the shipped book, imported lists and price files: every price that is not used\n"
      "since a stronger book has another one.",
      picked({"prices", "no-shipped-prices", "price-store", "config", "ascii", "width"},
             {format_flag("table csv json")}),
      run_prices_conflicts};
}

Command diff_command() {
  return {
      "prices diff",
      "A B",
      2,
      2,
      "prices that B has and A has not, or otherwise",
      "A and B are each a price file, a price list as prices import takes it, the word shipped,\n"
      "the word current for the book in effect, or a day such as 2026-05-04 for the lists of\n"
      "AWS in the store published until then. Percent is rounded to 4 decimals.\n\n"
      "  bedrocklog prices diff shipped AmazonBedrock.json",
      picked({"prices", "no-shipped-prices", "price-store", "config", "ascii", "width"},
             {format_flag("table csv json")}),
      run_prices_diff};
}

Command export_command() {
  return {
      "prices export",
      "",
      0,
      0,
      "the price book in effect, as one file",
      "Writes all layers as one price book, with the days on which each row holds. As CSV it is\n"
      "a file for --prices that prices the same.",
      picked({"prices", "no-shipped-prices", "price-store", "config"},
             {own_flag("format", "FORMAT", "csv json", "csv")}),
      run_prices_export};
}

Command check_command() {
  Flags flags = picked_with_aws({"source",
                                 "where",
                                 "model",
                                 "user",
                                 "account",
                                 "tag",
                                 "since",
                                 "until",
                                 "month",
                                 "week",
                                 "quarter",
                                 "day",
                                 "hours",
                                 "tz",
                                 "now",
                                 "prices",
                                 "no-shipped-prices",
                                 "price-store",
                                 "model-map",
                                 "dedup",
                                 "allow-partial",
                                 "jobs",
                                 "memory",
                                 "config",
                                 "quiet",
                                 "verbose",
                                 "progress",
                                 "ascii",
                                 "width",
                                 "delivery-slack",
                                 "dry-run",
                                 "s3-prices"},
                                {format_flag("table csv json")});
  return {"prices check",
          "SOURCE...",
          0,
          any_number,
          "which usage has a price, from which row, and what is assumed",
          "Reads every SOURCE and lists usage by price: the row, its source and cost; what has no\n"
          "price; and how much money the assumptions could move: cache writes of unknown life are\n"
          "counted as 5-minute ones, calls of unknown service tier as standard. Exit 1 when\n"
          "something has no price.",
          std::move(flags),
          run_prices_check};
}

}  // namespace

std::vector<Command> prices_commands() {
  return {list_command(),      show_command(), check_command(), import_command(),
          conflicts_command(), diff_command(), export_command()};
}

}  // namespace bedrocklog::cli
