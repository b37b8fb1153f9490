// The table: figures whole, names inert, the width kept where it can be.
#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "cli/output_format.h"
#include "cli/report_cells.h"
#include "cli/terminal_text.h"
#include "tests/cli/report_samples.h"

namespace bedrocklog::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::string table(const analytics::Report& report, const TableStyle& style = {}) {
  RenderOptions options;
  options.table = style;
  return *render(report, OutputFormat::table, options);
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = text.find('\n', start);
    lines.push_back(text.substr(start, end - start));
    start = end + 1;
  }
  return lines;
}

// The header line, rows and total: what stands between the two empty lines.
std::vector<std::string> table_lines(const std::string& text) {
  std::vector<std::string> lines = lines_of(text);
  const auto first = std::find(lines.begin(), lines.end(), "");
  return {first + 1, std::find(first + 1, lines.end(), "")};
}

TEST(Table, ShowsFiguresWithThousandsAndTheTotalLast) {
  const std::vector<std::string> lines = table_lines(table(full_report()));
  ASSERT_EQ(lines.size(), 8U);  // Header, rule, four rows, rule, total.
  EXPECT_THAT(lines[2], HasSubstr("  12,345,678  "));
  EXPECT_THAT(lines[2], HasSubstr("  1,234.5  "));
  EXPECT_TRUE(lines[2].ends_with("  87.6543")) << lines[2];
  EXPECT_TRUE(lines[3].ends_with("  0.0000")) << lines[3];
  EXPECT_THAT(lines[3], HasSubstr("(none)"));
  EXPECT_TRUE(lines[4].ends_with("  -")) << lines[4];
  EXPECT_TRUE(lines[5].starts_with("other (1,234 rows) ")) << lines[5];
  EXPECT_TRUE(lines[7].starts_with("total ")) << lines[7];
  EXPECT_THAT(lines[7], HasSubstr("12,345,690"));
}

TEST(Table, FiguresStandUnderTheRightEndOfTheirName) {
  for (const std::string& line : table_lines(table(full_report()))) {
    EXPECT_EQ(display_width(line), display_width(table_lines(table(full_report()))[0])) << line;
  }
}

TEST(Table, CostFromAHundredDollarsOnHasCents) {
  analytics::Report report = full_report();
  report.total_rows.set_cell(0, 11, analytics::Int128{100} * 1'000'000'000 * 1'000'000'000);
  EXPECT_TRUE(table_lines(table(report))[2].ends_with("  87.65"));
  EXPECT_THAT(table(report), HasSubstr("rounded half to even"));
}

TEST(Table, SaysNothingOfRoundingWhereNothingIsLost) {
  EXPECT_THAT(table(empty_report()), Not(HasSubstr("rounded")));
}

TEST(Table, TellsTheWholeAccountOfTheInput) {
  const std::string text = table(full_report());
  for (const char* part : {
           "INCOMPLETE",
           "objects: 12 listed, 8 read, 3 skipped (sidecar 2, permission_check 1), 2 damaged, 1 "
           "unreadable; 1,234,567 bytes packed, 98,765,432 plain",
           "records: 12,345,724 seen = 12,345,690 counted + 11 duplicate + 7 out of range + 5 "
           "filtered + 8 rejected + 3 skipped (control_message 3)",
           "rejected not_json: 7 at 2026/03/01/00/a.json.gz:1, ",
           "a.json.gz:5, ...",
           "rejected timestamp: 1 at bundle.zip!in/b.json:4\n",
           "damaged: c.json.gz: truncated after 8,812 plain bytes",
           "damaged: d.tar!y.gz: corrupt after 1 plain byte\n",
           "unreadable: secret.json: permission denied",
           "missing hours: 3 without a record in 2 gaps: 2026-03-01T01:00:00Z to "
           "2026-03-01T03:00:00Z, ",
           "prices: shipped, as of 2026-02-01, sha256 aaaaaaaaaaaa\n",
           "unpriced: acme.unknown-v9:0, us-east-1, regional, standard: 1 call, tokens input "
           "10,500, output 1\n",
           "projection: 12,121,675 calls, 86.0000 USD per month (value of the "
           "period x 730.5 / 744 hours)",
           "note: costs are list prices",
       }) {
    EXPECT_THAT(text, HasSubstr(part));
  }
}

TEST(Table, SaysThatNothingWasCounted) {
  const std::string text = table(empty_report());
  EXPECT_THAT(text, HasSubstr("0 records: nothing"));
  EXPECT_THAT(text, HasSubstr("range: first record to last record UTC"));
  EXPECT_THAT(text, Not(HasSubstr("INCOMPLETE")));
}

TEST(Table, PrintsTheRangeInUtcAndInTheZoneOfTheReport) {
  analytics::Report report = full_report();
  report.spec.zone_name = "+05:30";
  const std::string text = table(report);
  EXPECT_THAT(text, HasSubstr("range: 2026-03-01T00:00:00Z to 2026-04-01T00:00:00Z UTC\n"));
  EXPECT_THAT(text, HasSubstr("2026-03-01T05:30:00+05:30 to 2026-04-01T05:30:00+05:30 +05:30\n"));
}

TEST(Table, WithoutKeysItIsTheTotalAlone) {
  analytics::Report report = empty_report();
  report.rows = report.total_rows;
  report.rows.set_kind(0, analytics::RowKind::group);
  const std::vector<std::string> lines = table_lines(table(report));
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[0], "invocations    cost");
  EXPECT_EQ(lines[2], "          0  0.0000");
}

TEST(Table, WithoutAKeyColumnItStillNamesOtherAndTotal) {
  RenderOptions options;
  options.fields = {"invocations"};
  const std::vector<std::string> lines =
      table_lines(*render(full_report(), OutputFormat::table, options));
  EXPECT_TRUE(lines[5].starts_with("other (1,234 rows)"));
  EXPECT_TRUE(lines[7].starts_with("total"));
}

TEST(Table, GivesUpDetailInTheStatedOrder) {
  RenderOptions options;
  options.table.width = 140;  // k/M/G is enough.
  std::string text = *render(full_report(), OutputFormat::table, options);
  EXPECT_THAT(text, HasSubstr("12.0M"));
  EXPECT_THAT(text, HasSubstr("12,345,678"));  // Its name is as wide: nothing to gain.
  EXPECT_THAT(text, HasSubstr("9.88G"));
  EXPECT_THAT(text, HasSubstr("--width 0"));
  EXPECT_THAT(hidden_columns(full_report(), options), ElementsAre());

  options.table.width = 100;  // Some columns go; names stay.
  text = *render(full_report(), OutputFormat::table, options);
  EXPECT_THAT(text, HasSubstr("anthropic.claude-sonnet-4-20250514-v1:0"));
  EXPECT_THAT(hidden_columns(full_report(), options),
              ElementsAre("error_rate", "n", "mean", "p99", "tps"));

  options.table.width = 50;  // Only keys, invocations and cost, names shortened.
  text = *render(full_report(), OutputFormat::table, options);
  EXPECT_THAT(table_lines(text)[2], Not(HasSubstr("anthropic.claude-sonnet-4-20250514-v1:0")));
  EXPECT_THAT(table_lines(text)[2], HasSubstr("\xE2\x80\xA6"));
  EXPECT_THAT(hidden_columns(full_report(), options),
              ElementsAre("errors", "error_rate", "input", "output", "n", "mean", "p99", "tps"));

  options.table.width = 0;
  EXPECT_THAT(hidden_columns(full_report(), options), ElementsAre());
}

TEST(Table, AsciiModeHasNothingElse) {
  for (const std::string& text : hostile_texts()) {
    for (const int width : {0, 40}) {
      const TableStyle style{.color = false, .unicode = false, .width = width};
      for (const char character : table(hostile_report(text), style)) {
        ASSERT_TRUE((character >= 0x20 && character < 0x7F) || character == '\n') << text;
      }
    }
  }
}

TEST(Table, ColourAddsNothingButColour) {
  const std::string colored = table(full_report(), {.color = true});
  std::string plain;
  for (std::size_t at = 0; at < colored.size(); ++at) {
    if (colored[at] == '\x1B') {
      at = colored.find('m', at);
    } else {
      plain += colored[at];
    }
  }
  EXPECT_NE(colored, plain);
  EXPECT_EQ(plain, table(full_report()));
}

TEST(Table, AbbreviationsHaveThreeDigits) {
  EXPECT_EQ(abbreviated(9'999), "9,999");
  EXPECT_EQ(abbreviated(10'000), "10.0k");
  EXPECT_EQ(abbreviated(12'345), "12.3k");
  EXPECT_EQ(abbreviated(12'350), "12.4k");
  EXPECT_EQ(abbreviated(12'450), "12.4k");
  EXPECT_EQ(abbreviated(999'499), "999k");
  EXPECT_EQ(abbreviated(999'500), "1.00M");
  EXPECT_EQ(abbreviated(-1'234'567), "-1.23M");
  EXPECT_EQ(abbreviated(4'560'000'000), "4.56G");
  EXPECT_EQ(abbreviated(1'234'500'000'000), "1,234G");
}

RC_GTEST_PROP(Table, HoldsNoControlByteWhateverTheTextAndWidth, (const std::string& text)) {
  const TableStyle style{.color = false, .unicode = true, .width = *rc::gen::inRange(0, 200)};
  const std::string hostile = text + *rc::gen::elementOf(hostile_texts());
  const std::string written = table(hostile_report(hostile), style);
  for (const std::string& line : lines_of(written)) {
    RC_ASSERT(printable(line) == line);
  }
}

RC_GTEST_PROP(Table, LosesNoDigitOfACount, (std::uint64_t value)) {
  analytics::Report report = full_report();
  report.rows.set_cell(0, 2, analytics::Int128{value});
  const std::string line = table_lines(table(report))[2];
  std::string digits;
  // Third column: after the model and the team.
  for (const char character : line.substr(line.find("search") + 6)) {
    if (character >= '0' && character <= '9') {
      digits += character;
    } else if (character == ' ' && !digits.empty()) {
      break;
    }
  }
  RC_ASSERT(digits == std::to_string(value));
}

RC_GTEST_PROP(Table, FitsTheWidthOrHasNothingLeftToGive, ()) {
  RenderOptions options;
  options.table.width = *rc::gen::inRange(1, 200);
  const std::string text = *render(full_report(), OutputFormat::table, options);
  for (const std::string& line : table_lines(text)) {
    const bool fits = display_width(line) <= static_cast<std::size_t>(options.table.width);
    RC_ASSERT(fits || hidden_columns(full_report(), options).size() == 8U);
  }
  RC_ASSERT(text.find("other (1,234 rows)") != std::string::npos);
}

}  // namespace
}  // namespace bedrocklog::cli
