// The models of the generated traffic, how often each is called and under which names.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "bench/call_facts.h"
#include "bench/random_source.h"

namespace bedrocklog::bench {

/// How callers name the model.
enum class ModelNaming : std::uint8_t {
  bare,                 // Base id; now and then the foundation-model ARN.
  profile,              // us., eu., jp. or global. profile.
  geographic,           // us., eu., apac. profile; the model has no global one.
  provisioned,          // Opaque ARN.
  application_profile,  // Opaque ARN.
};

struct ModelTraits {
  std::string_view id = {};      // Base id; empty where only an opaque ARN is logged.
  std::string_view region = {};  // Non-empty: called only in Regions that start with this.
  BodyFamily family = BodyFamily::anthropic;
  ModelNaming naming = ModelNaming::bare;
  std::uint32_t weight = 1;
  std::uint32_t base_ms = 300;       // Median latency of an empty answer.
  std::uint32_t us_per_token = 800;  // Time per output token, microseconds.
  bool caches = false;
  bool one_hour_cache = false;
  bool long_context = false;
  bool tiers = false;  // Called with a priority or flex tier now and then.
};

/// Draws a model that is called in `region`.
[[nodiscard]] const ModelTraits& draw_model(std::string_view region, RandomSource& random);

/// Fills model_logged, model_canonical, scope, coverage and inference_region from `traits`.
/// Requires account, region and operation to be set.
void name_model(const ModelTraits& traits, RandomSource& random, CallFacts& call);

}  // namespace bedrocklog::bench
