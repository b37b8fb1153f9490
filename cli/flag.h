// The flags of the program as data: one table feeds the parser, the help, the BEDROCKLOG_*
// variables and the keys of the configuration, so that the four cannot disagree.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace bedrocklog::cli {

enum class FlagKind : std::uint8_t {
  text,      // One value.
  list,      // One value, a comma list; an array in the configuration.
  repeated,  // Any number of values; an array in the configuration.
  toggle,    // No value on the command line; true or false elsewhere.
};

/// Which commands take a value of `[defaults]` or of a BEDROCKLOG_* variable for a flag they have.
enum class FlagReach : std::uint8_t {
  command_line,  // None: the flag means something only where it is typed.
  report,        // `report` alone: other commands give the name another meaning.
  everywhere,
};

struct Flag {
  std::string_view name;      // Long name without dashes, also the key in the configuration.
  char shorthand = '\0';      // -o; none: '\0'.
  std::string_view value;     // Placeholder in the help; empty for toggles.
  std::string_view help;      // One line.
  std::string_view group;     // Heading in the help.
  std::string_view built_in;  // Value when nobody says anything; empty: none.
  FlagKind kind = FlagKind::text;
  FlagReach reach = FlagReach::everywhere;
};

/// Every flag of `report`; other commands pick from it. Static storage.
[[nodiscard]] std::span<const Flag> report_flags();

/// The entry of report_flags() with this name. Requires that there is one.
[[nodiscard]] const Flag& report_flag(std::string_view name);

/// "BEDROCKLOG_NO_SHIPPED_PRICES" for "no-shipped-prices".
[[nodiscard]] std::string variable_of(std::string_view flag_name);

}  // namespace bedrocklog::cli
