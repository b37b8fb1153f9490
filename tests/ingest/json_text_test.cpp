// Escapes and exact numbers against another library's reading, and value ends against its grammar.
#include "ingest/json_text.h"

#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "ingest/json_splitter.h"
#include "tests/ingest/random_record.h"

namespace bedrocklog::ingest {
namespace {

using nlohmann::json;

std::string unescaped(const std::string& inside) {
  std::string text;
  return unescape_json(inside, text) ? text : "(bad)";
}

RC_GTEST_PROP(JsonText, UnescapesWhatAnotherLibraryEscapes, (std::uint64_t seed)) {
  RandomRecords random(seed);
  const std::string text = random.text(random.record(), true);
  for (const bool ascii_only : {true, false}) {
    const std::string quoted = json(text).dump(-1, ' ', ascii_only);
    RC_ASSERT(unescaped(quoted.substr(1, quoted.size() - 2)) == text);
  }
}

TEST(JsonText, RefusesEscapesThatJsonDoesNotKnow) {
  EXPECT_EQ(unescaped(R"(a\n\t\"\\\/\b\f\r)"), "a\n\t\"\\/\b\f\r");
  EXPECT_EQ(unescaped(R"(\u00e9\ud83d\ude00)"), "\xC3\xA9\xF0\x9F\x98\x80");
  EXPECT_EQ(unescaped(R"(\udc00x)"), "\xEF\xBF\xBDx");
  for (const char* bad : {R"(\x)", R"(\)", R"(\u12)", R"(\u12G4)", R"(\u)"}) {
    EXPECT_EQ(unescaped(bad), "(bad)") << bad;
  }
}

RC_GTEST_PROP(ParseDecimal, ScalesAnyWholeNumberExactly, (std::uint32_t whole, bool negative)) {
  const std::string sign = negative ? "-" : "";
  for (const std::string& text :
       {sign + std::to_string(whole), sign + std::to_string(whole) + ".000",
        sign + std::to_string(whole) + "000e-3", sign + "0" + std::to_string(whole) + "E+0"}) {
    const ScaledNumber number = parse_decimal(text, 3);
    RC_ASSERT(number.is_number && number.exact && !number.too_large);
    RC_ASSERT(number.magnitude == std::uint64_t{whole} * 1000U);
    RC_ASSERT(number.negative == (negative && whole != 0));
  }
}

TEST(ParseDecimal, RefusesWhatIsNoNumber) {
  for (const char* text : {"", "-", "+1", "1.", ".5", "1e", "1e+", "1 ", "0x1", "NaN", "1,5"}) {
    EXPECT_FALSE(parse_decimal(text).is_number) << text;
  }
  EXPECT_TRUE(parse_decimal("99999999999999999999").too_large ||
              !parse_decimal("99999999999999999999").exact);
}

RC_GTEST_PROP(JsonSplitter, FindsTheEndOfAnyValueInAnyPieces, (std::uint64_t seed)) {
  RandomRecords random(seed);
  const std::string value = random.text(random.record(), true);
  const std::string text = value + (random.chance(2) ? "{" : "garbage");
  JsonSplitter splitter;
  std::size_t at = 0;
  JsonSplitter::Status status = JsonSplitter::Status::more;
  while (status == JsonSplitter::Status::more) {
    std::size_t used = 0;
    status = splitter.feed(std::string_view(text).substr(at, 1 + random.below(40)), used);
    at += used;
  }
  RC_ASSERT(status == JsonSplitter::Status::done);
  RC_ASSERT(at == value.size());
}

/// What another library takes for a value, the splitter must not call broken.
RC_GTEST_PROP(JsonSplitter, CallsNoSoundTextBroken, (std::uint64_t seed)) {
  RandomRecords random(seed);
  std::string text = random.text(random.record());
  text[random.below(static_cast<std::uint32_t>(text.size()))] = "{}[],:\"\\ 0ae-"[random.below(14)];
  JsonSplitter splitter;
  std::size_t used = 0;
  const JsonSplitter::Status status = splitter.feed(text, used);
  if (json::accept(text)) {
    RC_ASSERT(status == JsonSplitter::Status::done);
    RC_ASSERT(used == text.size());
  }
}

TEST(JsonSplitter, StopsWhereTextStopsToBeJson) {
  const auto where = [](const std::string& text) {
    JsonSplitter splitter;
    std::size_t used = 0;
    return splitter.feed(text, used) == JsonSplitter::Status::broken ? static_cast<int>(used) : -1;
  };
  EXPECT_EQ(where(R"({"a":1 "b")"), 7);
  EXPECT_EQ(where(R"({"a":1,})"), 7);
  EXPECT_EQ(where("[1,]"), 3);
  EXPECT_EQ(where("{]"), 1);
  EXPECT_EQ(where("[}"), 1);
  EXPECT_EQ(where("{1"), 1);
  EXPECT_EQ(where("{\"a\"\n:\"b\nc"), 8);
  EXPECT_EQ(where("x"), 0);
}

}  // namespace
}  // namespace bedrocklog::ingest
