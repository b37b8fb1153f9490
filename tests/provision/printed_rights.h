// A fake account that lets through what a policy document allows, and nothing else.
#pragma once

#include <string>

#include "provision/permissions.h"
#include "tests/fake_aws/fake_aws.h"

namespace bedrocklog::provision {

inline void limit(fake_aws::FakeAws& account, const Json& policy) {
  account.set_allowed([policy](const std::string& service, const std::string& operation,
                               const std::string& resource) {
    const std::string name = service == "monitoring" ? "cloudwatch" : service;
    if (!actions_of(name, operation)) {
      // What a call needs beside itself, and what is never called: the action's own name.
      return allows(policy, name + ':' + operation, resource);
    }
    // S3 judges it object by object; the call itself names the bucket.
    const std::string subject = operation == "DeleteObjects" ? resource + "/any" : resource;
    return allows_call(policy, name, operation, subject);
  });
}

}  // namespace bedrocklog::provision
