// Encodings, windows and the small splitters below the scanner.
#include "ingest/plain_text.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "ingest/base64.h"
#include "ingest/csv_rows.h"
#include "ingest/document_scan.h"
#include "ingest/json_text.h"
#include "tests/ingest/scan_harness.h"

namespace bedrocklog::ingest {
namespace {

using testing::ElementsAre;

std::string read_all(const std::string& bytes, std::size_t chunk) {
  PlainText text;
  std::string_view rest = bytes;
  text.open([&](std::span<char> into) {
    const std::size_t size = rest.copy(into.data(), std::min(into.size(), chunk));
    rest.remove_prefix(size);
    return size;
  });
  std::string all;
  do {
    const std::string_view ahead = text.ahead();
    all += ahead;
    text.consume(ahead.size());
  } while (text.more());
  return all;
}

std::string utf16(const std::u32string& text, bool little, bool with_mark) {
  std::string bytes;
  const auto put = [&](std::uint32_t unit) {
    const char low = static_cast<char>(unit & 0xFFU);
    const char high = static_cast<char>(unit >> 8U);
    bytes += little ? low : high;
    bytes += little ? high : low;
  };
  if (with_mark) {
    put(0xFEFFU);
  }
  for (const char32_t code : text) {
    if (code < 0x10000U) {
      put(code);
    } else {
      put(0xD800U + ((code - 0x10000U) >> 10U));
      put(0xDC00U + ((code - 0x10000U) & 0x3FFU));
    }
  }
  return bytes;
}

RC_GTEST_PROP(PlainText, ReadsUtf16OfEitherOrderInAnyPieces, (bool little, bool with_mark)) {
  std::u32string text = U"{\"";
  std::string expected = "{\"";
  for (int left = *rc::gen::inRange(0, 3000); left > 0; --left) {
    char32_t code = *rc::gen::element<char32_t>(U'a', U'"', 0xFCU, 0x20ACU, 0x1F600U, U'\n');
    text += code;
    append_utf8(code, expected);
  }
  const auto chunk = *rc::gen::inRange<std::size_t>(1, 5000);
  RC_ASSERT(read_all(utf16(text, little, with_mark), chunk) == expected);
}

TEST(PlainText, MarksLoneSurrogatesAsInvalid) {
  const std::string text = utf16(U"{\"a\":\"", true, true) + std::string("\x00\xD8x\x00", 4);
  EXPECT_EQ(read_all(text, SIZE_MAX), "{\"a\":\"\xFFx");
  EXPECT_EQ(read_all(text + "h", SIZE_MAX), "{\"a\":\"\xFFx\xFF") << "half a letter at the end";
}

TEST(PlainText, HoldsWhatIsNotConsumedHoweverLong) {
  const std::string bytes(3'000'000, 'x');
  PlainText text;
  std::string_view rest = bytes;
  text.open([&](std::span<char> into) {
    const std::size_t size = rest.copy(into.data(), std::min<std::size_t>(into.size(), 1000));
    rest.remove_prefix(size);
    return size;
  });
  text.consume(10);
  while (text.more()) {
  }
  EXPECT_EQ(text.ahead(), std::string_view(bytes).substr(10));
  EXPECT_EQ(text.offset(), 10U);
}

TEST(PlainText, CallsNoTextThatStartsLikeJsonBinary) {
  EXPECT_TRUE(looks_binary(std::string_view("ab\0cd", 5)));
  EXPECT_TRUE(looks_binary("%PDF-1.7\n\x01\x02"));
  EXPECT_FALSE(looks_binary(std::string_view(" {\"a\":\"\0\"}", 10)));
  EXPECT_FALSE(looks_binary("\x1B[1mcoloured\x1B[0m\ttext\r\n"));
}

RC_GTEST_PROP(Base64, DecodesWhatWasEncoded, (const std::string& bytes)) {
  RC_ASSERT(decode_base64(base64(bytes)) == bytes);
}

TEST(Base64, RefusesOtherLetters) {
  for (const char* bad : {"a", "ab c", "ab-_", "a=bc", "ab===", "\xFF\xFF\xFF\xFF"}) {
    EXPECT_EQ(decode_base64(bad), std::nullopt) << bad;
  }
  EXPECT_EQ(decode_base64("aGk"), "hi") << "padding may be missing";
}

RC_GTEST_PROP(CsvRows, SplitsWhatWasQuotedInAnyPieces, ()) {
  const auto fields = *rc::gen::nonEmpty(rc::gen::container<std::vector<std::string>>(
      rc::gen::container<std::string>(rc::gen::element('a', '"', ',', '\n', ' ', '\r'))));
  std::string row;
  for (const std::string& field : fields) {
    row += row.empty() ? "\"" : ",\"";
    for (const char letter : field) {
      row += letter == '"' ? "\"\"" : std::string(1, letter);
    }
    row += '"';
  }
  const std::string text = row + "\nnext";
  CsvRowSplitter splitter;
  std::size_t at = 0;
  std::size_t found = std::string_view::npos;
  while (found == std::string_view::npos) {
    const auto size = *rc::gen::inRange<std::size_t>(1, 9);
    const std::string_view piece = std::string_view(text).substr(at, size);
    found = splitter.feed(piece);
    at += found == std::string_view::npos ? piece.size() : found;
  }
  RC_ASSERT(text.substr(0, at) == row);
  std::vector<std::string> got;
  split_csv_row(row, got);
  RC_ASSERT(got == fields);
}

TEST(ExportStamp, IsToldFromOtherDates) {
  EXPECT_EQ(export_stamp_size("2026-03-04T10:15:00.580Z {"), 25U);
  EXPECT_EQ(export_stamp_size("2026-03-04T10:15:00Z {"), 21U);
  EXPECT_EQ(export_stamp_size("1772619300580 {"), 14U);
  for (const char* other : {"", "2026-03-04", "2026-03-04T10:15:00.580Z", "2026-03-04 10:15:00Z {",
                            "177261930058 {", "17726193005801 {", "2026-03-04T10:15:00+01:00 {"}) {
    EXPECT_EQ(export_stamp_size(other), 0U) << other;
  }
}

}  // namespace
}  // namespace bedrocklog::ingest
