// A spec with most of what core can be asked for, and what a read of a stack finds that is whole.
#pragma once

#include "provision/desired_state.h"

namespace bedrocklog::provision {

inline StackSpec full_spec() {
  StackSpec spec;
  spec.account = "123456789012";
  spec.regions = {"eu-west-1", "us-east-1"};
  spec.subscribers = {{"email", "ops@example.com"}, {"https", "https://example.com/hook"}};
  spec.dlq_arn = "arn:aws:sqs:eu-west-1:123456789012:lost";
  spec.key_prefix = "team";
  spec.transitions = {{"STANDARD_IA", 30}, {"GLACIER", 60}};
  spec.bucket_kms_key = "arn:aws:kms:eu-west-1:123456789012:key/k";
  spec.log_group_kms_key = spec.bucket_kms_key;
  spec.deliver_video = true;
  spec.tags = {{"owner", "team ${x} %{y}"}};
  return spec;
}

inline ObservedState all_there(const DesiredState& desired) {
  ObservedState observed;
  for (const Resource& one : desired.resources) {
    observed.found[one.address] = {one.properties, Ownership::ours, "bedrocklog", Json::object()};
  }
  return observed;
}

}  // namespace bedrocklog::provision
