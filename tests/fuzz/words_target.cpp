// Small texts that logs and users write: model ids, times, globs, money.
//
// Input: three lines, each of which is read as everything it could be.
#include <algorithm>
#include <array>
#include <string>

#include "analytics/money.h"
#include "analytics/time_spec.h"
#include "ingest/glob_match.h"
#include "ingest/glob_pattern.h"
#include "ingest/model_id.h"
#include "ingest/unix_millis.h"
#include "tests/fuzz/finding.h"

namespace bedrocklog::fuzz {
namespace {

using Words = std::array<std::string_view, 3>;

Words words_of(std::string_view text) {
  Words words;
  for (std::string_view& word : words) {
    const std::size_t size = std::min(text.find('\n'), text.size());
    word = text.substr(0, size);
    text.remove_prefix(std::min(size + 1, text.size()));
  }
  return words;
}

void check_model(std::string_view word) {
  const ingest::ModelId id = ingest::canonical_model(word);
  expect(id.canonical.size() <= word.size() && id.scope.size() <= word.size(), "a model id grows");
  expect(ingest::canonical_model(id.canonical).canonical == id.canonical || !id.scope.empty(),
         "a canonical id is not its own");
  (void)ingest::provider_of(id.canonical);
  (void)ingest::family_of(id.canonical);
}

void check_times(const Words& words) {
  for (const std::string_view word : words) {
    if (const auto at = parse_timestamp(word)) {
      expect(parse_timestamp(to_rfc3339(*at)) == at, "a time does not survive being written");
    }
    const auto hours = analytics::parse_hours(word);
    expect(!hours || (*hours > 0 && *hours <= analytics::hours_max), "hours out of range");
    (void)analytics::parse_instant(word, analytics::Zone());
  }
  using analytics::TimeSpec;
  for (std::string TimeSpec::* flag : {&TimeSpec::since, &TimeSpec::month, &TimeSpec::week,
                                       &TimeSpec::quarter, &TimeSpec::day, &TimeSpec::hours}) {
    TimeSpec spec;
    spec.*flag = words[0];
    if (flag == &TimeSpec::since) {
      spec.until = words[1];
    }
    const UnixMillis now{1'772'500'000'000};
    const auto range = analytics::resolve_range(spec, analytics::Zone(), now);
    expect(!range || range->begin < range->end, "an empty or inverted range");
    expect(range || !range.error().message.empty(), "refused without words");
  }
}

void check_globs(const Words& words) {
  (void)ingest::glob_matches(words[0], words[1]);
  std::string literal;
  for (const char letter : words[1]) {
    // Not inside a character of several bytes.
    literal.append(static_cast<unsigned char>(letter) < 0x80 ? "\\" : "").push_back(letter);
  }
  expect(ingest::glob_matches("*", words[1]), "a star does not match");
  expect(ingest::glob_matches(literal, words[1]), "a text does not match itself");
  expect(ingest::glob_matches("*" + literal + "*", words[1]), "nothing around does not match");
  if (const auto pattern = ingest::GlobPattern::parse(words[0])) {
    ingest::GlobPattern::Reach reach = pattern->start();
    for (const std::string_view segment : {words[1], words[2]}) {
      reach = pattern->step(reach, segment);
      (void)pattern->is_match(reach);
    }
  }
}

void check_price(std::string_view word) {
  if (const auto price = analytics::parse_unit_price(word, 1'000)) {
    expect(price->mantissa_e10 >= 0 && price->unit_quantity == 1'000, "a price out of range");
    const auto again =
        analytics::parse_unit_price(analytics::to_decimal(price->mantissa_e10, 10, 0), 1'000);
    expect(again && *again == *price, "a price does not survive being written");
  }
}

}  // namespace
}  // namespace bedrocklog::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace fuzz = bedrocklog::fuzz;
  const fuzz::Words words = fuzz::words_of(fuzz::text_of(data, size));
  for (const std::string_view word : words) {
    fuzz::check_model(word);
    fuzz::check_price(word);
  }
  fuzz::check_times(words);
  fuzz::check_globs(words);
  return 0;
}
