// CSV and TSV: what a spreadsheet or a script gets back.
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "cli/output_format.h"
#include "tests/cli/csv_reader.h"
#include "tests/cli/report_samples.h"

namespace bedrocklog::cli {
namespace {

using Rows = std::vector<std::vector<std::string>>;

std::string csv(const analytics::Report& report, const CsvStyle& style = {}) {
  RenderOptions options;
  options.csv = style;
  return *render(report, OutputFormat::csv, options);
}

TEST(Csv, HasOneHeaderMachineNumbersAndNoTotal) {
  const std::string text = csv(full_report());
  EXPECT_TRUE(text.starts_with(
      "model,tag:team,invocations,errors,error_rate,input,output,n,mean,p99,tps,cost\r\n"
      "anthropic.claude-sonnet-4-20250514-v1:0,search,12345678,123,0.01,9876543210,1234567890,"
      "12000000,1234.5,98765,41.532,87.654321012345678901\r\n"));
  EXPECT_EQ(read_csv(text).size(), 5U);
}

TEST(Csv, TellsAMissingKeyFromAnUnknownFigureFromZero) {
  const Rows rows = read_csv(csv(full_report()));
  EXPECT_EQ(rows[2][1], "(none)");
  EXPECT_EQ(rows[2][8], "");
  EXPECT_EQ(rows[2][11], "0.00");
  EXPECT_EQ(rows[3][11], "");
}

TEST(Csv, TheOtherRowIsNamedInTheFirstKeyColumn) {
  const Rows rows = read_csv(csv(full_report()));
  EXPECT_EQ(rows[4][0], "(other)");
  EXPECT_EQ(rows[4][1], "");
  EXPECT_EQ(rows[4][2], "2");
}

TEST(Csv, TheTotalRowComesOnRequest) {
  const Rows rows = read_csv(csv(full_report(), {.total_row = true}));
  ASSERT_EQ(rows.size(), 6U);
  EXPECT_EQ(rows[5][0], "(total)");
  EXPECT_EQ(rows[5][2], "12345690");
}

TEST(Csv, NeutralisesFormulasOfLogsAndNotOurNumbers) {
  for (const char* text : {"=1+1", "+1", "-1", "@a", "\ta", "\ra", "\na"}) {
    analytics::Report report = full_report();
    report.rows.set_cell(0, 0, text);
    report.rows.set_cell(0, 2, analytics::Int128{-5});
    const Rows rows = read_csv(csv(report));
    ASSERT_EQ(rows.size(), 5U);
    EXPECT_EQ(rows[1][0], std::string("'") + text);
    EXPECT_EQ(rows[1][2], "-5");
    EXPECT_EQ(read_csv(csv(report, {.raw = true}))[1][0], text);
  }
}

TEST(Csv, HoldsNoEscapeSequenceUnlessRaw) {
  const analytics::Report report = hostile_report("a\x1B[31mb\xC2\x9B");
  EXPECT_EQ(read_csv(csv(report))[1][0], "a\xEF\xBF\xBD[31mb\xEF\xBF\xBD");
  EXPECT_EQ(read_csv(csv(report, {.raw = true}))[1][0], "a\x1B[31mb\xC2\x9B");
}

TEST(Csv, DelimiterAndByteOrderMarkAreAsAsked) {
  const std::string text = csv(full_report(), {.delimiter = ';', .byte_order_mark = true});
  ASSERT_TRUE(text.starts_with("\xEF\xBB\xBFmodel;tag:team;"));
  EXPECT_EQ(read_csv(text.substr(3), ';')[1][2], "12345678");
}

TEST(Csv, FieldsChooseColumnsAndTheirOrder) {
  RenderOptions options;
  options.fields = {"cost", "model"};
  const Rows rows = read_csv(*render(full_report(), OutputFormat::csv, options));
  EXPECT_EQ(rows[0], (std::vector<std::string>{"cost", "model"}));
  EXPECT_EQ(rows[4], (std::vector<std::string>{"0.000000000000000001", "(other)"}));
}

TEST(Tsv, HasAsManyTabsInEveryLineWhateverTheText) {
  for (const std::string& hostile : hostile_texts()) {
    for (const bool raw : {false, true}) {
      RenderOptions options;
      options.csv.raw = raw;
      const std::string text = *render(hostile_report(hostile), OutputFormat::tsv, options);
      std::size_t tabs = 0;
      std::size_t lines = 0;
      for (const char character : text) {
        EXPECT_NE(character, '\r');
        tabs += character == '\t' ? 1 : 0;
        lines += character == '\n' ? 1 : 0;
      }
      EXPECT_EQ(lines, 5U);
      EXPECT_EQ(tabs, 5U * 11);
    }
  }
}

RC_GTEST_PROP(Csv, RawCellsComeBackByteForByte, (const std::string& model, std::string team)) {
  analytics::Report report = full_report();
  team += *rc::gen::elementOf(hostile_texts());
  report.rows.set_cell(0, 0, model);
  report.rows.set_cell(0, 1, team);
  const char delimiter = *rc::gen::element(',', ';', '\t', '|');
  const Rows rows = read_csv(csv(report, {.delimiter = delimiter, .raw = true}), delimiter);
  RC_ASSERT(rows.size() == 5U);
  RC_ASSERT(rows[1][0] == model);
  RC_ASSERT(rows[1][1] == team);
}

RC_GTEST_PROP(Csv, NoCellOfALogStartsAFormula, ()) {
  const std::string text = *rc::gen::container<std::string>(
      rc::gen::element('=', '+', '-', '@', '\t', '\r', '\n', ' ', '\'', '"', ',', 'a', '\x1B'));
  const Rows rows = read_csv(csv(hostile_report(text)));
  RC_ASSERT(rows.size() == 5U);
  for (const std::size_t column : {0U, 1U}) {
    const std::string& cell = rows[1][column];
    RC_ASSERT(cell.empty() || std::string("=+-@\t\r\n").find(cell[0]) == std::string::npos);
    RC_ASSERT(cell.find('\x1B') == std::string::npos);
  }
}

}  // namespace
}  // namespace bedrocklog::cli
