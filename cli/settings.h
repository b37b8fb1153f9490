// Settings in effect: flags over environment over configuration over built-in values, each value
// with where it came from.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/command.h"
#include "cli/configuration.h"
#include "cli/environment.h"
#include "ingest/fault.h"

namespace bedrocklog::cli {

enum class Origin : std::uint8_t {
  flag,
  environment,
  file,  // [defaults] or [report.NAME] of a configuration file.
  kind,  // A built-in report named by --kind or @NAME.
  built_in,
};

struct Setting {
  std::vector<std::string> values;
  Origin origin = Origin::built_in;
  std::string place;  // "--by", "BEDROCKLOG_BY", "bedrocklog.toml:3", "kind daily", "built in".
};

class Settings {
 public:
  /// The one value; empty when nobody says anything.
  [[nodiscard]] std::string text(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> list(std::string_view name) const;
  [[nodiscard]] bool is_on(std::string_view name) const;
  /// Null when nobody says anything.
  [[nodiscard]] const Setting* find(std::string_view name) const;
  [[nodiscard]] const std::map<std::string, Setting, std::less<>>& all() const { return all_; }

  /// Puts a value that only the command line can say otherwise (`report 24`) in place.
  void set(std::string_view name, Setting setting);

 private:
  std::map<std::string, Setting, std::less<>> all_;
};

/// What a report was asked for by name; empty for none.
struct NamedReport {
  std::string name;  // Of `report @NAME`.
};

/// Layers, strongest first: flags, BEDROCKLOG_* variables, [report.NAME], the built-in kind,
/// [defaults], built-in values. The flags that name a time range count as one setting: what a
/// stronger layer says about time replaces all of a weaker layer. `command` without a flag gets the
/// shared ones (FlagReach::everywhere) from the other layers all the same.
/// Faults: an unknown report name or kind, a toggle variable that is neither true nor false.
[[nodiscard]] Result<Settings> resolve_settings(const Invocation& invocation,
                                                const Environment& environment,
                                                const Configuration& configuration,
                                                const NamedReport& named);

/// Names of the built-in kinds, "usage" included.
[[nodiscard]] std::vector<std::string> kind_names();

/// Flags a built-in kind stands for, by flag name; null for an unknown kind.
[[nodiscard]] const std::map<std::string, std::string, std::less<>>* kind_flags(
    std::string_view kind);

}  // namespace bedrocklog::cli
