// Rows of a report, packed: a report by user and day has hundreds of thousands of them.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "analytics/money.h"

namespace bedrocklog::analytics {

/// monostate: unknown, never 0.
using Cell = std::variant<std::monostate, Int128, std::string_view>;

enum class RowKind : std::uint8_t { group, other, total };

struct CodeCount {
  std::string_view code;
  std::uint64_t count = 0;
  friend bool operator==(const CodeCount&, const CodeCount&) = default;
};

class Row;
class ReportRows;

/// Some rows, one behind the other. Not for threads; different blocks may be filled at once.
class RowBlock {
 public:
  static constexpr std::size_t rows_max = 1'024;
  /// In place of the number of a text: the group has no such key.
  static constexpr std::uint32_t absent_key = UINT32_MAX;

  /// A row is begun, then gets all its keys and figures and the error codes it has, sorted.
  void begin_row(RowKind kind) { kinds_.push_back(kind); }
  void add_key(std::uint32_t text) { keys_.push_back(text); }
  void add_figure(const std::optional<Int128>& value);
  /// `code` must live until the block is in ReportRows.
  void add_code(std::string_view code, std::uint64_t count);
  void reserve(std::size_t rows, std::size_t keys, std::size_t figures);

  [[nodiscard]] std::size_t size() const { return kinds_.size(); }

 private:
  friend class ReportRows;
  friend class Row;
  // Most figures take 64 bits. The others are kept apart, by their position.
  static constexpr std::int64_t unknown = INT64_MIN;
  static constexpr std::int64_t is_wide = INT64_MIN + 1;
  struct Wide {
    std::size_t position = 0;
    Int128 value = 0;
  };

  [[nodiscard]] std::optional<Int128> wide_figure(std::size_t position) const;
  void set_figure(std::size_t position, const std::optional<Int128>& value);

  std::vector<RowKind> kinds_;
  std::vector<std::uint32_t> keys_;    // Numbers of texts, so many per row.
  std::vector<std::int64_t> figures_;  // So many per row.
  std::vector<Wide> wide_;             // Sorted.
  std::vector<std::uint32_t> code_rows_;
  std::vector<CodeCount> codes_;  // Of the row in code_rows_; sorted by row, then code.
};

/// One row. Borrows from the rows it is of.
class Row {
 public:
  Row(const ReportRows& rows, std::size_t index) : rows_(&rows), index_(index) {}

  [[nodiscard]] RowKind kind() const;
  /// Rows an `other` row stands for.
  [[nodiscard]] std::uint64_t folded_rows() const;
  /// Number of the text of key number `key`, or RowBlock::absent_key.
  [[nodiscard]] std::uint32_t key(std::size_t key) const;
  /// Nothing: unknown.
  [[nodiscard]] std::optional<Int128> figure(std::size_t figure) const;
  /// By column, keys first.
  [[nodiscard]] Cell cell(std::size_t column) const;
  [[nodiscard]] std::size_t cells_count() const;
  [[nodiscard]] std::vector<Cell> cells() const;
  [[nodiscard]] std::span<const CodeCount> error_codes() const;

 private:
  const ReportRows* rows_;
  std::size_t index_;
};

class ReportRows {
 public:
  /// Rows of `keys` keys and then `figures` figures.
  explicit ReportRows(std::size_t keys = 0, std::size_t figures = 0)
      : keys_(keys), figures_(figures) {}

  /// What keys are numbers of. `owner` keeps the texts alive.
  void set_texts(std::vector<std::string_view> texts, std::shared_ptr<const void> owner);
  [[nodiscard]] std::span<const std::string_view> texts() const { return texts_; }

  /// All blocks but the last are full.
  void set_blocks(std::vector<RowBlock> blocks);
  /// Appends one row; cells by column. Texts are copied.
  void add(RowKind kind, std::span<const Cell> cells, std::span<const CodeCount> codes = {});
  void set_cell(std::size_t row, std::size_t column, const Cell& cell);
  void set_error_codes(std::size_t row, std::vector<CodeCount> codes);
  void set_kind(std::size_t row, RowKind kind);
  /// Of the one `other` row.
  void set_folded_rows(std::uint64_t rows) { folded_rows_ = rows; }

  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] bool empty() const { return size() == 0; }
  [[nodiscard]] std::size_t keys_count() const { return keys_; }
  [[nodiscard]] std::size_t figures_count() const { return figures_; }
  [[nodiscard]] Row operator[](std::size_t index) const { return {*this, index}; }
  [[nodiscard]] Row front() const { return (*this)[0]; }
  [[nodiscard]] Row back() const { return (*this)[size() - 1]; }

  class Iterator {
   public:
    Iterator(const ReportRows& rows, std::size_t index) : rows_(&rows), index_(index) {}
    Row operator*() const { return (*rows_)[index_]; }
    Iterator& operator++() {
      ++index_;
      return *this;
    }
    friend bool operator==(const Iterator&, const Iterator&) = default;

   private:
    const ReportRows* rows_;
    std::size_t index_;
  };
  [[nodiscard]] Iterator begin() const { return {*this, 0}; }
  [[nodiscard]] Iterator end() const { return {*this, size()}; }

 private:
  friend class Row;
  using OwnTexts = std::set<std::string, std::less<>>;

  [[nodiscard]] const RowBlock& block_of(std::size_t row) const {
    return blocks_[row / RowBlock::rows_max];
  }
  [[nodiscard]] std::string_view own_text(std::string_view text);
  [[nodiscard]] std::uint32_t number_of(const Cell& key);

  std::size_t keys_;
  std::size_t figures_;
  std::vector<RowBlock> blocks_;
  std::uint64_t folded_rows_ = 0;
  std::vector<std::string_view> texts_;
  std::shared_ptr<const void> texts_owner_;
  std::shared_ptr<OwnTexts> own_texts_;  // Shared by copies, which only ever add to it.
};

inline RowKind Row::kind() const {
  return rows_->block_of(index_).kinds_[index_ % RowBlock::rows_max];
}

inline std::uint32_t Row::key(std::size_t key) const {
  return rows_->block_of(index_).keys_[index_ % RowBlock::rows_max * rows_->keys_ + key];
}

inline std::optional<Int128> Row::figure(std::size_t figure) const {
  const RowBlock& block = rows_->block_of(index_);
  const std::size_t position = index_ % RowBlock::rows_max * rows_->figures_ + figure;
  const std::int64_t value = block.figures_[position];
  return value > RowBlock::is_wide ? value : block.wide_figure(position);
}

inline std::size_t Row::cells_count() const {
  return rows_->keys_ + rows_->figures_;
}

}  // namespace bedrocklog::analytics
