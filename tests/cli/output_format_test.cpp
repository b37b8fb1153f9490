// Formats by name and by file ending, columns by name, and all formats saying the same.
#include "cli/output_format.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <rapidcheck/gtest.h>

#include "tests/cli/csv_reader.h"
#include "tests/cli/report_samples.h"

namespace bedrocklog::cli {
namespace {

using nlohmann::json;
using testing::HasSubstr;

TEST(OutputFormat, IsKnownByName) {
  EXPECT_EQ(*parse_format("table"), OutputFormat::table);
  EXPECT_EQ(*parse_format("ndjson"), OutputFormat::ndjson);
  const Result<OutputFormat> wrong = parse_format("jsn");
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().subject, "--format");
  EXPECT_THAT(wrong.error().message, HasSubstr("did you mean json?"));
}

TEST(OutputFormat, IsKnownByTheEndingOfAFile) {
  EXPECT_EQ(*format_of_file("out/a.csv"), OutputFormat::csv);
  EXPECT_EQ(*format_of_file("a.b.JSON"), OutputFormat::json);
  EXPECT_EQ(*format_of_file("a.jsonl"), OutputFormat::ndjson);
  EXPECT_EQ(*format_of_file("a.md"), OutputFormat::markdown);
  EXPECT_EQ(*format_of_file("a.txt"), OutputFormat::table);
  for (const char* path : {"a", "a.", "", "folder.json/a", "a.pdf", "/dev/stdout"}) {
    EXPECT_FALSE(format_of_file(path)) << path;
  }
}

TEST(OutputFormat, RefusesUnknownAndRepeatedFields) {
  for (const OutputFormat format : {OutputFormat::table, OutputFormat::csv, OutputFormat::json}) {
    RenderOptions options;
    options.fields = {"model", "costs"};
    const Result<std::string> unknown = render(full_report(), format, options);
    ASSERT_FALSE(unknown);
    EXPECT_EQ(unknown.error().subject, "--fields");
    EXPECT_THAT(unknown.error().message, HasSubstr("did you mean cost?"));
    options.fields = {"model", "model"};
    EXPECT_FALSE(render(full_report(), format, options));
  }
}

TEST(OutputFormat, EveryFormatEndsInANewline) {
  for (const OutputFormat format :
       {OutputFormat::table, OutputFormat::csv, OutputFormat::tsv, OutputFormat::json,
        OutputFormat::ndjson, OutputFormat::markdown}) {
    EXPECT_TRUE(render(full_report(), format, {})->ends_with('\n'));
    EXPECT_TRUE(render(empty_report(), format, {})->ends_with('\n'));
  }
}

std::vector<std::vector<std::string>> split_cells(const std::string& text, char line_end,
                                                  const std::string& separator) {
  std::vector<std::vector<std::string>> rows;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = text.find(line_end, start);
    std::vector<std::string> cells;
    std::string line = text.substr(start, end - start);
    for (std::size_t at = line.find(separator); at != std::string::npos;
         at = line.find(separator)) {
      cells.push_back(line.substr(0, at));
      line.erase(0, at + separator.size());
    }
    cells.push_back(line);
    rows.push_back(cells);
    start = end + 1;
  }
  return rows;
}

// A figure of JSON as the text of CSV.
std::string text_of(const json& value) {
  if (value.is_null()) {
    return "";
  }
  return value.is_string() ? value.get<std::string>() : value.dump();
}

std::string without_commas(std::string text) {
  text.erase(std::remove(text.begin(), text.end(), ','), text.end());
  return text;
}

analytics::Report random_report() {
  analytics::Report report = full_report();
  for (std::size_t row = 0; row < report.rows.size(); ++row) {
    for (std::size_t column = 2; column < report.columns.size(); ++column) {
      if (*rc::gen::inRange(0, 5) == 0) {
        report.rows.set_cell(row, column, std::monostate{});
      } else {
        report.rows.set_cell(row, column, analytics::Int128{*rc::gen::arbitrary<std::int64_t>()});
      }
    }
  }
  return report;
}

RC_GTEST_PROP(OutputFormat, AllFormatsAgreeOnEveryFigure, ()) {
  const analytics::Report report = random_report();
  const auto written = [&](OutputFormat format) { return *render(report, format, {}); };
  const auto csv = read_csv(written(OutputFormat::csv));
  const auto tsv = split_cells(written(OutputFormat::tsv), '\n', "\t");
  const auto lines = split_cells(written(OutputFormat::ndjson), '\n', "\n");
  const json document = json::parse(written(OutputFormat::json));
  std::vector<std::vector<std::string>> markdown;
  for (const auto& cells : split_cells(written(OutputFormat::markdown), '\n', " | ")) {
    if (cells.front().starts_with("| ") && cells.size() == report.columns.size()) {
      markdown.push_back(cells);
    }
  }
  RC_ASSERT(csv == tsv);
  RC_ASSERT(markdown.size() == report.rows.size() + 3);  // Names, rule, total.
  for (std::size_t row = 0; row < report.rows.size(); ++row) {
    const json& metrics = document["rows"][row]["metrics"];
    RC_ASSERT(json::parse(lines[row + 1][0]) == document["rows"][row]);
    for (std::size_t column = 2; column < report.columns.size(); ++column) {
      const std::string exact = text_of(metrics[report.columns[column].name]);
      RC_ASSERT(csv[row + 1][column] == exact);
      std::string cell = without_commas(markdown[row + 2][column]);
      if (cell.ends_with(" |")) {
        cell.resize(cell.size() - 2);
      }
      RC_ASSERT(cell == exact);
    }
  }
}

}  // namespace
}  // namespace bedrocklog::cli
