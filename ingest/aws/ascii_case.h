// Letter case of ASCII alone, whatever the locale: names of settings, services, headers.
#pragma once

#include <string>
#include <string_view>

namespace bedrocklog::aws {

[[nodiscard]] std::string lower_case(std::string_view text);
[[nodiscard]] std::string upper_case(std::string_view text);

}  // namespace bedrocklog::aws
