// Markdown: a table in any renderer, and log text that stays text.
#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/output_format.h"
#include "tests/cli/report_samples.h"

namespace bedrocklog::cli {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string markdown(const analytics::Report& report) {
  return *render(report, OutputFormat::markdown, {});
}

// Bars that separate cells: those without a backslash before them.
std::size_t bars(const std::string& line) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < line.size(); ++at) {
    const bool is_bar = line[at] == '|' && (at == 0 || line[at - 1] != '\\');
    count += is_bar ? 1U : 0U;
  }
  return count;
}

std::vector<std::string> table_lines(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = text.find('\n', start);
    if (text[start] == '|') {
      lines.push_back(text.substr(start, end - start));
    }
    start = end + 1;
  }
  return lines;
}

TEST(Markdown, IsATableWithTheTotalThenTheAccount) {
  const std::string text = markdown(full_report());
  EXPECT_TRUE(text.starts_with("## Usage by model and team\n\n- range: "));
  const std::vector<std::string> lines = table_lines(text);
  ASSERT_EQ(lines.size(), 7U);
  EXPECT_THAT(lines[1], HasSubstr("| --- | --- | ---: |"));
  EXPECT_TRUE(lines[2].starts_with("| anthropic.claude-sonnet-4-20250514-v1:0 | search | "));
  EXPECT_THAT(lines[2], HasSubstr(" | 87.654321012345678901 |"));
  EXPECT_TRUE(lines[5].starts_with("| other (1,234 rows) |"));
  EXPECT_TRUE(lines[6].starts_with("| **total** |"));
  EXPECT_THAT(text, HasSubstr("- objects: 12 listed"));
  EXPECT_THAT(text, HasSubstr("permission\\_check 1"));
  EXPECT_THAT(text, HasSubstr("- note: costs are list prices\n"));
}

TEST(Markdown, HostileTextMakesNoCellNoTagAndNoLink) {
  for (const std::string& hostile : hostile_texts()) {
    const std::string text = markdown(hostile_report(hostile));
    const std::vector<std::string> lines = table_lines(text);
    ASSERT_EQ(lines.size(), 7U) << hostile;
    for (const std::string& line : lines) {
      EXPECT_EQ(bars(line), 13U) << line;
    }
    EXPECT_THAT(text, Not(HasSubstr("<")));
    EXPECT_THAT(text, Not(HasSubstr("https://")));
    EXPECT_THAT(text, Not(HasSubstr("www.")));
    for (std::size_t at = 1; at < text.size(); ++at) {
      EXPECT_TRUE((text[at] != '`' && text[at] != '[') || text[at - 1] == '\\') << hostile;
      EXPECT_TRUE(static_cast<unsigned char>(text[at]) >= 0x20 || text[at] == '\n') << hostile;
    }
  }
}

TEST(Markdown, ABackslashOfALogCannotFreeTheBarAfterIt) {
  analytics::Report report = full_report();
  report.rows.set_cell(0, 0, "a\\|b");
  EXPECT_TRUE(table_lines(markdown(report))[2].starts_with("| a\\\\\\|b | search |"));
}

}  // namespace
}  // namespace bedrocklog::cli
