// What outside text may do to a message: nothing.
#include "analytics/in_quotes.h"

#include <gtest/gtest.h>

namespace bedrocklog::analytics {
namespace {

TEST(InQuotes, TakesControlBytesOut) {
  EXPECT_EQ(in_quotes("a\x1b[31m\nb\x7f"), "\"a?[31m?b?\"");
}

TEST(InQuotes, CutsBetweenCharacters) {
  const std::string text(in_quotes_size_bytes_max - 1, 'x');
  EXPECT_EQ(in_quotes(text + "yz"), '"' + text + "y...\"");
  EXPECT_EQ(in_quotes(text + "\xc3\xa4" + "z"), '"' + text + "...\"");
  EXPECT_EQ(in_quotes(text + "y"), '"' + text + "y\"");
}

}  // namespace
}  // namespace bedrocklog::analytics
