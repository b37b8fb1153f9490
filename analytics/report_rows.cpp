// Access to packed rows, and making some by hand.
#include "analytics/report_rows.h"

#include <algorithm>
#include <functional>

#include "ingest/ensure.h"

namespace bedrocklog::analytics {

namespace {

// Two values of 64 bits are taken for marks.
bool is_narrow(Int128 value) {
  return value > INT64_MIN + 1 && value <= INT64_MAX;
}

}  // namespace

void RowBlock::reserve(std::size_t rows, std::size_t keys, std::size_t figures) {
  kinds_.reserve(rows);
  keys_.reserve(rows * keys);
  figures_.reserve(rows * figures);
}

void RowBlock::add_figure(const std::optional<Int128>& value) {
  if (!value) {
    figures_.push_back(unknown);
  } else if (is_narrow(*value)) {
    figures_.push_back(static_cast<std::int64_t>(*value));
  } else {
    wide_.push_back({figures_.size(), *value});
    figures_.push_back(is_wide);
  }
}

void RowBlock::add_code(std::string_view code, std::uint64_t count) {
  code_rows_.push_back(static_cast<std::uint32_t>(kinds_.size() - 1));
  codes_.push_back({code, count});
}

std::optional<Int128> RowBlock::wide_figure(std::size_t position) const {
  if (figures_[position] == unknown) {
    return std::nullopt;
  }
  const auto found =
      std::lower_bound(wide_.begin(), wide_.end(), position,
                       [](const Wide& left, std::size_t right) { return left.position < right; });
  ensure(found != wide_.end() && found->position == position);
  return found->value;
}

void RowBlock::set_figure(std::size_t position, const std::optional<Int128>& value) {
  std::erase_if(wide_, [position](const Wide& one) { return one.position == position; });
  figures_[position] = unknown;
  if (value && is_narrow(*value)) {
    figures_[position] = static_cast<std::int64_t>(*value);
  } else if (value) {
    figures_[position] = is_wide;
    const auto place = std::find_if(wide_.begin(), wide_.end(), [position](const Wide& one) {
      return one.position > position;
    });
    wide_.insert(place, {position, *value});
  }
}

std::uint64_t Row::folded_rows() const {
  return kind() == RowKind::other ? rows_->folded_rows_ : 0;
}

Cell Row::cell(std::size_t column) const {
  ensure(column < cells_count());
  if (column >= rows_->keys_) {
    const std::optional<Int128> value = figure(column - rows_->keys_);
    return value ? Cell(*value) : Cell();
  }
  const std::uint32_t text = key(column);
  return text == RowBlock::absent_key ? Cell() : Cell(rows_->texts_[text]);
}

std::vector<Cell> Row::cells() const {
  std::vector<Cell> all;
  all.reserve(cells_count());
  for (std::size_t column = 0; column < cells_count(); ++column) {
    all.push_back(cell(column));
  }
  return all;
}

std::span<const CodeCount> Row::error_codes() const {
  const RowBlock& block = rows_->block_of(index_);
  const auto [first, last] =
      std::equal_range(block.code_rows_.begin(), block.code_rows_.end(),
                       static_cast<std::uint32_t>(index_ % RowBlock::rows_max));
  return {block.codes_.data() + (first - block.code_rows_.begin()),
          static_cast<std::size_t>(last - first)};
}

void ReportRows::set_texts(std::vector<std::string_view> texts, std::shared_ptr<const void> owner) {
  texts_ = std::move(texts);
  texts_owner_ = std::move(owner);
}

void ReportRows::set_blocks(std::vector<RowBlock> blocks) {
  blocks_ = std::move(blocks);
  for (std::size_t at = 0; at < blocks_.size(); ++at) {
    RowBlock& block = blocks_[at];
    ensure(at + 1 == blocks_.size() || block.size() == RowBlock::rows_max);
    ensure(block.keys_.size() == block.size() * keys_);
    ensure(block.figures_.size() == block.size() * figures_);
    for (CodeCount& one : block.codes_) {
      one.code = own_text(one.code);
    }
  }
}

void ReportRows::add(RowKind kind, std::span<const Cell> cells, std::span<const CodeCount> codes) {
  ensure(cells.size() == keys_ + figures_);
  if (blocks_.empty() || blocks_.back().size() == RowBlock::rows_max) {
    blocks_.emplace_back();
  }
  RowBlock& block = blocks_.back();
  block.begin_row(kind);
  for (const Cell& cell : cells.first(keys_)) {
    block.add_key(number_of(cell));
  }
  for (const Cell& cell : cells.subspan(keys_)) {
    const Int128* value = std::get_if<Int128>(&cell);
    block.add_figure(value == nullptr ? std::nullopt : std::optional(*value));
  }
  for (const CodeCount& one : codes) {
    block.add_code(own_text(one.code), one.count);
  }
}

void ReportRows::set_cell(std::size_t row, std::size_t column, const Cell& cell) {
  RowBlock& block = blocks_.at(row / RowBlock::rows_max);
  const std::size_t at = row % RowBlock::rows_max;
  ensure(at < block.size() && column < keys_ + figures_);
  if (column < keys_) {
    block.keys_[at * keys_ + column] = number_of(cell);
    return;
  }
  const Int128* value = std::get_if<Int128>(&cell);
  block.set_figure(at * figures_ + column - keys_,
                   value == nullptr ? std::nullopt : std::optional(*value));
}

void ReportRows::set_error_codes(std::size_t row, std::vector<CodeCount> codes) {
  RowBlock& block = blocks_.at(row / RowBlock::rows_max);
  const auto at = static_cast<std::uint32_t>(row % RowBlock::rows_max);
  const auto [first, last] = std::equal_range(block.code_rows_.begin(), block.code_rows_.end(), at);
  const auto begin = first - block.code_rows_.begin();
  const auto end = last - block.code_rows_.begin();
  block.code_rows_.erase(first, last);
  block.codes_.erase(block.codes_.begin() + begin, block.codes_.begin() + end);
  for (CodeCount& one : codes) {
    one.code = own_text(one.code);
  }
  block.code_rows_.insert(block.code_rows_.begin() + begin, codes.size(), at);
  block.codes_.insert(block.codes_.begin() + begin, codes.begin(), codes.end());
}

void ReportRows::set_kind(std::size_t row, RowKind kind) {
  blocks_.at(row / RowBlock::rows_max).kinds_.at(row % RowBlock::rows_max) = kind;
}

std::size_t ReportRows::size() const {
  return blocks_.empty() ? 0 : (blocks_.size() - 1) * RowBlock::rows_max + blocks_.back().size();
}

std::string_view ReportRows::own_text(std::string_view text) {
  if (!own_texts_) {
    own_texts_ = std::make_shared<OwnTexts>();
  }
  const auto found = own_texts_->find(text);
  return found != own_texts_->end() ? *found : *own_texts_->emplace(text).first;
}

// For single rows: looks through all texts.
std::uint32_t ReportRows::number_of(const Cell& key) {
  const auto* text = std::get_if<std::string_view>(&key);
  if (text == nullptr) {
    return RowBlock::absent_key;
  }
  const auto found = std::find(texts_.begin(), texts_.end(), *text);
  const auto number = static_cast<std::uint32_t>(found - texts_.begin());
  if (found == texts_.end()) {
    texts_.push_back(own_text(*text));
  }
  return number;
}

}  // namespace bedrocklog::analytics
