// Spreadsheets as bytes: the same for the same report, and refused where they cannot hold it. What
// is in their cells is tested over the whole program (tests/end_to_end/spreadsheet_test.py).
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "cli/output_format.h"
#include "cli/report_writers.h"
#include "tests/cli/report_samples.h"

namespace bedrocklog::cli {
namespace {

TEST(XlsxWriter, SameReportHasTheSameBytes) {
  const Result<std::string> first = render(full_report(), OutputFormat::xlsx, {});
  const Result<std::string> second = render(full_report(), OutputFormat::xlsx, {});
  ASSERT_TRUE(first) << first.error().message;
  ASSERT_TRUE(second);
  EXPECT_EQ(*first, *second);
  EXPECT_TRUE(first->starts_with("PK"));
}

TEST(XlsxWriter, HasTheGivenTimeAsItsCreationTime) {
  RenderOptions given;
  given.generated_at = "2026-03-31T00:00:00Z";
  const Result<std::string> with_time = render(full_report(), OutputFormat::xlsx, given);
  const Result<std::string> without = render(full_report(), OutputFormat::xlsx, {});
  ASSERT_TRUE(with_time && without);
  EXPECT_NE(*with_time, *without);
}

TEST(XlsxWriter, TakesHostileTextsAndEmptyReports) {
  for (const std::string& text : hostile_texts()) {
    EXPECT_TRUE(render(hostile_report(text), OutputFormat::xlsx, {}));
  }
  EXPECT_TRUE(render(hostile_report(std::string(40'000, 'x')), OutputFormat::xlsx, {}));
  EXPECT_TRUE(render(empty_report(), OutputFormat::xlsx, {}));
}

TEST(XlsxWriter, RefusesMoreRowsThanASheetHolds) {
  constexpr std::size_t rows_max = 1'048'574;  // Less the header and the total.
  analytics::Report report = empty_report();
  std::vector<analytics::RowBlock> blocks;
  const std::size_t keys = report.rows.keys_count();
  const std::size_t figures = report.rows.figures_count();
  for (std::size_t row = 0; row <= rows_max; ++row) {
    if (row % analytics::RowBlock::rows_max == 0) {
      blocks.emplace_back();
    }
    blocks.back().begin_row(analytics::RowKind::group);
    for (std::size_t key = 0; key < keys; ++key) {
      blocks.back().add_key(analytics::RowBlock::absent_key);
    }
    for (std::size_t figure = 0; figure < figures; ++figure) {
      blocks.back().add_figure(analytics::Int128{1});
    }
  }
  report.rows.set_blocks(std::move(blocks));
  const Result<std::string> refused = render(report, OutputFormat::xlsx, {});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().subject, "--output");
  EXPECT_NE(refused.error().message.find("holds 1048576 rows"), std::string::npos)
      << refused.error().message;
}

}  // namespace
}  // namespace bedrocklog::cli
