// Model table and the forms of modelId: bare id, profile id, profile ARN, opaque ARNs.
#include "bench/model_mix.h"

#include <array>

#include <fmt/format.h>

namespace bedrocklog::bench {

namespace {

constexpr std::array models = std::to_array<ModelTraits>({
    {.id = "anthropic.claude-sonnet-4-5-20250929-v1:0",
     .naming = ModelNaming::profile,
     .weight = 160,
     .base_ms = 900,
     .us_per_token = 9000,
     .caches = true,
     .one_hour_cache = true,
     .long_context = true},
    {.id = "anthropic.claude-sonnet-4-6",
     .naming = ModelNaming::profile,
     .weight = 120,
     .base_ms = 850,
     .us_per_token = 8500,
     .caches = true,
     .one_hour_cache = true},
    {.id = "anthropic.claude-haiku-4-5-20251001-v1:0",
     .naming = ModelNaming::profile,
     .weight = 170,
     .base_ms = 450,
     .us_per_token = 4000,
     .caches = true,
     .one_hour_cache = true},
    {.id = "anthropic.claude-opus-4-7",
     .naming = ModelNaming::profile,
     .weight = 45,
     .base_ms = 1400,
     .us_per_token = 14'000,
     .caches = true,
     .one_hour_cache = true},
    {.id = "anthropic.claude-3-haiku-20240307-v1:0", .weight = 70, .base_ms = 400, .caches = true},
    {.id = "anthropic.claude-3-5-sonnet-20240620-v1:0",
     .weight = 40,
     .base_ms = 1000,
     .us_per_token = 10'000},
    {.id = "amazon.nova-micro-v1:0",
     .family = BodyFamily::nova,
     .weight = 75,
     .base_ms = 200,
     .us_per_token = 2500,
     .caches = true},
    {.id = "amazon.nova-lite-v1:0",
     .family = BodyFamily::nova,
     .naming = ModelNaming::geographic,
     .weight = 60,
     .base_ms = 260,
     .us_per_token = 3000},
    {.id = "amazon.nova-pro-v1:0",
     .family = BodyFamily::nova,
     .naming = ModelNaming::geographic,
     .weight = 50,
     .base_ms = 380,
     .us_per_token = 5000,
     .tiers = true},
    {.id = "amazon.titan-text-express-v1", .family = BodyFamily::titan_text, .weight = 40},
    {.id = "amazon.titan-embed-text-v2:0", .family = BodyFamily::titan_embed, .weight = 80},
    {.id = "meta.llama3-3-70b-instruct-v1:0",
     .region = "us-",
     .family = BodyFamily::llama,
     .naming = ModelNaming::geographic,
     .weight = 45,
     .us_per_token = 6000},
    {.id = "mistral.mistral-large-2402-v1:0",
     .region = "us-",
     .family = BodyFamily::mistral,
     .weight = 30,
     .us_per_token = 7000},
    {.id = "openai.gpt-oss-120b-1:0",
     .family = BodyFamily::converse_only,
     .weight = 25,
     .us_per_token = 3500,
     .tiers = true},
    // In no price book: its tokens must show up as unpriced.
    {.id = "mistral.mistral-unlisted-1-v1:0", .family = BodyFamily::mistral, .weight = 8},
    {.region = "eu-west-1",
     .family = BodyFamily::llama,
     .naming = ModelNaming::provisioned,
     .weight = 40},
    {.region = "us-west-2",
     .naming = ModelNaming::application_profile,
     .weight = 30,
     .caches = true},
});

bool is_called_in(const ModelTraits& model, std::string_view region) {
  return region.starts_with(model.region);
}

std::string_view geography_of(std::string_view region, ModelNaming naming) {
  if (region.starts_with("us-")) {
    return "us";
  }
  if (region.starts_with("eu-")) {
    return "eu";
  }
  return naming == ModelNaming::profile ? "jp" : "apac";
}

std::string_view serving_region(std::string_view geography, RandomSource& random) {
  constexpr std::array<std::string_view, 3> us = {"us-east-1", "us-east-2", "us-west-2"};
  constexpr std::array<std::string_view, 3> eu = {"eu-central-1", "eu-north-1", "eu-west-3"};
  constexpr std::array<std::string_view, 3> asia = {"ap-northeast-1", "ap-northeast-3",
                                                    "ap-southeast-4"};
  const std::uint32_t draw = random.below(9);
  if (geography == "us" || (geography == "global" && draw < 5)) {
    return us.at(draw % 3);
  }
  return geography == "eu" || (geography == "global" && draw < 7) ? eu.at(draw % 3)
                                                                  : asia.at(draw % 3);
}

std::string arn(const CallFacts& call, std::string_view kind, std::string_view id) {
  return fmt::format("arn:aws:bedrock:{}:{}:{}/{}", call.region, call.account, kind, id);
}

void name_bare(const ModelTraits& traits, RandomSource& random, CallFacts& call) {
  const bool as_arn = random.chance(50'000);
  call.model_canonical = traits.id;
  call.model_logged =
      as_arn ? fmt::format("arn:aws:bedrock:{}::foundation-model/{}", call.region, traits.id)
             : std::string(traits.id);
}

void name_by_profile(const ModelTraits& traits, RandomSource& random, CallFacts& call) {
  call.scope_is_global = traits.naming == ModelNaming::profile && random.chance(350'000);
  const std::string_view geography =
      call.scope_is_global ? "global" : geography_of(call.region, traits.naming);
  const std::string profile = fmt::format("{}.{}", geography, traits.id);
  call.model_canonical = traits.id;
  // Converse logs the short id, InvokeModel the ARN; exceptions to the first have been seen.
  const bool short_id =
      call.operation == Operation::converse || call.operation == Operation::converse_stream;
  const bool exception = random.chance(80'000);
  call.model_logged = short_id && !exception ? profile : arn(call, "inference-profile", profile);
  if (!random.chance(40'000)) {
    call.inference_region = serving_region(geography, random);
  }
}

}  // namespace

const ModelTraits& draw_model(std::string_view region, RandomSource& random) {
  std::uint32_t sum = 0;
  for (const ModelTraits& model : models) {
    sum += is_called_in(model, region) ? model.weight : 0;
  }
  std::uint32_t left = random.below(sum);
  for (const ModelTraits& model : models) {
    if (!is_called_in(model, region)) {
      continue;
    }
    if (left < model.weight) {
      return model;
    }
    left -= model.weight;
  }
  return models.front();
}

void name_model(const ModelTraits& traits, RandomSource& random, CallFacts& call) {
  switch (traits.naming) {
    case ModelNaming::bare:
      name_bare(traits, random, call);
      return;
    case ModelNaming::profile:
    case ModelNaming::geographic:
      name_by_profile(traits, random, call);
      return;
    case ModelNaming::provisioned:
      call.model_logged = arn(call, "provisioned-model", "k3u9x0d5v7qa");
      call.covered_by_provisioned = true;
      break;
    case ModelNaming::application_profile:
      call.model_logged = arn(call, "application-inference-profile", "z8m2c4t6b1ye");
      break;
  }
  call.model_canonical = call.model_logged;
}

}  // namespace bedrocklog::bench
