// FastRecordReader against RecordParser: whatever it takes for a record must be the same record.
#include "ingest/fast_record.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "ingest/byte_source.h"
#include "ingest/document_reader.h"
#include "ingest/object_scanner.h"
#include "tests/ingest/random_record.h"
#include "tests/ingest/record_reference.h"

namespace bedrocklog::ingest {
namespace {

using nlohmann::json;
using Outcome = FastRecordReader::Outcome;

/// Holds a text at the end of an allocation that has just the padding behind it, so that an
/// address sanitizer sees one byte read too many.
class PaddedText {
 public:
  explicit PaddedText(std::string_view text)
      : size_(text.size()), bytes_(std::make_unique<char[]>(size_ + fast_padding_bytes)) {
    text.copy(bytes_.get(), size_);
    // What lies behind must not help: brackets and quotes that would end things well.
    for (std::size_t at = 0; at < fast_padding_bytes; ++at) {
      bytes_[size_ + at] = R"(}"],:{0n)"[at % 8];
    }
  }
  [[nodiscard]] std::string_view view() const { return {bytes_.get(), size_}; }

 private:
  std::size_t size_;
  std::unique_ptr<char[]> bytes_;
};

/// Every field but the padding between them.
json all_facts(const RecordView& record) {
  json facts = facts_of(record);
  facts["layout"] = name_of(record.layout);
  facts["text"] = record.json.size();
  json metadata = json::array();
  for (const auto& [key, value] : record.metadata) {
    metadata.push_back({key, value});
  }
  facts["metadata_in_order"] = metadata;
  return facts;
}

bool same_record(const RecordView& one, const RecordView& two) {
  return one.at == two.at && one.request_id == two.request_id && one.account_id == two.account_id &&
         one.region == two.region && one.inference_region == two.inference_region &&
         one.operation == two.operation && one.model_id == two.model_id &&
         one.identity_arn == two.identity_arn && one.error_code == two.error_code &&
         one.stop_reason == two.stop_reason && one.service_tier == two.service_tier &&
         std::ranges::equal(one.metadata, two.metadata) && one.tokens == two.tokens &&
         one.latency_ms == two.latency_ms && one.first_byte_ms == two.first_byte_ms &&
         one.images == two.images && one.max_tokens == two.max_tokens &&
         one.temperature_milli == two.temperature_milli &&
         one.latency_optimized == two.latency_optimized &&
         one.guardrail_intervened == two.guardrail_intervened &&
         one.input_in_s3 == two.input_in_s3 && one.output_in_s3 == two.output_in_s3 &&
         one.layout == two.layout && one.json.data() == two.json.data() &&
         one.json.size() == two.json.size();
}

/// Readings of one text on every path that the processor has; counts how it went.
class Comparison {
 public:
  explicit Comparison(ParseOptions options = {}) : careful_(options) {
    for (const TextPath path : text_paths()) {
      if (path != TextPath::careful) {
        fast_.emplace_back(options, path);
      }
    }
  }

  /// What the fast readers say of `text`, after a check against the careful one.
  Outcome check(std::string_view text) {
    const PaddedText padded(text);
    Outcome outcome = Outcome::unusual;
    for (FastRecordReader& reader : fast_) {
      RecordView quick;
      std::size_t size = 0;
      const Outcome said = reader.read(padded.view(), quick, size);
      EXPECT_TRUE(&reader == &fast_.front() || said == outcome) << text;
      outcome = said;
      if (outcome == Outcome::record) {
        compare(padded.view(), quick, size);
      }
    }
    records_ += outcome == Outcome::record ? 1U : 0U;
    return outcome;
  }

  /// Whether `line` is one record and nothing else.
  [[nodiscard]] bool is_record(std::string_view line) {
    ParsedValueView value;
    RecordView record;
    return careful_.open(line) == RecordFault::none &&
           careful_.next(Layout::raw_lines, value, record) && value.kind == ValueKind::record &&
           !careful_.next(Layout::raw_lines, value, record);
  }

  [[nodiscard]] std::size_t records() const { return records_; }

 private:
  void compare(std::string_view text, const RecordView& quick, std::size_t size) {
    const std::string_view line = text.substr(0, text.find('\n'));
    ParsedValueView value;
    RecordView record;
    const bool is_record = careful_.open(line) == RecordFault::none &&
                           careful_.next(Layout::raw_lines, value, record) &&
                           value.kind == ValueKind::record;
    EXPECT_TRUE(is_record) << name_of(value.fault) << '\n' << text;
    if (is_record && !same_record(quick, record)) {
      ADD_FAILURE() << json::diff(all_facts(record), all_facts(quick)) << '\n' << text;
    }
    EXPECT_EQ(size, value.text.size());
    ParsedValueView behind;
    RecordView none;
    EXPECT_FALSE(careful_.next(Layout::raw_lines, behind, none)) << text;
  }

  std::vector<FastRecordReader> fast_;
  RecordParser careful_;
  std::size_t records_ = 0;
};

/// Records of a folder's objects as their own text.
class TextSink : public RecordSink {
 public:
  void on_record(const RecordView& record, const RecordOrigin& /*origin*/) override {
    if (!record.json.empty() && record.json.find('\n') == std::string_view::npos) {
      texts.emplace_back(record.json);
    }
  }
  void on_reject(RecordFault /*fault*/, const RecordOrigin& /*origin*/) override {}
  void on_skip(SkipKind /*kind*/, const RecordOrigin& /*origin*/) override {}

  std::vector<std::string> texts;
};

std::vector<std::string> shipped_records() {
  TextSink sink;
  ObjectScanner scanner;
  for (const char* folder : {"/data/sample-logs", "/tests/data/layouts"}) {
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator(std::string(SOURCE_ROOT) + folder)) {
      auto source = open_file(entry.path().string());
      if (entry.is_regular_file() && source) {
        DocumentReader reader;
        reader.open(*std::move(source));
        (void)scanner.scan(reader, sink);
      }
    }
  }
  return sink.texts;
}

/// A record as the service writes it: compact, members in one of three orders.
std::string usual_text(RandomRecords& random) {
  json record = random.record();
  nlohmann::ordered_json ordered;
  std::vector<std::string> names = {"timestamp", "accountId", "identity",  "region", "requestId",
                                    "operation", "modelId",   "errorCode", "input",  "output"};
  if (random.chance(3)) {
    names.insert(names.begin(), "schemaType");
  }
  for (const std::string& name : names) {
    if (record.contains(name)) {
      ordered[name] = record[name];
    }
  }
  for (const auto& [name, value] : record.items()) {
    if (!ordered.contains(name)) {
      ordered[name] = value;
    }
  }
  return ordered.dump();
}

/// Damages a text in one of the ways files and programs do, and in some that nobody does.
std::string damaged(std::string text, RandomRecords& random) {
  static constexpr std::string_view letters = "\"\\{}[]:,0n-\x01 \n\r\t\x80\xC3\xFF";
  for (std::uint32_t left = 1 + random.below(3); left > 0 && text.size() > 1; --left) {
    const std::uint32_t at = random.below(static_cast<std::uint32_t>(text.size()));
    const char letter = letters[random.below(letters.size())];
    switch (random.below(8)) {
      case 0:
        text.resize(at + 1);
        break;
      case 1:
        text.erase(at, 1 + random.below(9));
        break;
      case 2:
        text.insert(at, 1, letter);
        break;
      case 3:
        text.insert(at, text.substr(random.below(static_cast<std::uint32_t>(text.size())),
                                    random.below(200)));
        break;
      case 4:
        // At a separator damage is more telling than in the middle of a word.
        if (const std::size_t next = text.find_first_of("\"{}[]:,\\", at); next != text.npos) {
          text[next] = letter;
        }
        break;
      case 5:
        if (const std::size_t next = text.find_first_of("0123456789", at); next != text.npos) {
          text.insert(next, random.chance(2) ? "0" : (random.chance(2) ? "12345678901" : "-"));
        }
        break;
      default:
        text[at] = letter;
        break;
    }
  }
  return text;
}

class FastRecord : public testing::Test {
 protected:
  void SetUp() override {
    RecordView record;
    std::size_t size = 0;
    const PaddedText text(
        R"({"timestamp":"2026-01-02T03:04:05Z","modelId":"m","operation":"Converse"})"
        "\n");
    if (FastRecordReader().read(text.view(), record, size) != Outcome::record) {
      GTEST_SKIP() << "this processor reads every record with care";
    }
  }
};

TEST_F(FastRecord, ReadsNearlyAllShippedRecordsAsTheParserDoes) {
  for (const bool parameters : {false, true}) {
    Comparison both(ParseOptions{.request_parameters = parameters});
    std::size_t compact = 0;
    for (const std::string& text : shipped_records()) {
      both.check(text);
      both.check(text + "\n");
      const bool is_usual = text.starts_with("{\"") && text.find("\": ") == std::string::npos &&
                            text.find(R"("invocationLatency":)") > text.find(R"("output":)");
      compact += is_usual ? 2U : 0U;
    }
    EXPECT_GT(compact, 700U);
    EXPECT_GE(both.records() * 100, compact * 98);
  }
}

TEST_F(FastRecord, AgreesOnRandomRecordsInAnyNotation) {
  Comparison both(ParseOptions{.request_parameters = true});
  RandomRecords random(20260321);
  for (int left = 1'500; left > 0; --left) {
    both.check(usual_text(random) + "\n");
    both.check(random.text(random.record(), false));
  }
  EXPECT_GT(both.records(), 300U);
}

TEST_F(FastRecord, NeverTakesDamagedTextForAnotherRecord) {
  Comparison both;
  RandomRecords random(7);
  std::vector<std::string> texts = shipped_records();
  std::size_t records = 0;
  std::erase_if(texts, [](const std::string& text) { return text.size() > 3'000; });
  for (int left = 400; left > 0; --left) {
    texts.push_back(usual_text(random));
  }
  ASSERT_GT(texts.size(), 600U);
  for (int left = 200'000; left > 0 && !HasFailure(); --left) {
    const std::string& text = texts[random.below(static_cast<std::uint32_t>(texts.size()))];
    records += both.check(damaged(text, random) + "\n") == Outcome::record ? 1U : 0U;
  }
  EXPECT_GT(records, 20'000U) << "damage must be small enough to leave some records";
}

TEST_F(FastRecord, AsksForMoreWhereTheTextEnds) {
  Comparison both;
  const std::string whole =
      R"({"timestamp":"2026-01-02T03:04:05Z","modelId":"m","operation":"Converse","input":)"
      R"({"inputBodyJson":{"messages":[{"text":"a \"b\" c"},[1,true,null]]},"inputTokenCount":7}})"
      "\n";
  for (std::size_t size = 1; size + 1 < whole.size(); ++size) {
    EXPECT_EQ(both.check(std::string_view(whole).substr(0, size)), Outcome::incomplete) << size;
  }
}

/// A usual record whose input holds `letters` and behind it `size` bytes of plain text.
std::string record_with(std::string_view letters, std::size_t size, std::string_view before = {}) {
  std::string text = R"({"timestamp":"2026-01-02T03:04:05Z","modelId":"m","operation":"Converse",)"
                     R"("input":{"inputBodyJson":{"messages":[{"text":")";
  text.append(before).append(letters).append(size, 'x');
  return text + R"("}],"n":[1,-2.5e3,true,null]},"inputTokenCount":7}})" + "\n";
}

TEST_F(FastRecord, TakesTextOfAnyLettersAtAnyPlace) {
  // Each kind of letter, its first and its last, and what comes close to being one.
  static constexpr std::array<std::string_view, 14> good = {"\x7F",
                                                            "\xC2\x80",
                                                            "\xDF\xBF",
                                                            "\xE0\xA0\x80",
                                                            "\xE1\x80\x80",
                                                            "\xED\x9F\xBF",
                                                            "\xEE\x80\x80",
                                                            "\xEF\xBF\xBF",
                                                            "\xF0\x90\x80\x80",
                                                            "\xF1\x80\x80\x80",
                                                            "\xF4\x8F\xBF\xBF",
                                                            "\xF0\x9F\x98\x80\xC3\xBC",
                                                            "\\\\\\\"",
                                                            "\xC3\xBC\xE2\x98\x83"};
  static constexpr std::array<std::string_view, 26> bad = {"\x01",
                                                           "\x1F",
                                                           "\t",
                                                           "\x80",
                                                           "\xBF",
                                                           "\xC0\x80",
                                                           "\xC1\xBF",
                                                           "\xC2",
                                                           "\xC2\xC2\x80",
                                                           "\xE0\x80\x80",
                                                           "\xE0\x9F\xBF",
                                                           "\xE1\x80",
                                                           "\xE1",
                                                           "\xED\xA0\x80",
                                                           "\xED\xBF\xBF",
                                                           "\xF0\x80\x80\x80",
                                                           "\xF0\x8F\xBF\xBF",
                                                           "\xF0\x9F\x98",
                                                           "\xF1\x80",
                                                           "\xF1",
                                                           "\xF4\x90\x80\x80",
                                                           "\xF5\x80\x80\x80",
                                                           "\xFF",
                                                           "\xC3\xBC\xBC",
                                                           "\xE2\x98\x83\x83",
                                                           "\xF0\x9F\x98\x80\x80"};
  Comparison both;
  const auto check = [&](std::string_view letters, bool is_good) {
    for (std::size_t before = 0; before <= 130; ++before) {
      const std::string prefix(before, 'y');
      const std::string text = record_with(letters, before % 3, prefix);
      EXPECT_EQ(both.is_record(std::string_view(text).substr(0, text.size() - 1)), is_good);
      EXPECT_EQ(both.check(text) == Outcome::record, is_good) << before << ' ' << text;
    }
  };
  for (const std::string_view letters : good) {
    check(letters, true);
  }
  for (const std::string_view letters : bad) {
    check(letters, false);
  }
}

TEST_F(FastRecord, TakesBadLettersNowhereInLongText) {
  Comparison both;
  constexpr std::size_t long_bytes = 9'000;  // More blocks than are looked at in one go.
  const std::string whole = record_with("", long_bytes);
  ASSERT_EQ(both.check(whole), Outcome::record);
  for (std::size_t at = whole.find("xxx"); at + 80 < whole.size(); at += 1 + at / 4096 * 16) {
    for (const std::string_view letters : {"\xE1\x80", "\x05"}) {
      std::string text = whole;
      text.replace(at, letters.size(), letters);
      EXPECT_NE(both.check(text), Outcome::record) << at;
    }
    std::string text = whole;
    text.replace(at, 4, "\xF0\x9F\x98\x80");
    EXPECT_EQ(both.check(text), Outcome::record) << at;
  }
}

TEST_F(FastRecord, TakesRecordsOfAnySize) {
  Comparison both;
  for (std::size_t size = 0; size <= 200; ++size) {
    const std::string text = record_with("\\\"\xC3\xBC", size);
    EXPECT_EQ(both.check(text), Outcome::record) << size;
    // No newline may be needed behind it.
    EXPECT_EQ(both.check(std::string_view(text).substr(0, text.size() - 1)), Outcome::record);
    EXPECT_NE(both.check(std::string_view(text).substr(0, text.size() - 2)), Outcome::record);
  }
}

TEST_F(FastRecord, ReadsIdentitiesShorterAndLongerThanABlock) {
  Comparison both;
  const auto text_with = [](const std::string& arn) {
    return R"({"timestamp":"2026-01-02T03:04:05Z","identity":{"arn":")" + arn +
           R"("},"modelId":"m","operation":"Converse","region":"eu-west-1"})" + "\n" +
           std::string(200, ' ');  // What follows is held, too: nothing is cut.
  };
  for (std::size_t size = 0; size <= 140; ++size) {
    const std::string arn(size, 'a');
    EXPECT_EQ(both.check(text_with(arn)), Outcome::record) << size;
    for (std::size_t at = size > 70 ? 50 : 0; at < size; ++at) {
      for (const std::string_view letters : {R"(\")", R"(\\)", R"(")", "\x05", R"(\x)"}) {
        const Outcome outcome = both.check(text_with(std::string(arn).replace(at, 1, letters)));
        const bool is_text = letters == R"(\")" || letters == R"(\\)";
        EXPECT_EQ(outcome == Outcome::record, is_text) << size << ' ' << at << letters;
      }
    }
    const std::string whole = text_with(arn);
    for (std::size_t cut = whole.find(R"(arn":)"); cut + 1 < whole.find('}'); ++cut) {
      EXPECT_EQ(both.check(std::string_view(whole).substr(0, cut)), Outcome::incomplete);
    }
  }
}

TEST_F(FastRecord, FindsTheEndOfNestedValuesWhereverTheyLie) {
  Comparison both;
  for (const std::string_view body :
       {R"({"a":"\\","b":[{"c":"}]"},[[]],{}]})", R"([[[[[[{"x":[]}]]]]]])",
        R"({"usage":{"inputTokens":9},"text":"\"}],\"output\":{\"outputTokenCount\":5}"})",
        R"({"a":"\\\"","b":{"c":["\\\\"]}})", R"({"a":tru,"b":-1})", R"({"a":x})"}) {
    for (std::size_t size = 0; size <= 140; ++size) {
      for (const std::string_view filler : {"p", "\\\\", "\\\""}) {
        std::string text = R"({"timestamp":"2026-01-02T03:04:05Z","modelId":"m",)"
                           R"("operation":"Converse","input":{"other":{"k":")";
        for (std::size_t left = size; left > 0; --left) {
          text += filler;
        }
        text.append(R"(","v":)").append(body).append(R"(},"inputTokenCount":7}})").append("\n");
        both.check(text);
      }
    }
  }
  EXPECT_GT(both.records(), 1'000U);
}

}  // namespace
}  // namespace bedrocklog::ingest
