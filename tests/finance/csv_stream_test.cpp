// CSV row by row: the same as the whole table, wherever the bytes are cut.
#include "analytics/finance/csv_stream.h"

#include <algorithm>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "analytics/csv_table.h"

namespace bedrocklog::finance {
namespace {

using Rows = std::vector<std::vector<std::string>>;

ReadBytes pieces_of(const std::string& text, std::size_t size) {
  return [text, size, at = std::size_t{0}](std::span<char> into) mutable {
    const std::size_t count = std::min({size, into.size(), text.size() - at});
    std::copy_n(text.begin() + static_cast<std::ptrdiff_t>(at), count, into.begin());
    at += count;
    return count;
  };
}

struct Outcome {
  Rows rows;
  std::vector<std::size_t> lines;
  std::string fault;
  std::optional<std::size_t> cut_line;
};

Outcome read(const std::string& text, std::size_t size = SIZE_MAX) {
  Outcome outcome;
  CsvStream stream(pieces_of(text, size), "x.csv");
  for (;;) {
    const Result<bool> more = stream.next();
    if (!more) {
      outcome.fault = more.error().subject + ": " + more.error().message;
      return outcome;
    }
    if (!*more) {
      outcome.cut_line = stream.cut_line();
      return outcome;
    }
    outcome.rows.emplace_back(stream.fields().begin(), stream.fields().end());
    outcome.lines.push_back(stream.line());
  }
}

TEST(CsvStream, ReadsQuotesLineEndsAndBlankLines) {
  const Outcome outcome = read(
      "\xEF\xBB\xBF"
      "a,b\r\n\r\n\"x, \"\"y\"\"\r\nz\",\n\n,\"\"\r\n\"\"\nlast,row");
  EXPECT_EQ(outcome.fault, "");
  EXPECT_EQ(outcome.rows,
            (Rows{{"a", "b"}, {"x, \"y\"\r\nz", ""}, {"", ""}, {""}, {"last", "row"}}));
  EXPECT_EQ(outcome.lines, (std::vector<std::size_t>{1, 3, 6, 7, 8}));
}

TEST(CsvStream, RefusesWhatIsNoCsv) {
  EXPECT_EQ(read("a\nb\"c\n").fault, "x.csv:2: has a quote inside an unquoted field");
  EXPECT_EQ(read("\"a\"b\n").fault, "x.csv:1: has text after a closing quote");
  EXPECT_EQ(read("\"a\"\rb\n").fault, "x.csv:1: has text after a closing quote");
  EXPECT_EQ(read(std::string("a\n\0\n", 4)).fault, "x.csv:2: holds a zero byte");
  EXPECT_EQ(read("a,\"" + std::string(stream_field_size_bytes_max + 2, 'x')).fault,
            "x.csv:1: has a field over 256 KiB; a quote may never close");
  EXPECT_EQ(read(std::string(stream_columns_max + 1, ',')).fault,
            "x.csv:1: has more than 8,192 fields in a row");
}

TEST(CsvStream, SaysWhereTheEndCutARow) {
  const Outcome outcome = read("a,b\n1,2\n3,\"4\n");
  EXPECT_EQ(outcome.rows.size(), 2U);
  EXPECT_EQ(outcome.cut_line, 3U);
}

RC_GTEST_PROP(CsvStreamProperty, GivesTheRowsOfTheWholeTableWhereverItIsCut, ()) {
  const auto text = *rc::gen::container<std::string>(
      rc::gen::element('a', 'b', ',', ',', '"', '\n', '\n', '\r', ' '));
  const std::string table = "h1,h2\n" + text;
  const auto size = *rc::gen::inRange<std::size_t>(1, 8);
  const Outcome outcome = read(table, size);
  const Outcome whole = read(table);
  RC_ASSERT(outcome.rows == whole.rows);
  RC_ASSERT(outcome.fault == whole.fault);
  const auto parsed = analytics::parse_csv(table, "x.csv");
  if (parsed) {
    RC_ASSERT(outcome.fault.empty());
    RC_ASSERT(outcome.rows.size() == parsed->rows.size() + 1);
    for (std::size_t at = 0; at < parsed->rows.size(); ++at) {
      RC_ASSERT(outcome.rows[at + 1] == parsed->rows[at].fields);
    }
  }
}

}  // namespace
}  // namespace bedrocklog::finance
