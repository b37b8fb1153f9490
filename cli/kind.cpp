// The built-in kinds of reports, as the flags each stands for.
#include <map>
#include <string>
#include <vector>

#include "cli/settings.h"

namespace bedrocklog::cli {
namespace {

using Flags = std::map<std::string, std::string, std::less<>>;

const std::map<std::string, Flags, std::less<>>& kinds() {
  static const std::map<std::string, Flags, std::less<>> all = {
      {"daily", {{"by", "day"}, {"title", "Usage by day"}}},
      {"weekly", {{"by", "week"}, {"title", "Usage by week"}}},
      {"monthly", {{"by", "month"}, {"title", "Usage by month"}}},
      {"models", {{"by", "model"}, {"title", "Usage by model"}}},
      {"users", {{"by", "user"}, {"title", "Usage by user"}}},
      {"errors",
       {{"by", "error,model"},
        {"metrics", "invocations,errors,throttles,error_rate"},
        {"sort", "errors:desc"},
        {"title", "Errors by code and model"}}},
      {"latency",
       {{"by", "model"},
        {"metrics",
         "invocations,n,coverage,min,mean,p50,p90,p95,p99,max,ttft_n,ttft_p50,ttft_p95,"
         "tps"},
        {"sort", "n:desc"},
        {"title", "Latency by model"}}},
      {"usage", {{"by", "model"}, {"format", "json"}}},
  };
  return all;
}

}  // namespace

std::vector<std::string> kind_names() {
  std::vector<std::string> names;
  for (const auto& [name, flags] : kinds()) {
    names.push_back(name);
  }
  return names;
}

const std::map<std::string, std::string, std::less<>>* kind_flags(std::string_view kind) {
  const auto found = kinds().find(kind);
  return found == kinds().end() ? nullptr : &found->second;
}

}  // namespace bedrocklog::cli
