// Logs Insights queries over records as Bedrock and CloudTrail write them. Saved ones and those of
// widgets are the same.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "provision/stack_spec.h"

namespace bedrocklog::provision {

enum class QuerySource : std::uint8_t { invocations, trail };

struct LogQuery {
  const char* name;  // Behind "bedrocklog/STACK/".
  QuerySource source;
  std::string text;
};

/// All of them, whether the stack has a trail or not.
[[nodiscard]] std::vector<LogQuery> log_queries(const StackSpec& spec);
/// The text of one. Requires that there is one of that name.
[[nodiscard]] std::string log_query(const StackSpec& spec, std::string_view name);

}  // namespace bedrocklog::provision
