// RecordParser against a second reading of the same records, and against what must not happen.
#include "ingest/record_parser.h"

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "ingest/object_scanner.h"
#include "tests/ingest/random_record.h"
#include "tests/ingest/record_reference.h"

namespace bedrocklog::ingest {
namespace {

using nlohmann::json;

// F045, F025, F114, F115, F116: fields of the real record, wherever and however they are written.
RC_GTEST_PROP(RecordParser, AgreesWithASlowReading, (std::uint64_t seed, bool parameters)) {
  RandomRecords random(seed);
  RecordParser parser(ParseOptions{.request_parameters = parameters});
  for (int left = 5; left > 0; --left) {
    const json record = random.record();
    const std::string text = random.text(record, true);
    ParsedValueView value;
    RecordView view;
    RC_ASSERT(parser.open(text) == RecordFault::none);
    RC_ASSERT(parser.next(Layout::raw_lines, value, view));
    RC_ASSERT(name_of(value.fault) == "none");
    RC_ASSERT(value.kind == ValueKind::record);
    RC_ASSERT(view.json == text);
    const json expected = reference_facts(record, parameters);
    const json difference = json::diff(expected, facts_of(view));
    RC_LOG() << text << '\n' << difference.dump() << '\n';
    RC_ASSERT(difference.empty());
    RC_ASSERT(!parser.next(Layout::raw_lines, value, view));
  }
}

RC_GTEST_PROP(RecordParser, FindsEveryOneOfGluedRecords, (std::uint64_t seed)) {
  RandomRecords random(seed);
  std::vector<json> records;
  std::string text;
  for (std::uint32_t left = 1 + random.below(6); left > 0; --left) {
    records.push_back(random.record());
    text += random.text(records.back()) + (random.chance(2) ? " " : "");
  }
  RecordParser parser;
  ParsedValueView value;
  RecordView view;
  RC_ASSERT(parser.open(text) == RecordFault::none);
  for (const json& record : records) {
    RC_ASSERT(parser.next(Layout::raw_lines, value, view));
    RC_ASSERT(name_of(value.fault) == "none");
    RC_ASSERT(facts_of(view) == reference_facts(record, false));
  }
  RC_ASSERT(!parser.next(Layout::raw_lines, value, view));
}

/// A cut or altered record may be rejected or still be readable, but nothing may break, and what
/// is cut is never taken for whole.
RC_GTEST_PROP(RecordParser, SurvivesDamage, (std::uint64_t seed)) {
  RandomRecords random(seed);
  const std::string whole = random.text(random.record());
  RecordParser parser;
  ParsedValueView value;
  RecordView view;
  std::string cut = whole.substr(0, random.below(static_cast<std::uint32_t>(whole.size())));
  if (parser.open(cut) == RecordFault::none && parser.next(Layout::raw_lines, value, view)) {
    RC_ASSERT(value.kind == ValueKind::reject);
  }
  std::string altered = whole;
  for (int left = 3; left > 0; --left) {
    altered[random.below(static_cast<std::uint32_t>(whole.size()))] =
        static_cast<char>(random.below(256));
  }
  if (parser.open(altered) == RecordFault::none) {
    while (parser.next(Layout::raw_lines, value, view)) {
      RC_ASSERT(value.kind != ValueKind::record || !view.model_id.empty());
    }
  }
}

struct Parsed {
  std::string text;
  ParsedValueView value;
  RecordView record;
  RecordParser parser{ParseOptions{.request_parameters = true}};

  explicit Parsed(std::string from) : text(std::move(from)) {
    value.fault = parser.open(text);
    if (value.fault == RecordFault::none) {
      (void)parser.next(Layout::raw_lines, value, record);
    }
  }
};

/// A minimal record with `extra` members, which start with a comma.
std::string record_with(const std::string& extra) {
  return R"({"schemaType":"ModelInvocationLog","modelId":"m.x",)"
         R"("timestamp":"2026-01-02T03:04:05Z")" +
         extra + '}';
}

RecordFault fault_of(const std::string& text) {
  return Parsed(text).value.fault;
}

TEST(RecordParser, SaysWhyARecordCannotBeBelieved) {
  EXPECT_EQ(fault_of(record_with("")), RecordFault::none);
  EXPECT_EQ(fault_of("[1]"), RecordFault::not_an_object);
  EXPECT_EQ(fault_of("null"), RecordFault::not_an_object);
  EXPECT_EQ(fault_of(R"("text")"), RecordFault::not_an_object);
  EXPECT_EQ(fault_of(R"({"schemaType":"ModelInvocationLog","modelId":"m"})"),
            RecordFault::field_missing);
  EXPECT_EQ(fault_of(R"({"schemaType":"ModelInvocationLog","timestamp":"2026-01-02T03:04:05Z"})"),
            RecordFault::field_missing);
  EXPECT_EQ(fault_of(record_with(R"(,"modelId":7)")), RecordFault::none) << "the first wins";
  EXPECT_EQ(fault_of(R"({"schemaType":"ModelInvocationLog","modelId":7,"timestamp":"2026"})"),
            RecordFault::field_type);
  EXPECT_EQ(
      fault_of(R"({"modelId":"m","operation":"Converse","timestamp":"2026-02-30T00:00:00Z"})"),
      RecordFault::timestamp);
  EXPECT_EQ(fault_of(record_with(R"(,"input":[])")), RecordFault::field_type);
  EXPECT_EQ(fault_of(record_with(R"(,"errorCode":{})")), RecordFault::field_type);
  EXPECT_EQ(fault_of(record_with(R"(,"operation":)")), RecordFault::not_json);
  EXPECT_EQ(fault_of(record_with(R"(,"operation":nul)")), RecordFault::not_json);
  EXPECT_EQ(fault_of(record_with(R"(,"region":"\q")")), RecordFault::not_json);
  EXPECT_EQ(fault_of(record_with(R"(,"a":1,)")), RecordFault::not_json);
  EXPECT_EQ(fault_of(record_with(R"(,"a" 1)")), RecordFault::not_json);
  EXPECT_EQ(fault_of(record_with(R"(,"a":bcd)")), RecordFault::not_json);
  EXPECT_EQ(fault_of(record_with(",\"region\":\"eu\n\"")), RecordFault::not_json);
  EXPECT_EQ(fault_of(record_with(",\"region\":\"\xFF\"")), RecordFault::invalid_utf8);
  EXPECT_EQ(fault_of(record_with(",\"region\":\"\xED\xA0\x80\"")), RecordFault::invalid_utf8);
}

RecordFault counter_fault(const std::string& number) {
  return fault_of(record_with(R"(,"input":{"inputTokenCount":)" + number + '}'));
}

TEST(RecordParser, TakesOnlyWholeCountsWithinTheLimit) {
  EXPECT_EQ(counter_fault("0"), RecordFault::none);
  EXPECT_EQ(counter_fault("-0.0"), RecordFault::none);
  EXPECT_EQ(counter_fault("255.0"), RecordFault::none);
  EXPECT_EQ(counter_fault("2.55e2"), RecordFault::none);
  EXPECT_EQ(counter_fault(R"("0219")"), RecordFault::none);
  EXPECT_EQ(counter_fault("null"), RecordFault::none);
  EXPECT_EQ(counter_fault("1000000000000"), RecordFault::none);
  EXPECT_EQ(counter_fault("1000000000001"), RecordFault::number_range);
  EXPECT_EQ(counter_fault("99999999999999999999999999999999"), RecordFault::number_range);
  EXPECT_EQ(counter_fault("1e400"), RecordFault::number_range);
  EXPECT_EQ(counter_fault("1e999999999999"), RecordFault::number_range);
  EXPECT_EQ(counter_fault("1e-400"), RecordFault::number_range);
  EXPECT_EQ(counter_fault("-1"), RecordFault::number_range);
  EXPECT_EQ(counter_fault("1.5"), RecordFault::number_range);
  EXPECT_EQ(counter_fault(R"("many")"), RecordFault::field_type);
  EXPECT_EQ(counter_fault(R"("")"), RecordFault::field_type);
  EXPECT_EQ(counter_fault("{}"), RecordFault::field_type);
  EXPECT_EQ(counter_fault("true"), RecordFault::field_type);
  EXPECT_EQ(counter_fault("007"), RecordFault::not_json);
  EXPECT_EQ(counter_fault("1.2.3"), RecordFault::not_json);
  EXPECT_EQ(counter_fault("0x1F"), RecordFault::not_json);
}

TEST(RecordParser, BoundsNestingEvenInWhatItSkips) {
  const auto nested = [](std::size_t depth) {
    return record_with(R"(,"input":{"inputBodyJson":)" + std::string(depth, '[') +
                       std::string(depth, ']') + '}');
  };
  EXPECT_EQ(fault_of(nested(nesting_depth_max - 2)), RecordFault::none);
  EXPECT_EQ(fault_of(nested(nesting_depth_max - 1)), RecordFault::nesting);
  EXPECT_EQ(fault_of(nested(1'000'000)), RecordFault::nesting);
}

TEST(RecordParser, NeverReadsEnvelopeFieldsFromBodies) {
  const Parsed parsed(R"({"input":{"inputBodyJson":{"schemaType":"Other","modelId":"spoof",
      "inputTokenCount":9}},"modelId":"real.model","operation":"Converse",
      "timestamp":"2026-01-02T03:04:05Z","output":{"outputBodyJson":{"output":{"usage":
      {"inputTokens":9},"metrics":{"latencyMs":9}},"content":"\"stopReason\":\"spoof\""}}})");
  ASSERT_EQ(parsed.value.kind, ValueKind::record);
  EXPECT_EQ(parsed.record.model_id, "real.model");
  EXPECT_EQ(parsed.record.tokens, TokenCounts{});
  EXPECT_EQ(parsed.record.latency_ms, std::nullopt);
  EXPECT_EQ(parsed.record.stop_reason, "");
}

TEST(RecordParser, ReadsKeysThatAreWrittenWithEscapes) {
  const Parsed parsed(
      record_with(R"(,"region":"eu-west-\u0031","op\u0065ration":"Conv\u0065rse")"));
  EXPECT_EQ(parsed.record.region, "eu-west-1");
  EXPECT_EQ(parsed.record.operation, "Converse");
}

TEST(RecordParser, KeepsAnOddSurrogateAsReplacement) {
  EXPECT_EQ(Parsed(record_with(R"(,"requestId":"a\ud800b\ud83d\ude00")")).record.request_id,
            "a\xEF\xBF\xBD"
            "b\xF0\x9F\x98\x80");
}

TEST(RecordParser, PrefersEnvelopeThenStreamMetricsThenUsage) {
  const std::string body = R"("outputBodyJson":[{"message":{"usage":{"input_tokens":1,
      "output_tokens":1,"cache_read_input_tokens":7}}},{"usage":{"output_tokens":30}},
      {"amazon-bedrock-invocationMetrics":{"inputTokenCount":200,"outputTokenCount":20}}])";
  const TokenCounts all =
      Parsed(record_with(R"(,"input":{"inputTokenCount":3000},"output":{)" + body + '}'))
          .record.tokens;
  EXPECT_EQ(all.input, 3000U);
  EXPECT_EQ(all.output, 20U);
  EXPECT_EQ(all.cache_read, 7U);
  EXPECT_EQ(all.cache_write, std::nullopt);
}

TEST(RecordParser, TakesNoProvisionalOutputCount) {
  const Parsed parsed(
      record_with(R"(,"output":{"outputBodyJson":)"
                  R"([{"message":{"usage":{"input_tokens":5,"output_tokens":1}}}]})"));
  EXPECT_EQ(parsed.record.tokens.input, 5U);
  EXPECT_EQ(parsed.record.tokens.output, std::nullopt);
}

TEST(RecordParser, ReadsTemperatureWithoutFloatingPoint) {
  const auto milli = [](const std::string& number) {
    return Parsed(record_with(R"(,"input":{"inputBodyJson":{"temperature":)" + number + "}}"))
        .record.temperature_milli;
  };
  EXPECT_EQ(milli("0.7"), 700);
  EXPECT_EQ(milli("1"), 1000);
  EXPECT_EQ(milli("0.0005"), 0);
  EXPECT_EQ(milli("0.0015"), 2);
  EXPECT_EQ(milli("0.00150000000000000000000000000001"), 2);
  EXPECT_EQ(milli("0.00050000000000000000000000000001"), 1);
  EXPECT_EQ(milli("-0.25"), -250);
  EXPECT_EQ(milli("1e30"), std::nullopt);
  EXPECT_EQ(milli(R"("hot")"), std::nullopt);
}

TEST(RecordParser, LeavesARecordStandingWhenItsStringBodyIsBroken) {
  const Parsed parsed(record_with(R"(,"output":{"outputTokenCount":4,)"
                                  R"("outputBodyJson":"{\"metrics\":{\"latencyMs\":5},\"cu"})"));
  ASSERT_EQ(parsed.value.kind, ValueKind::record);
  EXPECT_EQ(parsed.record.tokens.output, 4U);
  EXPECT_EQ(parsed.record.latency_ms, std::nullopt);
}

TEST(RecordParser, BoundsMetadataEntries) {
  std::string metadata = R"("k0":"v")";
  for (std::uint32_t index = 1; index < metadata_entries_max * 2; ++index) {
    metadata += ",\"k" + std::to_string(index) + R"(":"v")";
  }
  EXPECT_EQ(Parsed(record_with(R"(,"requestMetadata":{)" + metadata + '}')).record.metadata.size(),
            metadata_entries_max);
}

TEST(RecordParser, TellsForeignValuesApart) {
  const auto kind = [](const std::string& text) { return Parsed(text).value.kind; };
  EXPECT_EQ(kind(R"({"schemaType":"Other","modelId":"m","operation":"x"})"), ValueKind::foreign);
  EXPECT_EQ(kind(R"({"modelId":"m"})"), ValueKind::foreign);
  EXPECT_EQ(kind(R"({"modelId":"m","timestamp":"2026-01-02T03:04:05Z","input":{}})"),
            ValueKind::record);
  EXPECT_EQ(kind(R"({"anthropic_version":"x","messages":[]})"), ValueKind::sidecar);
  EXPECT_EQ(kind(R"({"images":["aGk="]})"), ValueKind::sidecar);
  EXPECT_EQ(kind(R"({"eventVersion":"1.08","eventSource":"bedrock.amazonaws.com"})"),
            ValueKind::cloudtrail);
  EXPECT_EQ(kind(R"({"events":[]})"), ValueKind::page);
  EXPECT_EQ(kind(R"({"awslogs":{"data":"H4sI"}})"), ValueKind::wrapper);
  EXPECT_EQ(kind(R"({"timestamp":1,"message":"{}"})"), ValueKind::event);
  EXPECT_EQ(kind(R"({"field":"a","value":"b"})"), ValueKind::pair);
  EXPECT_EQ(kind(R"({"@timestamp":"x","modelId":"m","operation":"Converse"})"), ValueKind::columns);
}

}  // namespace
}  // namespace bedrocklog::ingest
