// The shipped example of a stack is one that can be used.
#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "cli/provision_document.h"
#include "provision/desired_state.h"
#include "provision/stack_spec.h"
#include "tests/cli/case_file.h"

namespace bedrocklog::cli {
namespace {

std::string texts_of(const std::vector<Fault>& faults) {
  std::string text;
  for (const Fault& fault : faults) {
    text += fault.subject + ": " + fault.message + '\n';
  }
  return text;
}

TEST(SampleStack, IsReadAsItStandsAndHasAllProfiles) {
  const std::string text = read_whole_file(SOURCE_ROOT "/data/sample-stack.toml");
  const Result<ProvisionDocument> parsed = parse_provision_document(text, "sample-stack.toml");
  ASSERT_TRUE(parsed.has_value()) << parsed.error().message;
  EXPECT_TRUE(parsed->is_configuration);
  provision::StackSpec spec;
  EXPECT_EQ(texts_of(provision::read_spec(parsed->document, spec)), "");
  spec.account = "123456789012";
  EXPECT_EQ(texts_of(provision::faults_of(spec)), "");
  EXPECT_EQ(spec.profiles, (std::set<std::string>{"core", "observability", "secure"}));
  EXPECT_EQ(spec.observability.models.size(), 1U);
  EXPECT_FALSE(spec.secure.switches.agent_alarms);
  const provision::DesiredState desired = provision::desired_state(spec);
  const auto has = [&](provision::ResourceKind kind) {
    return std::any_of(desired.resources.begin(), desired.resources.end(),
                       [kind](const auto& one) { return one.address.kind == kind; });
  };
  for (const provision::ResourceKind kind :
       {provision::ResourceKind::trail, provision::ResourceKind::key,
        provision::ResourceKind::vpc_endpoint, provision::ResourceKind::guardrail,
        provision::ResourceKind::budget, provision::ResourceKind::composite_alarm}) {
    EXPECT_TRUE(has(kind)) << name_of(kind);
  }
}

}  // namespace
}  // namespace bedrocklog::cli
