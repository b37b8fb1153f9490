// The accounts of a run over several: which ones, and the role to act as in each.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/fault.h"

namespace bedrocklog::cli {

inline constexpr std::size_t accounts_max = 1'000;
inline constexpr std::uint64_t account_file_size_bytes_max = 1ULL << 20U;

struct AccountEntry {
  std::string account;               // 12 digits.
  std::string role;                  // ARN or name of a role; empty: as the caller.
  std::vector<std::string> regions;  // Empty: those of the stack.
  std::string env;                   // Empty: that of the stack, as below.
  std::string stack;
};

/// A file of accounts, in one of two forms; blank lines and lines with # in front are passed over:
/// - CSV whose header begins with `account`, then any of `role`, `regions` (apart by blanks),
///   `env` and `stack`,
/// - a list: ACCOUNT, ACCOUNT ROLE, or the ARN of a role on each line.
/// `role` is taken where an entry has none. Every fault is reported, each with `file`:line.
[[nodiscard]] std::vector<Fault> read_account_list(std::string_view text, const std::string& file,
                                                   const std::string& role,
                                                   std::vector<AccountEntry>& entries);

/// "arn:aws:iam::123456789012:role/Deployer" as an entry. The Fault names `subject`.
[[nodiscard]] Result<AccountEntry> entry_of_role(const std::string& arn,
                                                 const std::string& subject);

/// The name of a role, with its path: what stands behind "role/".
[[nodiscard]] bool is_role_name(std::string_view text);

}  // namespace bedrocklog::cli
