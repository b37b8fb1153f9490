// Noting records by partition, spilling them, and finding the losers among copies.
#include "analytics/duplicate_log.h"

#include <algorithm>
#include <deque>
#include <utility>

#include "analytics/flat_index.h"
#include "ingest/ensure.h"

namespace bedrocklog::analytics {

namespace {

constexpr std::size_t block_bytes = 4'096;
constexpr std::size_t note_bytes_usual = 48;

// Keys are hashes that nobody can steer, so their bits choose places as they are. The index of
// Winners goes by the upper half of `high`.
unsigned partition_of(const RequestKey& key) {
  return static_cast<unsigned>(key.high % duplicate_partitions);
}
std::uint64_t pass_of(const RequestKey& key, std::uint64_t passes) {
  return (key.low >> 32U) % passes;
}

}  // namespace

struct DuplicateLog::Block {
  Block() {}  // NOLINT(modernize-use-equals-default): would clear the bytes first.

  std::size_t used = 0;  // Not kept while the block is open.
  char bytes[block_bytes - sizeof(std::size_t)];

  [[nodiscard]] std::string_view text() const { return {bytes, used}; }
};

DuplicateLog::DuplicateLog(std::uint64_t memory_bytes_max, std::string spill_folder)
    : blocks_max_(std::max(memory_bytes_max, duplicate_memory_bytes_min) / block_bytes),
      spill_folder_(std::move(spill_folder)),
      cursors_(duplicate_partitions),
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

void DuplicateLog::close_block(unsigned number) {
  Cursor& cursor = cursors_[number];
  if (cursor.begin == nullptr) {
    return;
  }
  Partition& partition = partitions_[number];
  partition.blocks.back()->used = static_cast<std::size_t>(cursor.at - cursor.begin);
  partition.bytes += partition.blocks.back()->used;
  cursor = Cursor{};
}

Result<void> DuplicateLog::open_block(unsigned number) {
  close_block(number);
  if (blocks_used_ >= blocks_max_) {
    if (const Result<void> spilled = spill(); !spilled) {
      return pass_on(spilled);
    }
  }
  std::vector<std::unique_ptr<Block>>& blocks = partitions_[number].blocks;
  blocks.push_back(make_block());
  char* bytes = blocks.back()->bytes;
  cursors_[number] = Cursor{bytes, bytes, bytes + sizeof(blocks.back()->bytes)};
  return {};
}

Result<void> DuplicateLog::append(const DuplicateEntry& entry) {
  const unsigned partition = partition_of(entry.key);
  Cursor& cursor = cursors_[partition];
  if (static_cast<std::size_t>(cursor.end - cursor.at) < encoded_entry_bytes_max) {
    if (const Result<void> opened = open_block(partition); !opened) {
      return pass_on(opened);
    }
  }
  cursor.at += encode(entry, cursor.at);
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
  for (unsigned number = 0; number < duplicate_partitions; ++number) {
    close_block(number);
    Partition& partition = partitions_[number];
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

Result<void> DuplicateLog::visit(unsigned partition, const RunVisit& visit) const {
  const Partition& wanted = partitions_[partition];
  std::string bytes;
  if (file_) {
    for (const Segment& segment : wanted.segments) {
      bytes.resize(segment.size);
      if (const Result<void> read = file_->read_at(segment.offset, bytes); !read) {
        return pass_on(read);
      }
      visit(bytes, false);
    }
  }
  const Cursor& open = cursors_[partition];
  for (const std::unique_ptr<Block>& block : wanted.blocks) {
    const bool is_open = open.begin == block->bytes;
    visit(is_open ? std::string_view(open.begin, static_cast<std::size_t>(open.at - open.begin))
                  : block->text(),
          true);
  }
  return {};
}

std::uint64_t DuplicateLog::partition_bytes(unsigned partition) const {
  const Cursor& open = cursors_[partition];
  return partitions_[partition].bytes + static_cast<std::uint64_t>(open.at - open.begin);
}

std::uint64_t DuplicateLog::spilled_bytes() const {
  return file_ ? file_->size_bytes() : 0;
}

namespace {

/// The best copy so far of every request of one pass.
class Winners {
 public:
  /// Forgets all requests and makes room for `requests`.
  void restart(std::size_t requests) {
    copies_.clear();
    copies_.reserve(requests);
    index_.clear();
    index_.reserve(requests);
    kept_.clear();
  }

  /// `note` begins with an entry of `head`.
  void look_at(std::size_t log, std::string_view note, bool stays, const EntryHead& head,
               const LoserVisit& visit) {
    const std::uint32_t known =
        index_.find_or_put(head.key.high, static_cast<std::uint32_t>(copies_.size()),
                           [&](std::uint32_t at) { return copies_[at].key == head.key; });
    const std::string_view entry = note.substr(0, head.size_bytes);
    if (known == FlatIndex::none) {
      copies_.push_back(Copy{head.key, 0, {}, nullptr, 0});
      hold(copies_.back(), log, entry, stays, head.rank);
      return;
    }
    Copy& best = copies_[known];
    if (head.rank < best.rank || (head.rank == best.rank && !comes_first(entry, best.entry))) {
      tell(log, entry, visit);
      return;
    }
    tell(best.log, best.entry, visit);
    hold(best, log, entry, stays, head.rank);
  }

 private:
  struct Copy {
    RequestKey key;
    std::uint64_t rank = 0;
    std::string_view entry;
    std::string* kept = nullptr;  // Of kept_, for an entry that did not stay.
    std::size_t log = 0;
  };

  [[nodiscard]] static bool comes_first(std::string_view left, std::string_view right) {
    return wins(decode(left), decode(right));
  }
  static void tell(std::size_t log, std::string_view loser, const LoserVisit& visit) {
    visit(log, decode(loser).contribution);
  }
  void hold(Copy& copy, std::size_t log, std::string_view entry, bool stays, std::uint64_t rank) {
    copy.log = log;
    copy.rank = rank;
    copy.entry = entry;
    if (!stays) {
      copy.kept = copy.kept == nullptr ? &kept_.emplace_back() : copy.kept;
      *copy.kept = entry;
      copy.entry = *copy.kept;
    }
  }

  std::vector<Copy> copies_;
  FlatIndex index_;
  std::deque<std::string> kept_;
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
    winners.restart(bytes / passes / note_bytes_usual);
    for (std::size_t log = 0; log < logs.size(); ++log) {
      const auto look_at = [&](std::string_view notes, bool stays) {
        while (!notes.empty()) {
          const EntryHead head = head_of(notes);
          if (passes == 1 || pass_of(head.key, passes) == pass) {
            winners.look_at(log, notes, stays, head, visit);
          }
          notes.remove_prefix(head.size_bytes);
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
