// Glob matching against examples and against a plain recursive definition.
#include "ingest/glob_pattern.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace bedrocklog::ingest {
namespace {

std::vector<std::string> split(std::string_view path) {
  std::vector<std::string> segments;
  for (std::size_t end = path.find('/'); end != std::string_view::npos; end = path.find('/')) {
    segments.emplace_back(path.substr(0, end));
    path.remove_prefix(end + 1);
  }
  segments.emplace_back(path);
  return segments;
}

GlobPattern parse(std::string_view text) {
  std::optional<GlobPattern> pattern = GlobPattern::parse(text);
  EXPECT_TRUE(pattern);
  return pattern.value_or(GlobPattern());
}

bool matches(std::string_view pattern_text, std::string_view path) {
  const GlobPattern pattern = parse(pattern_text);
  GlobPattern::Reach reach = pattern.start();
  for (const std::string& segment : split(path)) {
    reach = pattern.step(reach, segment);
  }
  return pattern.is_match(reach);
}

TEST(GlobPattern, KeepsStarsInTheirFolderAndLetsDoubleStarsCross) {
  EXPECT_TRUE(matches("*/01/*.gz", "2026/01/a.gz"));
  EXPECT_FALSE(matches("*.gz", "2026/a.gz"));
  EXPECT_TRUE(matches("**/*.gz", "a.gz"));
  EXPECT_TRUE(matches("**/*.gz", "2026/01/02/a.gz"));
  EXPECT_FALSE(matches("**/*.gz", "2026/01/02/a.json"));
  EXPECT_TRUE(matches("AWSLogs/**/us-east-1/**/*.gz", "AWSLogs/us-east-1/a.gz"));
  EXPECT_TRUE(matches("AWSLogs/**/us-east-1/**/*.gz", "AWSLogs/1/x/us-east-1/2026/01/a.gz"));
  EXPECT_FALSE(matches("AWSLogs/**/us-east-1/**/*.gz", "AWSLogs/1/us-west-2/a.gz"));
  EXPECT_TRUE(matches("**/**", "a"));
  EXPECT_TRUE(matches("./a//*.gz", "a/b.gz"));
}

TEST(GlobPattern, CoversWhatLiesBelowAMatchedFolder) {
  EXPECT_TRUE(matches("2026/*", "2026/01/02/a.gz"));
  EXPECT_FALSE(matches("2026/*", "2025/01/02/a.gz"));
  EXPECT_TRUE(matches("", "anything/at/all"));
}

TEST(GlobPattern, PrunesFoldersThatCannotMatch) {
  const GlobPattern pattern = parse("2026/*/a.gz");
  EXPECT_EQ(pattern.step(pattern.start(), "2025"), 0U);
  EXPECT_NE(pattern.step(pattern.start(), "2026"), 0U);
}

TEST(GlobPattern, RefusesMorePartsThanItCanCount) {
  std::string text = "*";
  for (std::size_t i = 1; i < glob_segments_max; ++i) {
    text += "/*";
  }
  EXPECT_TRUE(GlobPattern::parse(text));
  EXPECT_FALSE(matches(text, "a/b"));
  EXPECT_FALSE(GlobPattern::parse(text + "/*"));
}

// The definition, one element at a time.
bool plain_segment(std::string_view pattern, std::string_view text) {
  if (pattern.empty()) {
    return text.empty();
  }
  if (pattern[0] == '*') {
    return plain_segment(pattern.substr(1), text) ||
           (!text.empty() && plain_segment(pattern, text.substr(1)));
  }
  return !text.empty() && (pattern[0] == '?' || pattern[0] == text[0]) &&
         plain_segment(pattern.substr(1), text.substr(1));
}

using Segments = std::vector<std::string>;

bool plain_path(const Segments& pattern, std::size_t p, const Segments& path, std::size_t t) {
  if (p == pattern.size()) {
    return true;  // The path itself, or a folder above it, is matched.
  }
  if (pattern[p] == "**" && plain_path(pattern, p + 1, path, t)) {
    return true;
  }
  if (t == path.size()) {
    return false;
  }
  return pattern[p] == "**"
             ? plain_path(pattern, p, path, t + 1)
             : plain_segment(pattern[p], path[t]) && plain_path(pattern, p + 1, path, t + 1);
}

RC_GTEST_PROP(GlobPattern, AgreesWithItsDefinition, ()) {
  const auto pick = [](const Segments& from) {
    Segments picked = *rc::gen::container<Segments>(rc::gen::elementOf(from));
    picked.resize(std::min<std::size_t>(picked.size(), 6), "a");
    return picked;
  };
  const Segments pattern = pick({"a", "b", "*", "**", "a*", "?b"});
  const Segments path = pick({"a", "b", "ab", "bb"});
  RC_PRE(!pattern.empty() && !path.empty());
  const auto join = [](const Segments& segments) {
    std::string text = segments[0];
    for (std::size_t i = 1; i < segments.size(); ++i) {
      text += '/' + segments[i];
    }
    return text;
  };
  RC_ASSERT(matches(join(pattern), join(path)) == plain_path(pattern, 0, path, 0));
}

}  // namespace
}  // namespace bedrocklog::ingest
