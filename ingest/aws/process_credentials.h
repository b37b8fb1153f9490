// Credentials that a program of the user's prints: credential_process.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/aws/credential_context.h"
#include "ingest/aws/credentials.h"
#include "ingest/fault.h"

namespace bedrocklog::aws {

inline constexpr std::size_t process_output_size_bytes_max = 64U << 10U;
inline constexpr unsigned process_timeout_ms = 60'000;

/// Words of a command line as a POSIX shell splits them: blanks, '...', "...", backslashes; nothing
/// is expanded. Nothing when a quote is left open.
[[nodiscard]] std::optional<std::vector<std::string>> command_words(std::string_view line);

/// Runs the command without a shell, with the environment of the settings; its stderr is ours, its
/// stdin is empty. Fails when it does not end well within `timeout_ms`, prints too much, or prints
/// something else than `{"Version": 1, "AccessKeyId", ...}`; never tells what it printed.
[[nodiscard]] Result<Credentials> process_credentials(const CredentialContext& context,
                                                      const std::string& source,
                                                      const std::string& command,
                                                      unsigned timeout_ms = process_timeout_ms);

}  // namespace bedrocklog::aws
