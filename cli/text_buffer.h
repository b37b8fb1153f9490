// Text that grows, for writers of many small pieces: no check and no call per piece where the
// caller knows how much is to come.
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>

namespace bedrocklog::cli {

class TextBuffer {
 public:
  /// Where at least `bytes` bytes can be written now. What was, is told by written_to().
  [[nodiscard]] char* room(std::size_t bytes) {
    if (capacity_ - size_ < bytes) {
      grow(bytes);
    }
    return text_.get() + size_;
  }
  /// Takes what was written from room() up to `end`.
  void written_to(const char* end) { size_ = static_cast<std::size_t>(end - text_.get()); }

  void append(std::string_view text) {
    if (text.empty()) {
      return;  // There may be no memory yet.
    }
    std::memcpy(room(text.size()), text.data(), text.size());
    size_ += text.size();
  }

  /// Valid until the next change.
  [[nodiscard]] std::string_view text() const { return {text_.get(), size_}; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  /// Keeps the memory.
  void clear() { size_ = 0; }

 private:
  void grow(std::size_t bytes) {
    const std::size_t capacity = (size_ + bytes) * 2;
    // Without clearing: every byte handed out is written first.
    std::unique_ptr<char[]> larger = std::make_unique_for_overwrite<char[]>(capacity);
    if (size_ > 0) {
      std::memcpy(larger.get(), text_.get(), size_);
    }
    text_ = std::move(larger);
    capacity_ = capacity;
  }

  std::unique_ptr<char[]> text_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
};

}  // namespace bedrocklog::cli
