// generate_logs: makes an archive of Bedrock invocation logs and the exact report it must yield.
//
// Same flags, same bytes: on any machine with the same zlib and with any number of threads.
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "bench/archive_builder.h"
#include "bench/archive_plan.h"
#include "bench/civil_time.h"

namespace {

namespace bench = bedrocklog::bench;

constexpr int exit_usage = 64;
constexpr int exit_output = 73;
constexpr std::uint64_t records_max = 1'000'000'000;
constexpr std::int64_t days_max = 3660;
constexpr unsigned threads_max = 256;

constexpr std::string_view usage =
    "usage: generate_logs --out DIR [--oracle FILE] [--records N] [--files M] [--seed S]\n"
    "                     [--start YYYY-MM-DD] [--days D] [--shape small|big|tiny]\n"
    "                     [--layouts raw|all] [--threads T] [--prices FILE]\n";

template <typename Number>
bool read_number(std::string_view text, Number smallest, Number largest, Number& number) {
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  const auto [stop, error] = std::from_chars(begin, end, number);
  return error == std::errc{} && stop == end && number >= smallest && number <= largest;
}

bool read_shape(std::string_view text, bench::Shape& shape) {
  shape = text == "big"    ? bench::Shape::big
          : text == "tiny" ? bench::Shape::tiny
                           : bench::Shape::small;
  return text == "small" || text == "big" || text == "tiny";
}

bool read_start(std::string_view text, std::int64_t& start_s) {
  const auto day_s = bench::parse_day_s(text);
  start_s = day_s.value_or(0);
  return day_s.has_value();
}

bool read_option(std::string_view name, std::string_view value, bench::GeneratorOptions& options) {
  if (name == "--out" || name == "--oracle" || name == "--prices") {
    std::string& path = name == "--out"      ? options.out
                        : name == "--oracle" ? options.oracle_path
                                             : options.prices_path;
    path = value;
    return !value.empty();
  }
  if (name == "--records") {
    return read_number<std::uint64_t>(value, 1, records_max, options.records);
  }
  if (name == "--files") {
    return read_number<std::uint64_t>(value, 1, records_max, options.files);
  }
  if (name == "--seed") {
    return read_number<std::uint64_t>(value, 0, UINT64_MAX, options.seed);
  }
  if (name == "--days") {
    return read_number<std::int64_t>(value, 1, days_max, options.days);
  }
  if (name == "--threads") {
    return read_number(value, 1U, threads_max, options.threads);
  }
  if (name == "--start") {
    return read_start(value, options.start_s);
  }
  if (name == "--shape") {
    return read_shape(value, options.shape);
  }
  options.all_layouts = value == "all";
  return name == "--layouts" && (value == "all" || value == "raw");
}

std::optional<bench::GeneratorOptions> read_options(const std::vector<std::string_view>& words) {
  bench::GeneratorOptions options;
  options.start_s = bench::parse_day_s("2026-03-01").value_or(0);
  if (words.size() % 2 != 0) {
    return std::nullopt;
  }
  for (std::size_t word = 0; word < words.size(); word += 2) {
    if (!read_option(words[word], words[word + 1], options)) {
      fmt::print(stderr, "generate_logs: {} {}: not understood\n", words[word], words[word + 1]);
      return std::nullopt;
    }
  }
  while (options.out.size() > 1 && options.out.ends_with('/')) {
    options.out.pop_back();
  }
  if (options.oracle_path.empty()) {
    options.oracle_path = options.out + ".oracle.json";
  }
  if (options.files == 0) {
    const std::uint64_t records_per_file = options.shape == bench::Shape::tiny ? 3 : 100;
    options.files = (options.records + records_per_file - 1) / records_per_file;
  }
  const bool usable = !options.out.empty() && options.files <= options.records;
  return usable ? std::optional(options) : std::nullopt;
}

}  // namespace

int main(int argc, char** argv) {
  const auto options = read_options({argv + 1, argv + argc});
  if (!options) {
    fmt::print(stderr, "{}", usage);
    return exit_usage;
  }
  std::error_code ignored;
  if (std::filesystem::exists(options->out, ignored) &&
      !std::filesystem::is_empty(options->out, ignored)) {
    fmt::print(stderr, "generate_logs: {}: exists and is not empty\n", options->out);
    return exit_output;
  }
  if (const auto fault = bench::build_archive(*options)) {
    fmt::print(stderr, "generate_logs: {}\n", *fault);
    return exit_output;
  }
  return 0;
}
