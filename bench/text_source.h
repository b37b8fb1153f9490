// Prose for prompts and answers: Zipf-distributed words, many scripts, every kind of JSON escape.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "bench/random_source.h"

namespace bedrocklog::bench {

/// Appends `text` between quotes, escaped as compact JSON; UTF-8 passes through unchanged.
void append_quoted(std::string_view text, std::string& json);

/// A JSON object whose keys are those of a real record and whose values are all wrong: a reader
/// that searches bytes or descends blindly takes them for the record's own.
[[nodiscard]] std::string_view spoofed_object();

/// The vocabulary. Made once, read by every thread.
class TextSource {
 public:
  TextSource();

  /// Appends words, already JSON-escaped and without quotes, until `bytes` are reached.
  void append_prose(std::size_t bytes, RandomSource& random, std::string& json) const;

  /// Like append_prose, with an escaped copy of spoofed_object() inside.
  void append_spoofed_prose(std::size_t bytes, RandomSource& random, std::string& json) const;

 private:
  std::vector<std::string> words_;           // Escaped, each ending in its separator.
  std::vector<std::uint16_t> word_by_slot_;  // 65,536 slots shared out by Zipf's law.
  std::string escaped_spoof_;
};

}  // namespace bedrocklog::bench
