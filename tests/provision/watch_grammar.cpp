// Queries over logs and metrics, and patterns of filters.
#include "tests/provision/watch_grammar.h"

#include <regex>

#include "tests/provision/text_scanner.h"

namespace bedrocklog::provision {
namespace {

bool is_name(char c) {
  return is_letter(c) || is_digit(c) || c == '_' || c == '.' || c == '@';
}

class LogReader {
 public:
  explicit LogReader(std::string_view text) : scan_(text) {}

  std::optional<LogStatement> run(std::string& fault) {
    do {
      command();
    } while (scan_.take("|"));
    if (!scan_.is_done()) {
      scan_.complain("nothing more is wanted");
    }
    fault = scan_.fault();
    return fault.empty() ? std::optional(result_) : std::nullopt;
  }

 private:
  void command() {
    const std::string name = scan_.while_(is_letter);
    result_.commands.insert(name);
    if (name == "fields") {
      do {
        field();
      } while (scan_.take(","));
    } else if (name == "filter") {
      do {
        condition();
      } while (scan_.take("and") || scan_.take("or"));
    } else if (name == "stats") {
      statistics();
    } else if (name == "sort") {
      field();
      if (!scan_.take("desc") && !scan_.take("asc")) {
        scan_.complain("an order is wanted");
      }
    } else if (name == "limit") {
      whole_number();
    } else {
      scan_.complain("no such command: " + name);
    }
  }
  void statistics() {
    do {
      const std::string function = scan_.while_([](char c) { return is_letter(c) || c == '_'; });
      scan_.need("(");
      if (function == "count") {
        scan_.need("*");
      } else if (function == "sum" || function == "count_distinct") {
        field();
      } else if (function == "pct") {
        field();
        scan_.need(",");
        whole_number();
      } else {
        scan_.complain("no such statistic: " + function);
      }
      scan_.need(")");
      scan_.need("as");
      computed_.insert(scan_.while_([](char c) { return is_letter(c) || is_digit(c); }));
    } while (scan_.take(","));
    scan_.need("by");
    do {
      if (scan_.take("bin(")) {
        whole_number();
        if (!scan_.take("h)") && !scan_.take("d)")) {
          scan_.complain("a unit is wanted");
        }
      } else {
        field();
      }
    } while (scan_.take(","));
  }
  void condition() {
    if (scan_.take("ispresent(")) {
      field();
      scan_.need(")");
      return;
    }
    field();
    if (scan_.take("in")) {
      scan_.need("[");
      do {
        (void)scan_.quoted('"');
      } while (scan_.take(","));
      scan_.need("]");
    } else if (scan_.take("=")) {
      (void)scan_.quoted('"');
    } else {
      (void)scan_.take("not");
      scan_.need("like");
      const std::string pattern = scan_.quoted('/');
      try {
        (void)std::regex(pattern);
      } catch (const std::regex_error&) {
        scan_.complain("no pattern: " + pattern);
      }
    }
  }
  void field() {
    const std::string name = scan_.peek() == '`' ? scan_.quoted('`') : scan_.while_(is_name);
    if (name.empty() || is_digit(name.front())) {
      scan_.complain("a field is wanted");
    } else if (!computed_.contains(name)) {
      result_.fields.insert(name);
    }
  }
  void whole_number() {
    if (scan_.while_(is_digit).empty()) {
      scan_.complain("a number is wanted");
    }
  }

  TextScannerView scan_;
  LogStatement result_;
  std::set<std::string> computed_;
};

class PatternReader {
 public:
  explicit PatternReader(std::string_view text) : scan_(text) {}

  std::optional<std::set<std::string>> run(std::string& fault) {
    scan_.need("{");
    either();
    scan_.need("}");
    if (!scan_.is_done()) {
      scan_.complain("nothing more is wanted");
    }
    fault = scan_.fault();
    return fault.empty() ? std::optional(selectors_) : std::nullopt;
  }

 private:
  void either() {
    do {
      do {
        term();
      } while (scan_.take("&&"));
    } while (scan_.take("||"));
  }
  void term() {
    if (scan_.take("(")) {
      either();
      scan_.need(")");
      return;
    }
    const std::string selector =
        scan_.while_([](char c) { return is_letter(c) || c == '$' || c == '.'; });
    if (!selector.starts_with("$.") || selector.ends_with('.')) {
      scan_.complain("a selector is wanted");
    }
    selectors_.insert(selector);
    if (scan_.take(">=")) {
      if (scan_.number().empty()) {
        scan_.complain("a number is wanted");
      }
      return;
    }
    scan_.need("=");
    (void)scan_.quoted('"');
  }

  TextScannerView scan_;
  std::set<std::string> selectors_;
};

}  // namespace

std::optional<MetricUse> read_insights_select(std::string_view text) {
  static const std::regex form(
      R"re(SELECT (SUM|AVG)\(([A-Za-z]+)\) FROM SCHEMA\("([A-Za-z/]+)", ([A-Za-z]+)\))re");
  std::match_results<std::string_view::const_iterator> parts;
  if (!std::regex_match(text.begin(), text.end(), parts, form)) {
    return std::nullopt;
  }
  return MetricUse{parts[3], parts[2], {parts[4]}, parts[1] == "SUM" ? "Sum" : "Average"};
}

std::optional<LogStatement> read_log_query(std::string_view text, std::string& fault) {
  return LogReader(text).run(fault);
}

std::optional<std::set<std::string>> read_filter_pattern(std::string_view text,
                                                         std::string& fault) {
  return PatternReader(text).run(fault);
}

}  // namespace bedrocklog::provision
