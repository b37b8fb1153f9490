// A place in a text that is read, and the first thing that was wrong with it.
#pragma once

#include <cctype>
#include <string>
#include <string_view>

namespace bedrocklog::provision {

inline bool is_letter(char c) {
  return std::isalpha(static_cast<unsigned char>(c)) != 0;
}
inline bool is_digit(char c) {
  return std::isdigit(static_cast<unsigned char>(c)) != 0;
}

/// Views the text.
class TextScannerView {
 public:
  explicit TextScannerView(std::string_view text) : text_(text) {}

  void skip() {
    while (at_ < text_.size() && text_[at_] == ' ') {
      ++at_;
    }
  }
  [[nodiscard]] bool is_done() {
    skip();
    return at_ == text_.size();
  }
  [[nodiscard]] char peek() {
    skip();
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  bool take(std::string_view token) {
    skip();
    if (text_.substr(at_, token.size()) != token) {
      return false;
    }
    // A word ends where it ends.
    const std::size_t behind = at_ + token.size();
    if (is_letter(token.back()) && behind < text_.size() &&
        (is_letter(text_[behind]) || is_digit(text_[behind]) || text_[behind] == '_')) {
      return false;
    }
    at_ = behind;
    return true;
  }
  void need(std::string_view token) {
    if (!take(token)) {
      complain(std::string(token) + " is wanted");
    }
  }
  /// Up to the first character that `belongs` refuses.
  template <class Belongs>
  std::string while_(Belongs belongs) {
    skip();
    const std::size_t from = at_;
    while (at_ < text_.size() && belongs(text_[at_])) {
      ++at_;
    }
    return std::string(text_.substr(from, at_ - from));
  }
  /// Behind an opening `quote`, which is taken, too.
  std::string quoted(char quote) {
    need(std::string(1, quote));
    const std::size_t from = at_;
    while (at_ < text_.size() && text_[at_] != quote) {
      at_ += text_[at_] == '\\' ? 2U : 1U;
    }
    if (at_ >= text_.size()) {
      complain("a text does not end");
      return "";
    }
    return std::string(text_.substr(from, at_++ - from));
  }
  std::string number() {
    std::string digits = while_(is_digit);
    if (!digits.empty() && at_ + 1 < text_.size() && text_[at_] == '.' &&
        is_digit(text_[at_ + 1])) {
      ++at_;
      digits += '.' + while_(is_digit);
    }
    return digits;
  }
  void complain(const std::string& what) {
    if (fault_.empty()) {
      fault_ = what + " at " + std::to_string(at_) + " of: " + std::string(text_);
    }
    at_ = text_.size();
  }
  [[nodiscard]] const std::string& fault() const { return fault_; }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
  std::string fault_;
};

}  // namespace bedrocklog::provision
