// Log text on a terminal: nothing but visible characters, cut where it should be.
#include "cli/terminal_text.h"

#include <string>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/cli/report_samples.h"

namespace bedrocklog::cli {
namespace {

bool has_control_byte(const std::string& text) {
  for (const char character : text) {
    if (static_cast<unsigned char>(character) < 0x20 || character == 0x7F) {
      return true;
    }
  }
  return text.find("\xC2\x9B") != std::string::npos;
}

TEST(TerminalText, KeepsOrdinaryTextOfAnyLanguage) {
  const std::string text = "r\xC3\xB4le/\xE6\xA8\xA1\xE5\x9E\x8B-\xF0\x9F\x98\x80 e\xCC\x81";
  EXPECT_EQ(printable(text), text);
}

TEST(TerminalText, ReplacesWhatMovesTheCursorOrReordersFigures) {
  EXPECT_EQ(printable("a\x1B[2Jb"), "a\xEF\xBF\xBD[2Jb");
  EXPECT_EQ(printable("a\xC2\x9B"
                      "b"),
            "a\xEF\xBF\xBD"
            "b");
  EXPECT_EQ(printable("a\xE2\x80\xAE"
                      "b"),
            "a\xEF\xBF\xBD"
            "b");
  EXPECT_EQ(printable("a\r\n\x7F"), "a\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD");
}

TEST(TerminalText, ReplacesEachByteThatIsNoUtf8) {
  EXPECT_EQ(printable("\xFFz"), "\xEF\xBF\xBDz");
  EXPECT_EQ(printable("\xC3"), "\xEF\xBF\xBD");
  EXPECT_EQ(valid_utf8("\x1B\xFFz"), "\x1B\xEF\xBF\xBDz");
}

TEST(TerminalText, AsciiHasOneMarkPerCharacter) {
  EXPECT_EQ(ascii_only("r\xC3\xB4le \xE6\xA8\xA1"), "r?le ?");
}

TEST(TerminalText, WideCharactersTakeTwoColumnsAndCombiningOnesNone) {
  EXPECT_EQ(display_width("abc"), 3U);
  EXPECT_EQ(display_width("\xE6\xA8\xA1\xE5\x9E\x8B"), 4U);
  EXPECT_EQ(display_width("e\xCC\x81"), 1U);
}

TEST(TerminalText, ShortensInTheMiddle) {
  EXPECT_EQ(shortened("abcdefghij", 10, true), "abcdefghij");
  EXPECT_EQ(shortened("abcdefghij", 7, true), "abc\xE2\x80\xA6hij");
  EXPECT_EQ(shortened("abcdefghij", 8, true), "abcd\xE2\x80\xA6hij");
  EXPECT_EQ(shortened("abcdefghij", 7, false), "ab...ij");
  EXPECT_EQ(shortened("abcdefghij", 2, true), "ab");
  EXPECT_EQ(shortened("abcdefghij", 0, true), "");
}

RC_GTEST_PROP(TerminalText, PrintableTextHoldsNoControlByteAndIsStable, (const std::string& text)) {
  const std::string safe = printable(text);
  RC_ASSERT(!has_control_byte(safe));
  RC_ASSERT(printable(safe) == safe);
}

RC_GTEST_PROP(TerminalText, ShortenedTextFitsAndStaysValid, (const std::string& bytes)) {
  const std::string text = printable(bytes + *rc::gen::elementOf(hostile_texts()));
  const auto width = *rc::gen::inRange<std::size_t>(0, 30);
  for (const bool unicode : {false, true}) {
    const std::string cut = shortened(text, width, unicode);
    RC_ASSERT(display_width(cut) <= width);
    RC_ASSERT(valid_utf8(cut) == cut);
  }
}

}  // namespace
}  // namespace bedrocklog::cli
