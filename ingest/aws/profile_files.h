// ~/.aws/config and ~/.aws/credentials as one set of profiles (AWS SDKs and Tools Reference Guide,
// "Shared config and credentials files").
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "ingest/fault.h"

namespace bedrocklog::aws {

/// The environment as a value.
using Variables = std::map<std::string, std::string, std::less<>>;

/// The variable's value; nothing when unset or empty.
[[nodiscard]] std::optional<std::string> variable(const Variables& variables,
                                                  std::string_view name);

/// Settings of a section by lower-case name; nested ones as "s3.addressing_style".
using Section = std::map<std::string, std::string, std::less<>>;

struct ProfileFiles {
  std::string config_path;
  std::string credentials_path;
  std::map<std::string, Section, std::less<>> profiles;
  /// Of these, the keys that the credentials file gave (they win over the same in the config file).
  std::map<std::string, Section, std::less<>> credentials;
  std::map<std::string, Section, std::less<>> sso_sessions;
  std::map<std::string, Section, std::less<>> services;

  [[nodiscard]] const Section* profile(std::string_view name) const;  // Null: none.
};

/// Reads both files: AWS_CONFIG_FILE, AWS_SHARED_CREDENTIALS_FILE, else below HOME. A file that is
/// not there is empty. Fails for one that cannot be read or parsed, naming file and line, never a
/// value.
[[nodiscard]] Result<ProfileFiles> load_profile_files(const Variables& variables);

}  // namespace bedrocklog::aws
