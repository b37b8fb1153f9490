// The one filter grammar: `--where` over records, `--having` over rows, groups over identities.
//
//   model ~ "*sonnet*" and tag:team in (a, b) and not error exists and input > 2000
//
// Operators = != < <= > >= ~ (glob) =~ (RE2, linear time) in exists not and or ( ). Text compares
// as bytes, numbers exactly as decimals. A field that is absent makes every comparison false
// (`!=` and `not` included where they stand directly before a comparison of it is still plain
// logic: `not (error = "x")` is true when error is absent).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "analytics/money.h"
#include "ingest/fault.h"

namespace bedrocklog::analytics {

inline constexpr std::size_t expression_size_bytes_max = 64U << 10U;
inline constexpr int expression_depth_max = 100;

enum class FieldType : std::uint8_t { text, number };

/// What a field name means to whoever evaluates.
struct Field {
  int id = 0;  // The evaluator's own number for it.
  FieldType type = FieldType::text;
  unsigned scale = 0;  // Numbers are integers of value x 10^scale.
  std::string tag;     // KEY of `tag:KEY`.
};

/// Knows the fields of one thing at a time. Nothing means absent.
class FieldValues {
 public:
  FieldValues() = default;
  FieldValues(const FieldValues&) = delete;
  FieldValues& operator=(const FieldValues&) = delete;
  FieldValues(FieldValues&&) = delete;
  FieldValues& operator=(FieldValues&&) = delete;
  virtual ~FieldValues() = default;
  /// Valid until the next call.
  [[nodiscard]] virtual std::optional<std::string_view> text(const Field& field) const = 0;
  [[nodiscard]] virtual std::optional<Int128> number(const Field& field) const = 0;
};

using FieldResolver = std::function<Result<Field>(std::string_view name)>;

/// A parsed condition. Immutable and shared by threads.
class Expression {
 public:
  /// A syntax error is a Fault whose message holds the text, a caret line under the column, and
  /// what was expected. `flag` is the Fault's subject ("--where"). Literals are checked against the
  /// field's type. RE2 patterns are compiled here, quietly, with a memory limit.
  [[nodiscard]] static Result<Expression> parse(std::string_view text, const std::string& flag,
                                                const FieldResolver& resolve);

  Expression();  // Holds for everything.
  ~Expression();
  Expression(const Expression&);
  Expression(Expression&&) noexcept;
  Expression& operator=(const Expression&);
  Expression& operator=(Expression&&) noexcept;

  [[nodiscard]] bool matches(const FieldValues& values) const;
  [[nodiscard]] bool is_always_true() const;

 private:
  struct Node;
  std::shared_ptr<const Node> root_;  // Shared: copies are per worker, the tree never changes.
};

}  // namespace bedrocklog::analytics
