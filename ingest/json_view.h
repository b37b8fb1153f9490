// Walks a JSON text along its index, forward, touching only what is asked for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "ingest/json_text.h"
#include "ingest/object_scanner.h"
#include "ingest/record_view.h"

namespace bedrocklog::ingest {

/// Borrows a text and its JsonIndex positions; stands at a value and moves over it.
///
/// What is walked is checked in full; what is skipped is checked for balance, depth and the first
/// letter of each value only, because bodies are most of a log and nothing in them is believed.
/// After the first fault every call answers false or '\0'.
class JsonView {
 public:
  JsonView() = default;
  JsonView(std::string_view text, std::span<const std::uint32_t> positions)
      : text_(text), at_(positions.data()), end_(positions.data() + positions.size()) {}

  /// First letter of the value here, or '\0' at the end of the text and after a fault.
  [[nodiscard]] char peek() const { return at_ < end_ ? text_[*at_] : '\0'; }
  /// Byte offset of the value here; the size of the text at its end.
  [[nodiscard]] std::size_t offset() const { return at_ < end_ ? *at_ : text_.size(); }
  [[nodiscard]] RecordFault fault() const { return fault_; }
  /// The fault was that the text ended inside a value.
  [[nodiscard]] bool is_cut() const { return is_cut_; }

  /// Calls on_member(key) for each member of the object here, standing at its value; a value that
  /// the callback leaves alone is skipped. The key is as written, escapes included.
  template <class OnMember>
  bool members(OnMember on_member) {
    if (!enter('{')) {
      return false;
    }
    while (peek() != '}') {
      std::string_view key;
      if (!string_escaped(key) || !pass(':')) {
        return false;
      }
      if (!visit([&] { on_member(key); }) || !pass_comma('}')) {
        return false;
      }
    }
    return leave();
  }

  /// Calls on_element() for each element of the array here; as members().
  template <class OnElement>
  bool elements(OnElement on_element) {
    if (!enter('[')) {
      return false;
    }
    while (peek() != ']') {
      if (!visit(on_element) || !pass_comma(']')) {
        return false;
      }
    }
    return leave();
  }

  /// The inside of the string here, as written; has_escape() tells whether it needs work.
  bool string_escaped(std::string_view& inside) {
    if (peek() != '"') {
      return stop();
    }
    const std::size_t begin = *at_ + 1U;
    ++at_;
    const std::size_t behind = behind_value();
    if (behind <= begin || text_[behind - 1] != '"') {
      return stop();
    }
    inside = text_.substr(begin, behind - 1 - begin);
    return true;
  }

  /// Number, true, false or null, as written.
  bool scalar(std::string_view& text) {
    const char first = peek();
    if (!starts_scalar(first) || first == '"') {
      return stop();
    }
    const std::size_t begin = *at_;
    ++at_;
    text = text_.substr(begin, behind_value() - begin);
    return true;
  }

  /// Moves over the value here; false when it has no end or is too deep.
  bool skip() {
    if (!is_opening(peek())) {
      if (!starts_scalar(peek())) {
        return stop();
      }
      ++at_;
      return true;
    }
    // Most of the time of a scan is spent in this loop: locals, and no call.
    const char* const letters = text_.data();
    const std::uint32_t* at = at_;
    std::size_t depth = depth_;
    do {
      if (at == end_) {
        at_ = at;
        return stop();
      }
      const char letter = letters[*at];
      ++at;
      if (is_opening(letter)) {
        if (++depth > nesting_depth_max) {
          return stop(RecordFault::nesting);
        }
      } else if (is_closing(letter)) {
        --depth;
      } else if (letter != ',' && letter != ':' && !starts_scalar(letter)) {
        return stop();
      }
    } while (depth > depth_);
    at_ = at;
    return true;
  }

  /// The value just passed ends here: one behind its last letter.
  [[nodiscard]] std::size_t behind_value() const {
    std::size_t end = offset();
    while (end > 0 && is_json_space(text_[end - 1])) {
      --end;
    }
    return end;
  }

  /// Ends the walk.
  bool stop(RecordFault fault = RecordFault::not_json) {
    if (fault_ == RecordFault::none) {
      is_cut_ = fault == RecordFault::not_json && at_ >= end_;
      fault_ = fault;
    }
    at_ = end_;
    return false;
  }

 private:
  // Brackets and braces of one side differ in one bit, and nothing else shares the rest.
  [[nodiscard]] static constexpr bool is_opening(char letter) {
    return (static_cast<unsigned char>(letter) | 0x20U) == '{';
  }
  [[nodiscard]] static constexpr bool is_closing(char letter) {
    return (static_cast<unsigned char>(letter) | 0x20U) == '}';
  }

  [[nodiscard]] static constexpr bool starts_scalar(char letter) {
    return letter == '"' || letter == '-' || (letter >= '0' && letter <= '9') || letter == 't' ||
           letter == 'f' || letter == 'n';
  }

  bool pass(char wanted) {
    if (peek() != wanted) {
      return stop();
    }
    ++at_;
    return true;
  }

  bool enter(char bracket) {
    if (!pass(bracket)) {
      return false;
    }
    return ++depth_ <= nesting_depth_max || stop(RecordFault::nesting);
  }

  bool leave() {
    --depth_;
    ++at_;
    return true;
  }

  /// A comma with a value behind it, or the closing bracket ahead.
  bool pass_comma(char closing) {
    if (peek() == closing) {
      return true;
    }
    return pass(',') && (peek() != closing || stop());
  }

  template <class Visit>
  bool visit(Visit on_value) {
    const std::uint32_t* const before = at_;
    on_value();
    if (fault_ != RecordFault::none) {
      return false;
    }
    return at_ != before || skip();
  }

  std::string_view text_;
  const std::uint32_t* at_ = nullptr;
  const std::uint32_t* end_ = nullptr;
  std::size_t depth_ = 0;
  RecordFault fault_ = RecordFault::none;
  bool is_cut_ = false;
};

[[nodiscard]] inline bool has_escape(std::string_view inside) {
  return inside.find('\\') != std::string_view::npos;
}

}  // namespace bedrocklog::ingest
