// Noting records by partition, spilling them, and finding the losers among copies.
#include "analytics/duplicate_log.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "analytics/flat_index.h"
#include "analytics/text_hash.h"
#include "ingest/ensure.h"

namespace bedrocklog::analytics {

namespace {

constexpr std::size_t block_bytes = 4'096;

std::uint64_t hash_of(const RequestKey& key) {
  HashState state(process_seed());
  state.add(key.high);
  state.add(key.low);
  return state.high();
}

// Bits that the index of visit_losers() does not use.
unsigned partition_of(std::uint64_t hash) {
  return static_cast<unsigned>(hash % duplicate_partitions);
}
std::uint64_t pass_of(std::uint64_t hash, std::uint64_t passes) {
  return (hash / duplicate_partitions) % passes;
}

}  // namespace

struct DuplicateLog::Block {
  std::size_t used = 0;
  char bytes[block_bytes - sizeof(std::size_t)] = {};

  [[nodiscard]] std::string_view text() const { return {bytes, used}; }
  [[nodiscard]] bool has_room(std::size_t size) const { return size <= sizeof(bytes) - used; }
};

DuplicateLog::DuplicateLog(std::uint64_t memory_bytes_max, std::string spill_folder)
    : blocks_max_(std::max(memory_bytes_max, duplicate_memory_bytes_min) / block_bytes),
      spill_folder_(std::move(spill_folder)),
      partitions_(duplicate_partitions) {}

DuplicateLog::~DuplicateLog() = default;
DuplicateLog::DuplicateLog(DuplicateLog&&) noexcept = default;
DuplicateLog& DuplicateLog::operator=(DuplicateLog&&) noexcept = default;

std::unique_ptr<DuplicateLog::Block> DuplicateLog::make_block() {
  ++blocks_used_;
  if (spare_blocks_.empty()) {
    return std::make_unique<Block>();
  }
  std::unique_ptr<Block> block = std::move(spare_blocks_.back());
  spare_blocks_.pop_back();
  block->used = 0;
  return block;
}

Result<void> DuplicateLog::append(const DuplicateEntry& entry) {
  char encoded[encoded_entry_bytes_max];
  const std::size_t size = encode(entry, encoded);
  Partition& partition = partitions_[partition_of(hash_of(entry.key))];
  if (partition.blocks.empty() || !partition.blocks.back()->has_room(size)) {
    if (blocks_used_ >= blocks_max_) {
      if (const Result<void> spilled = spill(); !spilled) {
        return pass_on(spilled);
      }
    }
    partition.blocks.push_back(make_block());
  }
  Block& block = *partition.blocks.back();
  std::memcpy(block.bytes + block.used, encoded, size);
  block.used += size;
  partition.bytes += size;
  return {};
}

Result<void> DuplicateLog::spill() {
  if (!file_) {
    Result<SpillFile> created = SpillFile::create(spill_folder_);
    if (!created) {
      return pass_on(created);
    }
    file_.emplace(std::move(*created));
  }
  std::string joined;
  for (Partition& partition : partitions_) {
    if (partition.blocks.empty()) {
      continue;
    }
    joined.clear();
    for (std::unique_ptr<Block>& block : partition.blocks) {
      joined += block->text();
      spare_blocks_.push_back(std::move(block));
    }
    partition.blocks.clear();
    partition.segments.push_back(Segment{file_->size_bytes(), joined.size()});
    if (const Result<void> written = file_->append(joined); !written) {
      return pass_on(written);
    }
  }
  blocks_used_ = 0;
  return {};
}

Result<void> DuplicateLog::visit(unsigned partition,
                                 const std::function<void(const DuplicateEntry&)>& visit) const {
  const auto visit_all = [&visit](std::string_view encoded) {
    while (!encoded.empty()) {
      visit(decode(encoded));
    }
  };
  const Partition& wanted = partitions_[partition];
  std::string bytes;
  if (file_) {
    for (const Segment& segment : wanted.segments) {
      bytes.resize(segment.size);
      if (const Result<void> read = file_->read_at(segment.offset, bytes); !read) {
        return pass_on(read);
      }
      visit_all(bytes);
    }
  }
  for (const std::unique_ptr<Block>& block : wanted.blocks) {
    visit_all(block->text());
  }
  return {};
}

std::uint64_t DuplicateLog::partition_bytes(unsigned partition) const {
  return partitions_[partition].bytes;
}

std::uint64_t DuplicateLog::spilled_bytes() const {
  return file_ ? file_->size_bytes() : 0;
}

namespace {

/// The best copy so far of every request of one pass.
class Winners {
 public:
  void clear() {
    copies_.clear();
    index_.clear();
  }

  void look_at(std::size_t log, const DuplicateEntry& entry, std::uint64_t hash,
               const LoserVisit& visit) {
    const std::uint32_t known =
        index_.find(hash, [&](std::uint32_t at) { return copies_[at].entry.key == entry.key; });
    if (known == FlatIndex::none) {
      index_.put(hash, static_cast<std::uint32_t>(copies_.size()));
      copies_.push_back(Copy{entry, log});
      return;
    }
    Copy loser{entry, log};
    if (wins(entry, copies_[known].entry)) {
      std::swap(copies_[known], loser);
    }
    visit(loser.log, loser.entry.contribution);
  }

 private:
  struct Copy {
    DuplicateEntry entry;
    std::size_t log = 0;
  };
  std::vector<Copy> copies_;
  FlatIndex index_;
};

}  // namespace

Result<void> visit_losers(std::span<const DuplicateLog* const> logs, unsigned partition,
                          const LoserVisit& visit, std::uint64_t pass_bytes_max) {
  std::uint64_t bytes = 0;
  for (const DuplicateLog* log : logs) {
    bytes += log->partition_bytes(partition);
  }
  const std::uint64_t passes = 1 + bytes / pass_bytes_max;
  Winners winners;
  for (std::uint64_t pass = 0; pass < passes; ++pass) {
    winners.clear();
    for (std::size_t log = 0; log < logs.size(); ++log) {
      const auto look_at = [&](const DuplicateEntry& entry) {
        const std::uint64_t hash = hash_of(entry.key);
        if (pass_of(hash, passes) == pass) {
          winners.look_at(log, entry, hash, visit);
        }
      };
      if (const Result<void> visited = logs[log]->visit(partition, look_at); !visited) {
        return pass_on(visited);
      }
    }
  }
  return {};
}

}  // namespace bedrocklog::analytics
