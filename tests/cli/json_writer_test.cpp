// JSON, ndjson and the usage report: values, order, and texts that stay texts.
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "cli/json_text.h"
#include "cli/output_format.h"
#include "cli/terminal_text.h"
#include "tests/cli/report_samples.h"

namespace bedrocklog::cli {
namespace {

using nlohmann::json;

json parsed(const analytics::Report& report, const RenderOptions& options = {}) {
  return json::parse(*render(report, OutputFormat::json, options));
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

TEST(JsonReport, CountsAreIntegersAndMoneyIsExact) {
  const json row = parsed(full_report())["rows"][0];
  EXPECT_EQ(row["metrics"]["input"], 9'876'543'210);
  EXPECT_EQ(row["metrics"]["cost"], "87.654321012345678901");
  EXPECT_EQ(row["metrics"]["mean"], "1234.5");
  EXPECT_EQ(row["metrics"]["p99"], 98'765);
  EXPECT_EQ(row["metrics"]["error_rate"], "0.01");
  EXPECT_EQ(row["metrics"]["tps"], "41.532");
  EXPECT_EQ(row["errors_by_code"]["ValidationException"], 23);
}

TEST(JsonReport, UnknownIsNullAndZeroIsZero) {
  const json rows = parsed(full_report())["rows"];
  EXPECT_TRUE(rows[1]["keys"]["tag:team"].is_null());
  EXPECT_TRUE(rows[1]["metrics"]["mean"].is_null());
  EXPECT_EQ(rows[1]["metrics"]["cost"], "0.00");
  EXPECT_TRUE(rows[2]["metrics"]["cost"].is_null());
}

TEST(JsonReport, OnlyTheOtherRowSaysWhatItFolds) {
  const json rows = parsed(full_report())["rows"];
  EXPECT_FALSE(rows[0].contains("folded_rows"));
  EXPECT_EQ(rows[3]["folded_rows"], 1'234);
  EXPECT_TRUE(rows[3]["keys"]["model"].is_null());
}

TEST(JsonReport, CarriesTheWholeAccountOfTheInput) {
  const json coverage = parsed(full_report())["coverage"];
  EXPECT_FALSE(coverage["complete"]);
  EXPECT_EQ(coverage["objects"],
            json::parse(R"({"listed":12,"read":8,"skipped":3,"damaged":2,"unreadable":1})"));
  EXPECT_EQ(coverage["skipped_objects"]["sidecar"], 2);
  EXPECT_EQ(coverage["skipped_objects"]["empty"], 0);
  EXPECT_EQ(coverage["skipped_records"]["control_message"], 3);
  EXPECT_EQ(coverage["bytes"]["packed"], 1'234'567);
  const json& records = coverage["records"];
  std::uint64_t sum = 0;
  for (const char* part :
       {"counted", "duplicate", "out_of_range", "filtered", "rejected", "skipped"}) {
    sum += records[part].get<std::uint64_t>();
  }
  EXPECT_EQ(records["seen"], sum);
  EXPECT_EQ(coverage["rejected"]["not_json"], 7);
  EXPECT_FALSE(coverage["rejected"].contains("none"));
  EXPECT_EQ(coverage["layouts"]["raw_lines"], 12'345'713);
  EXPECT_EQ(coverage["damages"].size(), 3U);
  EXPECT_EQ(coverage["damages"][1]["member"], "x.gz");
  EXPECT_EQ(coverage["unreadable"][0]["message"], "permission denied");
  EXPECT_EQ(coverage["missing_hours"][0]["since"], "2026-03-01T01:00:00Z");
  EXPECT_EQ(coverage["seen"]["last"], "2026-03-01T10:00:00.250Z");
  EXPECT_EQ(coverage["unpriced"][0]["tokens"]["input"], 10'500);
  EXPECT_EQ(coverage["covered_invocations"], 4);
  EXPECT_EQ(coverage["cache_write_unsplit"], 5);
}

TEST(JsonReport, ShowsTheFirstRejectsOfEachKind) {
  const json rejects = parsed(full_report())["coverage"]["rejects"];
  ASSERT_EQ(rejects.size(), analytics::reject_samples_shown_max + 1);
  EXPECT_EQ(rejects[0]["line"], 1);
  EXPECT_TRUE(rejects[0]["member"].is_null());
  EXPECT_EQ(rejects[5]["fault"], "timestamp");
  EXPECT_EQ(rejects[5]["member"], "in/b.json");
}

TEST(JsonReport, EchoesWhatWasAskedFor) {
  const json document = parsed(full_report());
  EXPECT_EQ(document["schema"], "bedrocklog.report/1");
  EXPECT_EQ(document["range"]["since"], "2026-03-01T00:00:00Z");
  EXPECT_EQ(document["range"]["tz"], "UTC");
  EXPECT_EQ(document["spec"]["by"], json::parse(R"(["model","tag:team"])"));
  EXPECT_EQ(document["spec"]["where"], "input > 0");
  EXPECT_TRUE(document["spec"]["having"].is_null());
  EXPECT_EQ(document["spec"]["top"], 3);
  EXPECT_EQ(document["spec"]["sort"][0]["column"], "cost");
  EXPECT_EQ(document["projection"]["hours"], "744");
  EXPECT_EQ(document["projection"]["monthly_cost"], "86.000000000000000063");
  EXPECT_TRUE(document["projection"]["trend_cost"].is_null());
  EXPECT_EQ(document["prices"]["id"], "shipped");
}

TEST(JsonReport, OpenRangesAndMissingPartsAreNull) {
  const json document = parsed(empty_report());
  EXPECT_TRUE(document["range"]["since"].is_null());
  EXPECT_TRUE(document["range"]["until"].is_null());
  EXPECT_TRUE(document["projection"].is_null());
  EXPECT_TRUE(document["coverage"]["seen"].is_null());
  EXPECT_TRUE(document["prices"]["as_of"].is_null());
  EXPECT_EQ(document["rows"], json::array());
}

TEST(JsonReport, KnowsNoClockUnlessGivenOne) {
  EXPECT_FALSE(parsed(full_report()).contains("generated_at"));
  RenderOptions options;
  options.generated_at = "2026-03-05T00:00:00Z";
  EXPECT_EQ(parsed(full_report(), options)["generated_at"], "2026-03-05T00:00:00Z");
}

TEST(JsonReport, FieldsChooseKeysAndMetrics) {
  RenderOptions options;
  options.fields = {"model", "cost"};
  const json document = parsed(full_report(), options);
  EXPECT_EQ(document["rows"][0]["keys"].size(), 1U);
  EXPECT_EQ(document["rows"][0]["metrics"].size(), 1U);
  EXPECT_EQ(document["totals"]["metrics"], json::parse(R"({"cost":"87.654321012345678902"})"));
}

TEST(JsonReport, HostileTextComesBackAsItWasAndIsInertAsBytes) {
  for (const std::string& text : hostile_texts()) {
    const std::string written = *render(hostile_report(text), OutputFormat::json, {});
    EXPECT_EQ(written.find('<'), std::string::npos);
    for (const char character : written) {
      EXPECT_TRUE((character >= 0x20 && character < 0x7F) || character == '\n') << text;
    }
    const json document = json::parse(written);
    EXPECT_EQ(document["rows"][0]["keys"]["model"], valid_utf8(text));
    EXPECT_EQ(document["rows"][0]["errors_by_code"][valid_utf8(text)], 1);
    EXPECT_EQ(document["coverage"]["unreadable"][0]["object"], valid_utf8(text));
  }
}

TEST(JsonReport, BrokenErrorCodesThatReadTheSameAreAdded) {
  analytics::Report report = full_report();
  report.rows.set_error_codes(0, {{"\xFE", 2}, {"\xFF", 1}});
  EXPECT_EQ(parsed(report)["rows"][0]["errors_by_code"]["\xEF\xBF\xBD"], 3);
}

TEST(JsonReport, SumsOverSixtyFourBitsKeepTheirDigits) {
  analytics::Report report = full_report();
  report.rows.set_cell(0, 5, analytics::Int128{1} << 64U);
  EXPECT_EQ(parsed(report)["rows"][0]["metrics"]["input"], "18446744073709551616");
}

// The writer of rows against the library that writes the rest: same order, same escapes.
TEST(JsonReport, RowsAreWrittenAsTheLibraryWouldWriteThem) {
  for (std::string text : hostile_texts()) {
    for (const char* tail : {"", "\x7F", "\\", "\"", "<", "\xF0\x9F\x98\x80"}) {
      text += tail;
      const std::string written = *render(hostile_report(text), OutputFormat::json, {});
      EXPECT_EQ(written, inert_json(json::parse(written).dump(2, ' ', true)) + '\n') << text;
    }
  }
  const std::string empty = *render(empty_report(), OutputFormat::json, {});
  EXPECT_EQ(empty, json::parse(empty).dump(2, ' ', true) + '\n');
}

TEST(JsonReport, RowsWithoutKeysOrMetricsHaveEmptyObjects) {
  RenderOptions options;
  for (const char* field : {"model", "cost"}) {
    options.fields = {field};
    const std::string written = *render(full_report(), OutputFormat::json, options);
    EXPECT_EQ(written, json::parse(written).dump(2, ' ', true) + '\n');
  }
}

TEST(JsonReport, IsTheSameForAnyNumberOfWorkers) {
  const analytics::Report report = long_report();
  RenderOptions options;
  for (const OutputFormat format :
       {OutputFormat::json, OutputFormat::ndjson, OutputFormat::csv, OutputFormat::tsv}) {
    options.workers = 1;
    const std::string alone = *render(report, format, options);
    options.workers = 3;
    EXPECT_EQ(*render(report, format, options), alone);
  }
  EXPECT_EQ(parsed(report)["rows"].size(), report.rows.size());
}

TEST(Ndjson, HasTheAccountFirstThenOneRowPerLine) {
  const analytics::Report report = full_report();
  const std::vector<std::string> lines = lines_of(*render(report, OutputFormat::ndjson, {}));
  ASSERT_EQ(lines.size(), report.rows.size() + 1);
  const json whole = parsed(report);
  const json header = json::parse(lines[0]);
  EXPECT_EQ(header["schema"], "bedrocklog.rows/1");
  EXPECT_EQ(header["coverage"], whole["coverage"]);
  EXPECT_EQ(header["totals"], whole["totals"]);
  EXPECT_FALSE(header.contains("rows"));
  for (std::size_t row = 0; row < report.rows.size(); ++row) {
    EXPECT_EQ(json::parse(lines[row + 1]), whole["rows"][row]);
  }
}

TEST(Ndjson, HostileTextBreaksNoLine) {
  for (const std::string& text : hostile_texts()) {
    const analytics::Report report = hostile_report(text);
    const std::vector<std::string> lines = lines_of(*render(report, OutputFormat::ndjson, {}));
    EXPECT_EQ(lines.size(), report.rows.size() + 1);
  }
}

// F046
TEST(UsageJson, HasTheFieldsOlderToolsRead) {
  const json usage = json::parse(render_usage_json(usage_report()));
  EXPECT_EQ(usage["period"], json::parse(R"({"startTime": "2026-03-01T00:00:00Z",
      "endTime": "2026-03-02T12:00:00.500Z", "durationHours": "36"})"));
  EXPECT_EQ(usage["summary"], json::parse(R"({"totalInvocations": 100, "totalInputTokens": 12000,
      "totalOutputTokens": 3400, "estimatedCost": "12.3456"})"));
  EXPECT_EQ(usage["byModel"]["anthropic.claude-sonnet-4-20250514-v1:0"],
            json::parse(R"({"invocations": 90, "inputTokens": 11000, "outputTokens": 3000,
      "cost": "12.3456", "avgLatency": "123.4"})"));
  EXPECT_TRUE(usage["byModel"]["acme.unknown-v9:0"]["cost"].is_null());
  EXPECT_EQ(usage["projections"],
            json::parse(R"({"monthlyInvocations": 2029, "monthlyCost": "250.00"})"));
  EXPECT_EQ(usage["performance"], json::parse(R"({"avgLatency": "123.4", "p99Latency": 4321,
      "errorCount": 3, "errorRate": "3.00"})"));
}

TEST(UsageJson, ModelsThatReadTheSameOnceRepairedStayTwo) {
  analytics::UsageReport usage = usage_report();
  usage.by_model = {{"\xFE", {1, 0, 0, {}, {}}}, {"\xFF", {2, 0, 0, {}, {}}}};
  EXPECT_EQ(json::parse(render_usage_json(usage))["byModel"].size(), 2U);
}

}  // namespace
}  // namespace bedrocklog::cli
