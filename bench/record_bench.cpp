// Time to read one record from text in memory: RecordParser beside FastRecordReader on each path.
//
// The text is taken from the gzip files of the folder named last on the command line, up to 16 MB
// of lines that both can read; without a folder, from the shipped samples.
#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <benchmark/benchmark.h>

#include "ingest/byte_source.h"
#include "ingest/document_reader.h"
#include "ingest/fast_record.h"
#include "ingest/json_index.h"
#include "ingest/object_scanner.h"

namespace bedrocklog::ingest {
namespace {

constexpr std::size_t text_bytes_max = std::size_t{16} << 20U;

struct Lines {
  std::string text;
  std::size_t records = 0;
};

/// Gathers the lines of raw records.
class LineSink : public RecordSink {
 public:
  void on_record(const RecordView& record, const RecordOrigin& /*origin*/) override {
    const bool is_line =
        record.layout == Layout::raw_lines && record.json.find('\n') == std::string_view::npos;
    if (is_line && lines.text.size() < text_bytes_max) {
      lines.text.append(record.json).push_back('\n');
      ++lines.records;
    }
  }
  void on_reject(RecordFault /*fault*/, const RecordOrigin& /*origin*/) override {}
  void on_skip(SkipKind /*kind*/, const RecordOrigin& /*origin*/) override {}

  Lines lines;
};

Lines lines_of(const std::string& folder) {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) {
      paths.push_back(entry.path().string());
    }
  }
  std::ranges::sort(paths);
  LineSink sink;
  ObjectScanner scanner;
  for (const std::string& path : paths) {
    if (sink.lines.text.size() >= text_bytes_max) {
      break;
    }
    if (auto source = open_file(path)) {
      DocumentReader reader;
      reader.open(*std::move(source));
      (void)scanner.scan(reader, sink);
    }
  }
  return sink.lines;
}

void count(benchmark::State& state, const Lines& lines) {
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(lines.text.size()));
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(lines.records));
  // Seconds a record; printed with an SI prefix.
  state.counters["per_record"] = benchmark::Counter(
      static_cast<double>(lines.records),
      benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

/// What the careful parser cannot do without: UTF-8, strings and structure of each line.
void index_lines(benchmark::State& state, const Lines& lines) {
  JsonIndex index;
  for (auto step : state) {
    const std::string_view text = lines.text;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t size = text.find('\n', at) - at;
      benchmark::DoNotOptimize(index.build(text.substr(at, size)));
      at += size + 1;
    }
  }
  count(state, lines);
}

void parse_records(benchmark::State& state, const Lines& lines) {
  RecordParser parser;
  for (auto step : state) {
    const std::string_view text = lines.text;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t size = text.find('\n', at) - at;
      ParsedValueView value;
      RecordView record;
      if (parser.open(text.substr(at, size)) != RecordFault::none ||
          !parser.next(Layout::raw_lines, value, record)) {
        state.SkipWithError("a line is no record");
      }
      benchmark::DoNotOptimize(record.latency_ms);
      at += size + 1;
    }
  }
  count(state, lines);
}

void read_records(benchmark::State& state, Lines lines, TextPath path) {
  FastRecordReader reader({}, path);
  const std::size_t text_size = lines.text.size();
  lines.text.append(fast_padding_bytes, '\0');
  std::size_t unusual = 0;
  for (auto step : state) {
    const std::string_view text(lines.text.data(), text_size);
    unusual = 0;
    for (std::size_t at = 0; at < text.size();) {
      RecordView record;
      std::size_t size = 0;
      if (reader.read(text.substr(at), record, size) != FastRecordReader::Outcome::record) {
        size = text.find('\n', at) - at;
        ++unusual;
      }
      benchmark::DoNotOptimize(record.latency_ms);
      at += size + 1;
    }
  }
  lines.text.resize(text_size);
  count(state, lines);
  state.counters["unusual"] = static_cast<double>(unusual);
}

}  // namespace
}  // namespace bedrocklog::ingest

int main(int argc, char** argv) {
  namespace ingest = bedrocklog::ingest;
  benchmark::Initialize(&argc, argv);
  const ingest::Lines lines =
      ingest::lines_of(argc > 1 ? argv[argc - 1] : SOURCE_ROOT "/data/sample-logs/AWSLogs");
  benchmark::RegisterBenchmark("JsonIndex",
                               [&](auto& state) { ingest::index_lines(state, lines); });
  benchmark::RegisterBenchmark("RecordParser",
                               [&](auto& state) { ingest::parse_records(state, lines); });
  for (const ingest::TextPath path : ingest::text_paths()) {
    if (path != ingest::TextPath::careful) {
      const bool is_avx2 = path == ingest::TextPath::avx2;
      benchmark::RegisterBenchmark(
          is_avx2 ? "FastRecordReader/avx2" : "FastRecordReader/avx512",
          [&lines, path](auto& state) { ingest::read_records(state, lines, path); });
    }
  }
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
