// Heading and account of a report in words.
#include "cli/account_text.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <limits>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "analytics/zone.h"
#include "cli/report_cells.h"
#include "cli/terminal_text.h"

namespace bedrocklog::cli {
namespace {

using analytics::InputAccount;
using analytics::Report;

// An estimate: more digits than the table shows would only feign precision.
std::string about_usd(analytics::Attodollars amount) {
  constexpr analytics::Attodollars usd_100{analytics::Int128{100} * 1'000'000'000 * 1'000'000'000};
  const unsigned decimals = amount < usd_100 ? 4 : 2;
  return with_thousands(analytics::to_decimal_rounded(amount.value, 18, decimals)) + " USD";
}

std::string plural(std::uint64_t count, std::string_view one) {
  return fmt::format("{} {}{}", with_thousands(count), one, count == 1 ? "" : "s");
}

// What an end of the range that nobody asked for means; "" for one that was asked for.
std::string_view open_end(UnixMillis at) {
  if (at.value == std::numeric_limits<std::int64_t>::min()) {
    return "first record";
  }
  return at.value == std::numeric_limits<std::int64_t>::max() ? "last record" : "";
}

std::string utc(UnixMillis at) {
  return open_end(at).empty() ? to_rfc3339(at) : std::string(open_end(at));
}

// "2026-03-01T01:00:00+01:00".
std::string local(UnixMillis at, const analytics::Zone& zone) {
  if (!open_end(at).empty()) {
    return std::string(open_end(at));
  }
  const std::int64_t offset_ms = zone.offset_at(at).offset_ms;
  std::string text = to_rfc3339({at.value + offset_ms});
  text.pop_back();  // 'Z'.
  const std::int64_t minutes = std::abs(offset_ms) / minute_ms;
  return fmt::format("{}{}{:02}:{:02}", text, offset_ms < 0 ? '-' : '+', minutes / 60,
                     minutes % 60);
}

std::string named_list(const std::vector<std::string>& items) {
  return printable(fmt::format("{}", fmt::join(items, ", ")));
}

// "sidecar 2, empty 1"; "" when all are 0.
template <class Kind, std::size_t Size>
std::string kinds_text(const std::array<std::uint64_t, Size>& counts) {
  std::vector<std::string> parts;
  for (std::size_t kind = 0; kind < Size; ++kind) {
    if (counts[kind] > 0) {
      parts.push_back(
          fmt::format("{} {}", name_of(static_cast<Kind>(kind)), with_thousands(counts[kind])));
    }
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

std::string in_parentheses(const std::string& text) {
  return text.empty() ? "" : " (" + text + ')';
}

std::string place_of(const std::string& object, const std::string& member) {
  return printable(member.empty() ? object : object + '!' + member);
}

// An hour since 1970 as "2026-03-01T05:00:00Z"; `open_end` where the window has none.
std::string hour_or(std::int64_t hour, std::string_view open_end) {
  const ingest::HourWindow everything;
  const bool is_open = hour == everything.begin || hour == everything.end;
  return is_open ? std::string(open_end) : to_rfc3339({hour * hour_ms});
}

class AccountWriter {
 public:
  explicit AccountWriter(const Report& report) : report_(report), account_(report.account) {}

  std::vector<AccountLine> write() {
    add_input();
    add_rejects();
    add_broken_objects();
    add_gaps();
    add_prices();
    add_projection();
    for (const std::string& note : report_.notes) {
      add(LineTone::note, "note: " + printable(note));
    }
    return std::move(lines_);
  }

 private:
  void add(LineTone tone, std::string text) { lines_.push_back({tone, std::move(text)}); }

  void add_input() {
    if (!account_.complete()) {
      add(LineTone::gap,
          "INCOMPLETE: some input could not be used; the figures leave out what is listed below");
    }
    if (account_.counted == 0) {
      add(LineTone::gap, "0 records: nothing in the input counted towards this report");
    }
    add(LineTone::plain,
        fmt::format("objects: {} listed, {} read, {} skipped{}, {} damaged, {} unreadable; {} "
                    "bytes packed, {} plain",
                    with_thousands(account_.objects_listed), with_thousands(account_.objects_read),
                    with_thousands(account_.objects_skipped_total()),
                    in_parentheses(kinds_text<ingest::SkipKind>(account_.objects_skipped)),
                    with_thousands(damaged_objects(account_)),
                    with_thousands(account_.unreadable.size()),
                    with_thousands(account_.packed_bytes), with_thousands(account_.plain_bytes)));
    add(LineTone::plain,
        fmt::format("records: {} seen = {} counted + {} duplicate + {} out of range + {} filtered "
                    "+ {} rejected + {} skipped{}",
                    with_thousands(account_.records_seen()), with_thousands(account_.counted),
                    with_thousands(account_.duplicate), with_thousands(account_.out_of_range),
                    with_thousands(account_.filtered), with_thousands(account_.rejected_total()),
                    with_thousands(account_.skipped_total()),
                    in_parentheses(kinds_text<ingest::SkipKind>(account_.skipped))));
    if (account_.seen) {
      add(LineTone::plain, fmt::format("seen: {} to {}", to_rfc3339(account_.seen->begin),
                                       to_rfc3339({account_.seen->end.value - 1})));
    }
    if (account_.hours_listed) {
      add(LineTone::plain, fmt::format("hours read by path: {} to {} UTC; folders of other hours "
                                       "were passed over (--delivery-slack)",
                                       hour_or(account_.hours_listed->begin, "the first"),
                                       hour_or(account_.hours_listed->end, "the last")));
    }
  }

  void add_rejects() {
    const std::vector<analytics::RejectSample> samples = shown_rejects(account_);
    for (std::size_t kind = 0; kind < account_.rejected.size(); ++kind) {
      if (account_.rejected[kind] == 0) {
        continue;
      }
      std::vector<std::string> places;
      for (const analytics::RejectSample& sample : samples) {
        if (static_cast<std::size_t>(sample.fault) == kind) {
          places.push_back(
              fmt::format("{}:{}", place_of(sample.object, sample.member), sample.line));
        }
      }
      const bool has_more = account_.rejected[kind] > places.size();
      add(LineTone::gap,
          fmt::format("rejected {}: {}{}{}{}", name_of(static_cast<ingest::RecordFault>(kind)),
                      with_thousands(account_.rejected[kind]), places.empty() ? "" : " at ",
                      fmt::join(places, ", "), has_more && !places.empty() ? ", ..." : ""));
    }
  }

  void add_more(std::size_t count, std::string_view what) {
    if (count > account_samples_shown_max) {
      add(LineTone::gap, fmt::format("{}: {} more, all in json", what,
                                     with_thousands(count - account_samples_shown_max)));
    }
  }

  void add_broken_objects() {
    const auto& damages = account_.damages;
    for (std::size_t at = 0; at < std::min(damages.size(), account_samples_shown_max); ++at) {
      const ingest::Damage& damage = damages[at].damage;
      add(LineTone::gap,
          fmt::format("damaged: {}: {} after {}", place_of(damages[at].object, damage.member),
                      name_of(damage.kind), plural(damage.plain_byte_offset, "plain byte")));
    }
    add_more(damages.size(), "damaged");
    const auto& unreadable = account_.unreadable;
    for (std::size_t at = 0; at < std::min(unreadable.size(), account_samples_shown_max); ++at) {
      add(LineTone::gap, fmt::format("unreadable: {}: {}", printable(unreadable[at].name),
                                     printable(unreadable[at].message)));
    }
    add_more(unreadable.size(), "unreadable");
  }

  void add_gaps() {
    const auto& gaps = report_.missing_hours;
    if (gaps.empty()) {
      return;
    }
    std::uint64_t hours = 0;
    std::vector<std::string> places;
    for (const TimeRange& gap : gaps) {
      hours += static_cast<std::uint64_t>((gap.end.value - gap.begin.value) / hour_ms);
      if (places.size() < account_samples_shown_max) {
        places.push_back(to_rfc3339(gap.begin) + " to " + to_rfc3339(gap.end));
      }
    }
    add(LineTone::gap,
        fmt::format("missing hours: {} without a record in {}: {}{}", with_thousands(hours),
                    plural(gaps.size(), "gap"), fmt::join(places, ", "),
                    gaps.size() > places.size() ? ", ..." : ""));
  }

  void add_prices() {
    const analytics::PriceInfo& prices = report_.prices;
    const std::string as_of = prices.as_of.empty() ? "" : ", as of " + prices.as_of;
    const std::string sha256 =
        prices.sha256.empty() ? "" : ", sha256 " + prices.sha256.substr(0, 12);
    add(LineTone::plain, printable(fmt::format("prices: {}{}{}", prices.name, as_of, sha256)));
    add_unpriced();
  }

  void add_unpriced() {
    const auto& unpriced = report_.unpriced;
    for (std::size_t at = 0; at < std::min(unpriced.size(), unpriced_shown_max); ++at) {
      const analytics::UnpricedUsage& usage = unpriced[at];
      const std::array<std::pair<std::string_view, std::uint64_t>, meter_count> classes = {
          {{"input", usage.tokens.input},
           {"output", usage.tokens.output},
           {"cache_read", usage.tokens.cache_read},
           {"cache_write_5m", usage.tokens.cache_write_5m},
           {"cache_write_1h", usage.tokens.cache_write_1h}}};
      std::vector<std::string> tokens;
      for (const auto& [name, count] : classes) {
        if (count > 0) {
          tokens.push_back(fmt::format("{} {}", name, with_thousands(count)));
        }
      }
      add(LineTone::gap,
          fmt::format("unpriced: {}, {}, {}, {}: {}, tokens {}", printable(usage.model),
                      usage.region.empty() ? "no region" : printable(usage.region),
                      name_of(usage.scope), name_of(usage.tier), plural(usage.invocations, "call"),
                      tokens.empty() ? "0" : fmt::format("{}", fmt::join(tokens, ", "))));
    }
    if (unpriced.size() > unpriced_shown_max) {
      add(LineTone::gap, fmt::format("unpriced: {} more, all in json",
                                     with_thousands(unpriced.size() - unpriced_shown_max)));
    }
  }

  void add_projection() {
    if (!report_.projection) {
      return;
    }
    const analytics::Projection& projection = *report_.projection;
    std::string text =
        fmt::format("projection: {}, {} per month (value of the period x 730.5 / {} hours)",
                    plural(projection.monthly_invocations, "call"),
                    projection.monthly_cost ? about_usd(*projection.monthly_cost) : "cost unknown",
                    with_thousands(analytics::to_decimal(projection.hours_milli, 3, 0)));
    if (projection.trend_invocations) {
      text += fmt::format(
          "; by the last 7 full days {}, {}", plural(*projection.trend_invocations, "call"),
          projection.trend_cost ? about_usd(*projection.trend_cost) : "cost unknown");
    }
    add(LineTone::plain, std::move(text));
  }

  static constexpr std::size_t meter_count = analytics::meter_count;
  const Report& report_;
  const InputAccount& account_;
  std::vector<AccountLine> lines_;
};

}  // namespace

std::vector<std::string> heading_lines(const Report& report) {
  const analytics::ReportSpec& spec = report.spec;
  std::vector<std::string> lines;
  if (!spec.title.empty()) {
    lines.push_back(printable(spec.title));
  }
  lines.push_back(fmt::format("range: {} to {} UTC", utc(spec.range.begin), utc(spec.range.end)));
  if (spec.zone_name != "UTC") {
    const Result<analytics::Zone> zone = analytics::Zone::named(spec.zone_name);
    const bool is_closed = open_end(spec.range.begin).empty() || open_end(spec.range.end).empty();
    lines.push_back(zone && is_closed
                        ? fmt::format("local: {} to {} {}", local(spec.range.begin, *zone),
                                      local(spec.range.end, *zone), printable(spec.zone_name))
                        : "zone: " + printable(spec.zone_name));
  }
  const std::vector<std::string> names = analytics::dimensions_of(report);
  if (!names.empty()) {
    lines.push_back("by: " + named_list(names));
  }
  if (!spec.where_text.empty()) {
    lines.push_back("where: " + printable(spec.where_text));
  }
  if (!spec.having_text.empty()) {
    lines.push_back("having: " + printable(spec.having_text));
  }
  return lines;
}

std::vector<AccountLine> account_lines(const Report& report) {
  return AccountWriter(report).write();
}

std::size_t damaged_objects(const InputAccount& account) {
  std::size_t count = 0;
  for (std::size_t at = 0; at < account.damages.size(); ++at) {
    const bool is_new = at == 0 || account.damages[at].object != account.damages[at - 1].object;
    count += is_new ? 1 : 0;
  }
  return count;
}

std::vector<analytics::RejectSample> shown_rejects(const InputAccount& account) {
  std::array<std::size_t, ingest::record_fault_count> shown_by_kind{};
  std::vector<analytics::RejectSample> shown;
  for (const analytics::RejectSample& sample : account.rejects) {
    std::size_t& count = shown_by_kind.at(static_cast<std::size_t>(sample.fault));
    if (count < analytics::reject_samples_shown_max) {
      ++count;
      shown.push_back(sample);
    }
  }
  return shown;
}

}  // namespace bedrocklog::cli
