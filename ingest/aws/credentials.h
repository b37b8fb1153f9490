// Credentials, and where they come from.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ingest/aws/secret_text.h"
#include "ingest/aws/utc_time.h"
#include "ingest/fault.h"

namespace bedrocklog::aws {

struct Credentials {
  std::string access_key_id;  // Empty: requests go out unsigned.
  SecretText secret_access_key;
  SecretText session_token;           // Empty for long-lived keys.
  std::optional<UtcTime> expires_at;  // Nothing: they do not expire.
  std::string source;                 // For the user: "profile reports (role assumed)".
};

/// One way to get credentials. load() asks anew each time it is called; it may read files, run a
/// process or speak HTTP, and may block.
class CredentialProvider {
 public:
  CredentialProvider() = default;
  CredentialProvider(const CredentialProvider&) = delete;
  CredentialProvider& operator=(const CredentialProvider&) = delete;
  CredentialProvider(CredentialProvider&&) = delete;
  CredentialProvider& operator=(CredentialProvider&&) = delete;
  virtual ~CredentialProvider() = default;

  /// Nothing when this way is not configured here ("not this one, try the next"); a Fault when it
  /// is configured and fails, which ends the search as in every AWS tool.
  [[nodiscard]] virtual Result<std::optional<Credentials>> load() = 0;
  /// For the message that lists what was tried: "environment variables", "profile reports".
  [[nodiscard]] virtual std::string name() const = 0;
};

/// Credentials that stay fresh through a long run. Thread-safe; callers wait while one refreshes.
class CredentialCache {
 public:
  /// Providers are asked in order; the first that has credentials stays the one asked.
  CredentialCache(std::vector<std::unique_ptr<CredentialProvider>> providers, Clock clock);
  ~CredentialCache();
  CredentialCache(const CredentialCache&) = delete;
  CredentialCache& operator=(const CredentialCache&) = delete;
  CredentialCache(CredentialCache&&) = delete;
  CredentialCache& operator=(CredentialCache&&) = delete;

  /// Credentials that hold for at least a minute more. Renewed from five minutes before expiry; a
  /// renewal that fails is a Fault only once the old ones have expired. When no provider has any:
  /// a Fault of cause credentials_missing that names every one tried and what to do.
  [[nodiscard]] Result<Credentials> current();

  /// The service said `refused` has expired: the next current() asks anew, unless that happened
  /// already.
  void expire(const Credentials& refused);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace bedrocklog::aws
