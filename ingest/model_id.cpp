// Takes model identifiers apart: ARN, geographic profile, provider, name.
//
// Provider labels: first labels of the model ids that ListFoundationModels and the price list name
// (read 2026-05). A provider that is missing here still works under its bare id; only its
// geographic profiles then stay models of their own, which shows as unpriced and not as wrong.
#include "ingest/model_id.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace bedrocklog::ingest {
namespace {

constexpr auto known_providers = std::to_array<std::string_view>(
    {"ai21", "amazon",    "anthropic",  "cohere",   "deepseek",   "google", "luma",
     "meta", "minimax",   "mistral",    "moonshot", "moonshotai", "nvidia", "openai",
     "qwen", "stability", "twelvelabs", "writer",   "xai",        "zai"});

constexpr auto opaque_kinds = std::to_array<std::pair<std::string_view, ModelKind>>({
    {"application-inference-profile", ModelKind::application_inference_profile},
    {"provisioned-model", ModelKind::provisioned_model},
    {"custom-model", ModelKind::custom_model},
    {"custom-model-deployment", ModelKind::custom_model},
    {"imported-model", ModelKind::imported_model},
    {"prompt-router", ModelKind::prompt_router},
    {"default-prompt-router", ModelKind::prompt_router},
});

constexpr std::size_t arn_fields_before_resource = 5;  // arn:partition:service:region:account:

bool is_provider(std::string_view label) {
  return std::ranges::find(known_providers, label) != known_providers.end();
}

std::string_view first_label(std::string_view id) {
  return id.substr(0, id.find('.'));
}

bool is_digits(std::string_view text) {
  return !text.empty() &&
         std::ranges::all_of(text, [](char letter) { return letter >= '0' && letter <= '9'; });
}

/// `anthropic.claude-..` or `us.anthropic.claude-..`; nothing when no known provider is in front.
std::optional<ModelId> split_scope(std::string_view id, ModelKind without_scope) {
  const std::string_view first = first_label(id);
  if (first.size() == id.size()) {
    return std::nullopt;
  }
  if (is_provider(first)) {
    return ModelId{std::string(id), {}, without_scope};
  }
  const std::string_view rest = id.substr(first.size() + 1);
  const std::string_view second = first_label(rest);
  if (first.empty() || second.size() == rest.size() || !is_provider(second)) {
    return std::nullopt;
  }
  return ModelId{std::string(rest), std::string(first), ModelKind::inference_profile};
}

/// What follows the account of an ARN; empty when `logged` is no ARN.
std::string_view arn_resource(std::string_view logged) {
  if (!logged.starts_with("arn:")) {
    return {};
  }
  std::size_t at = 0;
  for (std::size_t field = 0; field < arn_fields_before_resource; ++field) {
    at = logged.find(':', at);
    if (at == std::string_view::npos) {
      return {};
    }
    ++at;
  }
  return logged.substr(at);
}

ModelId from_arn(std::string_view arn, std::string_view resource) {
  const std::size_t slash = resource.find('/');
  const std::string_view kind = resource.substr(0, slash);
  const std::string_view id =
      slash == std::string_view::npos ? std::string_view{} : resource.substr(slash + 1);
  if (kind == "foundation-model" && !id.empty()) {
    return split_scope(id, ModelKind::foundation)
        .value_or(ModelId{std::string(id), {}, ModelKind::foundation});
  }
  if (kind == "inference-profile" && !id.empty()) {
    // The kind says that the first label is a scope even if the provider is new to this table; an
    // id without labels is opaque.
    if (auto known = split_scope(id, ModelKind::inference_profile)) {
      return *std::move(known);
    }
    const std::string_view scope = first_label(id);
    const std::string_view rest = id.substr(std::min(id.size(), scope.size() + 1));
    if (!scope.empty() && rest.find('.') != std::string_view::npos) {
      return {std::string(rest), std::string(scope), ModelKind::inference_profile};
    }
    return {std::string(arn), {}, ModelKind::inference_profile};
  }
  const auto* const opaque =
      std::ranges::find(opaque_kinds, kind, &std::pair<std::string_view, ModelKind>::first);
  return {
      std::string(arn), {}, opaque == opaque_kinds.end() ? ModelKind::other_arn : opaque->second};
}

}  // namespace

std::string_view name_of(ModelKind kind) {
  switch (kind) {
    case ModelKind::foundation:
      return "foundation";
    case ModelKind::inference_profile:
      return "inference-profile";
    case ModelKind::application_inference_profile:
      return "application-inference-profile";
    case ModelKind::provisioned_model:
      return "provisioned-model";
    case ModelKind::custom_model:
      return "custom-model";
    case ModelKind::imported_model:
      return "imported-model";
    case ModelKind::prompt_router:
      return "prompt-router";
    case ModelKind::other_arn:
      break;
  }
  return "other-arn";
}

ModelId canonical_model(std::string_view logged) {
  if (const std::string_view resource = arn_resource(logged); !resource.empty()) {
    return from_arn(logged, resource);
  }
  return split_scope(logged, ModelKind::foundation)
      .value_or(ModelId{std::string(logged), {}, ModelKind::foundation});
}

std::string_view provider_of(std::string_view canonical) {
  if (canonical.starts_with("arn:") || canonical.find('.') == std::string_view::npos) {
    return {};
  }
  return first_label(canonical);
}

std::string_view family_of(std::string_view canonical) {
  if (canonical.starts_with("arn:")) {
    return canonical.substr(canonical.find_last_of(":/") + 1);
  }
  const std::size_t dot = canonical.find('.');
  const std::string_view name =
      dot == std::string_view::npos ? canonical : canonical.substr(dot + 1);
  // `-v1:0`, `-v1:0:300k`, `-1:0` (gpt-oss) and `-v3` are versions; `-5` alone is part of a name.
  const std::size_t colon = name.find(':');
  std::string_view family = name.substr(0, colon);
  const auto cut_ending = [&family](auto is_ending) {
    const std::size_t dash = family.rfind('-');
    if (dash != std::string_view::npos && dash != 0 && is_ending(family.substr(dash + 1))) {
      family = family.substr(0, dash);
    }
  };
  cut_ending([&](std::string_view ending) {
    const bool has_v = ending.starts_with('v');
    return is_digits(has_v ? ending.substr(1) : ending) &&
           (has_v || colon != std::string_view::npos);
  });
  constexpr std::size_t date_digits = 8;  // YYYYMMDD
  cut_ending(
      [](std::string_view ending) { return ending.size() == date_digits && is_digits(ending); });
  return family.empty() ? name : family;
}

}  // namespace bedrocklog::ingest
