// Which file holds which records, where it lies and how it is laid out. Pure functions of the
// options, so any thread can make any file and regenerate any record.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace bedrocklog::bench {

enum class Shape : std::uint8_t { small, big, tiny };

struct GeneratorOptions {
  std::string out;
  std::string oracle_path;
  std::string prices_path = "data/prices.csv";
  std::uint64_t records = 10'000;
  std::uint64_t files = 0;  // 0: as many as the shape usually has.
  std::uint64_t seed = 1;
  std::int64_t start_s = 0;
  std::int64_t days = 30;
  Shape shape = Shape::small;
  bool all_layouts = false;
  unsigned threads = 1;
};

enum class FileLayout : std::uint8_t {
  raw_lines,
  export_lines,
  subscription_single,
  subscription_glued,
  subscription_double,
  subscription_awslogs,
  cli_events,
  insights_json,
  insights_csv,
  pretty,
  array,
  glued,
  bom_lines,
  utf16_events,
  flat_lines,
};
inline constexpr std::uint64_t file_layout_count = 15;

struct FilePlan {
  std::uint64_t index = 0;
  std::uint64_t first_record = 0;
  std::uint64_t record_count = 0;
  std::string_view account;
  std::string_view region;
  std::int64_t flush_s = 0;  // In its name; its records are at most window_s older.
  std::int64_t start_s = 0;  // No record is older than the archive.
  FileLayout layout = FileLayout::raw_lines;
  Shape shape = Shape::small;
  std::uint64_t seed = 0;
};

/// Width of the delivery window a file collects.
inline constexpr std::int64_t window_s = 300;

/// Requires index < options.files <= options.records.
[[nodiscard]] FilePlan plan_file(const GeneratorOptions& options, std::uint64_t index);

/// Path below the archive's folder, '/' separated.
[[nodiscard]] std::string path_of(const FilePlan& file);

/// Folder of the file's hour in the S3 layout, with '/' at the end.
[[nodiscard]] std::string hour_prefix(const FilePlan& file);

/// 8-4-4-4-12 lower-case hex digits made of two numbers.
[[nodiscard]] std::string uuid_text(std::uint64_t high, std::uint64_t low);

}  // namespace bedrocklog::bench
