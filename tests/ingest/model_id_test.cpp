// Model ids as logs spell them against what they mean for grouping and pricing.
#include "ingest/model_id.h"

#include <string>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace bedrocklog::ingest {
namespace {

struct Case {
  std::string logged;
  std::string canonical;
  std::string scope;
  ModelKind kind;
};

void PrintTo(const Case& one, std::ostream* out) {  // NOLINT(readability-identifier-naming): gtest
  *out << one.logged;
}

class CanonicalModel : public testing::TestWithParam<Case> {};

TEST_P(CanonicalModel, IsWhatTheIdMeans) {
  const ModelId got = canonical_model(GetParam().logged);
  EXPECT_EQ(got.canonical, GetParam().canonical);
  EXPECT_EQ(got.scope, GetParam().scope);
  EXPECT_EQ(name_of(got.kind), name_of(GetParam().kind));
}

const std::string haiku = "anthropic.claude-haiku-4-5-20251001-v1:0";
const std::string account_arn = "arn:aws:bedrock:eu-west-1:444455556666:";

INSTANTIATE_TEST_SUITE_P(
    Ids, CanonicalModel,
    testing::Values(Case{haiku, haiku, "", ModelKind::foundation},
                    Case{"eu." + haiku, haiku, "eu", ModelKind::inference_profile},
                    Case{"us-gov." + haiku, haiku, "us-gov", ModelKind::inference_profile},
                    Case{"global." + haiku, haiku, "global", ModelKind::inference_profile},
                    // Prefixes are an open set: one never seen before still is one.
                    Case{"mars." + haiku, haiku, "mars", ModelKind::inference_profile},
                    Case{"us.openai.gpt-5.6-terra", "openai.gpt-5.6-terra", "us",
                         ModelKind::inference_profile},
                    Case{"deepseek.v3.2", "deepseek.v3.2", "", ModelKind::foundation},
                    Case{"moonshotai.kimi-k2.5", "moonshotai.kimi-k2.5", "", ModelKind::foundation},
                    Case{"minimax.minimax-m2.1", "minimax.minimax-m2.1", "", ModelKind::foundation},
                    Case{"us.luma.ray-v2:0", "luma.ray-v2:0", "us", ModelKind::inference_profile},
                    // Not understood: stays as it is.
                    Case{"acme.model-one", "acme.model-one", "", ModelKind::foundation},
                    Case{"us.acme.model-one", "us.acme.model-one", "", ModelKind::foundation},
                    Case{"", "", "", ModelKind::foundation},
                    Case{".", ".", "", ModelKind::foundation},
                    Case{"arn:aws", "arn:aws", "", ModelKind::foundation}));

INSTANTIATE_TEST_SUITE_P(
    Arns, CanonicalModel,
    testing::Values(
        Case{"arn:aws:bedrock:us-east-1::foundation-model/" + haiku, haiku, "",
             ModelKind::foundation},
        Case{"arn:aws:bedrock:::foundation-model/" + haiku, haiku, "", ModelKind::foundation},
        Case{"arn:aws-us-gov:bedrock:us-gov-west-1::foundation-model/" + haiku, haiku, "",
             ModelKind::foundation},
        Case{"arn:aws-cn:bedrock:cn-north-1::foundation-model/amazon.nova-lite-v1:0",
             "amazon.nova-lite-v1:0", "", ModelKind::foundation},
        Case{account_arn + "inference-profile/eu." + haiku, haiku, "eu",
             ModelKind::inference_profile},
        Case{account_arn + "inference-profile/eu.acme.model-one", "acme.model-one", "eu",
             ModelKind::inference_profile},
        Case{account_arn + "inference-profile/opaque01", account_arn + "inference-profile/opaque01",
             "", ModelKind::inference_profile},
        Case{account_arn + "application-inference-profile/abc123",
             account_arn + "application-inference-profile/abc123", "",
             ModelKind::application_inference_profile},
        Case{account_arn + "provisioned-model/abc123", account_arn + "provisioned-model/abc123", "",
             ModelKind::provisioned_model},
        Case{account_arn + "custom-model/" + haiku + "/abc123",
             account_arn + "custom-model/" + haiku + "/abc123", "", ModelKind::custom_model},
        Case{account_arn + "custom-model-deployment/abc123",
             account_arn + "custom-model-deployment/abc123", "", ModelKind::custom_model},
        Case{account_arn + "imported-model/abc123", account_arn + "imported-model/abc123", "",
             ModelKind::imported_model},
        Case{account_arn + "default-prompt-router/anthropic.claude:1",
             account_arn + "default-prompt-router/anthropic.claude:1", "",
             ModelKind::prompt_router},
        Case{account_arn + "prompt-router/abc123", account_arn + "prompt-router/abc123", "",
             ModelKind::prompt_router},
        Case{account_arn + "prompt/P1:1", account_arn + "prompt/P1:1", "", ModelKind::other_arn},
        Case{"arn:aws:sagemaker:us-east-1:444455556666:endpoint/x",
             "arn:aws:sagemaker:us-east-1:444455556666:endpoint/x", "", ModelKind::other_arn}));

RC_GTEST_PROP(ModelId, CanonicalFormIsAFixedPoint, (const std::string& text)) {
  const ModelId once = canonical_model(text);
  const ModelId twice = canonical_model(once.canonical);
  // One step only: "a.amazon.b.amazon.c" is no id that AWS could give, so no loop strips it.
  if (once.scope.empty()) {
    RC_ASSERT(twice.canonical == once.canonical);
  }
  RC_ASSERT(family_of(once.canonical).size() <= once.canonical.size());
}

RC_GTEST_PROP(ModelId, EveryScopeOfAKnownModelGivesTheSameModel, ()) {
  const auto scope =
      *rc::gen::nonEmpty(rc::gen::container<std::string>(rc::gen::inRange('a', 'z')));
  RC_PRE(provider_of(canonical_model(scope + '.' + haiku).canonical) == "anthropic");
  RC_ASSERT(canonical_model(scope + '.' + haiku) ==
            (ModelId{haiku, scope, ModelKind::inference_profile}));
}

TEST(ModelId, ProviderIsTheFirstLabel) {
  EXPECT_EQ(provider_of(haiku), "anthropic");
  EXPECT_EQ(provider_of("deepseek.v3.2"), "deepseek");
  EXPECT_EQ(provider_of("plainword"), "");
  EXPECT_EQ(provider_of(account_arn + "provisioned-model/a.b"), "");
}

TEST(ModelId, FamilyDropsProviderDateAndVersion) {
  EXPECT_EQ(family_of(haiku), "claude-haiku-4-5");
  EXPECT_EQ(family_of("anthropic.claude-3-5-sonnet-20241022-v2:0"), "claude-3-5-sonnet");
  EXPECT_EQ(family_of("anthropic.claude-opus-4-6-v1"), "claude-opus-4-6");
  EXPECT_EQ(family_of("anthropic.claude-sonnet-4-6"), "claude-sonnet-4-6");
  EXPECT_EQ(family_of("anthropic.claude-v2:1"), "claude");
  EXPECT_EQ(family_of("amazon.nova-lite-v1:0:300k"), "nova-lite");
  EXPECT_EQ(family_of("openai.gpt-oss-120b-1:0"), "gpt-oss-120b");
  EXPECT_EQ(family_of("openai.gpt-5.6-terra"), "gpt-5.6-terra");
  EXPECT_EQ(family_of("mistral.mistral-large-2402-v1:0"), "mistral-large-2402");
  EXPECT_EQ(family_of("cohere.embed-v4:0"), "embed");
  EXPECT_EQ(family_of("deepseek.v3-v1:0"), "v3");
  EXPECT_EQ(family_of(account_arn + "provisioned-model/abc123"), "abc123");
}

}  // namespace
}  // namespace bedrocklog::ingest
