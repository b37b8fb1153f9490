// Reading references and putting values in their place.
#include "provision/reference.h"

namespace bedrocklog::provision {
namespace {

constexpr const char* function_name = "Fn::GetAtt";

void collect(const Json& value, std::vector<Reference>& into) {
  if (std::optional<Reference> reference = read_reference(value)) {
    into.push_back(std::move(*reference));
  } else if (value.is_structured()) {
    for (const Json& inner : value) {
      collect(inner, into);
    }
  }
}

}  // namespace

Json reference_to(const Address& address, std::string_view attribute) {
  return {{function_name, Json::array({to_text(address), attribute})}};
}

std::optional<Reference> read_reference(const Json& value) {
  if (!value.is_object() || value.size() != 1 || !value.contains(function_name)) {
    return std::nullopt;
  }
  const Json& pair = value[function_name];
  if (!pair.is_array() || pair.size() != 2 || !pair[0].is_string() || !pair[1].is_string()) {
    return std::nullopt;
  }
  std::optional<Address> address = read_address(pair[0].get_ref<const std::string&>());
  if (!address) {
    return std::nullopt;
  }
  return Reference{std::move(*address), pair[1].get<std::string>()};
}

std::vector<Reference> references_in(const Json& properties) {
  std::vector<Reference> found;
  collect(properties, found);
  return found;
}

Json resolved(const Json& properties, const DetailsOf& details_of) {
  if (const std::optional<Reference> reference = read_reference(properties)) {
    const Json* const details = details_of(reference->address);
    const bool is_known = details != nullptr && details->contains(reference->attribute);
    return is_known ? details->at(reference->attribute) : properties;
  }
  Json result = properties;
  if (result.is_structured()) {
    for (Json& inner : result) {
      inner = resolved(inner, details_of);
    }
  }
  return result;
}

Json resolved(const Json& properties, const ObservedState& observed) {
  return resolved(properties, [&](const Address& address) -> const Json* {
    const Observed* const found = observed.find(address);
    return found == nullptr ? nullptr : &found->details;
  });
}

}  // namespace bedrocklog::provision
