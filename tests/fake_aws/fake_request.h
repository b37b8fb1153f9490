// From a request off the wire to a call of a service: decoding, and what the protocol asks of it.
#pragma once

#include <optional>
#include <string>

#include "tests/aws/loopback_server.h"
#include "tests/fake_aws/fake_protocol.h"
#include "tests/fake_aws/fake_signature.h"

namespace bedrocklog::fake_aws {

struct ReadCall {
  FakeCall call;
  /// Content type, version, encoding or JSON are not those of the protocol.
  std::optional<FakeAnswer> refused;
};

[[nodiscard]] ReadCall read_call(const aws::SeenRequest& request,
                                 const FakeAuthorization& authorization,
                                 const FakeServiceTraits& traits);

/// "Tags.member.1.Key" to {"Tags": [{"Key": ..}]}, "Attributes.entry.1.key" and ".value" to an
/// object. Nothing for a list with holes, or a name that is both a value and a structure. Flat
/// lists are those of EC2: "Tag.1.Key".
[[nodiscard]] std::optional<Json> members_tree(const std::map<std::string, std::string>& form,
                                               bool has_flat_lists = false);

}  // namespace bedrocklog::fake_aws
