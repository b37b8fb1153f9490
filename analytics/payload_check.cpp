// Patterns are matched by one RE2 set per record, linear in its size; medians come from exact
// counters.
#include "analytics/payload_check.h"

#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>

#include <re2/re2.h>
#include <re2/set.h>

#include "ingest/ensure.h"

namespace bedrocklog::analytics {
namespace {

struct Pattern {
  PayloadFinding finding;
  const char* expression;
};

// Blanks inside phrases may be JSON escapes of line breaks.
constexpr std::array patterns = {
    Pattern{
        PayloadFinding::injection_marker,
        R"re((?i)\b(ignore|disregard|forget)(\s|\\[nrt])+(all(\s|\\[nrt])+)?(of(\s|\\[nrt])+)?)re"
        R"re((the|your|any|these|my)?(\s|\\[nrt])*(previous|prior|above|earlier|preceding))re"},
    Pattern{PayloadFinding::injection_marker,
            R"re((?i)\b(reveal|print|show|repeat|output)(\s|\\[nrt])+(me(\s|\\[nrt])+)?)re"
            R"re((your|the)(\s|\\[nrt])+(hidden(\s|\\[nrt])+)?system(\s|\\[nrt])+prompt)re"},
    Pattern{PayloadFinding::injection_marker,
            R"re((?i)\byou(\s|\\[nrt])+are(\s|\\[nrt])+now(\s|\\[nrt])+(in(\s|\\[nrt])+)?)re"
            R"re((developer|dan|jailbreak|unrestricted))re"},
    Pattern{PayloadFinding::email_address,
            R"re(\b[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*)re"
            R"re(\.[A-Za-z]{2,24}\b)re"},
    Pattern{PayloadFinding::us_social_security, R"re(\b\d{3}-\d{2}-\d{4}\b)re"},
    Pattern{PayloadFinding::aws_access_key, R"re(\b(AKIA|ASIA)[A-Z0-9]{16}\b)re"},
    Pattern{PayloadFinding::private_key, R"re(-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----)re"},
    Pattern{PayloadFinding::payment_card, R"re(\b\d([ -]?\d){12,18}\b)re"},
};

RE2::Options quiet_options() {
  RE2::Options options(RE2::Quiet);
  options.set_encoding(RE2::Options::EncodingLatin1);  // Bytes: bad UTF-8 must not hide a match.
  options.set_max_mem(64 << 20);
  return options;
}

std::uint32_t clamped(std::uint64_t value) {
  return static_cast<std::uint32_t>(
      std::min<std::uint64_t>(value, std::numeric_limits<std::uint32_t>::max()));
}

constexpr std::size_t index_of(PayloadFinding finding) {
  return static_cast<std::size_t>(finding);
}

// A record that may turn out to be an outlier once its model's median is known.
struct Candidate {
  std::uint32_t value = 0;
  PayloadSample sample;
};

bool read_before(const PayloadSample& left, const PayloadSample& right) {
  return std::tie(left.object, left.ordinal) < std::tie(right.object, right.ordinal);
}

// Exact distribution of one figure, with its most extreme records at one end.
class Extremes {
 public:
  explicit Extremes(bool largest) : largest_(largest) {}

  void add(std::uint32_t value, const RecordFactsView& facts, const ingest::RecordOrigin& origin) {
    const bool full = candidates_.size() == payload_samples_max;
    if (full && !is_beyond(value, candidates_.back().value)) {
      return;
    }
    Candidate candidate{value,
                        {std::string(facts.object), origin.line, origin.ordinal,
                         std::string(facts.record->request_id)}};
    // Equal values keep reading order, so that the samples do not depend on anything else.
    const auto place = std::find_if(candidates_.begin(), candidates_.end(),
                                    [&](const auto& have) { return is_beyond(value, have.value); });
    candidates_.insert(place, std::move(candidate));
    if (full) {
      candidates_.pop_back();
    }
  }

  [[nodiscard]] const std::vector<Candidate>& candidates() const { return candidates_; }

 private:
  [[nodiscard]] bool is_beyond(std::uint32_t left, std::uint32_t right) const {
    return largest_ ? left > right : left < right;
  }

  bool largest_;
  std::vector<Candidate> candidates_;  // Most extreme first.
};

struct ModelSizes {
  LatencyHistogram size_bytes;          // Exact counters of any 32-bit figure, bytes here.
  LatencyHistogram sixteenths_a_token;  // Bytes per token x 16.
  Extremes large{true};
  Extremes high_ratio{true};
  Extremes low_ratio{false};
};

}  // namespace

std::string_view name_of(PayloadFinding finding) {
  switch (finding) {
    case PayloadFinding::size_outlier:
      return "size_outlier";
    case PayloadFinding::ratio_outlier:
      return "ratio_outlier";
    case PayloadFinding::injection_marker:
      return "injection_marker";
    case PayloadFinding::email_address:
      return "email_address";
    case PayloadFinding::payment_card:
      return "payment_card";
    case PayloadFinding::us_social_security:
      return "us_social_security";
    case PayloadFinding::aws_access_key:
      return "aws_access_key";
    case PayloadFinding::private_key:
      return "private_key";
  }
  ensure(false);
  return {};
}

bool is_card_number(std::string_view text) {
  unsigned sum = 0;
  unsigned digits = 0;
  for (auto c = text.rbegin(); c != text.rend(); ++c) {
    if (*c < '0' || *c > '9') {
      continue;
    }
    const auto digit = static_cast<unsigned>(*c - '0');
    const unsigned doubled = digits % 2 == 1 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
    ++digits;
  }
  return digits >= 13 && digits <= 19 && sum % 10 == 0 && sum > 0;
}

struct PayloadCheck::State {
  State()
      : set(quiet_options(), RE2::UNANCHORED), card(patterns.back().expression, quiet_options()) {
    for (const Pattern& pattern : patterns) {
      std::string error;
      ensure(set.Add(pattern.expression, &error) >= 0);
    }
    ensure(set.Compile());
  }

  RE2::Set set;
  RE2 card;
  std::map<std::string, ModelSizes, std::less<>> models;
  PayloadReport report;
  std::vector<int> matched;

  ModelSizes& sizes_of(std::string_view model) {
    const auto found = models.find(model);
    if (found != models.end()) {
      return found->second;
    }
    const bool full = models.size() >= payload_models_max;
    return models[full ? std::string() : std::string(model)];
  }

  [[nodiscard]] bool holds_card_number(std::string_view text) const {
    re2::StringPiece start;
    re2::StringPiece all(text.data(), text.size());
    std::size_t from = 0;
    while (card.Match(all, from, all.size(), RE2::UNANCHORED, &start, 1)) {
      if (is_card_number({start.data(), start.size()})) {
        return true;
      }
      from = static_cast<std::size_t>(start.data() - all.data()) + start.size();
    }
    return false;
  }

  void note(PayloadFinding finding, const RecordFactsView& facts,
            const ingest::RecordOrigin& origin) {
    ++report.records_with[index_of(finding)];
    auto& samples = report.samples[index_of(finding)];
    if (samples.size() < payload_samples_max) {
      samples.push_back({std::string(facts.object), origin.line, origin.ordinal,
                         std::string(facts.record->request_id)});
    }
  }
};

PayloadCheck::PayloadCheck() : state_(std::make_unique<State>()) {}
PayloadCheck::~PayloadCheck() = default;
PayloadCheck::PayloadCheck(PayloadCheck&&) noexcept = default;
PayloadCheck& PayloadCheck::operator=(PayloadCheck&&) noexcept = default;

void PayloadCheck::add(const RecordFactsView& facts, const ingest::RecordOrigin& origin) {
  State& state = *state_;
  ++state.report.records;
  if (facts.record->input_in_s3 || facts.record->output_in_s3) {
    ++state.report.without_body;
  }

  const std::uint64_t tokens = facts.record->tokens.total();
  if (tokens > 0) {  // Failed calls have neither and would drag the medians down.
    ModelSizes& sizes = state.sizes_of(facts.model->canonical);
    const std::uint32_t size = clamped(facts.size_bytes);
    const std::uint32_t ratio = clamped(facts.size_bytes * 16 / tokens);
    sizes.size_bytes.add(size);
    sizes.sixteenths_a_token.add(ratio);
    sizes.large.add(size, facts, origin);
    sizes.high_ratio.add(ratio, facts, origin);
    sizes.low_ratio.add(ratio, facts, origin);
  }

  const std::string_view text = facts.record->json;
  state.matched.clear();
  state.set.Match({text.data(), text.size()}, &state.matched);
  std::array<bool, payload_finding_count> found{};
  for (const int which : state.matched) {
    found[index_of(patterns[static_cast<std::size_t>(which)].finding)] = true;
  }
  const std::size_t card = index_of(PayloadFinding::payment_card);
  found[card] = found[card] && state.holds_card_number(text);
  for (std::size_t kind = 0; kind < payload_finding_count; ++kind) {
    if (found[kind]) {
      state.note(static_cast<PayloadFinding>(kind), facts, origin);
    }
  }
}

PayloadReport PayloadCheck::finish() {
  PayloadReport& report = state_->report;
  const auto take = [&](PayloadFinding finding, const Extremes& extremes, auto is_outlier) {
    for (const Candidate& candidate : extremes.candidates()) {
      if (is_outlier(candidate.value)) {
        report.samples[index_of(finding)].push_back(candidate.sample);
      }
    }
  };
  for (const auto& [model, sizes] : state_->models) {
    if (sizes.size_bytes.count() < outlier_records_min) {
      continue;
    }
    const std::uint64_t size_max =
        std::uint64_t{sizes.size_bytes.percentile_ms(50'000).value_or(0)} * outlier_factor;
    report.records_with[index_of(PayloadFinding::size_outlier)] +=
        sizes.size_bytes.count_above(clamped(size_max));
    take(PayloadFinding::size_outlier, sizes.large, [&](auto value) { return value > size_max; });

    const std::uint64_t median = sizes.sixteenths_a_token.percentile_ms(50'000).value_or(0);
    const std::uint64_t high = median * outlier_factor;
    const std::uint64_t low = median / outlier_factor;  // Below it; rounding makes it stricter.
    std::uint64_t& ratio_count = report.records_with[index_of(PayloadFinding::ratio_outlier)];
    ratio_count += sizes.sixteenths_a_token.count_above(clamped(high));
    if (low > 0) {
      ratio_count +=
          sizes.sixteenths_a_token.count() - sizes.sixteenths_a_token.count_above(clamped(low - 1));
    }
    take(PayloadFinding::ratio_outlier, sizes.high_ratio, [&](auto value) { return value > high; });
    take(PayloadFinding::ratio_outlier, sizes.low_ratio, [&](auto value) { return value < low; });
  }
  for (auto& samples : report.samples) {
    std::sort(samples.begin(), samples.end(), read_before);
    if (samples.size() > payload_samples_max) {
      samples.resize(payload_samples_max);
    }
  }
  return std::move(report);
}

}  // namespace bedrocklog::analytics
