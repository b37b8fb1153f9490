// Shortcuts are rewritten to the text of the filter grammar, so that there is one grammar and the
// report can show the whole condition.
#include "cli/record_filter.h"

#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "analytics/record_facts.h"
#include "ingest/model_id.h"

namespace bedrocklog::cli {
namespace {

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char letter : text) {
    if (letter == '"' || letter == '\\') {
      result += '\\';
    }
    result += letter;
  }
  return result + '"';
}

/// A tag may hold blanks and signs; the grammar takes such a name in quotes.
std::string field_text(const std::string& name) {
  const bool is_word = name.find_first_not_of(
                           "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_:-.") ==
                       std::string::npos;
  return is_word ? name : quoted(name);
}

bool is_glob(std::string_view text) {
  return text.find_first_of("*?[") != std::string_view::npos;
}

std::string comparison(std::string_view field, std::string_view value) {
  return fmt::format("{} {} {}", field, is_glob(value) ? "~" : "=", quoted(value));
}

/// "(a or b)", "a", or nothing for no alternatives.
std::string any_of(const std::vector<std::string>& alternatives) {
  const std::string joined = fmt::format("{}", fmt::join(alternatives, " or "));
  return alternatives.size() > 1 ? fmt::format("({})", joined) : joined;
}

Result<std::string> condition_of(const std::string& flag, const std::string& value) {
  if (value.empty()) {
    return fault("--" + flag, "is empty");
  }
  if (flag == "model") {
    // Logged ids come with profile prefixes and as ARNs; the key `model` is the canonical id.
    return comparison("model", is_glob(value) ? value : ingest::canonical_model(value).canonical);
  }
  if (flag == "tag") {
    const std::size_t equals = value.find('=');
    if (equals == std::string::npos || equals == 0) {
      return fault("--tag", fmt::format("takes KEY=VALUE: {}", value));
    }
    return comparison(field_text("tag:" + value.substr(0, equals)), value.substr(equals + 1));
  }
  return comparison(flag, value);
}

}  // namespace

std::string condition_text(const std::string& field, const std::vector<std::string>& values) {
  std::vector<std::string> alternatives;
  alternatives.reserve(values.size());
  for (const std::string& value : values) {
    alternatives.push_back(comparison(field_text(field), value));
  }
  return any_of(alternatives);
}

Result<RecordFilter> record_filter(const Settings& settings) {
  RecordFilter filter;
  std::vector<std::string> parts;
  const std::string where = settings.text("where");
  if (!where.empty()) {
    Result<analytics::Expression> typed =
        analytics::Expression::parse(where, "--where", analytics::resolve_record_field);
    if (!typed) {
      return pass_on(typed);  // Before joining, so that the caret stands under what was typed.
    }
    filter.condition = std::move(*typed);
    parts.push_back(where);
  }
  bool is_joined = false;
  for (const char* flag : {"model", "user", "account", "tag"}) {
    std::vector<std::string> alternatives;
    for (const std::string& value : settings.list(flag)) {
      Result<std::string> condition = condition_of(flag, value);
      if (!condition) {
        return pass_on(condition);
      }
      const Result<analytics::Expression> alone = analytics::Expression::parse(
          *condition, std::string("--") + flag, analytics::resolve_record_field);
      if (!alone) {
        return pass_on(alone);
      }
      alternatives.push_back(std::move(*condition));
    }
    if (!alternatives.empty()) {
      parts.push_back(any_of(alternatives));
      is_joined = true;
    }
  }
  if (is_joined && !where.empty() && parts.size() > 1) {
    parts.front() = fmt::format("({})", where);
  }
  filter.text = fmt::format("{}", fmt::join(parts, " and "));
  if (is_joined) {
    Result<analytics::Expression> all =
        analytics::Expression::parse(filter.text, "--where", analytics::resolve_record_field);
    if (!all) {
      return pass_on(all);
    }
    filter.condition = std::move(*all);
  }
  return filter;
}

}  // namespace bedrocklog::cli
