// Items of a text that are kept until it is known where they stand in their document.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ingest/object_scanner.h"

namespace bedrocklog::ingest {

/// A place in the plain text of a document and the items before it. Also a distance between two.
struct TextPlace {
  std::uint64_t offset = 0;
  std::uint64_t lines = 0;  // Newlines before it.
  std::uint64_t items = 0;
};

/// Reused from text to text. One thread at a time.
class HeldItems final : public RecordSink {
 public:
  /// Forgets everything. What records borrow from `text` is not copied: it must stay. No more than
  /// `items_max` items are held, and no more is copied than `text` takes.
  void begin(std::string_view text, std::size_t items_max);
  /// Something was left out since: a small text can be wrapped around a very large one.
  [[nodiscard]] bool has_overflowed() const { return has_overflowed_; }

  /// RecordView::json stays only if it is of the text: no sum needs it.
  void on_record(const RecordView& record, const RecordOrigin& origin) override;
  void on_reject(RecordFault fault, const RecordOrigin& origin) override;
  void on_skip(SkipKind kind, const RecordOrigin& origin) override;

  [[nodiscard]] std::size_t size() const { return items_.size(); }
  /// Forgets all but the first `size` items.
  void keep_first(std::size_t size) { items_.resize(size); }

  /// Hands all items to `sink`, as if the text had begun at `start` of `member`.
  void replay(const TextPlace& start, std::string_view member, RecordSink& sink) const;

 private:
  enum class Kind : std::uint8_t { record, reject, skip };
  struct Item {
    Kind kind = Kind::record;
    RecordFault fault = RecordFault::none;
    SkipKind skip = SkipKind::empty;
    std::uint32_t record = 0;  // Its place in records_.
    std::uint64_t line = 0;
    std::uint64_t byte_offset = 0;
    std::uint64_t size_bytes = 0;
  };
  using Entries = std::vector<std::pair<std::string_view, std::string_view>>;

  /// Null when there is no room.
  [[nodiscard]] Item* add(Kind kind, const RecordOrigin& origin);
  [[nodiscard]] bool is_of_text(std::string_view borrowed) const;
  [[nodiscard]] std::string_view kept(std::string_view borrowed);

  std::string_view text_;
  std::size_t items_max_ = 0;
  std::size_t copied_bytes_ = 0;
  bool has_overflowed_ = false;
  std::vector<Item> items_;
  std::vector<RecordView> records_;
  std::deque<Entries> metadata_;   // Not a vector: records refer to what is in it.
  std::deque<std::string> texts_;  // The same.
};

}  // namespace bedrocklog::ingest
