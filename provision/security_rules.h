// Rules of security groups in the form in which EC2 gives them back.
#pragma once

#include "provision/resource.h"

namespace bedrocklog::provision {

/// Lists of rules of AWS::EC2::SecurityGroup: protocols by name ("6" is tcp), no ports where the
/// protocol is any, ranges of addresses without the bits behind the prefix. `properties` may lack
/// the lists.
[[nodiscard]] Json with_normal_rules(Json properties);
/// Puts back lists of rules that were empty in `given`: no rules at all is something to ask for.
void keep_empty_rules(const Json& given, Json& normal);

}  // namespace bedrocklog::provision
