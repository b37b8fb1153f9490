// The filter grammar: parsed or refused with words; what is parsed can be asked, of any values.
//
// Input: two numbers and a text to ask about, ended by a newline, then the expression.
#include <algorithm>
#include <optional>
#include <string>

#include "analytics/expression.h"
#include "tests/fuzz/finding.h"

namespace bedrocklog::fuzz {
namespace {

using analytics::Field;
using analytics::FieldType;

/// `model`, `error` and tags are texts, `input` and `cost` numbers.
Result<Field> resolve(std::string_view name) {
  Field field;
  if (name.starts_with("tag:")) {
    field.id = 2;
    field.tag = name.substr(4);
    return field;
  }
  if (name == "model" || name == "error") {
    field.id = name == "model" ? 0 : 1;
    return field;
  }
  if (name == "input" || name == "cost") {
    field.id = 3;
    field.type = FieldType::number;
    field.scale = name == "input" ? 0 : 18;
    return field;
  }
  return fault("--where", "no such field");
}

class Values : public analytics::FieldValues {
 public:
  Values(std::string_view text, int number) : text_(text), number_(number) {}

  [[nodiscard]] std::optional<std::string_view> text(const Field& field) const override {
    return field.id == 1 ? std::nullopt : std::optional(text_);
  }
  [[nodiscard]] std::optional<analytics::Int128> number(const Field& field) const override {
    analytics::Int128 value = number_;
    for (unsigned digits = field.scale; digits > 0; --digits) {
      value *= 10;
    }
    return value;
  }

 private:
  std::string_view text_;
  int number_;
};

}  // namespace
}  // namespace bedrocklog::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace fuzz = bedrocklog::fuzz;
  using bedrocklog::analytics::Expression;
  if (size < 2) {
    return 0;
  }
  const std::string_view rest = fuzz::text_of(data + 2, size - 2);
  const std::size_t line = std::min(rest.find('\n'), rest.size());
  const std::string_view condition = rest.substr(std::min(line + 1, rest.size()));
  const auto parsed = Expression::parse(condition, "--where", fuzz::resolve);
  if (!parsed) {
    fuzz::expect(!parsed.error().message.empty(), "refused without words");
    return 0;
  }
  const fuzz::Values values(rest.substr(0, line), data[0] * 256 - data[1]);
  const bool matches = parsed->matches(values);
  if (!parsed->is_always_true() && condition.size() < 1'000) {
    const auto inverse =
        Expression::parse("not (" + std::string(condition) + ")", "--where", fuzz::resolve);
    fuzz::expect(!inverse || inverse->matches(values) != matches, "not (x) is x");
  }
  return 0;
}
