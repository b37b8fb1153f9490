// Times told from a part of what happened.
#include "analytics/sampled_time.h"

#include <chrono>

#include <gtest/gtest.h>

#include "analytics/scan.h"
#include "tests/analytics/small_archive.h"

namespace bedrocklog::analytics {
namespace {

void spend(std::chrono::microseconds time) {
  const auto start = std::chrono::steady_clock::now();
  while (std::chrono::steady_clock::now() - start < time) {
  }
}

TEST(SampledTime, DoesEverythingOnceAndTellsAboutAllOfIt) {
  SampledTime time;
  std::uint64_t done = 0;
  for (std::uint64_t i = 0; i < 10 * SampledTime::period; ++i) {
    time.run([&done] {
      ++done;
      spend(std::chrono::microseconds(20));
    });
  }
  EXPECT_EQ(done, 10 * SampledTime::period);
  // What the clock takes is taken off, so a little may be missing.
  EXPECT_GE(time.estimated_ns(), 10 * SampledTime::period * 10'000);
}

TEST(SampledTime, IsNothingBeforeTheFirstMeasurement) {
  SampledTime time;
  EXPECT_EQ(time.estimated_ns(), 0U);
  time.run([] {});
  EXPECT_EQ(time.estimated_ns(), 0U);
}

TEST(ScanTimings, OfEachWorkerAddUpToThePhase) {
  SmallArchive archive;
  for (const char* name : {"a", "b", "c"}) {
    archive.put(name, gzip(std::string(100'000, ' ') + R"({"schemaType":"ModelInvocationLog"})"));
  }
  ScanOptions options = plain_options();
  options.jobs = 2;
  EXPECT_TRUE(scan_of(archive.manifest(), options).timings.workers.empty());
  options.measures_workers = true;
  const ScanTimings timings = scan_of(archive.manifest(), options).timings;
  ASSERT_EQ(timings.workers.size(), 2U);
  std::uint64_t inflate_ns = 0;
  for (const WorkerTimings& worker : timings.workers) {
    EXPECT_EQ(
        worker.read_ns + worker.inflate_ns + worker.parse_ns + worker.aggregate_ns + worker.wait_ns,
        timings.objects_ns);
    inflate_ns += worker.inflate_ns;
  }
  EXPECT_GT(inflate_ns, 0U);
  EXPECT_LE(timings.objects_ns + timings.duplicates_ns + timings.merge_ns, timings.wall_ns);
}

}  // namespace
}  // namespace bedrocklog::analytics
