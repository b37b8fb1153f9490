// One number per text, texts that stay where they are, and an end to what is kept.
#include "analytics/string_pool.h"

#include <map>
#include <string>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace bedrocklog::analytics {
namespace {

RC_GTEST_PROP(StringPool, GivesEqualTextsOneNumberAndOthersAnother,
              (const std::vector<std::string>& texts)) {
  StringPool pool;
  std::map<std::string, std::uint32_t> ids;
  for (const std::string& text : texts) {
    const std::uint32_t id = pool.intern(text);
    RC_ASSERT(ids.try_emplace(text, id).first->second == id);
  }
  std::map<std::uint32_t, std::string> texts_by_id;
  for (const auto& [text, id] : ids) {
    RC_ASSERT(texts_by_id.try_emplace(id, text).second);
    RC_ASSERT(pool.text(id) == text);
  }
}

TEST(StringPool, KeepsTextsOfAnySizeInPlace) {
  StringPool pool;
  const std::string large(300'000, 'x');
  const std::uint32_t empty = pool.intern("");
  const std::uint32_t first = pool.intern("first");
  const std::string_view first_text = pool.text(first);
  const std::uint32_t large_id = pool.intern(large);
  for (int i = 0; i < 50'000; ++i) {
    ASSERT_NE(pool.intern("text " + std::to_string(i)), StringPool::full);
  }
  EXPECT_EQ(pool.text(first).data(), first_text.data());
  EXPECT_EQ(pool.text(first), "first");
  EXPECT_EQ(pool.text(large_id), large);
  EXPECT_EQ(pool.text(empty), "");
  EXPECT_EQ(pool.intern("text 49999"), pool.intern("text 49999"));
}

TEST(StringPool, RefusesMoreThanItsLimitAndStillKnowsWhatItHas) {
  StringPool pool;
  const std::string chunk(40U << 20U, 'x');
  std::uint32_t id = 0;
  int kept = 0;
  for (; kept < 100; ++kept) {
    id = pool.intern(chunk + std::to_string(kept));
    if (id == StringPool::full) {
      break;
    }
  }
  EXPECT_EQ(kept, 12);
  EXPECT_EQ(pool.intern(chunk + "3"), 3U);
}

}  // namespace
}  // namespace bedrocklog::analytics
