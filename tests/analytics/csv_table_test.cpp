// RFC 4180 as spreadsheets and editors really write it, and what is refused.
#include "analytics/csv_table.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace bedrocklog::analytics {
namespace {

using Fields = std::vector<std::string>;

TEST(CsvTable, ToleratesByteOrderMarkCrlfBlankLinesAndMissingLastLineEnd) {
  const CsvTable table = parse_csv("\xEF\xBB\xBF\r\na,b\r\n\r\n1,2\r\n3,", "t.csv").value();
  EXPECT_EQ(table.header, (Fields{"a", "b"}));
  ASSERT_EQ(table.rows.size(), 2U);
  EXPECT_EQ(table.rows[0].fields, (Fields{"1", "2"}));
  EXPECT_EQ(table.rows[0].line, 4U);
  EXPECT_EQ(table.rows[1].fields, (Fields{"3", ""}));
}

TEST(CsvTable, ReadsQuotedFields) {
  const CsvTable table = parse_csv("a,b\n\"x, \"\"y\"\"\",\"two\nlines\"\n1,2\n", "t").value();
  EXPECT_EQ(table.rows[0].fields, (Fields{"x, \"y\"", "two\nlines"}));
  EXPECT_EQ(table.rows[1].line, 4U);  // Counts the line end inside the quotes.
}

TEST(CsvTable, NamesTheLineOfWhatItRefuses) {
  const auto subject = [](std::string_view text) {
    const Result<CsvTable> table = parse_csv(text, "t.csv");
    return table ? std::string("accepted") : table.error().subject;
  };
  EXPECT_EQ(subject(""), "t.csv");
  EXPECT_EQ(subject("\n\r\n"), "t.csv");
  EXPECT_EQ(subject("a,b\n1,2\n1\n"), "t.csv:3");
  EXPECT_EQ(subject("a,b\n1,2,3\n"), "t.csv:2");
  EXPECT_EQ(subject("a,a\n"), "t.csv:1");
  EXPECT_EQ(subject("a,\n"), "t.csv:1");
  EXPECT_EQ(subject("a\nx\"y\n"), "t.csv:2");
  EXPECT_EQ(subject("a\n\"x\"y\n"), "t.csv:2");
  EXPECT_EQ(subject("a\nb\n\"x\ny"), "t.csv:3");
  EXPECT_EQ(subject(std::string("a\nb\0\n", 5)), "t.csv:2");
}

TEST(CsvTable, BoundsWhatAFileCanGrow) {
  EXPECT_FALSE(parse_csv(std::string(csv_columns_max + 1, ','), "t"));
  EXPECT_FALSE(parse_csv("a\n" + std::string(csv_field_size_bytes_max + 1, 'x'), "t"));
  EXPECT_FALSE(parse_csv("a\n\"" + std::string(csv_field_size_bytes_max + 1, 'x') + '"', "t"));
  EXPECT_TRUE(parse_csv("a\n" + std::string(csv_field_size_bytes_max, 'x'), "t"));
}

RC_GTEST_PROP(CsvTable, QuotedTextsComeBackUnchanged, ()) {
  const auto cell =
      rc::gen::container<std::string>(rc::gen::element('a', '"', ',', '\n', '\r', ' ', '\xc3'));
  const auto cells = *rc::gen::container<Fields>(3, cell);
  std::string text = "a,b,c\n";
  for (std::size_t i = 0; i < cells.size(); ++i) {
    text += i == 0 ? "\"" : ",\"";
    for (const char c : cells[i]) {
      text += c == '"' ? std::string("\"\"") : std::string(1, c);
    }
    text += '"';
  }
  const Result<CsvTable> table = parse_csv(text, "t");
  RC_ASSERT(table.has_value());
  RC_ASSERT(table->rows.size() == 1U);
  RC_ASSERT(table->rows[0].fields == cells);
}

}  // namespace
}  // namespace bedrocklog::analytics
