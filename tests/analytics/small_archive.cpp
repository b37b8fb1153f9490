// Writing and scanning small archives.
#include "tests/analytics/small_archive.h"

#include <cstdlib>
#include <fstream>
#include <limits>
#include <utility>

#include <gtest/gtest.h>
#include <zlib.h>

namespace bedrocklog::analytics {

std::string gzip(std::string_view plain) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 1, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string packed(deflateBound(&stream, plain.size()), '\0');
  std::string input(plain);
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

SmallArchive::SmallArchive() {
  std::string name = (std::filesystem::temp_directory_path() / "archive-XXXXXX").string();
  EXPECT_NE(::mkdtemp(name.data()), nullptr);
  folder_ = name;
}

SmallArchive::~SmallArchive() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void SmallArchive::put(const std::string& name, std::string_view bytes) const {
  const std::filesystem::path path = folder_ / name;
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << bytes;
}

ingest::Manifest SmallArchive::manifest() const {
  Result<ingest::Manifest> manifest = ingest::list_objects({{folder_.string()}, {}, nullptr});
  EXPECT_TRUE(manifest) << manifest.error().message;
  return manifest ? std::move(*manifest) : ingest::Manifest{};
}

ScanOptions plain_options() {
  static const PriceTable no_prices;
  ScanOptions options;
  options.prices = &no_prices;
  options.jobs = 1;
  return options;
}

ScanOutcome scan_of(const ingest::Manifest& manifest, const ScanOptions& options) {
  ScanControl control;
  Result<ScanOutcome> outcome = scan(manifest, options, control);
  EXPECT_TRUE(outcome) << outcome.error().message;
  return outcome ? std::move(*outcome) : ScanOutcome{};
}

}  // namespace bedrocklog::analytics
