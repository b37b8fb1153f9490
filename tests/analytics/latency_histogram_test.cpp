// LatencyHistogram against the definition of the nearest rank, by hand and over random inputs.
#include "analytics/latency_histogram.h"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace bedrocklog::analytics {
namespace {

using Latencies = std::vector<std::uint32_t>;

LatencyHistogram histogram_of(const Latencies& latencies_ms) {
  LatencyHistogram histogram;
  for (const std::uint32_t latency_ms : latencies_ms) {
    histogram.add(latency_ms);
  }
  return histogram;
}

/// Few pages and many repeats, or anything up to 2^32 - 1; enough of them to make pages dense.
rc::Gen<Latencies> arbitrary_latencies() {
  return rc::gen::mapcat(rc::gen::element(2'000U, 60'000U, UINT32_MAX), [](std::uint32_t below) {
    return rc::gen::scale(8.0,
                          rc::gen::container<Latencies>(rc::gen::inRange<std::uint32_t>(0, below)));
  });
}

/// Everything the histogram answers: count, sum, ends and the latency of each rank.
std::vector<std::uint64_t> answers_of(const LatencyHistogram& histogram) {
  std::vector<std::uint64_t> answers{
      histogram.count(), static_cast<std::uint64_t>(histogram.sum_ms()),
      histogram.min_ms().value_or(7), histogram.max_ms().value_or(7)};
  for (std::uint64_t rank = 1; rank <= histogram.count(); ++rank) {
    const auto percent_milli = std::max<std::uint64_t>(1, 100'000 * rank / histogram.count());
    answers.push_back(*histogram.percentile_ms(static_cast<std::uint32_t>(percent_milli)));
  }
  return answers;
}

TEST(LatencyHistogram, HasNothingToTellWhenEmpty) {
  EXPECT_EQ(LatencyHistogram{}.percentile_ms(50'000), std::nullopt);
  EXPECT_EQ(LatencyHistogram{}.min_ms(), std::nullopt);
  EXPECT_EQ(LatencyHistogram{}.max_ms(), std::nullopt);
}

// F043
TEST(LatencyHistogram, ReturnsARecordedValueAndNeverAnInterpolatedOne) {
  EXPECT_EQ(histogram_of({10, 20}).percentile_ms(50'000), 10U);
  EXPECT_EQ(histogram_of({10, 20}).percentile_ms(50'001), 20U);
}

TEST(LatencyHistogram, KeepsTheLargestLatencyThereIs) {
  const LatencyHistogram histogram = histogram_of({UINT32_MAX, 0, UINT32_MAX});
  EXPECT_EQ(histogram.max_ms(), UINT32_MAX);
  EXPECT_EQ(histogram.min_ms(), 0U);
  EXPECT_TRUE(histogram.sum_ms() == Int128{UINT32_MAX} * 2);
}

TEST(LatencyHistogram, TellsTheNextSmallestWhenTheSmallestIsTakenBack) {
  LatencyHistogram histogram = histogram_of({5, 9'000, 40'000});
  histogram.take_back(5);
  EXPECT_EQ(histogram.min_ms(), 9'000U);
  histogram.take_back(40'000);
  EXPECT_EQ(histogram.max_ms(), 9'000U);
}

/// Around the number of calls at which a list becomes counters.
Latencies numbered_latencies(std::size_t count) {
  Latencies latencies_ms;
  for (std::uint32_t number = 0; number < count; ++number) {
    latencies_ms.push_back(number % 5 == 4 ? number * 4'000'000U : number * 7'919U % 30'011U);
  }
  return latencies_ms;
}

TEST(LatencyHistogram, AnswersTheSameListedAndCounted) {
  for (const std::size_t count : {std::size_t{1}, listed_latencies_max - 1, listed_latencies_max,
                                  listed_latencies_max + 1, 2 * listed_latencies_max + 1}) {
    Latencies sorted = numbered_latencies(count);
    const LatencyHistogram histogram = histogram_of(sorted);
    std::sort(sorted.begin(), sorted.end());
    EXPECT_EQ(histogram.min_ms(), sorted.front());
    EXPECT_EQ(histogram.max_ms(), sorted.back());
    EXPECT_EQ(histogram.percentile_ms(50'000), sorted[(count + 1) / 2 - 1]);
    EXPECT_EQ(histogram.count_above(15'000),
              static_cast<std::uint64_t>(std::count_if(sorted.begin(), sorted.end(),
                                                       [](auto ms) { return ms > 15'000; })));
  }
}

TEST(LatencyHistogram, MergesListsAndCountersInAnyOrder) {
  const LatencyHistogram small = histogram_of(numbered_latencies(300));
  const LatencyHistogram large = histogram_of(numbered_latencies(700));
  Latencies both = numbered_latencies(300);
  const Latencies more = numbered_latencies(700);
  both.insert(both.end(), more.begin(), more.end());
  LatencyHistogram left = small;
  left.merge(large);
  LatencyHistogram right = large;
  right.merge(small);
  EXPECT_EQ(answers_of(left), answers_of(histogram_of(both)));
  EXPECT_EQ(answers_of(right), answers_of(histogram_of(both)));
  LatencyHistogram twice = small;
  twice.merge(small);
  EXPECT_EQ(twice.count(), 600U);
  EXPECT_EQ(twice.percentile_ms(50'000), small.percentile_ms(50'000));
}

TEST(LatencyHistogram, TakesBackFromCountersWhatWasListed) {
  const Latencies latencies_ms = numbered_latencies(listed_latencies_max + 50);
  LatencyHistogram histogram = histogram_of(latencies_ms);
  for (std::size_t at = 10; at < latencies_ms.size(); ++at) {
    histogram.take_back(latencies_ms[at]);
  }
  EXPECT_EQ(answers_of(histogram), answers_of(histogram_of(numbered_latencies(10))));
}

TEST(LatencyHistogram, AnswersTheSameWhenSettledAndGoesOn) {
  for (const std::size_t count : {std::size_t{2}, std::size_t{3}, listed_latencies_max,
                                  listed_latencies_max + 1, 2 * listed_latencies_max + 7}) {
    const Latencies latencies_ms = numbered_latencies(count);
    const LatencyHistogram loose = histogram_of(latencies_ms);
    LatencyHistogram settled = loose;
    settled.settle();
    EXPECT_EQ(answers_of(settled), answers_of(loose));
    LatencyHistogram more = loose;
    for (LatencyHistogram* histogram : {&settled, &more}) {
      histogram->add(12);
      histogram->take_back(latencies_ms[1]);
    }
    EXPECT_EQ(answers_of(settled), answers_of(more));
    const LatencyHistogram moved = std::move(more);
    EXPECT_EQ(answers_of(moved), answers_of(settled));
  }
}

TEST(LatencyHistogram, CountsBeyond32BitsAndBack) {
  LatencyHistogram histogram = histogram_of(Latencies(1'024, 2));  // 2^10 calls.
  for (int doubling = 0; doubling < 23; ++doubling) {
    histogram.merge(LatencyHistogram(histogram));
  }
  histogram.add(1);
  histogram.add(3);
  constexpr std::uint64_t twos = 1ULL << 33U;
  EXPECT_EQ(histogram.count(), twos + 2);
  EXPECT_EQ(histogram.count_above(1), twos + 1);
  histogram.take_back(2);
  EXPECT_EQ(histogram.count_above(1), twos);
  histogram.add(2);
  EXPECT_EQ(histogram.count_above(1), twos + 1);
  EXPECT_EQ(histogram.percentile_ms(50'000), 2U);
  EXPECT_EQ(histogram.max_ms(), 3U);
}

TEST(LatencyHistogram, CopiesDoNotShareCounters) {
  const LatencyHistogram original = histogram_of(numbered_latencies(700));
  LatencyHistogram copy = original;
  copy.add(5);
  EXPECT_EQ(original.count(), 700U);
  EXPECT_EQ(answers_of(original), answers_of(histogram_of(numbered_latencies(700))));
  copy = original;
  EXPECT_EQ(answers_of(copy), answers_of(original));
}

TEST(LatencyHistogramDeathTest, RefusesPercentZero) {
  EXPECT_DEATH((void)histogram_of({1}).percentile_ms(0), "");
}

TEST(LatencyHistogramDeathTest, RefusesToTakeBackWhatWasNeverAdded) {
  EXPECT_DEATH(histogram_of({1}).take_back(2), "");
}

// F043
RC_GTEST_PROP(LatencyHistogram, AgreesWithSortingTheSamples, ()) {
  Latencies latencies_ms = *arbitrary_latencies();
  RC_PRE(!latencies_ms.empty());
  const auto percent_milli = *rc::gen::inRange<std::uint32_t>(1, 100'001);
  const LatencyHistogram histogram = histogram_of(latencies_ms);
  std::sort(latencies_ms.begin(), latencies_ms.end());
  const std::size_t rank = (latencies_ms.size() * percent_milli + 99'999) / 100'000;
  RC_ASSERT(histogram.percentile_ms(percent_milli) == latencies_ms[rank - 1]);
  RC_ASSERT(histogram.min_ms() == latencies_ms.front());
  RC_ASSERT(histogram.max_ms() == latencies_ms.back());
  RC_ASSERT(histogram.sum_ms() ==
            std::accumulate(latencies_ms.begin(), latencies_ms.end(), Int128{0}));
}

// F081
RC_GTEST_PROP(LatencyHistogram, MergesToTheSameInAnySplit, ()) {
  const Latencies left = *arbitrary_latencies();
  const Latencies right = *arbitrary_latencies();
  LatencyHistogram merged = histogram_of(right);
  merged.merge(histogram_of(left));
  Latencies all = left;
  all.insert(all.end(), right.begin(), right.end());
  RC_ASSERT(answers_of(merged) == answers_of(histogram_of(all)));
}

RC_GTEST_PROP(LatencyHistogram, IsAsBeforeWhenWhatWasAddedIsTakenBack, ()) {
  const Latencies kept = *arbitrary_latencies();
  const Latencies removed = *arbitrary_latencies();
  LatencyHistogram histogram = histogram_of(kept);
  histogram.merge(histogram_of(removed));
  for (const std::uint32_t latency_ms : removed) {
    histogram.take_back(latency_ms);
  }
  RC_ASSERT(answers_of(histogram) == answers_of(histogram_of(kept)));
}

}  // namespace
}  // namespace bedrocklog::analytics
