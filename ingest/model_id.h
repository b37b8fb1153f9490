// Model identifiers: one model is logged under many names, and only one of them has a price.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace bedrocklog::ingest {

enum class ModelKind : std::uint8_t {
  foundation,                     // Bare id or foundation-model ARN.
  inference_profile,              // Geographic or global profile, id or ARN.
  application_inference_profile,  // Opaque: needs the user's map.
  provisioned_model,              // Opaque; billed by the hour, not by the token.
  custom_model,                   // custom-model, custom-model-deployment.
  imported_model,
  prompt_router,
  other_arn,  // An ARN of a kind not known here.
};
inline constexpr std::size_t model_kind_count = 8;

/// As AWS spells the ARN resource kind, e.g. "inference-profile"; "foundation" for the first.
[[nodiscard]] std::string_view name_of(ModelKind kind);

struct ModelId {
  std::string canonical;  // Base model id, or the whole ARN when it is opaque.
  std::string scope;      // Profile prefix: us, eu, global, ...; empty without profile.
  ModelKind kind = ModelKind::foundation;
  friend bool operator==(const ModelId&, const ModelId&) = default;
};

/// Never fails: what is not understood stays as it is. Profile prefixes are an open set: the first
/// dot label is a scope when it is no known provider and the second label is one.
[[nodiscard]] ModelId canonical_model(std::string_view logged);

/// First label of a canonical id: "anthropic"; empty for an ARN.
[[nodiscard]] std::string_view provider_of(std::string_view canonical);

/// Name without provider, date and version, e.g. "claude-haiku-4-5" for
/// "anthropic.claude-haiku-4-5-20251001-v1:0"; the last path segment for an ARN.
[[nodiscard]] std::string_view family_of(std::string_view canonical);

}  // namespace bedrocklog::ingest
