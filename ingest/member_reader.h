// Reads members of log objects by their rules: null is absent, the first of two equal keys wins.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "ingest/json_view.h"
#include "ingest/key_table.h"

namespace bedrocklog::ingest {

/// Keeps unescaped texts at fixed addresses until clear().
class TextArena {
 public:
  /// The text that the inside of a JSON string stands for: itself, or a copy in the arena.
  /// Nothing for an escape that JSON does not know.
  [[nodiscard]] std::optional<std::string_view> unescape(std::string_view inside);
  void clear() { used_ = 0; }

 private:
  std::deque<std::string> texts_;  // Not a vector: its strings may not move.
  std::size_t used_ = 0;
};

enum class CounterFault : std::uint8_t { none, type, range };

/// A count as logs and their re-exports write it: an integer, a number without fraction, or a
/// string of either. Moves `view` over the value.
[[nodiscard]] std::optional<std::uint64_t> read_counter(JsonView& view, CounterFault& fault);

/// The same where a bad value is not worth losing a record: it is then absent, as is one over
/// `limit`.
[[nodiscard]] std::optional<std::uint64_t> read_counter(
    JsonView& view, std::uint64_t limit = tokens_per_record_max);

/// Milliseconds, pictures and other counts that fit 32 bits.
[[nodiscard]] std::optional<std::uint32_t> read_small_counter(JsonView& view);

/// Moves over a `null` here and says so.
[[nodiscard]] bool pass_null(JsonView& view);

/// The string here, unescaped; nothing, without moving, when the value is none.
[[nodiscard]] std::optional<std::string_view> read_text(JsonView& view, TextArena& arena);

/// Calls on_member(key) for the members of the object here that `table` knows and that are not
/// null, each key once. Any other value than an object is skipped. Key::other marks the rest.
template <class Table, class OnMember>
void read_members(JsonView& view, TextArena& arena, const Table& table, OnMember on_member) {
  using Key = decltype(table.find({}, {}));
  if (view.peek() != '{') {
    return;
  }
  std::uint64_t seen = 0;
  view.members([&](std::string_view name) {
    Key key = table.find(name, Key::other);
    if (key == Key::other && has_escape(name)) {
      const std::optional<std::string_view> plain = arena.unescape(name);
      key = plain ? table.find(*plain, Key::other) : Key::other;
    }
    const std::uint64_t bit = std::uint64_t{1} << static_cast<unsigned>(key);
    if (key == Key::other || (seen & bit) != 0 || pass_null(view)) {
      return;
    }
    seen |= bit;
    on_member(key);
  });
}

}  // namespace bedrocklog::ingest
