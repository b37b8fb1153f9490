// The filter grammar: what it means, and how it says what it does not understand.
#include "analytics/expression.h"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "analytics/expression_number.h"

namespace bedrocklog::analytics {
namespace {

enum FieldId { model_id, error_id, tag_id, input_id, cost_id };

Result<Field> resolve(std::string_view name) {
  const std::map<std::string, Field, std::less<>> fields = {
      {"model", {model_id, FieldType::text, 0, {}}},
      {"error", {error_id, FieldType::text, 0, {}}},
      {"input", {input_id, FieldType::number, 0, {}}},
      {"cost", {cost_id, FieldType::number, 18, {}}},
  };
  if (name.starts_with("tag:")) {
    return Field{tag_id, FieldType::text, 0, std::string(name.substr(4))};
  }
  const auto found = fields.find(name);
  if (found == fields.end()) {
    return fault("fields", "no field of that name");
  }
  return found->second;
}

struct Record {
  std::optional<std::string> model, error;
  std::map<std::string, std::string> tags;
  std::optional<Int128> input, cost;
};

class RecordValues : public FieldValues {
 public:
  explicit RecordValues(const Record& record) : record_(record) {}

  [[nodiscard]] std::optional<std::string_view> text(const Field& field) const override {
    if (field.id == tag_id) {
      const auto found = record_.tags.find(field.tag);
      return found == record_.tags.end() ? std::nullopt
                                         : std::optional<std::string_view>(found->second);
    }
    const std::optional<std::string>& value = field.id == model_id ? record_.model : record_.error;
    return value ? std::optional<std::string_view>(*value) : std::nullopt;
  }
  [[nodiscard]] std::optional<Int128> number(const Field& field) const override {
    return field.id == input_id ? record_.input : record_.cost;
  }

 private:
  const Record& record_;
};

Record example() {
  Record record;
  record.model = "anthropic.claude-sonnet-4-5";
  record.tags = {{"team", "a"}, {"cost center", "R&D"}};
  record.input = 2'500;
  record.cost = Int128{250'000'000} * 1'000'000'000;  // 0.25 USD.
  return record;
}

bool holds(const std::string& text, const Record& record = example()) {
  const Result<Expression> expression = Expression::parse(text, "--where", resolve);
  EXPECT_TRUE(expression) << expression.error().message;
  return expression && expression->matches(RecordValues(record));
}

std::string refusal(const std::string& text) {
  const Result<Expression> expression = Expression::parse(text, "--where", resolve);
  return expression ? "accepted" : expression.error().message;
}

TEST(Expression, TheExampleOfTheManualHolds) {
  EXPECT_TRUE(
      holds("model ~ \"*sonnet*\" and tag:team in (a, b) and not error exists and "
            "input > 2000"));
  Record failed = example();
  failed.error = "ThrottlingException";
  EXPECT_FALSE(holds("model ~ \"*sonnet*\" and not error exists", failed));
}

TEST(Expression, AndBindsTighterThanOr) {
  EXPECT_TRUE(holds("input = 2500 or input = 1 and input = 2"));
  EXPECT_FALSE(holds("(input = 2500 or input = 1) and input = 2"));
  EXPECT_TRUE(holds("not input = 1 and input = 2500"));
  EXPECT_TRUE(holds("not (input = 1 and input = 2500)"));
  EXPECT_FALSE(holds("not not input = 1"));
}

TEST(Expression, TextComparesAsBytes) {
  EXPECT_TRUE(holds("tag:team = a"));
  EXPECT_FALSE(holds("tag:team = A"));
  EXPECT_TRUE(holds("tag:team != b"));
  EXPECT_TRUE(holds("tag:team < b and tag:team <= a and tag:team >= a and tag:team > A"));
  EXPECT_TRUE(holds("tag:team < \"\xc3\xa4\""));
  EXPECT_TRUE(holds("\"tag:cost center\" = 'R&D'"));
}

TEST(Expression, AbsentFieldsMakeComparisonsFalse) {
  EXPECT_FALSE(holds("error = x"));
  EXPECT_FALSE(holds("error != x"));
  EXPECT_FALSE(holds("error ~ *"));
  EXPECT_FALSE(holds("error =~ .*"));
  EXPECT_FALSE(holds("error in (x, \"\")"));
  EXPECT_FALSE(holds("error exists"));
  EXPECT_TRUE(holds("not (error = x)"));
  EXPECT_TRUE(holds("not error = x"));
  EXPECT_FALSE(holds("input >= 0", Record()));
  EXPECT_FALSE(holds("input exists", Record()));
  EXPECT_TRUE(holds("input exists and cost exists"));
}

TEST(Expression, NumbersCompareExactly) {
  EXPECT_TRUE(holds("cost = 0.25"));
  EXPECT_TRUE(holds("cost = 0.250"));
  EXPECT_TRUE(holds("cost < 0.250000000000000001"));
  EXPECT_TRUE(holds("cost < 0.2500000000000000001"));  // Finer than the field itself.
  EXPECT_TRUE(holds("cost > 0.2499999999999999999"));
  EXPECT_TRUE(holds("input < 2500.5 and input > 2499.5 and input != 2500.5"));
  EXPECT_FALSE(holds("input = 2500.5 or input in (2500.5, 1)"));
  EXPECT_TRUE(holds("input > -0.5 and input in (1, 2500)"));
}

TEST(Expression, PatternsSearchAndGlobsMatchTheWhole) {
  EXPECT_TRUE(holds("model =~ sonnet"));
  EXPECT_FALSE(holds("model ~ sonnet"));
  EXPECT_TRUE(holds("model =~ '^anthropic\\..*-\\d+-\\d$'"));
  EXPECT_TRUE(holds("model =~ \"(?i)SONNET\""));
  EXPECT_FALSE(holds("model =~ \"^sonnet\""));
}

TEST(Expression, QuotedTextsTakeEscapes) {
  Record record;
  record.model = "say \"hi\" \\ 'x'";
  EXPECT_TRUE(holds(R"(model = "say \"hi\" \\ 'x'")", record));
  EXPECT_TRUE(holds(R"(model = 'say "hi" \\ \'x\'')", record));
  record.model = "and";
  EXPECT_TRUE(holds("model = \"and\"", record));
  record.model = "";
  EXPECT_TRUE(holds("model = '' and model exists", record));
  record.model = "m\xc3\xbcller@example.com/a.b_c-d:e";
  EXPECT_TRUE(holds("model = m\xc3\xbcller@example.com/a.b_c-d:e", record));
}

TEST(Expression, BlanksAreNotNeededAroundSigns) {
  EXPECT_TRUE(holds("(tag:team=a)and\tinput>=2500\nand input in(1,2500)"));
  EXPECT_TRUE(holds("model=~sonnet"));
  EXPECT_TRUE(holds("model ~'*sonnet*'"));
}

TEST(Expression, ErrorsPointAtTheColumn) {
  EXPECT_EQ(refusal("input > "),
            "expected a value; texts other than plain words need quotes\n"
            "  input > \n"
            "          ^");
  EXPECT_EQ(refusal("modle = x"),
            "no field of that name\n"
            "  modle = x\n"
            "  ^");
  EXPECT_EQ(refusal("input > 5 input"),
            "expected and, or, or the end\n"
            "  input > 5 input\n"
            "            ^");
  EXPECT_EQ(refusal("model = \"m\xc3\xbcller\" )"),
            "this ) closes nothing\n"
            "  model = \"m\xc3\xbcller\" )\n"
            "                   ^");
  EXPECT_EQ(refusal("input > 5 and (model = x"),
            "this ( never closes\n"
            "  input > 5 and (model = x\n"
            "                ^");
}

TEST(Expression, RefusesWhatItDoesNotUnderstand) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"", "expected a field name"},
      {"   ", "expected a field name"},
      {"and", "expected a field name"},
      {"input", "expected = != < <="},
      {"input 5", "expected = != < <="},
      {"input == 5", "expected a value"},
      {"input > abc", "is a number"},
      {"input > \"5\"", "is a number"},
      {"input > 1e3", "is a number"},
      {"input > 5k", "is a number"},
      {"input > 99999999999999999999999999999999999999999", "is a number"},
      {"input ~ 5", "is a number"},
      {"input =~ 5", "is a number"},
      {"model in x", "expected ( and a list"},
      {"model in ()", "expected a value"},
      {"model in (x", "expected , and another value"},
      {"model in (x,)", "expected a value"},
      {"model = and", "needs quotes"},
      {"model = \"x", "never closes"},
      {"model = 'x\\'", "never closes"},
      {"model = x & y", "means nothing here"},
      {"input > $5", "means nothing here"},
      {"(model = x y)", "expected and, or, or )"},
      {"not", "expected a field name"},
      {"model =~ \"(\"", "not a regular expression"},
      {"model =~ \"\xff\"", "not a regular expression"},
      {"model = x and", "expected a field name"},
      {"model = x or or model = y", "expected a field name"},
  };
  for (const auto& [text, expected] : cases) {
    EXPECT_NE(refusal(text).find(expected), std::string::npos) << text << '\n' << refusal(text);
    EXPECT_EQ(Expression::parse(text, "--having", resolve).error().subject, "--having");
  }
}

TEST(Expression, HostileTextsAreFaults) {
  const std::string deep(100'000, '(');
  EXPECT_NE(refusal(deep).find("longer than 65536 bytes"), std::string::npos);
  const auto nested = [](std::size_t levels) {
    return std::string(levels, '(') + "input = 1" + std::string(levels, ')');
  };
  EXPECT_EQ(refusal(nested(expression_depth_max)), "accepted");
  EXPECT_NE(refusal(nested(expression_depth_max + 1)).find("deeper than 100"), std::string::npos);
  EXPECT_NE(refusal(nested(20'000)).find("deeper than 100"), std::string::npos);
  std::string nots = "input = 1";
  for (int i = 0; i < 101; ++i) {
    nots.insert(0, "not ");
  }
  EXPECT_NE(refusal(nots).find("deeper than 100"), std::string::npos);
  EXPECT_NE(refusal("model =~ \"((a{1000}){1000}){1000}\"").find("not a regular expression"),
            std::string::npos);
  std::string patterns = "model =~ a";
  for (int i = 0; i < 64; ++i) {
    patterns += " or model =~ a";
  }
  EXPECT_NE(refusal(patterns).find("more than 64 regular"), std::string::npos);
}

TEST(Expression, MessagesStayShortAndFreeOfControlBytes) {
  const std::string message =
      refusal("model = \"\x1b[2J\" and " + std::string(9'000, 'x') + " \x01");
  EXPECT_EQ(message.find('\x1b'), std::string::npos);
  EXPECT_LT(message.size(), 400U);
  EXPECT_EQ(refusal("model = a\x1b\x1b"),
            "this character means nothing here; texts with it need quotes\n"
            "  model = a??\n"
            "           ^");
}

TEST(Expression, ManyConditionsInOneRowAreNoDepth) {
  std::string text = "input = 1";
  while (text.size() + 20 < expression_size_bytes_max) {
    text += " or input = 2";
  }
  EXPECT_FALSE(holds(text));
}

TEST(Expression, TheDefaultHoldsForEverything) {
  const Expression all;
  EXPECT_TRUE(all.is_always_true());
  EXPECT_TRUE(all.matches(RecordValues(Record())));
  const Result<Expression> some = Expression::parse("input = 1", "--where", resolve);
  EXPECT_FALSE(some->is_always_true());
  const Expression copy = *some;
  EXPECT_FALSE(copy.matches(RecordValues(example())));
}

// A condition made at random, as text and as the function it stands for.
struct Sample {
  std::string text;
  std::function<bool(const Record&)> holds;
};

template <class Value>
bool ordered(const Value& left, const std::string& sign, const Value& right) {
  return sign == "="    ? left == right
         : sign == "!=" ? left != right
         : sign == "<"  ? left < right
         : sign == "<=" ? left <= right
         : sign == ">"  ? left > right
                        : left >= right;
}

Sample arbitrary_condition() {
  const std::string sign = *rc::gen::element<std::string>("=", "!=", "<", "<=", ">", ">=");
  switch (*rc::gen::inRange(0, 5)) {
    case 0: {
      const auto literal = *rc::gen::inRange(-3, 4);
      return {"input " + sign + ' ' + std::to_string(literal), [=](const Record& record) {
                return record.input && ordered<Int128>(*record.input, sign, literal);
              }};
    }
    case 1: {
      const auto tenths = *rc::gen::inRange(0, 40);
      return {"input" + sign + std::to_string(tenths / 10) + '.' + std::to_string(tenths % 10),
              [=](const Record& record) {
                return record.input && ordered<Int128>(*record.input * 10, sign, tenths);
              }};
    }
    case 2: {
      const std::string literal = *rc::gen::element<std::string>("a", "b", "ab", "");
      return {"model " + sign + " \"" + literal + '"', [=](const Record& record) {
                return record.model && ordered(*record.model, sign, literal);
              }};
    }
    case 3:
      return {"model in (a, 'ab')", [](const Record& record) {
                return record.model && (*record.model == "a" || *record.model == "ab");
              }};
    default:
      return {"model exists", [](const Record& record) { return record.model.has_value(); }};
  }
}

Sample arbitrary_expression(int depth) {
  const int shape = depth == 0 ? 0 : *rc::gen::inRange(0, 5);
  if (shape == 0) {
    return arbitrary_condition();
  }
  const Sample left = arbitrary_expression(depth - 1);
  if (shape == 1) {
    return {"not (" + left.text + ')', [=](const Record& record) { return !left.holds(record); }};
  }
  const Sample right = arbitrary_expression(depth - 1);
  if (shape <= 3) {
    return {'(' + left.text + ")and(" + right.text + ')',
            [=](const Record& record) { return left.holds(record) && right.holds(record); }};
  }
  return {'(' + left.text + ") or " + '(' + right.text + ')',
          [=](const Record& record) { return left.holds(record) || right.holds(record); }};
}

RC_GTEST_PROP(Expression, MeansWhatItsPartsMean, ()) {
  const Sample sample = arbitrary_expression(*rc::gen::inRange(0, 5));
  const Result<Expression> expression = Expression::parse(sample.text, "--where", resolve);
  RC_ASSERT(expression.has_value());
  for (int i = 0; i < 10; ++i) {
    Record record;
    if (*rc::gen::inRange(0, 3) > 0) {
      record.model = *rc::gen::element<std::string>("a", "b", "ab", "");
    }
    if (*rc::gen::inRange(0, 3) > 0) {
      record.input = *rc::gen::inRange(-3, 4);
    }
    RC_ASSERT(expression->matches(RecordValues(record)) == sample.holds(record));
  }
}

RC_GTEST_PROP(Expression, TokensInAnyOrderNeverBreakIt, ()) {
  const auto parts = *rc::gen::container<std::vector<std::string>>(
      rc::gen::element<std::string>("(", ")", "and", "or", "not", "in", "exists", "model", "input",
                                    "=", "<", "~", "=~", ",", "5", "\"x\"", "'", "*", "\x01"));
  std::string text;
  for (const std::string& part : parts) {
    text += part + ' ';
  }
  const Result<Expression> expression = Expression::parse(text, "--where", resolve);
  if (expression) {
    static_cast<void>(expression->matches(RecordValues(example())));
  } else {
    RC_ASSERT(expression.error().subject == "--where");
  }
}

TEST(NumberBound, LiteralsBetweenTwoIntegersStandBetweenThem) {
  const NumberBound bound = parse_number_bound("-1.5", 0).value();
  EXPECT_LT(bound.order_of(-2), 0);
  EXPECT_GT(bound.order_of(-1), 0);
}

RC_GTEST_PROP(NumberBound, OrdersAsMultiplicationDoes, ()) {
  const auto literal_e3 = *rc::gen::inRange<std::int64_t>(-20'000, 20'000);
  const auto scale = *rc::gen::element<unsigned>(0, 1, 2, 3, 5);
  const std::string text = to_decimal(literal_e3, 3, *rc::gen::inRange(0U, 6U));
  const auto bound = parse_number_bound(text, scale);
  RC_ASSERT(bound.has_value());
  // value / 10^scale against literal_e3 / 10^3, over the denominator 10^(scale + 3).
  Int128 right = literal_e3;
  for (unsigned i = 0; i < scale; ++i) {
    right *= 10;
  }
  for (const Int128 step : {-2, -1, 0, 1, 2}) {
    const Int128 value = right / 1'000 + step;  // Where the answer turns.
    const Int128 left = value * 1'000;
    const int order = left < right ? -1 : left == right ? 0 : 1;
    RC_ASSERT(bound->order_of(value) == order);
  }
}

}  // namespace
}  // namespace bedrocklog::analytics
