// Finds where a JSON value ends in a stream of bytes, holding none of them.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "ingest/object_scanner.h"

namespace bedrocklog::ingest {

/// A push automaton for the grammar of JSON, apart from the spelling of numbers and escapes, which
/// the parser of the value sees to. Fed in pieces of any size.
class JsonSplitter {
 public:
  enum class Status : std::uint8_t {
    more,     // The value goes on behind the bytes given.
    done,     // `used` is one behind its last byte.
    broken,   // `used` is where the text stops to be JSON.
    too_deep  // Deeper than nesting_depth_max.
  };

  /// Starts on a new value; its first byte, no white space, comes first.
  void reset() { *this = JsonSplitter(); }
  [[nodiscard]] Status feed(std::string_view bytes, std::size_t& used);
  /// The text ends here: whether that completes the value, as it does for a bare number.
  [[nodiscard]] bool ends_well() const { return state_ == State::scalar && depth_ == 0; }

 private:
  enum class State : std::uint8_t {
    value,
    value_or_close,
    key,
    key_or_close,
    colon,
    comma_or_close,
    string,
    escape,
    scalar
  };

  [[nodiscard]] Status step(char letter);
  [[nodiscard]] Status open(char bracket);
  [[nodiscard]] Status close(char bracket);
  [[nodiscard]] Status start_value(char letter);
  [[nodiscard]] Status end_value();
  [[nodiscard]] std::size_t string_end(std::string_view bytes, std::size_t from);

  State state_ = State::value;
  bool is_key_ = false;
  std::size_t depth_ = 0;
  std::bitset<nesting_depth_max + 1> is_object_;
};

}  // namespace bedrocklog::ingest
