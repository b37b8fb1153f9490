// Spreads records over files, accounts, regions and hours of the day.
#include "bench/archive_plan.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "bench/civil_time.h"
#include "bench/random_source.h"

namespace bedrocklog::bench {

namespace {

constexpr std::array<std::string_view, 3> accounts = {"111122223333", "444455556666",
                                                      "012345678901"};
constexpr std::array<std::string_view, 5> regions = {"us-east-1", "us-west-2", "eu-west-1",
                                                     "eu-central-1", "ap-northeast-1"};

// Distinct purposes must not share random numbers.
constexpr std::uint64_t plan_stream = 0x706c616eU;
constexpr std::uint64_t share_stream = 0x73686172U;

// Load by UTC hour, in 1/100 of the day: quiet nights, two office peaks.
constexpr std::array<unsigned, 24> load_by_hour = {2, 2, 1, 1, 1, 1, 2, 4, 6, 7, 7, 6,
                                                   5, 7, 8, 8, 7, 6, 4, 4, 3, 3, 3, 2};

// First record of a file: even shares, shifted by up to two thirds of a share.
std::uint64_t boundary(const GeneratorOptions& options, std::uint64_t index) {
  if (index == 0) {
    return 0;
  }
  if (index >= options.files) {
    return options.records;
  }
  const std::uint64_t share = options.records / options.files;
  const auto width =
      static_cast<std::uint32_t>(std::clamp<std::uint64_t>((2 * share + 3) / 3, 1, 1'000'000));
  RandomSource random(mixed(mixed(options.seed, share_stream), index));
  return options.records / options.files * index +
         options.records % options.files * index / options.files + random.below(width);
}

// Files follow each other in time; within a day they follow load_by_hour.
std::int64_t flush_time_s(const GeneratorOptions& options, std::uint64_t index,
                          RandomSource& random) {
  const auto span = static_cast<std::uint64_t>(options.days) * 100;
  const auto step = static_cast<std::uint32_t>(std::max<std::uint64_t>(1, span / options.files));
  // In 1/100 of a day's load.
  const std::uint64_t position = index * span / options.files + random.below(step);
  std::uint64_t left = position % 100;
  std::int64_t hour = 0;
  for (const unsigned load : load_by_hour) {
    if (left < load) {
      break;
    }
    left -= load;
    ++hour;
  }
  const std::int64_t day = static_cast<std::int64_t>(position / 100);
  return options.start_s + day * day_s + hour * 3600 + random.below(3600);
}

FileLayout layout_of(const GeneratorOptions& options, std::uint64_t index) {
  // Every third file is of another layout, in turn, beginning with the second file.
  if (!options.all_layouts || index % 3 != 1) {
    return FileLayout::raw_lines;
  }
  return static_cast<FileLayout>(1 + index / 3 % (file_layout_count - 1));
}

std::string collected_name(const FilePlan& file, std::string_view kind, std::string_view ending) {
  return fmt::format("collected/{}-{:06}{}", kind, file.index, ending);
}

std::string uuid_of(const FilePlan& file) {
  return uuid_text(mixed(file.seed, file.index), mixed(file.index, file.seed));
}

std::string firehose_name(const FilePlan& file) {
  const CivilTime at = civil_time(file.flush_s);
  return fmt::format("firehose/{}/bedrock-logs-1-{:04}-{:02}-{:02}-{:02}-{:02}-{:02}-{}",
                     hour_folder(file.flush_s), at.year, at.month, at.day, at.hour, at.minute,
                     at.second, uuid_of(file));
}

std::string raw_name(const FilePlan& file) {
  const CivilTime at = civil_time(file.flush_s);
  const std::uint64_t id = mixed(file.seed ^ 0x66696c65U, file.index);
  return fmt::format("{}{:04}{:02}{:02}T{:02}{:02}{:02}{:03}Z_{:016x}.json.gz", hour_prefix(file),
                     at.year, at.month, at.day, at.hour, at.minute, at.second, id % 1000, id);
}

}  // namespace

FilePlan plan_file(const GeneratorOptions& options, std::uint64_t index) {
  RandomSource random(mixed(mixed(options.seed, plan_stream), index));
  FilePlan file;
  file.index = index;
  file.first_record = boundary(options, index);
  file.record_count = boundary(options, index + 1) - file.first_record;
  // The first account has most of the traffic, as has the first region.
  file.account = accounts.at(std::min(random.below(3), random.below(3)));
  file.region = regions.at(std::min(random.below(5), random.below(5)));
  file.flush_s = flush_time_s(options, index, random);
  file.start_s = options.start_s;
  file.layout = layout_of(options, index);
  file.shape = options.shape;
  file.seed = options.seed;
  return file;
}

std::string path_of(const FilePlan& file) {
  switch (file.layout) {
    case FileLayout::raw_lines:
      return raw_name(file);
    case FileLayout::export_lines:
      return fmt::format("exportedlogs/{}/aws-bedrock-modelinvocations/000000.gz", uuid_of(file));
    case FileLayout::subscription_single:
      return collected_name(file, "subscription", ".gz");
    case FileLayout::subscription_glued:
    case FileLayout::subscription_double:
      return firehose_name(file);
    case FileLayout::subscription_awslogs:
      return collected_name(file, "awslogs-event", ".json");
    case FileLayout::cli_events:
      return collected_name(file, "filter-log-events", ".json");
    case FileLayout::insights_json:
      return collected_name(file, "get-query-results", ".json");
    case FileLayout::insights_csv:
      return collected_name(file, "logs-insights-results", ".csv");
    case FileLayout::pretty:
      return collected_name(file, "pretty", ".json");
    case FileLayout::array:
      return collected_name(file, "array", ".json.gz");
    case FileLayout::glued:
      return collected_name(file, "glued", ".json.gz");
    case FileLayout::bom_lines:
      return collected_name(file, "bom", ".jsonl");
    case FileLayout::utf16_events:
      return collected_name(file, "powershell-utf16", ".json");
    case FileLayout::flat_lines:
      return collected_name(file, "flat", ".json.gz");
  }
  return {};
}

std::string hour_prefix(const FilePlan& file) {
  return fmt::format("AWSLogs/{}/BedrockModelInvocationLogs/{}/{}/", file.account, file.region,
                     hour_folder(file.flush_s));
}

std::string uuid_text(std::uint64_t high, std::uint64_t low) {
  return fmt::format("{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}", high >> 32U, (high >> 16U) & 0xffffU,
                     high & 0xfffU, (low >> 48U) & 0xfffU, low & 0xffffffffffffU);
}

}  // namespace bedrocklog::bench
