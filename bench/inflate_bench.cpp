// Time to inflate gzip files from memory on one thread, every CRC checked: zlib, ISA-L, and the
// lanes of PairInflater, two files at a time and one alone.
//
// The files are those of the folder named last on the command line, up to 64 MB; without a folder,
// the shipped samples.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>
#include <isa-l/igzip_lib.h>

#include "ingest/byte_source.h"
#include "ingest/document_reader.h"
#include "ingest/ensure.h"
#include "ingest/pair_inflater.h"

namespace bedrocklog::ingest {
namespace {

constexpr std::size_t packed_bytes_max = std::size_t{64} << 20U;
constexpr std::size_t block_bytes = std::size_t{256} << 10U;

struct PackedFile {
  std::vector<char> bytes;  // And the padding.
  std::size_t size_bytes = 0;
  [[nodiscard]] std::span<const char> packed() const { return {bytes.data(), size_bytes}; }
};

std::vector<PackedFile> files_of(const std::string& folder) {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file() && entry.path().extension() == ".gz") {
      paths.push_back(entry.path().string());
    }
  }
  std::ranges::sort(paths);
  std::vector<PackedFile> files;
  std::size_t total = 0;
  for (const std::string& path : paths) {
    std::ifstream in(path, std::ios::binary);
    PackedFile file;
    file.bytes.assign(std::istreambuf_iterator<char>(in), {});
    file.size_bytes = file.bytes.size();
    file.bytes.resize(file.size_bytes + packed_padding_bytes);
    total += file.size_bytes;
    if (total > packed_bytes_max) {
      break;
    }
    files.push_back(std::move(file));
  }
  // As a scan takes them: neighbours are alike, and go through the lanes together.
  std::ranges::stable_sort(files, std::ranges::greater(), &PackedFile::size_bytes);
  return files;
}

std::uint64_t by_zlib(const std::vector<PackedFile>& files) {
  std::vector<char> into(block_bytes);
  std::uint64_t plain_bytes = 0;
  DocumentReader reader;
  for (const PackedFile& file : files) {
    reader.open(open_view(file.packed()));
    while (reader.next_document()) {
      while (const std::size_t count = reader.read(into)) {
        plain_bytes += count;
      }
    }
  }
  return plain_bytes;
}

std::uint64_t by_isal(const std::vector<PackedFile>& files) {
  std::vector<std::uint8_t> into(block_bytes);
  std::uint64_t plain_bytes = 0;
  inflate_state stream;
  for (const PackedFile& file : files) {
    isal_inflate_init(&stream);
    stream.crc_flag = ISAL_GZIP;
    // ISA-L reads its input only, but says so nowhere.
    stream.next_in = reinterpret_cast<std::uint8_t*>(const_cast<char*>(file.bytes.data()));
    stream.avail_in = static_cast<std::uint32_t>(file.size_bytes);
    do {
      stream.next_out = into.data();
      stream.avail_out = static_cast<std::uint32_t>(into.size());
      ensure(isal_inflate(&stream) == ISAL_DECOMP_OK);
      plain_bytes += into.size() - stream.avail_out;
    } while (stream.block_state != ISAL_BLOCK_FINISH);
  }
  return plain_bytes;
}

std::uint64_t rest_of_lane(PairInflater& pair, std::size_t lane) {
  std::uint64_t plain_bytes = 0;
  for (;;) {
    plain_bytes += pair.plain(lane).size();
    pair.consume(lane, pair.plain(lane).size());
    if (pair.status(lane) != LaneStatus::running) {
      ensure(pair.status(lane) == LaneStatus::ended);
      pair.close(lane);
      return plain_bytes;
    }
    pair.advance(lane);
  }
}

std::uint64_t by_lanes(const std::vector<PackedFile>& files, bool ahead) {
  PairInflater pair;
  std::uint64_t plain_bytes = 0;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (i == 0 || !ahead) {
      pair.open(i % 2, files[i].packed());
    }
    if (ahead && i + 1 < files.size()) {
      pair.open((i + 1) % 2, files[i + 1].packed());
    }
    plain_bytes += rest_of_lane(pair, i % 2);
  }
  return plain_bytes;
}

template <class Inflate>
void measure(benchmark::State& state, const std::vector<PackedFile>& files, Inflate inflate) {
  const std::uint64_t expected = by_zlib(files);
  for (auto _ : state) {
    ensure(inflate(files) == expected);
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(expected));
}

void register_all(const std::vector<PackedFile>& files) {
  benchmark::RegisterBenchmark("zlib", [&](auto& state) { measure(state, files, by_zlib); });
  benchmark::RegisterBenchmark("isal", [&](auto& state) { measure(state, files, by_isal); });
  if (PairInflater::is_supported()) {
    for (const bool ahead : {false, true}) {
      benchmark::RegisterBenchmark(ahead ? "two_lanes" : "one_lane", [&files, ahead](auto& state) {
        measure(state, files, [ahead](const auto& all) { return by_lanes(all, ahead); });
      });
    }
  }
}

}  // namespace
}  // namespace bedrocklog::ingest

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  const std::vector<bedrocklog::ingest::PackedFile> files = bedrocklog::ingest::files_of(
      argc > 1 ? argv[argc - 1] : std::string(SOURCE_ROOT) + "/data/sample-logs");
  bedrocklog::ingest::register_all(files);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
