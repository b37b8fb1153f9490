// The file is what `aws bedrock put-model-invocation-logging-configuration` takes, too.
#include "cli/logging_backup.h"

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <optional>
#include <system_error>
#include <unistd.h>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/input_text.h"
#include "cli/output_file.h"
#include "provision/logging_singleton.h"

namespace bedrocklog::cli {
namespace {

constexpr unsigned backups_max = 1'000;
constexpr std::uint64_t logging_file_size_bytes_max = 1ULL << 20U;

/// A name that was free and is ours now, as an empty file.
Result<std::string> reserve_name(const std::string& account, const std::string& region) {
  const std::string start = fmt::format("bedrocklog-logging-{}-{}-before", account, region);
  for (unsigned number = 1; number <= backups_max; ++number) {
    std::string path = number == 1 ? start + ".json" : fmt::format("{}-{}.json", start, number);
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (file >= 0) {
      ::close(file);
      return path;
    }
    if (errno != EEXIST) {
      return fault(path,
                   fmt::format("cannot be created: {}", std::generic_category().message(errno)));
    }
  }
  return fault(start + ".json", fmt::format("there are {} of them already", backups_max));
}

}  // namespace

Result<std::string> save_logging(const std::string& account, const std::string& region,
                                 const provision::Json& configuration) {
  Result<std::string> path = reserve_name(account, region);
  if (!path) {
    return path;
  }
  const std::string text =
      configuration.dump(2, ' ', false, provision::Json::error_handler_t::replace) + "\n";
  if (const std::optional<Fault> failed = write_file(*path, text)) {
    ::unlink(path->c_str());
    return tl::unexpected(*failed);
  }
  return path;
}

Result<std::vector<std::string>> save_replaced_logging(const provision::StackSpec& spec,
                                                       const provision::DesiredState& desired,
                                                       const provision::ObservedState& observed,
                                                       const provision::Plan& plan) {
  std::vector<std::string> paths;
  if (spec.logging != provision::LoggingChoice::replace) {
    return paths;
  }
  for (const provision::Step& step : plan.steps) {
    if (step.address.kind != provision::ResourceKind::logging_configuration ||
        !provision::is_change(step.action)) {
      continue;
    }
    const provision::Resource* const wanted = desired.find(step.address);
    const provision::Observed* const found = observed.find(step.address);
    if (wanted == nullptr || found == nullptr ||
        provision::relation_of(wanted->properties, &found->properties) !=
            provision::LoggingRelation::foreign) {
      continue;
    }
    Result<std::string> path = save_logging(spec.account, step.address.region, found->properties);
    if (!path) {
      return pass_on(path);
    }
    paths.push_back(std::move(*path));
  }
  return paths;
}

Result<std::map<std::string, provision::Json>> read_saved_logging(
    const std::string& flag, const std::vector<std::string>& values,
    const std::vector<std::string>& regions) {
  std::map<std::string, provision::Json> result;
  for (const std::string& value : values) {
    const auto named = std::find_if(regions.begin(), regions.end(), [&](const auto& region) {
      return value.starts_with(region + "=");
    });
    if (named == regions.end() && regions.size() != 1) {
      return fault(flag, fmt::format("takes REGION=FILE where the stack has several "
                                     "regions ({}): {}",
                                     fmt::join(regions, " "), value));
    }
    const std::string& region = named == regions.end() ? regions.front() : *named;
    const std::string path = named == regions.end() ? value : value.substr(region.size() + 1);
    const Result<std::string> text = read_text_file(path, logging_file_size_bytes_max);
    if (!text) {
      return pass_on(text);
    }
    provision::Json configuration = provision::Json::parse(*text, nullptr, false);
    if (!configuration.is_object()) {
      return fault(path, "is no logging configuration (a JSON object)");
    }
    if (!result.emplace(region, std::move(configuration)).second) {
      return fault(flag, fmt::format("names two files for {}", region));
    }
  }
  return result;
}

}  // namespace bedrocklog::cli
