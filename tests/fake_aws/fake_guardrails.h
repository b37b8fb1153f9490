// Guardrails of the fake's Bedrock: a draft that is changed, and versions that are not.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "tests/fake_aws/fake_members.h"

namespace bedrocklog::fake_aws {

struct FakeGuardrail {
  std::string name;
  Json config = Json::object();       // Members of CreateGuardrail, but name, tags and token.
  std::map<unsigned, Json> versions;  // Configs with the version's own description.
  FakeTags tags;
  /// Until so many requests it is busy: CREATING, UPDATING, VERSIONING or DELETING, then READY.
  std::uint64_t busy_until = 0;
  std::string busy_status;
  std::uint64_t seen_from = 0;
  std::map<std::string, unsigned> version_tokens;  // Versions by clientRequestToken.
};

/// Not a service of its own: Bedrock asks it for its paths.
class FakeGuardrails {
 public:
  explicit FakeGuardrails(FakeWorld& world) : world_(world) {}

  [[nodiscard]] static bool serves(const FakeCall& call);
  [[nodiscard]] FakeAnswer handle(const FakeCall& call);
  [[nodiscard]] FakeAnswer describe(const FakeCall& call) const;
  [[nodiscard]] Json snapshot() const;
  void restore(const Json& snapshot);

 private:
  using Guardrails = std::map<std::string, FakeGuardrail>;  // By id.

  FakeAnswer create(const FakeCall& call);
  FakeAnswer list(const FakeCall& call);
  FakeAnswer get(const FakeCall& call, const std::string& id, const FakeGuardrail& guardrail);
  FakeAnswer update(const FakeCall& call, const std::string& id, FakeGuardrail& guardrail);
  FakeAnswer create_version(const FakeCall& call, const std::string& id, FakeGuardrail& guardrail);
  FakeAnswer remove(const FakeCall& call, FakeGuardrail& guardrail);
  FakeAnswer tags(const FakeCall& call);

  /// Lets those go whose deletion is over.
  void settle();
  void make_busy(FakeGuardrail& guardrail, const char* status) const;
  [[nodiscard]] std::string status_of(const FakeGuardrail& guardrail) const;
  [[nodiscard]] std::string arn_of(const std::string& region, const std::string& id) const;
  [[nodiscard]] Json summary(const std::string& region, const std::string& id,
                             const FakeGuardrail& guardrail, unsigned version) const;

  FakeWorld& world_;
  std::map<std::string, Guardrails> regions_;
};

}  // namespace bedrocklog::fake_aws
