// The account of the input in full. Only kinds, counts and places: never what a record says.
#include "cli/check_report.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/json_text.h"
#include "cli/terminal_text.h"
#include "ingest/document_reader.h"
#include "ingest/record_view.h"
#include "ingest/skip_kind.h"

namespace bedrocklog::cli {
namespace {

using Json = nlohmann::json;

/// Places shown for people; --rejects FILE and JSON have more.
constexpr std::size_t places_shown_max = 20;

/// Kinds of an enum with their counts, zeros left out.
template <class Kind, std::size_t size>
std::vector<std::pair<std::string_view, std::uint64_t>> by_kind(
    const std::array<std::uint64_t, size>& counts) {
  std::vector<std::pair<std::string_view, std::uint64_t>> result;
  for (std::size_t i = 0; i < size; ++i) {
    if (counts[i] > 0) {
      result.emplace_back(name_of(static_cast<Kind>(i)), counts[i]);
    }
  }
  return result;
}

class Text {
 public:
  void line(std::string_view what, const std::string& finding) {
    out_ += finding.empty() ? fmt::format("{}\n", what) : fmt::format("{:24}{}\n", what, finding);
  }
  void count(std::string_view what, std::uint64_t number) { line(what, std::to_string(number)); }
  void place(const std::string& text) { out_ += "  " + printable(text) + '\n'; }
  void more(std::size_t total) {
    if (total > places_shown_max) {
      out_ += fmt::format("  and {} more\n", total - places_shown_max);
    }
  }
  template <class Kind, std::size_t size>
  void kinds(const std::array<std::uint64_t, size>& counts) {
    for (const auto& [name, number] : by_kind<Kind>(counts)) {
      line(fmt::format("    {}", name), std::to_string(number));
    }
  }
  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

std::string range_text(const TimeRange& range) {
  return fmt::format("{} to {}", to_rfc3339(range.begin), to_rfc3339(range.end));
}

std::string member_suffix(const std::string& member) {
  return member.empty() ? "" : fmt::format(" ({})", member);
}

void add_objects(Text& text, const analytics::InputAccount& account) {
  text.count("objects", account.objects_listed);
  text.count("  read", account.objects_read);
  text.count("  skipped", account.objects_skipped_total());
  text.kinds<ingest::SkipKind>(account.objects_skipped);
  text.count("  unreadable", account.unreadable.size());
  text.count("packed bytes", account.packed_bytes);
  text.count("plain bytes", account.plain_bytes);
  if (!account.damages.empty()) {
    text.count("damaged", account.damages.size());
    for (std::size_t i = 0; i < std::min(account.damages.size(), places_shown_max); ++i) {
      const analytics::ObjectDamage& each = account.damages[i];
      text.place(fmt::format("{}{}: {} at byte {}", each.object, member_suffix(each.damage.member),
                             ingest::name_of(each.damage.kind), each.damage.plain_byte_offset));
    }
    text.more(account.damages.size());
  }
  for (std::size_t i = 0; i < std::min(account.unreadable.size(), places_shown_max); ++i) {
    text.place(fmt::format("{}: {}", account.unreadable[i].name, account.unreadable[i].message));
  }
  text.more(account.unreadable.size());
}

void add_records(Text& text, const CheckReport& report) {
  const analytics::InputAccount& account = report.account;
  text.count("records", account.records_seen());
  text.count("  counted", account.counted);
  if (report.is_deduplicated) {
    text.count("  duplicate", account.duplicate);
  }
  text.count("  skipped", account.skipped_total());
  text.kinds<ingest::SkipKind>(account.skipped);
  text.count("  rejected", account.rejected_total());
  text.kinds<ingest::RecordFault>(account.rejected);
  for (std::size_t i = 0; i < std::min(account.rejects.size(), places_shown_max); ++i) {
    const analytics::RejectSample& reject = account.rejects[i];
    text.place(fmt::format("{}{}:{}: {} at byte {}", reject.object, member_suffix(reject.member),
                           reject.line, ingest::name_of(reject.fault), reject.byte_offset));
  }
  text.more(static_cast<std::size_t>(account.rejected_total()));
  text.line("layouts", account.layouts == decltype(account.layouts){} ? "none" : "");
  text.kinds<ingest::Layout>(account.layouts);
  const bool has_gaps = account.absent.records != decltype(account.absent.records){};
  text.line("records without", has_gaps ? "" : "nothing is absent");
  text.kinds<analytics::GapField>(account.absent.records);
}

void add_time(Text& text, const CheckReport& report) {
  text.line("time", report.account.seen ? range_text(*report.account.seen) : "no record");
  std::int64_t hours = 0;
  for (const TimeRange& gap : report.missing_hours) {
    hours += (gap.end.value - gap.begin.value) / hour_ms;
  }
  text.line("missing hours", std::to_string(hours));
  for (std::size_t i = 0; i < std::min(report.missing_hours.size(), places_shown_max); ++i) {
    text.place(range_text(report.missing_hours[i]));
  }
  text.more(report.missing_hours.size());
}

void add_payloads(Text& text, const analytics::PayloadReport& payloads) {
  text.count("payloads looked at", payloads.records);
  text.count("  body elsewhere", payloads.without_body);
  for (std::size_t i = 0; i < payloads.records_with.size(); ++i) {
    if (payloads.records_with[i] == 0) {
      continue;
    }
    const auto finding = static_cast<analytics::PayloadFinding>(i);
    text.line(fmt::format("  {}", name_of(finding)), std::to_string(payloads.records_with[i]));
    for (const analytics::PayloadSample& sample : payloads.samples[i]) {
      text.place(fmt::format("  {}:{} {}", sample.object, sample.line, sample.request_id));
    }
  }
}

template <class Kind, std::size_t size>
Json json_of(const std::array<std::uint64_t, size>& counts) {
  Json result = Json::object();
  for (const auto& [name, number] : by_kind<Kind>(counts)) {
    result[std::string(name)] = number;
  }
  return result;
}

Json json_of(const TimeRange& range) {
  return {{"begin", to_rfc3339(range.begin)}, {"end", to_rfc3339(range.end)}};
}

Json text_or_null(const std::string& text) {
  return text.empty() ? Json() : Json(text);
}

Json objects_json(const analytics::InputAccount& account) {
  Json damaged = Json::array();
  for (const analytics::ObjectDamage& each : account.damages) {
    damaged.push_back({{"object", each.object},
                       {"member", text_or_null(each.damage.member)},
                       {"kind", ingest::name_of(each.damage.kind)},
                       {"plain_byte_offset", each.damage.plain_byte_offset}});
  }
  Json unreadable = Json::array();
  for (const ingest::UnreadableObject& each : account.unreadable) {
    unreadable.push_back({{"object", each.name}, {"message", each.message}});
  }
  return {{"listed", account.objects_listed},
          {"read", account.objects_read},
          {"skipped", json_of<ingest::SkipKind>(account.objects_skipped)},
          {"packed_bytes", account.packed_bytes},
          {"plain_bytes", account.plain_bytes},
          {"damaged", std::move(damaged)},
          {"unreadable", std::move(unreadable)}};
}

Json records_json(const CheckReport& report) {
  const analytics::InputAccount& account = report.account;
  Json rejects = Json::array();
  for (const analytics::RejectSample& reject : account.rejects) {
    rejects.push_back({{"object", reject.object},
                       {"member", text_or_null(reject.member)},
                       {"line", reject.line},
                       {"byte_offset", reject.byte_offset},
                       {"fault", ingest::name_of(reject.fault)}});
  }
  return {{"seen", account.records_seen()},
          {"counted", account.counted},
          {"duplicate", report.is_deduplicated ? Json(account.duplicate) : Json()},
          {"skipped", json_of<ingest::SkipKind>(account.skipped)},
          {"rejected", json_of<ingest::RecordFault>(account.rejected)},
          {"reject_places", std::move(rejects)},
          {"layouts", json_of<ingest::Layout>(account.layouts)},
          {"without", json_of<analytics::GapField>(account.absent.records)}};
}

Json payloads_json(const analytics::PayloadReport& payloads) {
  Json findings = Json::object();
  for (std::size_t i = 0; i < payloads.records_with.size(); ++i) {
    Json samples = Json::array();
    for (const analytics::PayloadSample& sample : payloads.samples[i]) {
      samples.push_back({{"object", sample.object},
                         {"line", sample.line},
                         {"request_id", text_or_null(sample.request_id)}});
    }
    findings[std::string(name_of(static_cast<analytics::PayloadFinding>(i)))] = {
        {"records", payloads.records_with[i]}, {"samples", std::move(samples)}};
  }
  return {{"records", payloads.records},
          {"without_body", payloads.without_body},
          {"findings", std::move(findings)}};
}

}  // namespace

bool has_defects(const CheckReport& report) {
  return !report.account.complete();
}

std::string check_text(const CheckReport& report) {
  Text text;
  add_objects(text, report.account);
  add_records(text, report);
  add_time(text, report);
  if (report.payloads) {
    add_payloads(text, *report.payloads);
  }
  text.line("defects", has_defects(report) ? "yes" : "none");
  return text.take();
}

std::string check_json(const CheckReport& report) {
  Json missing = Json::array();
  for (const TimeRange& gap : report.missing_hours) {
    missing.push_back(json_of(gap));
  }
  Json document = {{"schema", "bedrocklog.check/1"},
                   {"complete", !has_defects(report)},
                   {"objects", objects_json(report.account)},
                   {"records", records_json(report)},
                   {"seen", report.account.seen ? json_of(*report.account.seen) : Json()},
                   {"missing_hours", std::move(missing)}};
  if (report.payloads) {
    document["payloads"] = payloads_json(*report.payloads);
  }
  return inert_json(document.dump(2, ' ', true, Json::error_handler_t::replace)) + '\n';
}

}  // namespace bedrocklog::cli
