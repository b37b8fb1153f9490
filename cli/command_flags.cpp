// Flags of the command table.
#include "cli/command_flags.h"

#include <utility>

namespace bedrocklog::cli {

Flags picked(std::initializer_list<std::string_view> names, Flags own) {
  for (const std::string_view name : names) {
    own.push_back(report_flag(name));
  }
  return own;
}

Flags picked_with_aws(std::initializer_list<std::string_view> names, Flags own) {
  own = picked(names, std::move(own));
  return picked(
      {"profile", "region", "endpoint-url", "no-sign-request", "request-payer", "ca-bundle",
       "path-style", "fips", "dualstack", "connections", "max-attempts", "stall-timeout"},
      std::move(own));
}

Flag own_flag(std::string_view name, std::string_view value, std::string_view help,
              std::string_view built_in) {
  return {name, '\0', value, help, "Flags", built_in, FlagKind::text, FlagReach::command_line};
}

Flag repeated_flag(std::string_view name, std::string_view value, std::string_view help) {
  return {name, '\0', value, help, "Flags", "", FlagKind::repeated, FlagReach::command_line};
}

Flag list_flag(std::string_view name, std::string_view value, std::string_view help) {
  return {name, '\0', value, help, "Flags", "", FlagKind::list, FlagReach::command_line};
}

Flag toggle_flag(std::string_view name, std::string_view help) {
  return {name, '\0', "", help, "Flags", "", FlagKind::toggle, FlagReach::command_line};
}

Flag format_flag(std::string_view formats) {
  return own_flag("format", "FORMAT", formats, "table");
}

}  // namespace bedrocklog::cli
