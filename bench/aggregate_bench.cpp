// What analytics costs for each record, stage by stage: read `items_per_second`, or its inverse.
#include <cstdint>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>

#include "analytics/account_keeper.h"
#include "analytics/contribution.h"
#include "analytics/duplicate_log.h"
#include "analytics/facts_cache.h"
#include "analytics/group_merge.h"
#include "analytics/latency_histogram.h"
#include "analytics/partial_aggregate.h"
#include "analytics/workers.h"
#include "bench/call_samples.h"
#include "ingest/unix_millis.h"

namespace bedrocklog::bench {
namespace {

constexpr std::size_t calls = 200'000;
// A scan has the record at hand in the nearest cache; walking through all of them would measure
// memory.
constexpr std::size_t calls_at_hand = 1'000;
constexpr std::uint64_t record_bytes = 1'578;
constexpr std::uint64_t memory_bytes = 256ULL << 20U;

const std::vector<ingest::RecordView>& records() {
  static const CallSamples samples(calls);
  return samples.records();
}

const analytics::PriceTable& prices() {
  static const analytics::PriceTable table = [] {
    std::ifstream file(SOURCE_ROOT "/data/prices.csv");
    const std::string csv{std::istreambuf_iterator<char>(file), {}};
    return std::move(*analytics::PriceTable::parse(csv, "prices.csv"));
  }();
  return table;
}

void count_items(benchmark::State& state, std::size_t per_iteration) {
  state.SetItemsProcessed(static_cast<std::int64_t>(per_iteration) * state.iterations());
}

/// From the parsed record to its group: facts, account, place, add.
void report_by(benchmark::State& state, const char* keys) {
  const analytics::ModelMap models;
  const std::vector<analytics::GroupRule> groups;
  const std::vector<analytics::Key> by = *analytics::parse_keys(keys);
  for (auto _ : state) {
    analytics::FactsCache facts_of(models, groups);
    analytics::PartialAggregate sums({by, analytics::Zone(), &prices(), 1'000'000});
    analytics::AccountKeeper keeper(10);
    for (std::size_t call = 0; call < calls; ++call) {
      const ingest::RecordView& record = records()[call % calls_at_hand];
      analytics::RecordFactsView facts = facts_of.facts_of(record);
      facts.size_bytes = record_bytes;
      analytics::Contribution contribution;
      benchmark::DoNotOptimize(sums.place(facts, contribution));
      keeper.note_record(record);
      sums.add(contribution);
    }
    benchmark::DoNotOptimize(sums.tokens_added());
  }
  count_items(state, calls);
}
BENCHMARK_CAPTURE(report_by, model, "model")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(report_by, day_model_user_team, "day,model,user,tag:team")
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(report_by, hour_region, "hour,region")->Unit(benchmark::kMillisecond);

analytics::DuplicateEntry entry_of(const ingest::RecordView& record, std::uint64_t ordinal) {
  analytics::DuplicateEntry entry;
  entry.key = analytics::request_key_of(record);
  entry.rank = analytics::content_rank_of(record, record_bytes);
  entry.object = ordinal >> 12U;
  entry.ordinal = ordinal & 0xFFFU;
  entry.contribution.cell = static_cast<std::uint32_t>(ordinal % 200);
  entry.contribution.tokens = record.tokens;
  entry.contribution.latency_ms = record.latency_ms;
  entry.contribution.first_byte_ms = record.first_byte_ms;
  entry.contribution.size_bytes = record_bytes;
  return entry;
}

void append_all(analytics::DuplicateLog& log) {
  std::uint64_t ordinal = 0;
  for (const ingest::RecordView& record : records()) {
    benchmark::DoNotOptimize(log.append(entry_of(record, ordinal++)));
  }
}

void request_key(benchmark::State& state) {
  for (auto _ : state) {
    for (std::size_t call = 0; call < calls; ++call) {
      const ingest::RecordView& record = records()[call % calls_at_hand];
      benchmark::DoNotOptimize(analytics::request_key_of(record));
    }
  }
  count_items(state, calls);
}
BENCHMARK(request_key)->Unit(benchmark::kMillisecond);

void content_rank(benchmark::State& state) {
  for (auto _ : state) {
    for (std::size_t call = 0; call < calls; ++call) {
      const ingest::RecordView& record = records()[call % calls_at_hand];
      benchmark::DoNotOptimize(analytics::content_rank_of(record, record_bytes));
    }
  }
  count_items(state, calls);
}
BENCHMARK(content_rank)->Unit(benchmark::kMillisecond);

/// Key, rank and note of every record.
void duplicate_append(benchmark::State& state) {
  for (auto _ : state) {
    analytics::DuplicateLog log(memory_bytes, "");
    append_all(log);
  }
  count_items(state, calls);
}
BENCHMARK(duplicate_append)->Unit(benchmark::kMillisecond);

/// One thread over all partitions of two logs; `copies` of 100 records are there twice.
void duplicate_removal(benchmark::State& state) {
  analytics::DuplicateLog first(memory_bytes, "");
  analytics::DuplicateLog second(memory_bytes, "");
  append_all(first);
  const auto copies = static_cast<std::uint64_t>(state.range(0));
  std::uint64_t ordinal = 0;
  for (const ingest::RecordView& record : records()) {
    analytics::DuplicateEntry entry = entry_of(record, ordinal++);
    entry.key.low += ordinal % 100 < copies ? 0U : 1U;
    benchmark::DoNotOptimize(second.append(entry));
  }
  const std::vector<const analytics::DuplicateLog*> logs{&first, &second};
  std::uint64_t losers = 0;
  for (auto _ : state) {
    for (unsigned partition = 0; partition < analytics::duplicate_partitions; ++partition) {
      const auto visit = [&losers](std::size_t, const analytics::Contribution&) { ++losers; };
      benchmark::DoNotOptimize(analytics::visit_losers(logs, partition, visit));
    }
  }
  benchmark::DoNotOptimize(losers);
  count_items(state, 2 * calls);
}
BENCHMARK(duplicate_removal)->Arg(1)->Arg(90)->Unit(benchmark::kMillisecond);

/// One histogram of all calls, or one for each `group` calls in turn.
void histogram_add(benchmark::State& state) {
  const auto groups = static_cast<std::size_t>(state.range(0));
  std::vector<std::uint32_t> latencies_ms;
  for (const ingest::RecordView& record : records()) {
    latencies_ms.push_back(record.latency_ms.value_or(0));
  }
  for (auto _ : state) {
    std::vector<analytics::LatencyHistogram> histograms(groups);
    std::size_t at = 0;
    for (const std::uint32_t latency_ms : latencies_ms) {
      histograms[at].add(latency_ms);
      at = at + 1 == groups ? 0 : at + 1;
    }
    benchmark::DoNotOptimize(histograms.data());
  }
  count_items(state, calls);
}
BENCHMARK(histogram_add)->Arg(12)->Arg(20'000)->Unit(benchmark::kMillisecond);

void histogram_merge(benchmark::State& state) {
  const auto groups = static_cast<std::size_t>(state.range(0));
  std::vector<analytics::LatencyHistogram> left(groups);
  std::vector<analytics::LatencyHistogram> right(groups);
  std::size_t at = 0;
  for (const ingest::RecordView& record : records()) {
    ((at / groups) % 2 == 0 ? left : right)[at % groups].add(record.latency_ms.value_or(0));
    ++at;
  }
  for (auto _ : state) {
    std::vector<analytics::LatencyHistogram> merged = left;
    for (std::size_t group = 0; group < groups; ++group) {
      merged[group].merge(right[group]);
    }
    benchmark::DoNotOptimize(merged.data());
  }
  count_items(state, groups);
}
BENCHMARK(histogram_merge)->Arg(12)->Arg(20'000)->Unit(benchmark::kMillisecond);

/// Sums of two workers under many keys joined in so many shares, each on a thread of its own.
void groups_join(benchmark::State& state) {
  const auto shares = static_cast<std::size_t>(state.range(0));
  const std::vector<analytics::Key> by = *analytics::parse_keys("day,model,user,tag:team,hour");
  const analytics::ModelMap models;
  const std::vector<analytics::GroupRule> groups;
  std::size_t joined = 0;
  for (auto _ : state) {
    state.PauseTiming();
    std::vector<std::unique_ptr<analytics::PartialAggregate>> workers;
    for (std::size_t worker = 0; worker < 2; ++worker) {
      analytics::FactsCache facts_of(models, groups);
      workers.push_back(std::make_unique<analytics::PartialAggregate>(
          analytics::PartialOptions{by, analytics::Zone(), &prices(), 1'000'000}));
      for (std::size_t call = worker; call < calls; call += 2) {
        analytics::Contribution contribution;
        const analytics::RecordFactsView facts = facts_of.facts_of(records()[call]);
        benchmark::DoNotOptimize(workers.back()->place(facts, contribution));
        workers.back()->add(contribution);
      }
    }
    state.ResumeTiming();
    analytics::GroupMerge merge(by.size(), shares);
    for (const auto& worker : workers) {
      worker->name_for(merge);
    }
    analytics::on_workers(shares, [&](std::size_t share) {
      for (const auto& worker : workers) {
        worker->pour_into(merge, share);
      }
    });
    analytics::Aggregate aggregate;
    benchmark::DoNotOptimize(merge.finish(1'000'000, aggregate, shares));
    joined = aggregate.groups.size();
    state.PauseTiming();
    aggregate = {};
    workers.clear();
    state.ResumeTiming();
  }
  count_items(state, joined);
}
BENCHMARK(groups_join)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();

void timestamp_parse(benchmark::State& state) {
  std::vector<std::string> texts;
  for (const ingest::RecordView& record : records()) {
    texts.push_back(to_rfc3339(record.at));
  }
  for (auto _ : state) {
    for (const std::string& text : texts) {
      benchmark::DoNotOptimize(parse_timestamp(text));
    }
  }
  count_items(state, calls);
}
BENCHMARK(timestamp_parse)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace bedrocklog::bench

BENCHMARK_MAIN();
