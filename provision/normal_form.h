// One form for documents that AWS returns in several: so that only what differs in meaning differs.
#pragma once

#include <string>
#include <vector>

#include "provision/resource.h"

namespace bedrocklog::provision {

/// An IAM policy document: Version kept, Statement always an array; Action, Resource, Principal
/// entries, condition values always sorted arrays of strings without repeats; principal "*" and
/// {"AWS":"*"} are one; account ids and root ARNs of principals are one. Statements keep their
/// Sid; order is by Sid, then content.
[[nodiscard]] Json normal_policy(const Json& document);

/// Properties of that kind: policies normalised, lists without order sorted (tags, actions,
/// dimensions, statements, lifecycle rules by Id), numbers that came as text as numbers where the
/// type says number, empty lists and nulls gone.
[[nodiscard]] Json normal_form(ResourceKind kind, const Json& properties);

/// A managed property that differs. Paths like "LifecycleConfiguration.Rules[bedrocklog-expire]
/// .ExpirationInDays".
struct PropertyChange {
  std::string path;
  Json before;  // Null: not there.
  Json after;   // Null: taken away.
};

/// Differences in what `desired` names; members only `observed` has are not ours to judge. Lists
/// of identified things (tags by Key, rules by Id, statements by Sid, inline policies by
/// PolicyName, targets of rules by Id) are compared entry by entry, and entries only `observed` has
/// are kept, but for those that carry our mark. A few members must not be there when they are not
/// wanted (Insights of a trail, filters of a budget, policies of a guardrail): whoever compares one
/// property alone leaves the others out of both. Both in normal form. By path.
[[nodiscard]] std::vector<PropertyChange> differences(ResourceKind kind, const Json& desired,
                                                      const Json& observed);

}  // namespace bedrocklog::provision
