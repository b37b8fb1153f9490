// isatty, TIOCGWINSZ and the conventions of no-color.org.
#include "cli/terminal.h"

#include <algorithm>
#include <cctype>
#include <string>
#include <sys/ioctl.h>
#include <unistd.h>

#include <fmt/format.h>

#include "cli/number_text.h"

namespace bedrocklog::cli {

bool output_is_terminal() {
  return ::isatty(STDOUT_FILENO) == 1;
}

bool errors_are_terminal() {
  return ::isatty(STDERR_FILENO) == 1;
}

int terminal_width() {
  struct winsize size{};
  return ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

bool locale_is_utf8(const Environment& environment) {
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    if (auto value = value_of(environment, name)) {
      std::transform(value->begin(), value->end(), value->begin(),
                     [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
      return value->ends_with("utf-8") || value->ends_with("utf8");
    }
  }
  return false;
}

Result<TableStyle> table_style(const Settings& settings, const Environment& environment,
                               bool is_terminal) {
  TableStyle style;
  const std::string color = settings.text("color");
  if (color != "auto" && color != "always" && color != "never") {
    return fault("--color", fmt::format("takes auto, always or never: {}", color));
  }
  const auto force = value_of(environment, "FORCE_COLOR");
  const auto term = value_of(environment, "TERM");
  style.color = is_terminal && !value_of(environment, "NO_COLOR") && term && *term != "dumb";
  if (force) {
    style.color = *force != "0";
  }
  if (color != "auto") {
    style.color = color == "always";
  }
  style.unicode = !settings.is_on("ascii") && locale_is_utf8(environment);
  style.width = is_terminal ? terminal_width() : 0;
  if (const std::string width = settings.text("width"); !width.empty()) {
    const Result<std::uint64_t> columns =
        parse_whole_number(width, "--width", {0, static_cast<std::uint64_t>(table_width_max)});
    if (!columns) {
      return pass_on(columns);
    }
    style.width = static_cast<int>(*columns);
  }
  return style;
}

}  // namespace bedrocklog::cli
