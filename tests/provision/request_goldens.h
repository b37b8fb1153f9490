// Requests of whole runs held against files: one of each operation, as it went over the wire.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>

#include "tests/fake_aws/fake_aws.h"

namespace bedrocklog::provision {

/// Collects what runs have sent.
class SentRequests {
 public:
  /// Takes what the account was asked since the last time, and was answered without an error.
  void take(fake_aws::FakeAws& account);
  /// Forgets that instead: calls that are none of ours.
  static void skip(fake_aws::FakeAws& account) { account.forget_calls(); }

  [[nodiscard]] std::set<std::string> operations_of(const std::string& service) const;
  /// {operation: {"Line", "Headers", "Body"}}, of each operation the request that shows most.
  [[nodiscard]] fake_aws::Json goldens_of(const std::string& service) const;

 private:
  std::map<std::pair<std::string, std::string>, std::set<fake_aws::Json>> requests_;
};

/// tests/data/requests/SERVICE.json.
[[nodiscard]] fake_aws::Json read_goldens(const std::string& service);

/// Every request is the one in the file, and the file has no more. With BEDROCKLOG_WRITE_GOLDENS
/// set the file is written instead.
void expect_goldens(const SentRequests& sent, const std::string& service);

}  // namespace bedrocklog::provision
