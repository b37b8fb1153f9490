// The progress line: what it says, and that it cannot overrun its buffer.
#include "cli/progress.h"

#include <array>
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <rapidcheck/gtest.h>

#include "cli/number_text.h"

namespace bedrocklog::cli {
namespace {

std::string formatted(const ProgressSnapshot& snapshot, bool as_json) {
  std::array<char, progress_text_bytes_max> buffer{};
  return {buffer.data(), format_progress(snapshot, as_json, buffer)};
}

TEST(Progress, SaysHowFarHowFastAndHowLong) {
  EXPECT_EQ(formatted({12, 2'000, 35'100'000, 140'400'000, 81'234, 1'000}, false),
            "12/2000 objects  35.1 MB/s  81234 records/s  ETA 0:03");
  EXPECT_EQ(formatted({0, 5, 0, 0, 0, 0}, false), "0/5 objects  0.0 MB/s  0 records/s");
}

RC_GTEST_PROP(Progress, AnySnapshotFitsAndIsJson,
              (std::uint64_t objects, std::uint64_t bytes, std::uint64_t records)) {
  const ProgressSnapshot snapshot = {objects, objects, bytes / 2'000, bytes, records / 2'000, 7};
  RC_ASSERT(formatted(snapshot, false).size() < progress_text_bytes_max);
  const auto json = nlohmann::json::parse(formatted(snapshot, true), nullptr, false);
  RC_ASSERT(!json.is_discarded());
  RC_ASSERT(json["objects_done"] == objects);
}

TEST(Progress, IsOffWhereNobodyLooks) {
  EXPECT_EQ(parse_progress("auto", false, false).value(), ProgressMode::off);
  EXPECT_EQ(parse_progress("auto", false, true).value(), ProgressMode::lines);
  EXPECT_EQ(parse_progress("auto", true, false).value(), ProgressMode::bar);
  EXPECT_FALSE(parse_progress("on", true, false));
}

TEST(NumberText, TakesSizesWithUnitsAndRefusesTheRest) {
  const NumberRange range = {1, 1ULL << 40U};
  EXPECT_EQ(parse_byte_size("64MiB", "--memory", range).value(), 64ULL << 20U);
  EXPECT_EQ(parse_byte_size("2G", "--memory", range).value(), 2ULL << 30U);
  EXPECT_EQ(parse_byte_size("500kB", "--memory", range).value(), 500'000U);
  for (const char* wrong : {"", "MiB", "-1", "1.5G", "64 MiB", "2TB", "99999999999999G", "0"}) {
    EXPECT_FALSE(parse_byte_size(wrong, "--memory", range)) << wrong;
  }
}

}  // namespace
}  // namespace bedrocklog::cli
