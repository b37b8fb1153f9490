// ALARM("a") AND (NOT OK(b) OR TRUE): a parser by descent. AND binds closer than OR.
#include "tests/fake_aws/fake_alarm_rule.h"

#include <algorithm>
#include <cctype>
#include <string_view>

namespace bedrocklog::fake_aws {
namespace {

constexpr unsigned depth_max = 100;

class RuleReader {
 public:
  explicit RuleReader(std::string_view text) : text_(text) {}

  AlarmRule read() {
    any_of(0);
    skip_space();
    if (rule_.fault.empty() && at_ < text_.size()) {
      fail("unexpected text");
    }
    return std::move(rule_);
  }

 private:
  void any_of(unsigned depth) {
    all_of(depth);
    while (rule_.fault.empty() && take_word("OR")) {
      all_of(depth);
    }
  }

  void all_of(unsigned depth) {
    term(depth);
    while (rule_.fault.empty() && take_word("AND")) {
      term(depth);
    }
  }

  void term(unsigned depth) {
    if (depth > depth_max) {
      return fail("nested too deep");
    }
    if (take_word("NOT")) {
      return term(depth + 1);
    }
    if (take('(')) {
      any_of(depth + 1);
      return take(')') ? void() : fail("a parenthesis is not closed");
    }
    ++rule_.elements;
    if (take_word("TRUE") || take_word("FALSE")) {
      return;
    }
    if (take_word("ALARM") || take_word("OK") || take_word("INSUFFICIENT_DATA")) {
      return take('(') ? child() : fail("a state without an alarm");
    }
    fail("an alarm state, TRUE or FALSE is expected");
  }

  void child() {
    skip_space();
    const bool is_quoted = take('"');
    const std::size_t end = text_.find(is_quoted ? '"' : ')', at_);
    if (end == std::string_view::npos || end == at_) {
      return fail("an alarm without a name");
    }
    std::string name(text_.substr(at_, end - at_));
    at_ = end + (is_quoted ? 1 : 0);
    while (!is_quoted && name.ends_with(' ')) {
      name.pop_back();
    }
    rule_.children.push_back(std::move(name));
    if (!take(')')) {
      fail("a parenthesis is not closed");
    }
  }

  bool take(char c) {
    skip_space();
    const bool is_there = at_ < text_.size() && text_[at_] == c;
    at_ += is_there ? 1 : 0;
    return is_there;
  }

  bool take_word(std::string_view word) {
    skip_space();
    const std::size_t end = at_ + word.size();
    const bool is_there = text_.substr(std::min(at_, text_.size())).starts_with(word) &&
                          (end == text_.size() || std::string_view(" \t\r\n()").find(text_[end]) !=
                                                      std::string_view::npos);
    at_ = is_there ? end : at_;
    return is_there;
  }

  void skip_space() {
    while (at_ < text_.size() && std::isspace(static_cast<unsigned char>(text_[at_])) != 0) {
      ++at_;
    }
  }

  void fail(const std::string& what) {
    if (rule_.fault.empty()) {
      rule_.fault =
          "AlarmRule must be a valid rule expression: " + what + " at " + std::to_string(at_);
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
  AlarmRule rule_;
};

}  // namespace

AlarmRule read_alarm_rule(const std::string& text) {
  return RuleReader(text).read();
}

}  // namespace bedrocklog::fake_aws
