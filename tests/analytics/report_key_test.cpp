// Key names: one list, and a hint for the misspelt.
#include "analytics/report_key.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace bedrocklog::analytics {
namespace {

TEST(ReportKey, EveryNameComesBackAsItself) {
  const std::vector<std::string> known = key_names();
  EXPECT_EQ(known.size(), key_kind_count);
  for (std::size_t i = 0; i < known.size(); ++i) {
    const std::string name = known[i] == "tag:" ? "tag:team" : known[i];
    const Result<Key> key = parse_key(name);
    ASSERT_TRUE(key) << name;
    EXPECT_EQ(static_cast<std::size_t>(key->kind), i);
    EXPECT_EQ(name_of(*key), name);
  }
  EXPECT_EQ(parse_key("weekday")->kind, KeyKind::weekday);
  EXPECT_EQ(parse_key("hour")->kind, KeyKind::hour);
}

TEST(ReportKey, TagsKeepTheirKeyAsWritten) {
  EXPECT_EQ(parse_key("tag:Cost Center: a").value(), (Key{KeyKind::tag, "Cost Center: a"}));
  EXPECT_FALSE(parse_key("tag:"));
  EXPECT_FALSE(parse_key("tag:" + std::string(257, 'x')));
}

TEST(ReportKey, SuggestsTheNearestKey) {
  const Result<Key> key = parse_key("modle");
  ASSERT_FALSE(key);
  EXPECT_EQ(key.error().subject, "--by");
  EXPECT_EQ(key.error().message, "\"modle\" is not a key; did you mean model?");
  EXPECT_NE(parse_key("Day").error().message.find("mean day?"), std::string::npos);
  EXPECT_NE(parse_key("tags").error().message.find("mean tag:KEY?"), std::string::npos);
}

TEST(ReportKey, ListsAllKeysWhereNoneIsNear) {
  for (const std::string& name : {std::string(), std::string("zzzzzz"), std::string(9'999, 'x')}) {
    const Result<Key> key = parse_key(name);
    ASSERT_FALSE(key);
    EXPECT_NE(key.error().message.find("tag:KEY group"), std::string::npos);
    EXPECT_LT(key.error().message.size(), 500U);
  }
}

TEST(ReportKey, ListsKeepTheirOrder) {
  const std::vector<Key> keys = parse_keys("model,day,tag:team,tag:app").value();
  ASSERT_EQ(keys.size(), 4U);
  EXPECT_EQ(keys[1].kind, KeyKind::day);
  EXPECT_EQ(keys[3].tag, "app");
}

TEST(ReportKey, RefusesEmptyItemsAndRepeats) {
  for (const char* list :
       {"", ",", "model,", ",model", "model,,day", "model,model", "tag:a,tag:a", "model, day"}) {
    EXPECT_FALSE(parse_keys(list)) << list;
  }
  std::string many = "model";
  for (int i = 0; i < 16; ++i) {
    many += ",tag:" + std::to_string(i);
  }
  EXPECT_FALSE(parse_keys(many));
}

TEST(ReportKey, NearestNameIsNotWild) {
  EXPECT_EQ(nearest_name("cots", {"n", "cost"}), "cost");        // Two letters swapped.
  EXPECT_EQ(nearest_name("cxxt", {"n", "cost"}), std::nullopt);  // Two of four differ.
  EXPECT_EQ(nearest_name("cst", {"n", "cost"}), "cost");
  EXPECT_EQ(nearest_name("x", {"n"}), std::nullopt);
  EXPECT_EQ(nearest_name("a", {}), std::nullopt);
}

RC_GTEST_PROP(ReportKey, OneWrongLetterStillFindsALongName, ()) {
  const std::vector<std::string> known = {"inference_region", "stop_reason", "hour_of_day"};
  const std::string name = *rc::gen::elementOf(known);
  std::string wrong = name;
  wrong.at(*rc::gen::inRange<std::size_t>(0, name.size())) = '#';
  RC_ASSERT(nearest_name(wrong, known) == name);
}

}  // namespace
}  // namespace bedrocklog::analytics
