// Lifecycle rules as S3 carries them out.
#include "provision/lifecycle_simulation.h"

#include <map>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "provision/core_profile.h"
#include "provision/desired_state.h"

namespace bedrocklog::provision {
namespace {

constexpr std::int64_t day = 86'400;
constexpr std::uint64_t large = 1'000'000;

LifecycleRules rules_of(const Json& rules, bool is_versioned = true) {
  return {{{"Rules", rules}}, is_versioned};
}

/// "3 hide a; 5 remove a", in days.
std::string shown(const std::vector<LifecycleEvent>& events) {
  std::string text;
  for (const LifecycleEvent& one : events) {
    text += (text.empty() ? "" : "; ") + std::to_string(one.at_seconds / day) + ' ' +
            std::string(name_of(one.action)) + ' ' + one.key +
            (one.storage_class.empty() ? "" : ' ' + one.storage_class);
  }
  return text;
}

TEST(LifecycleSimulation, AVersionedObjectIsHiddenThenGoneAndItsMarkerWithIt) {
  const LifecycleRules rules =
      rules_of({{{"Status", "Enabled"},
                 {"Prefix", "logs/"},
                 {"ExpirationInDays", 90},
                 {"NoncurrentVersionExpiration", {{"NoncurrentDays", 30}}}},
                {{"Status", "Enabled"}, {"Prefix", "logs/"}, {"ExpiredObjectDeleteMarker", true}}});
  EXPECT_EQ(shown(simulate_lifecycle({{"logs/a", 10, 0}, {"other", 10, 0}}, rules, 1'000 * day)),
            "90 hide logs/a; 120 remove logs/a; 120 remove marker logs/a");
  EXPECT_EQ(days_until_gone("logs/a", rules), 120U);
  EXPECT_EQ(days_until_gone("other", rules), std::nullopt);
}

TEST(LifecycleSimulation, WithoutARuleForOldVersionsNothingEverGoes) {
  const Json expire = {{"Status", "Enabled"}, {"ExpirationInDays", 90}};
  EXPECT_EQ(days_until_gone("a", rules_of(Json::array({expire}))), std::nullopt);
  EXPECT_EQ(days_until_gone("a", rules_of(Json::array({expire}), false)), 90U);
}

TEST(LifecycleSimulation, DaysEndAtTheNextMidnight) {
  const LifecycleRules rules = rules_of({{{"Status", "Enabled"}, {"ExpirationInDays", 1}}}, false);
  EXPECT_EQ(shown(simulate_lifecycle({{"noon", 1, day / 2}, {"midnight", 1, 0}}, rules, 9 * day)),
            "1 remove midnight; 2 remove noon");
}

TEST(LifecycleSimulation, TransitionsGoOneWayAndNotAfterTheEnd) {
  const LifecycleRules rules =
      rules_of({{{"Status", "Enabled"},
                 {"ExpirationInDays", 100},
                 {"Transitions",
                  Json::array({{{"TransitionInDays", 60}, {"StorageClass", "GLACIER"}},
                               {{"TransitionInDays", 30}, {"StorageClass", "STANDARD_IA"}},
                               {{"TransitionInDays", 60}, {"StorageClass", "DEEP_ARCHIVE"}},
                               {{"TransitionInDays", 90}, {"StorageClass", "GLACIER_IR"}},
                               {{"TransitionInDays", 100}, {"StorageClass", "DEEP_ARCHIVE"}}})}}},
               false);
  EXPECT_EQ(shown(simulate_lifecycle({{"a", large, 0}}, rules, 1'000 * day)),
            "30 transition a STANDARD_IA; 60 transition a DEEP_ARCHIVE; 100 remove a");
  // Small ones stay where they are.
  EXPECT_EQ(
      shown(simulate_lifecycle({{"a", transition_size_bytes_min - 1, 0}}, rules, 1'000 * day)),
      "100 remove a");
}

TEST(LifecycleSimulation, OldVersionsAndUnfinishedUploadsHaveTheirOwnDays) {
  const LifecycleRules rules =
      rules_of({{{"Status", "Enabled"},
                 {"NoncurrentVersionExpiration", {{"NoncurrentDays", 3}}},
                 {"AbortIncompleteMultipartUpload", {{"DaysAfterInitiation", 7}}}}});
  StoredObject old{"old", 5, 0};
  old.replaced_seconds = 10 * day;
  StoredObject upload{"upload", 5, day};
  upload.is_unfinished_upload = true;
  EXPECT_EQ(shown(simulate_lifecycle({old, upload, {"live", 5, 0}}, rules, 1'000 * day)),
            "8 abort upload upload; 13 remove old");
}

TEST(LifecycleSimulation, RulesThatAreOffOrNotKnownHereDoNothing) {
  EXPECT_EQ(simulate_lifecycle(
                {{"a", large, 0}},
                rules_of({{{"Status", "Disabled"}, {"ExpirationInDays", 1}},
                          {{"Status", "Enabled"},
                           {"ExpirationInDays", 1},
                           {"TagFilters", Json::array({{{"Key", "k"}, {"Value", "v"}}})}}}),
                1'000 * day)
                .size(),
            0U);
  EXPECT_EQ(simulate_lifecycle({{"a", large, 0}}, {Json(), true}, 1'000 * day).size(), 0U);
}

TEST(LifecycleSimulation, TheStacksOwnRulesDeleteAfterArchiveAndNoncurrentDays) {
  StackSpec spec;
  spec.account = "123456789012";
  spec.regions = {"eu-west-1"};
  spec.archive_days = 60;
  spec.noncurrent_days = 10;
  const DesiredState desired = desired_state(spec);
  const Resource* const bucket =
      desired.find({ResourceKind::bucket, "eu-west-1", bucket_of(spec, "eu-west-1")});
  ASSERT_NE(bucket, nullptr);
  const LifecycleRules rules{bucket->properties["LifecycleConfiguration"], true};
  EXPECT_EQ(days_until_gone(archive_prefix(spec) + "eu-west-1/x", rules), 70U);
  EXPECT_EQ(days_until_gone("elsewhere", rules), std::nullopt);
}

RC_GTEST_PROP(LifecycleSimulation, EventsAreInOrderAndNothingHappensToWhatIsGone, ()) {
  const auto expires = *rc::gen::inRange<unsigned>(1, 400);
  const auto kept = *rc::gen::inRange<unsigned>(1, 100);
  const auto moves = *rc::gen::inRange<unsigned>(1, 500);
  const bool is_versioned = *rc::gen::arbitrary<bool>();
  const LifecycleRules rules =
      rules_of({{{"Status", "Enabled"},
                 {"ExpirationInDays", expires},
                 {"NoncurrentVersionExpiration", {{"NoncurrentDays", kept}}},
                 {"Transitions",
                  Json::array({{{"TransitionInDays", moves}, {"StorageClass", "GLACIER"}}})}}},
               is_versioned);
  std::vector<StoredObject> objects;
  const auto count = *rc::gen::inRange<unsigned>(1, 20);
  for (unsigned number = 0; number < count; ++number) {
    objects.push_back(
        {"k" + std::to_string(number), large, *rc::gen::inRange<std::int64_t>(0, 100 * day)});
  }
  const auto events = simulate_lifecycle(objects, rules, 10'000 * day);
  std::map<std::string, std::int64_t> gone;
  std::int64_t last = 0;
  for (const LifecycleEvent& one : events) {
    RC_ASSERT(one.at_seconds >= last);
    RC_ASSERT(one.at_seconds % day == 0);
    last = one.at_seconds;
    RC_ASSERT(!gone.contains(one.key));
    if (one.action == LifecycleAction::remove) {
      gone[one.key] = one.at_seconds;
    }
  }
  RC_ASSERT(gone.size() == objects.size());
  for (const StoredObject& object : objects) {
    const std::int64_t least = object.written_seconds + std::int64_t{expires} * day;
    RC_ASSERT(gone[object.key] >= least);
    RC_ASSERT(gone[object.key] < least + (is_versioned ? std::int64_t{kept} + 2 : 1) * day);
  }
}

}  // namespace
}  // namespace bedrocklog::provision
