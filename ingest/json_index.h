// Where the structure of a JSON text is: the positions of its brackets, colons, commas and values.
//
// simdjson's first stage finds them for a whole text at several GB/s and checks UTF-8 and strings
// on the way; walking the positions is ours (json_view.h). Its On-Demand front end was not taken
// for records: it cannot bound the depth of what it skips, and after a value it cannot go on with
// another one glued behind without a second pass over the rest.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

namespace bedrocklog::ingest {

enum class IndexStatus : std::uint8_t {
  ok,
  empty,         // White space only.
  bad_string,    // A string without end, or a control character inside one.
  invalid_utf8,  // Reported when strings are fine.
  too_large,     // Over 4 GiB, or no memory for the index.
};

/// Reusable; keeps its memory, but not that of the rare huge text.
class JsonIndex {
 public:
  JsonIndex();
  ~JsonIndex();
  JsonIndex(JsonIndex&&) noexcept;
  JsonIndex& operator=(JsonIndex&&) noexcept;
  JsonIndex(const JsonIndex&) = delete;
  JsonIndex& operator=(const JsonIndex&) = delete;

  /// Indexes `text`, which may hold several values one after another. Reads no byte behind it.
  [[nodiscard]] IndexStatus build(std::string_view text);

  /// Byte offsets, ascending, of: brackets, colons and commas outside strings, opening quotes, and
  /// the first letter of every other value. Valid until the next build(); one further element,
  /// the size of the text, may be read behind the last. Empty unless the last build() was ok.
  [[nodiscard]] std::span<const std::uint32_t> positions() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace bedrocklog::ingest
