// Globs against a reference that tries every split.
#include "ingest/glob_match.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace bedrocklog::ingest {
namespace {

TEST(Glob, KnowsStarAndQuestionMark) {
  EXPECT_TRUE(glob_matches("*.json.gz", "a.json.gz"));
  EXPECT_TRUE(glob_matches("*", ""));
  EXPECT_TRUE(glob_matches("*", ".hidden"));
  EXPECT_TRUE(glob_matches("a*b*c", "aXbXbc"));
  EXPECT_FALSE(glob_matches("a*b*c", "aXbXbcd"));
  EXPECT_TRUE(glob_matches("??", "ab"));
  EXPECT_FALSE(glob_matches("??", "abc"));
  EXPECT_FALSE(glob_matches("?", ""));
  EXPECT_TRUE(glob_matches("?.json", "\xc3\xa9.json"));  // é is one character.
  EXPECT_FALSE(glob_matches("??.json", "\xc3\xa9.json"));
  EXPECT_TRUE(glob_matches("?", "\xff"));  // No UTF-8: a byte is one.
  EXPECT_TRUE(glob_matches("*sonnet*", "anthropic.claude-sonnet-4-5"));
  EXPECT_FALSE(glob_matches("*sonnet", "anthropic.claude-sonnet-4-5"));
  EXPECT_FALSE(glob_matches("*Sonnet*", "anthropic.claude-sonnet-4-5"));
  EXPECT_TRUE(glob_matches("", ""));
  EXPECT_FALSE(glob_matches("", "a"));
  EXPECT_TRUE(glob_matches("**", ""));
  EXPECT_TRUE(glob_matches("a?c", "abc"));
  EXPECT_TRUE(glob_matches("*ab*ab", "abxabab"));
  EXPECT_TRUE(glob_matches("arn:aws:*/role-?", "arn:aws:sts::1:assumed-role/x/role-7"));
}

TEST(Glob, KnowsClasses) {
  EXPECT_TRUE(glob_matches("[0-9][0-9]", "07"));
  EXPECT_FALSE(glob_matches("[0-9][0-9]", "0x"));
  EXPECT_TRUE(glob_matches("[abc]", "b"));
  EXPECT_TRUE(glob_matches("[!abc]", "d"));
  EXPECT_FALSE(glob_matches("[!abc]", "b"));
  EXPECT_TRUE(glob_matches("[^a-c]", "d"));
  EXPECT_TRUE(glob_matches("[]]", "]"));
  EXPECT_TRUE(glob_matches("[!]]", "x"));
  EXPECT_TRUE(glob_matches("[a-]", "-"));
  EXPECT_TRUE(glob_matches("[\xc3\xa0-\xc3\xbf]", "\xc3\xa9"));
  EXPECT_FALSE(glob_matches("[a-c]", ""));
  EXPECT_TRUE(glob_matches("v[0-9]", "v7"));
  EXPECT_FALSE(glob_matches("v[0-9]", "vx"));
  EXPECT_TRUE(glob_matches("[!a-c]", "d"));
  EXPECT_FALSE(glob_matches("[!a-c]", "b"));
  EXPECT_TRUE(glob_matches("[]x]", "]"));
  EXPECT_TRUE(glob_matches("[\\]]", "]"));
  EXPECT_TRUE(glob_matches("*[0-9]-x", "a1-b22-x"));
  EXPECT_TRUE(glob_matches("[\x80-\xff]", "\xc3"));
}

TEST(Glob, TakesAnOpenBracketThatNeverClosesForItself) {
  EXPECT_TRUE(glob_matches("[ab", "[ab"));
  EXPECT_FALSE(glob_matches("[ab", "a"));
  EXPECT_TRUE(glob_matches("*[", "x["));
  EXPECT_TRUE(glob_matches("[]", "[]"));
  EXPECT_TRUE(glob_matches("a[b", "a[b"));
  EXPECT_TRUE(glob_matches("[", "["));
  EXPECT_FALSE(glob_matches("[b", "b"));
  EXPECT_TRUE(glob_matches("[\\", "[\\"));
}

TEST(Glob, NeedsNoBacktrackingBeyondTheLastStar) {
  std::string pattern;
  for (int i = 0; i < 60; ++i) {
    pattern += "*a";
  }
  EXPECT_FALSE(glob_matches(pattern, std::string(20'000, 'a') + "b"));
}

TEST(Glob, ABackslashTakesTheNextByteAsItIs) {
  EXPECT_TRUE(glob_matches("\\*", "*"));
  EXPECT_FALSE(glob_matches("\\*", "x"));
  EXPECT_TRUE(glob_matches("a\\", "a\\"));
}

// Stars, question marks and escapes, by recursion over every split.
bool matches_slowly(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) {
    return text.empty();
  }
  if (pattern[0] == '*') {
    return matches_slowly(pattern.substr(1), text) ||
           (!text.empty() && matches_slowly(pattern, text.substr(1)));
  }
  if (text.empty()) {
    return false;
  }
  if (pattern.starts_with("[!ab]")) {
    return text[0] != 'a' && text[0] != 'b' && matches_slowly(pattern.substr(5), text.substr(1));
  }
  if (pattern[0] == '\\' && pattern.size() > 1) {
    pattern.remove_prefix(1);
    return pattern[0] == text[0] && matches_slowly(pattern.substr(1), text.substr(1));
  }
  return (pattern[0] == '?' || pattern[0] == text[0]) &&
         matches_slowly(pattern.substr(1), text.substr(1));
}

RC_GTEST_PROP(Glob, AgreesWithTryingEverySplit, ()) {
  const auto parts = *rc::gen::container<std::vector<std::string>>(
      rc::gen::element<std::string>("a", "b", "*", "*", "?", "[!ab]", "\\*", "\\a"));
  std::string pattern;
  for (std::size_t i = 0; i < std::min<std::size_t>(parts.size(), 8); ++i) {
    pattern += parts[i];
  }
  for (int i = 0; i < 20; ++i) {
    const auto length = *rc::gen::inRange<std::size_t>(0, 8);
    const auto text =
        *rc::gen::container<std::string>(length, rc::gen::element('a', 'b', 'c', '*'));
    RC_ASSERT(glob_matches(pattern, text) == matches_slowly(pattern, text));
  }
}

}  // namespace
}  // namespace bedrocklog::ingest
