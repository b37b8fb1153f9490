// Values that AWS makes up and other resources need: the ARN of a key, the id of a security group.
//
// In properties they are CloudFormation's {"Fn::GetAtt": ["ADDRESS", "ATTRIBUTE"]}, with the text
// of an address where a template has a logical id. The attribute is one of Observed::details.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "provision/observed_state.h"
#include "provision/resource.h"

namespace bedrocklog::provision {

/// What a property says in place of a value that is known only when the other thing is there.
[[nodiscard]] Json reference_to(const Address& address, std::string_view attribute);

struct Reference {
  Address address;
  std::string attribute;  // "Arn".
};
/// Nothing: `value` is no reference.
[[nodiscard]] std::optional<Reference> read_reference(const Json& value);
/// All references in it, at any depth, in order.
[[nodiscard]] std::vector<Reference> references_in(const Json& properties);

/// The details of a thing that is there; null: it is not.
using DetailsOf = std::function<const Json*(const Address&)>;
/// References to what `details_of` knows replaced by their values; others stay.
[[nodiscard]] Json resolved(const Json& properties, const DetailsOf& details_of);
/// By what was observed.
[[nodiscard]] Json resolved(const Json& properties, const ObservedState& observed);

}  // namespace bedrocklog::provision
