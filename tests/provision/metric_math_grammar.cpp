// Metric math, read and computed by recursive descent.
#include <algorithm>
#include <cctype>
#include <map>
#include <regex>

#include "tests/provision/text_scanner.h"
#include "tests/provision/watch_grammar.h"

namespace bedrocklog::provision {
namespace {

/// A number is a series of the same value everywhere.
struct MathValue {
  MathType type = MathType::number;
  Points points;             // Of numbers and series.
  std::vector<Points> list;  // Of lists.
};

using Point = std::optional<double>;

Point applied(const std::string& sign, const Point& left, const Point& right) {
  if (!left || !right || (sign == "/" && *right == 0)) {
    return std::nullopt;
  }
  static const std::map<std::string, double (*)(double, double)> operations = {
      {"+", [](double a, double b) { return a + b; }},
      {"-", [](double a, double b) { return a - b; }},
      {"*", [](double a, double b) { return a * b; }},
      {"/", [](double a, double b) { return a / b; }},
      {"==", [](double a, double b) { return a == b ? 1.0 : 0.0; }},
      {"!=", [](double a, double b) { return a != b ? 1.0 : 0.0; }},
      {"<=", [](double a, double b) { return a <= b ? 1.0 : 0.0; }},
      {">=", [](double a, double b) { return a >= b ? 1.0 : 0.0; }},
      {"<", [](double a, double b) { return a < b ? 1.0 : 0.0; }},
      {">", [](double a, double b) { return a > b ? 1.0 : 0.0; }},
      {"AND", [](double a, double b) { return a != 0 && b != 0 ? 1.0 : 0.0; }},
      {"OR", [](double a, double b) { return a != 0 || b != 0 ? 1.0 : 0.0; }},
      {"SUM", [](double a, double b) { return a + b; }},
      {"MAX", [](double a, double b) { return std::max(a, b); }},
      {"MIN", [](double a, double b) { return std::min(a, b); }}};
  return operations.at(sign)(*left, *right);
}

class MathReader {
 public:
  MathReader(std::string_view text, const std::map<std::string, Points>& series)
      : scan_(text), series_(&series) {
    for (const auto& [id, points] : series) {
      count_ = points.size();
    }
  }

  std::optional<MathExpression> run(std::string& fault) {
    value_ = either();
    result_.type = value_.type;
    if (!scan_.is_done()) {
      scan_.complain("nothing more is wanted");
    }
    fault = scan_.fault();
    return fault.empty() ? std::optional(result_) : std::nullopt;
  }
  [[nodiscard]] const MathValue& value() const { return value_; }

 private:
  MathValue combined(const std::string& sign, const MathValue& left, const MathValue& right) {
    if (left.type == MathType::series_list || right.type == MathType::series_list) {
      scan_.complain("an operator of one series each");
      return left;
    }
    MathValue value{left.type == MathType::number ? right.type : left.type, {}, {}};
    for (std::size_t index = 0; index < count_; ++index) {
      value.points.push_back(applied(sign, left.points[index], right.points[index]));
    }
    return value;
  }
  MathValue either() {
    MathValue value = both();
    while (scan_.take("OR") || scan_.take("||")) {
      value = combined("OR", value, both());
    }
    return value;
  }
  MathValue both() {
    MathValue value = comparison();
    while (scan_.take("AND") || scan_.take("&&")) {
      value = combined("AND", value, comparison());
    }
    return value;
  }
  MathValue comparison() {
    MathValue value = sum();
    for (const char* const sign : {"==", "!=", "<=", ">=", "<", ">"}) {
      if (scan_.take(sign)) {
        return combined(sign, value, sum());
      }
    }
    return value;
  }
  MathValue sum() {
    MathValue value = product();
    for (;;) {
      if (scan_.take("+")) {
        value = combined("+", value, product());
      } else if (scan_.take("-")) {
        value = combined("-", value, product());
      } else {
        return value;
      }
    }
  }
  MathValue product() {
    MathValue value = atom();
    for (;;) {
      if (scan_.take("*")) {
        value = combined("*", value, atom());
      } else if (scan_.take("/")) {
        value = combined("/", value, atom());
      } else {
        return value;
      }
    }
  }
  MathValue atom() {
    if (scan_.take("(")) {
      MathValue value = either();
      scan_.need(")");
      return value;
    }
    if (scan_.take("[")) {
      MathValue value{MathType::series_list, {}, {}};
      do {
        value.list.push_back(wanted(MathType::series).points);
      } while (scan_.take(","));
      scan_.need("]");
      return value;
    }
    if (is_digit(scan_.peek())) {
      return {MathType::number, Points(count_, std::stod(scan_.number())), {}};
    }
    const std::string name =
        scan_.while_([](char c) { return is_letter(c) || is_digit(c) || c == '_'; });
    if (name.empty()) {
      scan_.complain("an operand is wanted");
      return {MathType::number, Points(count_), {}};
    }
    if (std::isupper(static_cast<unsigned char>(name.front())) != 0) {
      return call(name);
    }
    result_.ids.insert(name);
    const auto found = series_->find(name);
    return {MathType::series, found == series_->end() ? Points(count_) : found->second, {}};
  }
  MathValue wanted(MathType type) {
    MathValue value = either();
    if (value.type != type) {
      scan_.complain("another type of operand is wanted");
      value.points.resize(count_);
    }
    return value;
  }
  MathValue call(const std::string& name) {
    result_.functions.insert(name);
    scan_.need("(");
    MathValue value{MathType::series, Points(count_), {}};
    if (name == "SEARCH") {
      search();
      value.type = MathType::series_list;
    } else if (name == "SUM" || name == "MAX" || name == "MIN") {
      value.points = folded(name, wanted(MathType::series_list).list);
    } else if (name == "FILL") {
      value.points = wanted(MathType::series).points;
      scan_.need(",");
      const Points filling = wanted(MathType::number).points;
      for (std::size_t index = 0; index < count_; ++index) {
        value.points[index] = value.points[index] ? value.points[index] : filling[index];
      }
    } else if (name == "DIFF" || name == "RUNNING_SUM") {
      value.points = stepped(name == "DIFF", wanted(MathType::series).points);
    } else if (name == "IF") {
      value = choice();
    } else if (name == "ANOMALY_DETECTION_BAND") {
      (void)wanted(MathType::series);
      scan_.need(",");
      (void)wanted(MathType::number);
      value.type = MathType::series_list;  // Lower and upper.
    } else {
      scan_.complain("no such function: " + name);
    }
    scan_.need(")");
    return value;
  }
  [[nodiscard]] Points folded(const std::string& name, const std::vector<Points>& list) const {
    Points result = list.empty() ? Points(count_) : list.front();
    for (std::size_t one = 1; one < list.size(); ++one) {
      for (std::size_t index = 0; index < count_; ++index) {
        result[index] = applied(name, result[index], list[one][index]);
      }
    }
    return result;
  }
  [[nodiscard]] static Points stepped(bool is_difference, const Points& points) {
    Points result(points.size());
    double sum = 0;
    for (std::size_t index = 0; index < points.size(); ++index) {
      if (!is_difference && points[index]) {
        result[index] = sum += *points[index];
      } else if (is_difference && index > 0) {
        result[index] = applied("-", points[index], points[index - 1]);
      }
    }
    return result;
  }
  MathValue choice() {
    const Points conditions = wanted(MathType::series).points;
    scan_.need(",");
    const MathValue then = either();
    scan_.need(",");
    const MathValue otherwise = either();
    MathValue value{MathType::series, Points(count_), {}};
    for (std::size_t index = 0; index < count_; ++index) {
      if (conditions[index]) {
        value.points[index] =
            *conditions[index] != 0 ? then.points[index] : otherwise.points[index];
      }
    }
    return value;
  }
  /// '{NAMESPACE,DIMENSION} MetricName="NAME" "VALUE"', 'STATISTIC', PERIOD. What is not only
  /// letters stands in quotes.
  void search() {
    static const std::regex form(R"re(\{("?[A-Za-z/]+"?)((?:,(?:[A-Za-z]+|"[A-Za-z ]+"))*)\} )re"
                                 R"re(MetricName="([A-Za-z]+)"(?: "[a-z0-9-]+")?)re");
    const std::string query = scan_.quoted('\'');
    scan_.need(",");
    const std::string statistic = scan_.quoted('\'');
    scan_.need(",");
    const std::string period = scan_.number();
    std::smatch parts;
    if (!std::regex_match(query, parts, form) || !is_statistic(statistic) || period.empty() ||
        std::stoul(period) % 60 != 0) {
      scan_.complain("no search");
      return;
    }
    const auto unquoted = [](std::string text) {
      std::erase(text, '"');
      return text;
    };
    MetricUse use{unquoted(parts[1]), parts[3], {}, statistic};
    const std::string dimensions = unquoted(parts[2]);
    for (std::size_t from = 1; from < dimensions.size();) {
      const std::size_t end = std::min(dimensions.find(',', from), dimensions.size());
      use.dimensions.insert(dimensions.substr(from, end - from));
      from = end + 1;
    }
    result_.searched.push_back(std::move(use));
  }

  TextScannerView scan_;
  const std::map<std::string, Points>* series_;
  std::size_t count_ = 0;
  MathExpression result_;
  MathValue value_;
};

}  // namespace

std::optional<MathExpression> read_math(std::string_view text, std::string& fault) {
  static const std::map<std::string, Points> none;
  return MathReader(text, none).run(fault);
}

std::optional<Points> evaluate_math(std::string_view text,
                                    const std::map<std::string, Points>& series,
                                    std::string& fault) {
  MathReader reader(text, series);
  if (!reader.run(fault) || reader.value().type != MathType::series) {
    return std::nullopt;
  }
  return reader.value().points;
}

bool is_statistic(std::string_view text) {
  static const std::regex form(R"(Sum|Average|Maximum|p\d{1,2}|PR\(:\d+\))");
  return std::regex_match(text.begin(), text.end(), form);
}

}  // namespace bedrocklog::provision
