// The number of one report key's text for each record. A log repeats few texts in changing order,
// so each way to a number has a small memory of the last ones; what it forgets is looked up anew.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "analytics/record_facts.h"
#include "analytics/report_key.h"
#include "analytics/string_pool.h"
#include "analytics/zone.h"
#include "ingest/unix_millis.h"

namespace bedrocklog::analytics {

/// Numbers of the last texts, found without hashing them in full. One pool each.
class RecentTexts {
 public:
  RecentTexts() : slots_(slot_count) {}

  /// As pool.intern(text).
  [[nodiscard]] std::uint32_t intern(std::string_view text, StringPool& pool);

 private:
  static constexpr std::size_t slot_count = 256;
  struct Slot {
    std::string_view text;  // Of the pool; null: free.
    std::uint32_t id = 0;
  };
  std::vector<Slot> slots_;
};

/// One per key of a worker; use it with one pool and with facts of one FactsCache.
class KeyColumn {
 public:
  /// Stands for a record without the key.
  static constexpr std::uint32_t absent = StringPool::full - 1;

  KeyColumn(Key key, const Zone& zone);

  /// Of the text of the key; `absent`; or StringPool::full.
  [[nodiscard]] std::uint32_t id_of(const RecordFactsView& facts, StringPool& pool);

 private:
  enum class Source : std::uint8_t { time, model, identity, text };
  struct Bucket {
    TimeRange range{{0}, {0}};  // Holds no time: free.
    std::uint32_t id = 0;
  };
  struct Numbered {
    std::uint64_t number = 0;  // Of the facts; 0: free.
    std::uint32_t id = 0;
  };

  [[nodiscard]] static Source source_of(KeyKind kind);
  [[nodiscard]] std::uint32_t id_of_time(UnixMillis at, StringPool& pool);
  [[nodiscard]] std::uint32_t id_of_text(const RecordFactsView& facts, StringPool& pool);
  /// `number` is that of the facts the text is of.
  [[nodiscard]] std::uint32_t id_of_facts(std::uint64_t number, const RecordFactsView& facts,
                                          StringPool& pool);

  Key key_;
  Source source_;
  std::optional<BucketClock> clock_;
  std::vector<Bucket> buckets_;
  std::vector<Numbered> numbered_;
  std::optional<RecentTexts> texts_;
};

}  // namespace bedrocklog::analytics
