// Packed rows give back what was put in, whatever its size, and share nothing with its origin.
#include "analytics/report_rows.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace bedrocklog::analytics {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Int128 large = Int128{1} << 100U;

std::vector<Cell> figures_at_the_edges() {
  return {Int128{INT64_MAX},
          Int128{INT64_MAX} + 1,
          Int128{INT64_MIN},
          Int128{INT64_MIN} + 1,
          Int128{INT64_MIN} + 2,
          Int128{INT64_MIN} - 1,
          large,
          -large,
          std::monostate{}};
}

TEST(ReportRows, KeepEveryFigureAndTellZeroFromUnknown) {
  const std::vector<Cell> cells = figures_at_the_edges();
  ReportRows rows(0, cells.size());
  rows.add(RowKind::group, cells);
  rows.add(RowKind::group, std::vector<Cell>(cells.size(), Int128{0}));
  rows.add(RowKind::group, cells);
  EXPECT_EQ(rows[0].cells(), cells);
  EXPECT_EQ(rows[1].cells(), std::vector<Cell>(cells.size(), Int128{0}));
  EXPECT_EQ(rows[2].cells(), cells);
}

TEST(ReportRows, AFigureCanBecomeWideAndNarrowAgain) {
  ReportRows rows(0, 3);
  rows.add(RowKind::group, std::vector<Cell>{large, Int128{1}, large + 1});
  rows.set_cell(0, 1, large + 2);
  rows.set_cell(0, 2, Int128{7});
  EXPECT_THAT(rows[0].cells(), ElementsAre(Cell(large), Cell(large + 2), Cell(Int128{7})));
}

TEST(ReportRows, KeepTextsThatAreGone) {
  ReportRows rows(2, 0);
  {
    const std::string text = "a text too long to be kept inside of a string object";
    const std::string code = "AnErrorCodeTooLongToBeKeptInsideOfAStringObject";
    rows.add(RowKind::group, std::vector<Cell>{text, std::monostate{}},
             std::vector<CodeCount>{{code, 3}});
  }
  const ReportRows copy = rows;
  rows = ReportRows();
  EXPECT_EQ(std::get<std::string_view>(copy[0].cell(0)),
            "a text too long to be kept inside of a string object");
  EXPECT_EQ(copy[0].cell(1), Cell());
  EXPECT_THAT(copy[0].error_codes(),
              ElementsAre(CodeCount{"AnErrorCodeTooLongToBeKeptInsideOfAStringObject", 3}));
}

TEST(ReportRows, GoOnInTheNextBlock) {
  ReportRows rows(1, 1);
  const std::size_t count = 2 * RowBlock::rows_max + 1;
  for (std::size_t row = 0; row < count; ++row) {
    std::vector<CodeCount> codes;
    if (row % 1'000 == 0) {
      codes = {{"A", row}, {"B", 1}};
    }
    rows.add(RowKind::group, std::vector<Cell>{std::to_string(row % 7), Int128{row}}, codes);
  }
  ASSERT_EQ(rows.size(), count);
  std::size_t at = 0;
  for (const Row& row : rows) {
    EXPECT_EQ(row.cell(0), Cell(std::string_view(std::to_string(at % 7))));
    EXPECT_EQ(row.figure(0), Int128{at});
    if (at % 1'000 == 0) {
      EXPECT_THAT(row.error_codes(), ElementsAre(CodeCount{"A", at}, CodeCount{"B", 1}));
    } else {
      EXPECT_THAT(row.error_codes(), IsEmpty());
    }
    ++at;
  }
}

TEST(ReportRows, OnlyTheOtherRowFoldsRows) {
  ReportRows rows(0, 1);
  rows.add(RowKind::group, std::vector<Cell>{Int128{1}});
  rows.add(RowKind::other, std::vector<Cell>{Int128{2}});
  rows.set_folded_rows(9);
  EXPECT_EQ(rows[0].folded_rows(), 0U);
  EXPECT_EQ(rows[1].folded_rows(), 9U);
  EXPECT_EQ(rows[1].kind(), RowKind::other);
}

}  // namespace
}  // namespace bedrocklog::analytics
