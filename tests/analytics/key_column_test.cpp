// The memories behind the numbers of key texts forget, but never mix anything up.
#include "analytics/key_column.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "analytics/facts_cache.h"
#include "tests/analytics/made_record.h"

namespace bedrocklog::analytics {
namespace {

/// Same length, same middle, same end: what place_of() looks at does not tell them apart.
std::string twin_text(std::uint32_t number) {
  std::string text(64, '-');
  text.replace(0, 8, std::to_string(10'000'000 + number));
  return text;
}

RC_GTEST_PROP(RecentTexts, AgreesWithThePoolHoweverTextsCollide, ()) {
  StringPool pool;
  StringPool reference;
  RecentTexts recent;
  const auto numbers = *rc::gen::container<std::vector<std::uint32_t>>(
      rc::gen::resize(1'000, rc::gen::inRange<std::uint32_t>(0, 40)));
  for (const std::uint32_t number : numbers) {
    const std::string text = number % 3 == 0 ? twin_text(number) : std::string(number % 5, 'x');
    RC_ASSERT(recent.intern(text, pool) == reference.intern(text));
  }
}

TEST(RecentTexts, KnowsTheEmptyTextFromNone) {
  StringPool pool;
  RecentTexts recent;
  EXPECT_EQ(recent.intern("", pool), 0U);
  EXPECT_EQ(recent.intern("a", pool), 1U);
  EXPECT_EQ(recent.intern("", pool), 0U);
}

const std::vector<KeyKind> time_keys{KeyKind::hour,   KeyKind::day,     KeyKind::week,
                                     KeyKind::month,  KeyKind::quarter, KeyKind::hour_of_day,
                                     KeyKind::weekday};

/// Within three days of a change of the clock, with edges of hours and days more often than others.
rc::Gen<std::int64_t> time_near_changes() {
  return rc::gen::mapcat(
      rc::gen::element<std::int64_t>(1'774'746'000'000, 1'792'886'400'000, 1'775'314'800'000, 0),
      [](std::int64_t change_ms) {
        return rc::gen::oneOf(
            rc::gen::map(rc::gen::inRange<std::int64_t>(-144, 145),
                         [=](std::int64_t half) { return change_ms + half * (hour_ms / 2); }),
            rc::gen::map(rc::gen::inRange<std::int64_t>(-144, 145),
                         [=](std::int64_t half) { return change_ms + half * (hour_ms / 2) - 1; }),
            rc::gen::map(rc::gen::inRange<std::int64_t>(-3 * day_ms, 3 * day_ms),
                         [=](std::int64_t offset_ms) { return change_ms + offset_ms; }));
      });
}

RC_GTEST_PROP(KeyColumn, NamesEachTimeAsAFreshClockDoes, ()) {
  const auto kind = *rc::gen::elementOf(time_keys);
  const Result<Zone> zone = Zone::named(*rc::gen::element<std::string>(
      "UTC", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu", "-03:30"));
  RC_ASSERT(zone.has_value());
  StringPool pool;
  KeyColumn column(Key{kind, ""}, *zone);
  for (const std::int64_t at_ms :
       *rc::gen::container<std::vector<std::int64_t>>(rc::gen::resize(100, time_near_changes()))) {
    ingest::RecordView record;
    record.at.value = at_ms;
    RecordFactsView facts;
    facts.record = &record;
    const std::uint32_t id = column.id_of(facts, pool);
    RC_ASSERT(pool.text(id) == BucketClock(kind, *zone).label(record.at));
  }
}

TEST(KeyColumn, SeparatesWhatItsCachesCannotHoldTogether) {
  const ModelMap no_map;
  const std::vector<GroupRule> no_groups;
  FactsCache cache(no_map, no_groups);
  StringPool pool;
  KeyColumn model(Key{KeyKind::model, ""}, Zone());
  KeyColumn user(Key{KeyKind::user, ""}, Zone());
  for (int round = 0; round < 3; ++round) {
    for (int number = 0; number < 1'000; ++number) {
      const std::string name = std::to_string(number);
      const std::string arn = "arn:aws:iam::111122223333:user/" + name;
      ingest::RecordView record;
      record.model_id = name;
      record.identity_arn = arn;
      const RecordFactsView facts = cache.facts_of(record);
      ASSERT_EQ(pool.text(model.id_of(facts, pool)), facts.model->canonical);
      ASSERT_EQ(pool.text(user.id_of(facts, pool)), name);
    }
  }
}

TEST(KeyColumn, DoesNotRememberFactsOfNoCache) {
  const ModelFacts first = facts_of_model("amazon.nova-lite-v1:0", {});
  const ModelFacts second = facts_of_model("amazon.nova-pro-v1:0", {});
  StringPool pool;
  KeyColumn column(Key{KeyKind::model, ""}, Zone());
  RecordFactsView facts;
  const ingest::RecordView record;
  facts.record = &record;
  facts.model = &first;
  EXPECT_EQ(pool.text(column.id_of(facts, pool)), first.canonical);
  facts.model = &second;
  EXPECT_EQ(pool.text(column.id_of(facts, pool)), second.canonical);
}

TEST(KeyColumn, TellsAnEmptyTagFromAMissingOne) {
  const std::vector<std::pair<std::string_view, std::string_view>> empty_tag{{"team", ""}};
  StringPool pool;
  KeyColumn column(Key{KeyKind::tag, "team"}, Zone());
  ingest::RecordView record;
  RecordFactsView facts;
  facts.record = &record;
  EXPECT_EQ(column.id_of(facts, pool), KeyColumn::absent);
  record.metadata = empty_tag;
  EXPECT_EQ(pool.text(column.id_of(facts, pool)), "");
}

TEST(FactsCache, LeavesTheIdentityOutWhereNobodyAsks) {
  const ModelMap no_map;
  const std::vector<GroupRule> no_groups;
  FactsCache cache(no_map, no_groups, FactsCache::Identity::left_out);
  ingest::RecordView record;
  record.model_id = "amazon.nova-lite-v1:0";
  record.identity_arn = "arn:aws:iam::111122223333:user/ann";
  const RecordFactsView facts = cache.facts_of(record);
  EXPECT_EQ(facts.identity, nullptr);
  EXPECT_EQ(facts.model->canonical, "amazon.nova-lite-v1:0");
}

}  // namespace
}  // namespace bedrocklog::analytics
