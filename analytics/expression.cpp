// Recursive descent over the filter grammar, and evaluation of the tree it makes:
//
//   any   = all { "or" all }
//   all   = one { "and" one }
//   one   = "not" one | "(" any ")" | field "exists" | field "in" "(" value { "," value } ")"
//         | field sign value
#include "analytics/expression.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include <re2/re2.h>

#include "analytics/expression_lexer.h"
#include "analytics/expression_number.h"
#include "analytics/in_quotes.h"
#include "ingest/ensure.h"
#include "ingest/glob_match.h"

namespace bedrocklog::analytics {
namespace {

constexpr std::int64_t pattern_memory_bytes_max = std::int64_t{1} << 20;
constexpr std::size_t patterns_max = 64;

enum class Operator : std::uint8_t {
  equal,
  not_equal,
  less,
  less_or_equal,
  greater,
  greater_or_equal,
  glob,
  pattern,
};

std::optional<Operator> operator_named(std::string_view sign) {
  constexpr std::array<std::string_view, 8> signs = {"=", "!=", "<", "<=", ">", ">=", "~", "=~"};
  const auto* found = std::find(signs.begin(), signs.end(), sign);
  return found == signs.end() ? std::nullopt
                              : std::optional(static_cast<Operator>(found - signs.begin()));
}

bool is_keyword(std::string_view word) {
  return word == "and" || word == "or" || word == "not" || word == "in" || word == "exists";
}

// `order` as of a three-way comparison of the field with the literal.
bool order_satisfies(int order, Operator sign) {
  switch (sign) {
    case Operator::equal:
      return order == 0;
    case Operator::not_equal:
      return order != 0;
    case Operator::less:
      return order < 0;
    case Operator::less_or_equal:
      return order <= 0;
    case Operator::greater:
      return order > 0;
    case Operator::greater_or_equal:
      return order >= 0;
    case Operator::glob:
    case Operator::pattern:
      break;
  }
  ensure(false);  // Those two do not order.
  return false;
}

}  // namespace

struct Expression::Node {
  enum class Kind : std::uint8_t { any_of, all_of, none_of, exists, one_of, compare };
  class Parser;

  Kind kind = Kind::all_of;
  Operator sign = Operator::equal;
  Field field;
  std::vector<Node> children;        // any_of, all_of; one of none_of.
  std::vector<std::string> texts;    // Literals of a text field, sorted.
  std::vector<NumberBound> numbers;  // Literals of a number field.
  std::unique_ptr<const RE2> pattern;

  [[nodiscard]] bool holds(const FieldValues& values) const;
  [[nodiscard]] bool text_holds(std::string_view value) const;
  [[nodiscard]] bool number_holds(Int128 value) const;
};

bool Expression::Node::text_holds(std::string_view value) const {
  if (kind == Kind::one_of) {
    return std::binary_search(texts.begin(), texts.end(), value, std::less<>{});
  }
  if (sign == Operator::glob) {
    return ingest::glob_matches(texts.front(), value);
  }
  if (sign == Operator::pattern) {
    return RE2::PartialMatch(re2::StringPiece(value.data(), value.size()), *pattern);
  }
  return order_satisfies(value.compare(texts.front()), sign);
}

bool Expression::Node::number_holds(Int128 value) const {
  if (kind == Kind::one_of) {
    return std::any_of(numbers.begin(), numbers.end(),
                       [&](const NumberBound& number) { return number.order_of(value) == 0; });
  }
  return order_satisfies(numbers.front().order_of(value), sign);
}

bool Expression::Node::holds(const FieldValues& values) const {
  const auto child_holds = [&](const Node& child) { return child.holds(values); };
  switch (kind) {
    case Kind::any_of:
      return std::any_of(children.begin(), children.end(), child_holds);
    case Kind::all_of:
      return std::all_of(children.begin(), children.end(), child_holds);
    case Kind::none_of:
      return std::none_of(children.begin(), children.end(), child_holds);
    case Kind::exists:
      return field.type == FieldType::text ? values.text(field).has_value()
                                           : values.number(field).has_value();
    case Kind::one_of:
    case Kind::compare:
      break;
  }
  if (field.type == FieldType::text) {
    const std::optional<std::string_view> value = values.text(field);
    return value && text_holds(*value);
  }
  const std::optional<Int128> value = values.number(field);
  return value && number_holds(*value);
}

class Expression::Node::Parser {
  [[nodiscard]] const Token& next() const { return tokens_[at_]; }
  Token take() { return tokens_[at_++]; }

  [[nodiscard]] bool is_sign(std::string_view text) const {
    return next().kind == TokenKind::sign && next().value == text;
  }

  [[nodiscard]] bool is_word(std::string_view word) const {
    return next().kind == TokenKind::word && next().value == word;
  }

  [[nodiscard]] auto refused_at(std::size_t offset, const std::string& message) const {
    return fault(flag_, with_caret(message, text_, offset));
  }

  [[nodiscard]] auto refused(const std::string& message) const {
    return refused_at(next().offset, message);
  }

 public:
  Parser(std::string_view text, const std::string& flag, const FieldResolver& resolve)
      : text_(text), flag_(flag), resolve_(resolve) {}

  Result<Node> parse() {
    Result<std::vector<Token>> tokens = tokenize(text_, flag_);
    if (!tokens) {
      return pass_on(tokens);
    }
    tokens_ = *std::move(tokens);
    Result<Node> root = parse_any();
    if (root && next().kind != TokenKind::end) {
      return refused(is_sign(")") ? "this ) closes nothing" : "expected and, or, or the end");
    }
    return root;
  }

 private:
  Result<Node> parse_any() { return parse_list("or", Kind::any_of, &Parser::parse_all); }
  Result<Node> parse_all() { return parse_list("and", Kind::all_of, &Parser::parse_one); }

  Result<Node> parse_list(std::string_view word, Kind list_kind, Result<Node> (Parser::*item)()) {
    Result<Node> first = (this->*item)();
    if (!first || !is_word(word)) {
      return first;
    }
    Node list;
    list.kind = list_kind;
    list.children.push_back(*std::move(first));
    while (is_word(word)) {
      ++at_;
      Result<Node> more = (this->*item)();
      if (!more) {
        return more;
      }
      list.children.push_back(*std::move(more));
    }
    return list;
  }

  Result<Node> parse_one() {
    const bool is_not = is_word("not");
    if (!is_not && !is_sign("(")) {
      return parse_condition();
    }
    if (depth_ == expression_depth_max) {
      return refused("nested deeper than " + std::to_string(expression_depth_max));
    }
    const std::size_t opened_at = next().offset;
    ++at_;
    ++depth_;
    Result<Node> inner = is_not ? parse_one() : parse_any();
    --depth_;
    if (!inner) {
      return inner;
    }
    if (is_not) {
      Node negation;
      negation.kind = Kind::none_of;
      negation.children.push_back(*std::move(inner));
      return negation;
    }
    if (!is_sign(")")) {
      return next().kind == TokenKind::end ? refused_at(opened_at, "this ( never closes")
                                           : refused("expected and, or, or )");
    }
    ++at_;
    return inner;
  }

  Result<Node> parse_condition() {
    const bool is_name = next().kind == TokenKind::text ||
                         (next().kind == TokenKind::word && !is_keyword(next().value));
    if (!is_name) {
      return refused("expected a field name, not or (");
    }
    Result<Field> resolved = resolve_(next().value);
    if (!resolved) {
      return refused(resolved.error().message);
    }
    const std::string name = take().value;
    Node node;
    node.field = *std::move(resolved);
    if (is_word("exists")) {
      ++at_;
      node.kind = Kind::exists;
      return node;
    }
    if (is_word("in")) {
      ++at_;
      return parse_in(std::move(node), name);
    }
    const std::optional<Operator> compared_by =
        next().kind == TokenKind::sign ? operator_named(next().value) : std::nullopt;
    if (!compared_by) {
      return refused("expected = != < <= > >= ~ =~ in or exists after " + in_quotes(name));
    }
    if (node.field.type == FieldType::number && *compared_by >= Operator::glob) {
      return refused(in_quotes(name) + " is a number; expected = != < <= > >= in or exists");
    }
    ++at_;
    node.kind = Kind::compare;
    node.sign = *compared_by;
    const std::size_t value_at = next().offset;
    if (const Result<bool> read = read_value(node, name); !read) {
      return pass_on(read);
    }
    if (*compared_by == Operator::pattern) {
      return compile_pattern(std::move(node), value_at);
    }
    return node;
  }

  Result<Node> parse_in(Node node, const std::string& name) {
    node.kind = Kind::one_of;
    if (!is_sign("(")) {
      return refused("expected ( and a list of values after in");
    }
    do {
      ++at_;
      if (const Result<bool> read = read_value(node, name); !read) {
        return pass_on(read);
      }
    } while (is_sign(","));
    if (!is_sign(")")) {
      return refused("expected , and another value, or )");
    }
    ++at_;
    std::sort(node.texts.begin(), node.texts.end());
    return node;
  }

  Result<bool> read_value(Node& node, const std::string& name) {
    const bool is_bare_word = next().kind == TokenKind::word;
    if (!is_bare_word && next().kind != TokenKind::text) {
      return refused("expected a value; texts other than plain words need quotes");
    }
    if (is_bare_word && is_keyword(next().value)) {
      return refused("expected a value; as a text this word needs quotes");
    }
    if (node.field.type == FieldType::text) {
      node.texts.push_back(take().value);
      return true;
    }
    const std::optional<NumberBound> number =
        is_bare_word ? parse_number_bound(next().value, node.field.scale) : std::nullopt;
    if (!number) {
      return refused(in_quotes(name) + " is a number; expected one such as 2000 or 0.25");
    }
    node.numbers.push_back(*number);
    ++at_;
    return true;
  }

  Result<Node> compile_pattern(Node node, std::size_t value_at) {
    if (++patterns_ > patterns_max) {
      return refused_at(value_at,
                        "more than " + std::to_string(patterns_max) + " regular expressions");
    }
    RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(pattern_memory_bytes_max);
    node.pattern = std::make_unique<const RE2>(node.texts.front(), options);
    if (!node.pattern->ok()) {
      return refused_at(value_at,
                        "not a regular expression of RE2: " + in_quotes(node.pattern->error()));
    }
    return node;
  }

  std::string_view text_;
  const std::string& flag_;
  const FieldResolver& resolve_;
  std::vector<Token> tokens_;
  std::size_t at_ = 0;  // Never passes the token `end`, as nothing takes it.
  std::size_t patterns_ = 0;
  int depth_ = 0;
};

Result<Expression> Expression::parse(std::string_view text, const std::string& flag,
                                     const FieldResolver& resolve) {
  if (text.size() > expression_size_bytes_max) {
    return fault(flag, "is longer than " + std::to_string(expression_size_bytes_max) + " bytes");
  }
  Result<Node> root = Node::Parser(text, flag, resolve).parse();
  if (!root) {
    return pass_on(root);
  }
  Expression expression;
  expression.root_ = std::make_shared<const Node>(*std::move(root));
  return expression;
}

Expression::Expression() = default;
Expression::~Expression() = default;
Expression::Expression(const Expression&) = default;
Expression::Expression(Expression&&) noexcept = default;
Expression& Expression::operator=(const Expression&) = default;
Expression& Expression::operator=(Expression&&) noexcept = default;

bool Expression::matches(const FieldValues& values) const {
  return root_ == nullptr || root_->holds(values);
}

bool Expression::is_always_true() const {
  return root_ == nullptr;
}

}  // namespace bedrocklog::analytics
