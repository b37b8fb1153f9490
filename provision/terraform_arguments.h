// What Terraform's provider hashicorp/aws calls the properties of our kinds (its resource pages).
#pragma once

#include <string>
#include <vector>

#include "provision/resource.h"
#include "provision/stack_spec.h"

namespace bedrocklog::provision {

/// One resource of Terraform.
struct TerraformBlock {
  std::string type;  // "aws_kms_key".
  std::string part;  // What distinguishes several of one thing.
  /// References of ours (reference.h) stand as they are; also inside of texts of JSON.
  Json arguments;
  std::string import_id;  // Empty: cannot be imported, or its id is not known.
};

/// Of all kinds but buckets, roles, subscriptions and policies, which the exporter puts together.
/// None: Terraform has no resource for it. `details` are those that were observed, or null.
[[nodiscard]] std::vector<TerraformBlock> terraform_blocks(const StackSpec& spec,
                                                           const Resource& resource,
                                                           const Json& details);

/// {"name":"value"} of [{"Key":..,"Value":..}].
[[nodiscard]] Json terraform_tags(const Json& properties);
/// Blocks "rule" of a bucket's properties.
[[nodiscard]] Json terraform_lifecycle(const Json& bucket);
[[nodiscard]] Json terraform_encryption(const Json& bucket);

}  // namespace bedrocklog::provision
