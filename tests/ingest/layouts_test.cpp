// Archives in every layout against the values that must come out of them (tests/data/layouts).
//
// EXPECTED.tsv has one line per record in reading order, or `file<TAB>skipped=n`. An empty cell
// is an absent value and not zero. BEDROCKLOG_EXTRA_SAMPLES names a further folder of the kind.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "ingest/model_id.h"
#include "tests/ingest/scan_harness.h"

namespace bedrocklog::ingest {
namespace {

namespace fs = std::filesystem;
using Row = std::map<std::string, std::string>;

std::string read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::vector<std::string> cells(const std::string& line) {
  std::vector<std::string> result(1);
  for (const char letter : line) {
    if (letter == '\t') {
      result.emplace_back();
    } else {
      result.back() += letter;
    }
  }
  return result;
}

struct Expected {
  std::vector<Row> records;
  int skipped = 0;
};

std::map<std::string, Expected> read_expected(const fs::path& folder) {
  std::map<std::string, Expected> result;
  std::ifstream in(folder / "EXPECTED.tsv");
  std::vector<std::string> header;
  for (std::string line; std::getline(in, line);) {
    const std::vector<std::string> row = cells(line);
    if (header.empty()) {
      header = row;
    } else if (row.at(1).starts_with("skipped=")) {
      result[row[0]].skipped = std::stoi(row[1].substr(8));
    } else {
      Row named;
      for (std::size_t index = 0; index < row.size(); ++index) {
        named[header.at(index)] = row[index];
      }
      result[row[0]].records.push_back(named);
    }
  }
  return result;
}

std::string text_of(const nlohmann::json& value) {
  return value.is_null() ? "" : value.is_string() ? value.get<std::string>() : value.dump();
}

void expect_row(const nlohmann::json& got, const Row& want) {
  const ModelId model = canonical_model(text_of(got["model_id"]));
  EXPECT_EQ(text_of(got["at"]), to_rfc3339(parse_timestamp(want.at("timestamp")).value()));
  EXPECT_TRUE(text_of(got["request_id"]).ends_with(want.at("req"))) << got["request_id"];
  EXPECT_EQ(text_of(got["operation"]), want.at("operation"));
  EXPECT_EQ(model.canonical, want.at("model"));
  EXPECT_EQ(name_of(model.kind), want.at("kind"));
  EXPECT_EQ(model.scope, want.at("scope"));
  EXPECT_EQ(text_of(got["region"]), want.at("region"));
  EXPECT_EQ(text_of(got["input"]), want.at("in"));
  EXPECT_EQ(text_of(got["output"]), want.at("out"));
  EXPECT_EQ(text_of(got["cache_read"]), want.at("cacheRead"));
  EXPECT_EQ(text_of(got["cache_write"]), want.at("cacheWrite"));
  EXPECT_EQ(text_of(got["cache_write_1h"]), want.at("cacheWrite1h"));
  EXPECT_EQ(text_of(got["latency_ms"]), want.at("latencyMs"));
  EXPECT_EQ(text_of(got["first_byte_ms"]), want.at("firstByteMs"));
  EXPECT_EQ(text_of(got["error_code"]), want.at("errorCode"));
  EXPECT_EQ(got["output_in_s3"].get<bool>() ? "yes" : "", want.at("s3body"));
  if (want.contains("layout")) {
    EXPECT_EQ(text_of(got["layout"]), want.at("layout"));
  }
}

void expect_folder(const fs::path& folder) {
  const auto expected = read_expected(folder);
  ASSERT_FALSE(expected.empty()) << folder;
  for (const auto& [file, want] : expected) {
    SCOPED_TRACE(file);
    const std::string bytes = read_file(folder / file);
    const Seen seen = scan_object(bytes);
    EXPECT_EQ(seen, scan_object(bytes, 7)) << "depends on how bytes are cut";
    const std::vector<nlohmann::json> records = seen.records();
    ASSERT_EQ(records.size(), want.records.size()) << testing::PrintToString(seen.names());
    for (std::size_t index = 0; index < records.size(); ++index) {
      SCOPED_TRACE(index);
      expect_row(records[index], want.records[index]);
    }
    EXPECT_EQ(seen.items.size() - records.size(), static_cast<std::size_t>(want.skipped))
        << testing::PrintToString(seen.names());
  }
}

// F045, F008, F025.
TEST(Layouts, EveryArchiveYieldsItsRecords) {
  expect_folder(fs::path(SOURCE_ROOT) / "tests/data/layouts");
  if (const char* const further = std::getenv("BEDROCKLOG_EXTRA_SAMPLES"); further != nullptr) {
    expect_folder(further);
  }
}

TEST(Layouts, EveryFileOfTheFolderIsExpected) {
  const fs::path folder = fs::path(SOURCE_ROOT) / "tests/data/layouts";
  const auto expected = read_expected(folder);
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename();
    EXPECT_TRUE(name == "EXPECTED.tsv" || expected.contains(name)) << name;
  }
}

}  // namespace
}  // namespace bedrocklog::ingest
