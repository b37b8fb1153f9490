// Files are made independently of each other, so their bytes cannot depend on the threads.
#include "bench/archive_builder.h"

#include <atomic>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "bench/call_planner.h"
#include "bench/layout_writer.h"
#include "bench/oracle.h"
#include "bench/price_oracle.h"
#include "bench/random_source.h"
#include "bench/record_writer.h"
#include "bench/text_source.h"

namespace bedrocklog::bench {

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t extras_stream = 0x65787472U;
constexpr std::uint32_t duplicate_ppm = 3'000;
constexpr std::uint32_t twin_ppm = 6'000;
constexpr std::string_view permission_check = "amazon-bedrock-logs-permission-check";

std::optional<std::string> write_bytes(const fs::path& path, std::string_view bytes) {
  std::error_code fault;
  if (path.has_parent_path()) {
    fs::create_directories(path.parent_path(), fault);
  }
  std::ofstream file(path, std::ios::binary);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (fault || !file) {
    return fmt::format("{}: cannot be written", path.string());
  }
  return std::nullopt;
}

// One thread's share of the work.
class Worker {
 public:
  Worker(const GeneratorOptions& options, const TextSource& text, const PriceOracle& prices)
      : options_(&options), text_(&text), oracle_(prices) {}

  [[nodiscard]] std::optional<std::string> make_file(std::uint64_t index);
  [[nodiscard]] const Oracle& oracle() const { return oracle_; }

 private:
  [[nodiscard]] std::optional<std::string> add_call(const FilePlan& file, std::uint64_t record);
  [[nodiscard]] std::optional<std::string> write_sidecar(const FilePlan& file,
                                                         const CallFacts& call, bool of_input);
  void add_line(const CallFacts& call);
  void add_duplicates(const FilePlan& file);

  const GeneratorOptions* options_;  // Both outlive the worker.
  const TextSource* text_;
  Oracle oracle_;
  std::vector<RecordLine> lines_;
};

void Worker::add_line(const CallFacts& call) {
  lines_.push_back({call.at_s, call.request_id, record_text(call, *text_)});
}

std::optional<std::string> Worker::write_sidecar(const FilePlan& file, const CallFacts& call,
                                                 bool of_input) {
  const std::string path = fmt::format("{}/{}data/{}_{}.json.gz", options_->out, hour_prefix(file),
                                       call.request_id, of_input ? "input" : "output");
  ++oracle_.counts().sidecars;
  return write_bytes(path, gzip(sidecar_text(call, *text_, of_input)));
}

std::optional<std::string> Worker::add_call(const FilePlan& file, std::uint64_t record) {
  const CallFacts call = plan_call(file, record);
  oracle_.add(call);
  RandomSource random(mixed(mixed(file.seed, extras_stream), record));
  if (may_have_zero_twin(call) && random.chance(twin_ppm)) {
    const bool twin_first = random.chance(500'000);
    ++oracle_.counts().duplicates;
    add_line(twin_first ? zero_twin_of(call) : call);
    add_line(twin_first ? call : zero_twin_of(call));
  } else {
    add_line(call);
  }
  if (!call.input_s3_path.empty()) {
    if (auto fault = write_sidecar(file, call, true)) {
      return fault;
    }
  }
  return call.output_s3_path.empty() ? std::nullopt : write_sidecar(file, call, false);
}

// Repeats records of an earlier raw file, byte for byte.
void Worker::add_duplicates(const FilePlan& file) {
  RandomSource random(mixed(mixed(file.seed, extras_stream + 1), file.index));
  if (file.layout != FileLayout::raw_lines || file.index < 3) {
    return;
  }
  const FilePlan origin = plan_file(*options_, file.index - 3);
  if (origin.layout != FileLayout::raw_lines) {
    return;
  }
  for (std::uint64_t record = 0; record < origin.record_count; ++record) {
    if (!random.chance(duplicate_ppm)) {
      continue;
    }
    const CallFacts call = plan_call(origin, origin.first_record + record);
    if (!call.request_id.empty()) {
      ++oracle_.counts().duplicates;
      add_line(call);
    }
  }
}

std::optional<std::string> Worker::make_file(std::uint64_t index) {
  const FilePlan file = plan_file(*options_, index);
  lines_.clear();
  for (std::uint64_t record = 0; record < file.record_count; ++record) {
    if (auto fault = add_call(file, file.first_record + record)) {
      return fault;
    }
  }
  add_duplicates(file);
  ExtraValues extra;
  const std::string bytes = file_bytes(file, lines_, extra);
  oracle_.counts().permission_checks += extra.permission_lines;
  oracle_.counts().control_messages += extra.control_messages;
  return write_bytes(fs::path(options_->out) / path_of(file), bytes);
}

// First fault of any thread; guards `message`.
struct SharedFault {
  std::mutex mutex;
  std::optional<std::string> message;
};

void run_worker(Worker& worker, std::atomic<std::uint64_t>& next, std::uint64_t files,
                SharedFault& shared) {
  for (std::uint64_t index = next++; index < files; index = next++) {
    if (auto fault = worker.make_file(index)) {
      const std::lock_guard lock(shared.mutex);
      shared.message = std::move(fault);
      next = files;
    }
  }
}

}  // namespace

std::optional<std::string> build_archive(const GeneratorOptions& options) {
  PriceOracle prices;
  if (auto fault = prices.read(options.prices_path)) {
    return fault;
  }
  const TextSource text;
  std::vector<Worker> workers(options.threads, Worker(options, text, prices));
  std::atomic<std::uint64_t> next = 0;
  SharedFault shared;
  {
    std::vector<std::jthread> threads;
    threads.reserve(workers.size());
    for (Worker& worker : workers) {
      threads.emplace_back([&] { run_worker(worker, next, options.files, shared); });
    }
  }
  if (shared.message) {
    return shared.message;
  }
  Oracle oracle(prices);
  for (const Worker& worker : workers) {
    oracle.merge(worker.oracle());
  }
  const fs::path account = fs::path(options.out) / "AWSLogs" / "111122223333";
  for (const fs::path& folder : {fs::path(options.out), account / "BedrockModelInvocationLogs"}) {
    ++oracle.counts().permission_checks;
    if (auto fault = write_bytes(folder / permission_check, "")) {
      return fault;
    }
  }
  return write_bytes(options.oracle_path, oracle.to_json_text());
}

}  // namespace bedrocklog::bench
