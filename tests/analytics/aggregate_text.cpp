// Writing out aggregates and accounts field by field.
#include "tests/analytics/aggregate_text.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace bedrocklog::analytics {
namespace {

/// All samples in order: a run of equal percentile answers by rank.
std::string samples_text(const LatencyHistogram& histogram) {
  std::string text =
      fmt::format("n={} sum={}", histogram.count(), static_cast<std::uint64_t>(histogram.sum_ms()));
  for (std::uint64_t rank = 1; rank <= histogram.count(); ++rank) {
    const auto percent = std::max<std::uint64_t>(1, 100'000 * rank / histogram.count());
    text += fmt::format(" {}",
                        histogram.percentile_ms(static_cast<std::uint32_t>(percent)).value_or(0));
  }
  return text;
}

}  // namespace

std::string groups_text(const Aggregate& aggregate) {
  std::string text;
  for (const Group& group : aggregate.groups) {
    for (std::size_t index = 0; index < group.keys.size(); ++index) {
      const std::optional<std::string_view> key = group.keys[index];
      text += key ? fmt::format("[{}]", *key) : "(none)";
    }
    const GroupTotals& totals = group.totals;
    text += fmt::format(
        "\n  {} errors {} throttles {} guardrail {} images {} bytes {} timed {}/{} unsplit {}\n",
        totals.invocations, totals.errors, totals.throttles, totals.guardrail, totals.images,
        totals.bytes, totals.output_timed, totals.latency_timed_ms, totals.cache_write_unsplit);
    text += "  latency " + samples_text(totals.latency) + "\n";
    text += "  first byte " + samples_text(totals.first_byte) + "\n";
    for (const auto& [code, count] : totals.error_codes) {
      text += fmt::format("  error {} x {}\n", code, count);
    }
    for (const auto& [key, tokens] : totals.billed) {
      text += fmt::format("  {} {} {} {} over {} day {} covered {}: {} calls {} {} {} {} {}\n",
                          key->model, key->region, name_of(key->scope), name_of(key->tier),
                          key->context_limit, key->day, key->covered, tokens.invocations,
                          tokens.input, tokens.output, tokens.cache_read, tokens.cache_write_5m,
                          tokens.cache_write_1h);
    }
  }
  return text;
}

std::string account_text(const InputAccount& account) {
  std::string text = fmt::format(
      "objects {} read {} skipped {} bytes {} {}\n", account.objects_listed, account.objects_read,
      account.objects_skipped, account.packed_bytes, account.plain_bytes);
  text += fmt::format("counted {} duplicate {} out of range {} filtered {}\n", account.counted,
                      account.duplicate, account.out_of_range, account.filtered);
  text += fmt::format("rejected {} skipped {} layouts {}\n", account.rejected, account.skipped,
                      account.layouts);
  for (const RejectSample& reject : account.rejects) {
    text += fmt::format("reject {} {} #{} line {} byte {} {}\n", reject.object, reject.member,
                        reject.ordinal, reject.line, reject.byte_offset,
                        static_cast<int>(reject.fault));
  }
  for (const ObjectDamage& damage : account.damages) {
    text += fmt::format("damage {} {} {} {}\n", damage.object, static_cast<int>(damage.damage.kind),
                        damage.damage.member, damage.damage.plain_byte_offset);
  }
  for (const ingest::UnreadableObject& object : account.unreadable) {
    text += fmt::format("unreadable {} {}\n", object.name, object.message);
  }
  if (account.seen) {
    text += fmt::format("seen {} to {}\n", account.seen->begin.value, account.seen->end.value);
  }
  return text + fmt::format("hours {}\n", account.hours_seen);
}

}  // namespace bedrocklog::analytics
