// Random invocation records of every kind, and every legal way to write one down.
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace bedrocklog::ingest {

/// Records from a seed: all operations and body families, fields left out at random, bodies and
/// strings that hold the names of envelope fields.
class RandomRecords {
 public:
  explicit RandomRecords(std::uint64_t seed) : random_(seed) {}

  nlohmann::json record();

  /// The JSON text of `value`: members in any order, white space anywhere (no newline unless
  /// `lines`), letters escaped or not, and later copies of members whose first one counts.
  std::string text(const nlohmann::json& value, bool lines = false);

  /// True once in `one_in` calls.
  bool chance(std::uint32_t one_in) { return below(one_in) == 0; }
  std::uint32_t below(std::uint32_t limit) { return static_cast<std::uint32_t>(random_() % limit); }

 private:
  std::string words();
  nlohmann::json counter(std::uint32_t limit);
  nlohmann::json anthropic_usage();
  nlohmann::json converse_body();
  nlohmann::json anthropic_body();
  nlohmann::json anthropic_stream();
  nlohmann::json nova_stream();
  nlohmann::json small_body();
  nlohmann::json request_body();
  nlohmann::json flat_record();
  void write(const nlohmann::json& value, bool lines, std::string& into);
  void write_string(std::string_view text, std::string& into);
  void write_space(bool lines, std::string& into);

  std::mt19937_64 random_;
};

}  // namespace bedrocklog::ingest
