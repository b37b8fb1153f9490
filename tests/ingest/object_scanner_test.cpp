// ObjectScanner against damaged, huge and foreign content, and against the way bytes are cut.
#include "ingest/object_scanner.h"

#include <algorithm>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "ingest/document_reader.h"
#include "tests/ingest/random_record.h"
#include "tests/ingest/record_reference.h"
#include "tests/ingest/scan_harness.h"

namespace bedrocklog::ingest {
namespace {

using nlohmann::json;
using testing::ElementsAre;

std::string record(int number) {
  return R"({"schemaType":"ModelInvocationLog","timestamp":"2026-01-02T03:04:05Z","modelId":"a.b",)"
         R"("requestId":"r)" +
         std::to_string(number) + R"("})";
}

std::string event(const std::string& message) {
  return json{{"id", "1"}, {"timestamp", 1767323045000}, {"message", message}}.dump();
}

std::string page(const std::string& type, const std::vector<std::string>& messages) {
  std::string text = R"({"messageType":")" + type + R"(","logEvents":[)";
  for (const std::string& one : messages) {
    text += (text.ends_with('[') ? "" : ",") + event(one);
  }
  return text + "]}";
}

/// Request ids of the records and the names of everything else.
std::vector<std::string> outline(const std::string& bytes) {
  const Seen seen = scan_object(bytes);
  std::vector<std::string> result;
  for (const SeenItem& item : seen.items) {
    result.push_back(item.kind == SeenItem::Kind::record
                         ? item.facts["request_id"].get<std::string>()
                         : item.name);
  }
  if (seen.whole) {
    result.push_back("= " + std::string(name_of(*seen.whole)));
  }
  return result;
}

TEST(ObjectScanner, ABadLineCostsThatLineAlone) {
  const std::string cut = record(9).substr(0, 60);
  for (const std::string& bad :
       {cut, std::string(R"({"schemaType":"ModelInv)"), std::string("garbage"),
        std::string(R"({"a":{"b":1)"), std::string(R"({"a":[1,2,)"), std::string("{\"a\":\"\\"),
        std::string(R"({"a":}})"), std::string("}{"), std::string("\"open"), std::string("{{{{"),
        std::string("[[[{"), std::string("{\"a\":\"\x01\"}"), std::string("2026-01-01 text")}) {
    SCOPED_TRACE(bad);
    EXPECT_THAT(outline(bad + '\n' + record(1) + '\n' + record(2) + '\n'),
                ElementsAre("not_json", "r1", "r2"));
    EXPECT_THAT(outline(record(1) + '\n' + bad + '\n' + record(2) + '\n'),
                ElementsAre("r1", "not_json", "r2"));
    EXPECT_THAT(outline(record(1) + '\n' + record(2) + '\n' + bad),
                ElementsAre("r1", "r2", "not_json"));
  }
}

TEST(ObjectScanner, InvalidUtf8CostsThatRecordAlone) {
  std::string bad = record(9);
  bad[bad.find("r9")] = '\xC0';
  EXPECT_THAT(outline(record(1) + '\n' + bad + '\n' + record(2)),
              ElementsAre("r1", "invalid_utf8", "r2"));
  EXPECT_THAT(outline(record(1) + bad + record(2)), ElementsAre("r1", "invalid_utf8", "r2"));
  EXPECT_THAT(outline('[' + record(1) + ',' + bad + ',' + record(2) + ']'),
              ElementsAre("r1", "invalid_utf8", "r2"));
}

TEST(ObjectScanner, BrokenPrettyRecordIsOneReject) {
  const std::string pretty = json::parse(record(3)).dump(2);
  const std::string cut = pretty.substr(0, pretty.size() - 20) + '\n';
  EXPECT_THAT(outline(cut + pretty + '\n' + record(4)), ElementsAre("not_json", "r3", "r4"));
  EXPECT_THAT(outline(pretty + '\n' + cut), ElementsAre("r3", "not_json"));
}

TEST(ObjectScanner, BrokenElementLeavesTheRestOfAListStanding) {
  const std::string text =
      "[\n" + record(1) + ",\n" + record(2).substr(0, 50) + ",\n" + record(3) + "\n]\n" + record(4);
  EXPECT_THAT(outline(text), ElementsAre("r1", "not_json", "r3", "r4"));
  EXPECT_THAT(outline('[' + record(1) + ',' + record(2)), ElementsAre("r1", "r2", "not_json"))
      << "a list without end is damage even if its elements are whole";
}

TEST(ObjectScanner, OriginIsExactForRawLines) {
  const std::string first = record(1);
  const std::string text = "\xEF\xBB\xBF" + first + "\r\n\n  " + record(2) + ' ' + record(3) +
                           "\nbad line \r\n" + record(4);
  const Seen seen = scan_object(text);
  ASSERT_EQ(seen.items.size(), 5U);
  for (const SeenItem& item : seen.items) {
    if (item.kind == SeenItem::Kind::record) {
      EXPECT_EQ(text.substr(item.byte_offset, item.size_bytes), item.json);
    }
  }
  EXPECT_EQ(seen.items[0].line, 1U);
  EXPECT_EQ(seen.items[0].byte_offset, 3U);
  EXPECT_EQ(seen.items[1].line, 3U);
  EXPECT_EQ(seen.items[2].line, 3U);
  EXPECT_EQ(seen.items[3].line, 4U);
  EXPECT_EQ(seen.items[3].size_bytes, 9U);
  EXPECT_EQ(text.substr(seen.items[3].byte_offset, 8), "bad line");
  EXPECT_EQ(seen.items[4].line, 5U);
}

TEST(ObjectScanner, TellsWhatAnObjectIsAsAWhole) {
  EXPECT_THAT(outline(""), ElementsAre("= empty"));
  EXPECT_THAT(outline("\n \n"), ElementsAre("= empty"));
  EXPECT_THAT(outline("hello\nworld\n"), ElementsAre("= foreign_text"));
  EXPECT_THAT(outline("[default]\nregion = x\n"), ElementsAre("= foreign_text"));
  EXPECT_THAT(outline("{% if a %}\n{% endif %}\n"), ElementsAre("= foreign_text"));
  EXPECT_THAT(outline("a,b\n1,2\n"), ElementsAre("= foreign_text"));
  EXPECT_THAT(outline("1\n2\nnull\n"), ElementsAre("= foreign_text"));
  EXPECT_THAT(outline(std::string("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16)),
              ElementsAre("= foreign_binary"));
  EXPECT_THAT(outline(R"({"a":1})"), ElementsAre("= foreign_json"));
  EXPECT_THAT(outline(R"({"schemaType":"Other","modelId":"m","operation":"o"})"),
              ElementsAre("= foreign_json"));
  EXPECT_THAT(outline(R"({"anthropic_version":"b","messages":[{"role":"user"}]})"),
              ElementsAre("= sidecar"));
  EXPECT_THAT(outline(R"([{"type":"message_start","message":{}},{"type":"ping"},"[DONE]"])"),
              ElementsAre("= sidecar"));
  EXPECT_THAT(outline("[0.5,-1,3e4]"), ElementsAre("= foreign_json"));
  EXPECT_THAT(outline(R"({"Records":[{"eventVersion":"1.08","eventSource":"s"},)"
                      R"({"eventVersion":"1.08","eventSource":"s"}]})"),
              ElementsAre("= cloudtrail"));
  EXPECT_THAT(outline("Permissions are correctly set for Amazon Bedrock logs.\n"),
              ElementsAre("= permission_check"));
  EXPECT_THAT(outline("Permission Check Successful"), ElementsAre("= write_test"));
  EXPECT_THAT(outline(page("CONTROL_MESSAGE", {"x", "y"})), ElementsAre("= control_message"));
  EXPECT_THAT(outline(R"({"events":[],"nextToken":"t"})"), ElementsAre());
}

TEST(ObjectScanner, CountsTextAmongRecordsAsRejects) {
  EXPECT_THAT(outline("one\ntwo\n" + record(1)), ElementsAre("not_json", "not_json", "r1"));
  EXPECT_THAT(outline("17\n" + record(1)), ElementsAre("not_an_object", "r1"));
  EXPECT_THAT(outline(R"({"x":1})"
                      "\n" +
                      record(1)),
              ElementsAre("foreign_json", "r1"));
}

TEST(ObjectScanner, MessagesThatAreNoRecordsAreToldApart) {
  EXPECT_THAT(outline(page("DATA_MESSAGE", {record(1), "no json", "CWL CONTROL MESSAGE: x",
                                            R"({"other":1})", "{cut", record(2)})),
              ElementsAre("r1", "not_json", "control_message", "foreign_json", "not_json", "r2"));
  // A program's own log with a message in each line is no invocation log.
  EXPECT_THAT(outline(R"({"level":"info","message":"started"})"), ElementsAre("= foreign_json"));
  EXPECT_THAT(outline(event(record(1)) + '\n' + event("started")),
              ElementsAre("r1", "foreign_json"));
}

TEST(ObjectScanner, MessageSizeIsThatOfTheUnescapedText) {
  const Seen seen = scan_object(page("DATA_MESSAGE", {' ' + record(1) + '\n'}));
  ASSERT_EQ(seen.items.size(), 1U);
  EXPECT_EQ(seen.items[0].json, record(1));
  EXPECT_EQ(seen.items[0].size_bytes, record(1).size());
}

TEST(ObjectScanner, WrappingsAreUndoneToABoundedDepth) {
  const auto wrap = [](const std::string& text) {
    return json{{"awslogs", {{"data", base64(gzip(text))}}}}.dump();
  };
  std::string text = page("DATA_MESSAGE", {record(1)});
  for (int depth = 0; depth < 3; ++depth) {
    text = wrap(text);
    EXPECT_THAT(outline(text), ElementsAre("r1")) << depth;
  }
  EXPECT_THAT(outline(wrap(text)), ElementsAre("nesting"));
  EXPECT_THAT(outline(R"({"awslogs":{"data":"H4sI!"}})"), ElementsAre("not_json"));
  const std::string cut = gzip(page("DATA_MESSAGE", {record(1)}));
  EXPECT_THAT(outline(base64(gzip(record(1))) + '\n' + base64(cut.substr(0, cut.size() / 2))),
              ElementsAre("r1", "not_json", "not_json"))
      << "the page is cut, and so is its packing";
}

TEST(ObjectScanner, NestingIsBoundedInEveryPlace) {
  const std::string deep = "{\"a\":" + std::string(300, '[') + std::string(300, ']') + '}';
  EXPECT_THAT(outline(record(1) + '\n' + deep + '\n' + record(2)),
              ElementsAre("r1", "nesting", "r2"));
  EXPECT_THAT(outline('[' + std::string("\n") + deep + ",\n" + record(2) + "\n]"),
              ElementsAre("nesting", "r2"));
  EXPECT_THAT(outline(record(1) + '\n' + std::string(5'000'000, '[')),
              ElementsAre("r1", "nesting"));
}

/// Serves `size` bytes of `body` repeated between `head` and `tail` without holding them.
class LongSource final : public ByteSource {
 public:
  LongSource(std::string head, const std::string& body, std::uint64_t size, std::string tail)
      : head_(std::move(head)), body_(body), tail_(std::move(tail)), size_(size) {
    while (body_.size() < 10'000) {  // Longer reads, same content.
      body_ += body;
    }
  }

  Result<std::size_t> read(std::span<char> into) override {
    const auto serve = [&](std::string_view part, std::uint64_t from) {
      const std::size_t count = part.substr(from).copy(into.data(), into.size());
      at_ += count;
      return count;
    };
    if (at_ < head_.size()) {
      return serve(head_, at_);
    }
    const std::uint64_t in_body = at_ - head_.size();
    if (in_body < size_) {
      const std::uint64_t left = size_ - in_body;
      into = into.first(std::min<std::uint64_t>(into.size(), left));
      return serve(body_, in_body % body_.size());
    }
    return serve(tail_, in_body - size_);
  }

 private:
  std::string head_;
  std::string body_;
  std::string tail_;
  std::uint64_t size_;
  std::uint64_t at_ = 0;
};

struct Counted {
  std::vector<std::string> names;
  std::vector<std::uint64_t> sizes;
};

class CountingSink final : public RecordSink {
 public:
  explicit CountingSink(Counted& counted) : counted_(counted) {}

  void on_record(const RecordView& view, const RecordOrigin& origin) override {
    add(view.request_id, origin);
  }
  void on_reject(RecordFault fault, const RecordOrigin& origin) override {
    add(name_of(fault), origin);
  }
  void on_skip(SkipKind kind, const RecordOrigin& origin) override { add(name_of(kind), origin); }

 private:
  void add(std::string_view name, const RecordOrigin& origin) {
    counted_.names.emplace_back(name);
    counted_.sizes.push_back(origin.size_bytes);
  }

  Counted& counted_;
};

Counted scan_long(const std::string& body, std::uint64_t size, const std::string& head,
                  const std::string& tail) {
  DocumentReader reader;
  reader.open(std::make_unique<LongSource>(head, body, size, tail));
  Counted counted;
  CountingSink sink(counted);
  ObjectScanner scanner;
  EXPECT_EQ(scanner.scan(reader, sink), std::nullopt);
  return counted;
}

// F077: sizes far beyond those of a record.
TEST(ObjectScanner, AccountsForHugeLinesAsOneItem) {
  constexpr std::uint64_t huge = 50'000'000;
  const std::string before = record(1) + '\n';
  const std::string after = '\n' + record(2) + '\n';
  const Counted garbage = scan_long("garbage ", huge, before, after);
  EXPECT_THAT(garbage.names, ElementsAre("r1", "not_json", "r2"));
  EXPECT_EQ(garbage.sizes.at(1), huge);
  const Counted broken = scan_long("{\"a\":x", huge, before, after);
  EXPECT_THAT(broken.names, ElementsAre("r1", "not_json", "r2"));
  EXPECT_EQ(broken.sizes.at(1), huge);
  const Counted open = scan_long("x", huge, before + "{\"a\":\"", after);
  EXPECT_THAT(open.names, ElementsAre("r1", "not_json", "r2"));
}

TEST(ObjectScanner, PassesOverValuesThatAreTooLongToHold) {
  const std::uint64_t size = value_size_bytes_max + 1'000'000;
  const std::string head = record(1) + "\n{\"a\":\"";
  EXPECT_THAT(scan_long("x", size, head, "\",\"b\":{}}\n" + record(2)).names,
              ElementsAre("r1", "line_too_long", "r2"));
  EXPECT_THAT(scan_long("x", size, "[" + record(1) + ",{\"a\":\"", "\"}," + record(2) + "]").names,
              ElementsAre("r1", "line_too_long", "r2"));
  EXPECT_THAT(scan_long("x", size, "@message\n\"", "\"\n\"{}\"\n").names,
              ElementsAre("line_too_long", "foreign_json"));
}

TEST(ObjectScanner, StreamsListsThatAreLongerThanAnyValue) {
  const std::string element = "{\"message\":\"" + std::string(1'000'000, 'x') + "\"},";
  const std::uint64_t count = value_size_bytes_max / element.size() + 2;
  const Counted sink = scan_long(element, count * element.size(), R"({"events":[{}],"results":[)",
                                 event(record(1)) + "]}");
  ASSERT_EQ(sink.names.size(), count + 2);
  EXPECT_EQ(sink.names.front(), "foreign_json");
  EXPECT_EQ(sink.names.back(), "r1");
  EXPECT_EQ(std::ranges::count(sink.names, "not_json"), static_cast<std::ptrdiff_t>(count));
}

/// Documents of all layouts with damage in them.
std::string random_document(RandomRecords& random) {
  std::string text;
  const bool is_list = random.chance(4);
  text += is_list ? "[" : "";
  for (std::uint32_t left = 1 + random.below(6); left > 0; --left) {
    const json one = random.record();
    std::string piece = random.text(one, random.chance(3));
    switch (random.below(10)) {
      case 0:
        piece = page(random.chance(3) ? "CONTROL_MESSAGE" : "DATA_MESSAGE", {piece, "text"});
        break;
      case 1:
        piece = json{{"events", json::array({json::parse(event(piece))})}}.dump(2);
        break;
      case 2:
        piece = "2026-01-02T03:04:05.000Z " + piece;
        break;
      case 3:
        piece = piece.substr(0, random.below(static_cast<std::uint32_t>(piece.size())));
        break;
      case 4:
        piece[random.below(static_cast<std::uint32_t>(piece.size()))] =
            static_cast<char>(random.below(256));
        break;
      case 5:
        piece = "Permissions are correctly set for Amazon Bedrock logs.";
        break;
      case 6:
        piece = one.dump(2);
        break;
      case 7:
        piece = json{{"awslogs", {{"data", base64(gzip(page("DATA_MESSAGE", {piece})))}}}}.dump();
        break;
      default:
        break;
    }
    text += piece;
    text += is_list ? ",\n" : random.chance(4) ? "" : random.chance(4) ? "\r\n" : "\n";
  }
  return text + (is_list && !random.chance(4) ? "]" : "");
}

RC_GTEST_PROP(ObjectScanner, HowBytesAreCutChangesNothing, (std::uint64_t seed)) {
  RandomRecords random(seed);
  const std::string text = random_document(random);
  const Seen whole = scan_plain(text, [] { return SIZE_MAX; });
  const std::uint32_t size_max = 1 + random.below(300);
  const Seen cut = scan_plain(text, [&] { return std::size_t{1} + random.below(size_max); });
  RC_LOG() << text << '\n' << json(whole.names()).dump() << '\n' << json(cut.names()).dump();
  RC_ASSERT(whole == cut);
}

/// Whatever the damage: no item overlaps another, and line and offset agree with the text.
RC_GTEST_PROP(ObjectScanner, OriginsFollowTheText, (std::uint64_t seed)) {
  RandomRecords random(seed);
  const std::string text = random_document(random);
  const Seen seen = scan_plain(text, [] { return SIZE_MAX; });
  std::uint64_t last = 0;
  for (const SeenItem& item : seen.items) {
    RC_ASSERT(item.byte_offset >= last);
    RC_ASSERT(item.byte_offset <= text.size());
    const auto begin = text.begin();
    RC_ASSERT(item.line ==
              1U + static_cast<std::uint64_t>(std::count(
                       begin, begin + static_cast<std::ptrdiff_t>(item.byte_offset), '\n')));
    last = item.byte_offset;
  }
}

RC_GTEST_PROP(ObjectScanner, FindsEverySoundRecordBetweenBadLines, (std::uint64_t seed)) {
  RandomRecords random(seed);
  std::string text;
  std::vector<json> expected;
  for (std::uint32_t left = 1 + random.below(8); left > 0; --left) {
    const json one = random.record();
    const std::string line = random.text(one);
    if (random.chance(3)) {
      // A cut never ends in a sound value: the last brace is missing at least.
      text += line.substr(0, random.below(static_cast<std::uint32_t>(line.size()))) + '\n';
    } else {
      expected.push_back(reference_facts(one, false));
      text += line + '\n';
    }
  }
  std::vector<json> got = scan_object(text).records();
  for (json& one : got) {
    one.erase("layout");
  }
  RC_LOG() << text;
  RC_ASSERT(got == expected);
}

}  // namespace
}  // namespace bedrocklog::ingest
