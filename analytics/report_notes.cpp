// Words for what a reader must know before trusting a figure. The only log text in them are model
// ids, quoted.
#include "analytics/report_notes.h"

#include <algorithm>
#include <numeric>
#include <set>
#include <string_view>

#include <fmt/format.h>

#include "analytics/in_quotes.h"
#include "analytics/projection.h"

namespace bedrocklog::analytics {

namespace {

using Notes = std::vector<std::string>;

constexpr Int128 basis_points = 10'000;
constexpr std::size_t models_named_max = 3;

std::string plural(Int128 count, std::string_view noun) {
  return fmt::format("{} {}{}", with_separators(count), noun, count == 1 ? "" : "s");
}

std::string percent_of(Int128 part, Int128 whole) {
  return to_decimal(divide_half_even(part * basis_points, whole), 2, 2);
}

void add_price_notes(const Report& report, const GroupTotals& total, Notes& notes) {
  const PriceInfo& prices = report.prices;
  notes.push_back(fmt::format(
      "costs are list prices without discounts, credits, support and taxes; price book: {}{}",
      prices.name, prices.as_of.empty() ? ", undated" : ", as of " + prices.as_of));
  bool assumes_standard = false;
  bool long_context = false;
  for (const auto& [key, tokens] : total.billed) {
    if (tokens.total() == 0 || key->covered) {
      continue;
    }
    assumes_standard = assumes_standard || key->tier == Tier::standard;
    long_context = long_context || key->context_limit > 0;
  }
  if (assumes_standard) {
    notes.emplace_back(
        "calls whose record tells no service tier are priced as standard; that the absence means "
        "standard is an assumption");
  }
  if (long_context) {
    notes.emplace_back(
        "long-context prices apply where input plus cache tokens exceed the limit; whether AWS "
        "counts the cache tokens is unverified");
  }
}

void add_cost_notes(const Report& report, Notes& notes) {
  if (!report.unpriced.empty()) {
    Int128 tokens = 0;
    Notes models;
    for (const UnpricedUsage& usage : report.unpriced) {
      tokens += usage.tokens.total();
      if (models.empty() || models.back() != in_quotes(usage.model)) {
        models.push_back(in_quotes(usage.model));
      }
    }
    const std::size_t named = std::min(models.size(), models_named_max);
    notes.push_back(fmt::format(
        "{} without a price are not in the costs, models: {}{}", plural(tokens, "token"),
        fmt::join(models.begin(), models.begin() + static_cast<std::ptrdiff_t>(named), ", "),
        models.size() > named ? fmt::format(" and {} more", models.size() - named) : ""));
  }
  if (report.cache_write_unsplit > 0) {
    notes.push_back(fmt::format(
        "cache writes whose lifetime the record does not tell are priced as 5-minute writes: {}",
        plural(report.cache_write_unsplit, "token")));
  }
  if (report.covered_invocations > 0) {
    notes.push_back(
        fmt::format("calls on provisioned capacity, billed by the hour, cost nothing here: {}",
                    plural(report.covered_invocations, "call")));
  }
}

void add_projection_notes(const Report& report, Notes& notes) {
  if (!report.spec.projects) {
    return;
  }
  if (!report.projection) {
    notes.emplace_back("no projection: the report has no call or its period has no length");
    return;
  }
  const Projection& projection = *report.projection;
  notes.push_back(fmt::format("monthly figures are the period's x 730.5 h / {} h",
                              to_decimal(projection.hours_milli, 3, 0)));
  if (projection.trend_invocations) {
    notes.emplace_back(
        "trend figures are those of the last 7 full UTC days of the period x 730.5 h / 168 h");
  }
}

bool shows_latency(const Report& report) {
  return std::any_of(report.columns.begin(), report.columns.end(), [](const Column& column) {
    return column.unit == Unit::milliseconds || column.unit == Unit::tokens_per_second;
  });
}

void add_latency_notes(const Report& report, const GroupTotals& total, Notes& notes) {
  const std::uint64_t timed = total.latency.count();
  if (!shows_latency(report) || timed >= total.invocations) {
    return;
  }
  notes.push_back(fmt::format(
      "latency is known for {} of {} ({} %): failed calls, InvokeModel without streaming and "
      "bodies over 100 KB carry none",
      with_separators(timed), plural(total.invocations, "call"),
      percent_of(timed, total.invocations)));
}

void add_record_notes(const Report& report, Notes& notes) {
  const InputAccount& account = report.account;
  if (!report.spec.deduplicated) {
    notes.emplace_back("duplicates were not looked for: a call logged twice counts twice");
  } else if (account.duplicate > 0) {
    notes.push_back(fmt::format("calls logged more than once count once; left out: {}",
                                plural(account.duplicate, "duplicate record")));
  }
  if (account.out_of_range > 0) {
    notes.push_back(fmt::format("outside the time range and left out: {}",
                                plural(account.out_of_range, "record")));
  }
  if (account.filtered > 0) {
    notes.push_back(fmt::format("not matching the filter and left out: {}",
                                plural(account.filtered, "record")));
  }
  if (account.rejected_total() > 0) {
    notes.push_back(fmt::format("unusable and not counted, the figures are incomplete: {}",
                                plural(account.rejected_total(), "record")));
  }
}

void add_object_notes(const Report& report, Notes& notes) {
  const InputAccount& account = report.account;
  if (!account.damages.empty()) {
    std::set<std::string_view> objects;
    for (const ObjectDamage& one : account.damages) {
      objects.insert(one.object);
    }
    notes.push_back(
        fmt::format("damaged and read as far as possible, the figures may be incomplete: {}",
                    plural(static_cast<Int128>(objects.size()), "object")));
  }
  if (!account.unreadable.empty()) {
    notes.push_back(fmt::format("unreadable, the figures are incomplete: {}",
                                plural(static_cast<Int128>(account.unreadable.size()), "object")));
  }
  if (!report.missing_hours.empty()) {
    const std::int64_t gap_ms =
        std::accumulate(report.missing_hours.begin(), report.missing_hours.end(), std::int64_t{0},
                        [](std::int64_t sum, const TimeRange& gap) {
                          return sum + gap.end.value - gap.begin.value;
                        });
    notes.push_back(fmt::format("without any record between the first and the last one: {}",
                                plural((gap_ms + hour_ms - 1) / hour_ms, "hour")));
  }
}

}  // namespace

std::string with_separators(Int128 value) {
  std::string text = to_decimal(value, 0, 0);
  const std::size_t first = value < 0 ? 1 : 0;
  for (std::size_t at = text.size(); at > first + 3;) {
    at -= 3;
    text.insert(at, 1, ',');
  }
  return text;
}

std::vector<std::string> notes_of(const Report& report, const GroupTotals& total) {
  Notes notes;
  add_price_notes(report, total, notes);
  add_cost_notes(report, notes);
  add_projection_notes(report, notes);
  add_latency_notes(report, total, notes);
  add_record_notes(report, notes);
  add_object_notes(report, notes);
  return notes;
}

}  // namespace bedrocklog::analytics
