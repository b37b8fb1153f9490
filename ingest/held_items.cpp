// Copying what a parser lends, and handing it on.
#include "ingest/held_items.h"

#include <functional>

namespace bedrocklog::ingest {

void HeldItems::begin(std::string_view text, std::size_t items_max) {
  text_ = text;
  items_max_ = items_max;
  copied_bytes_ = 0;
  has_overflowed_ = false;
  items_.clear();
  records_.clear();
  metadata_.clear();
  texts_.clear();
}

bool HeldItems::is_of_text(std::string_view borrowed) const {
  const std::less_equal<const char*> before;
  return before(text_.data(), borrowed.data()) &&
         before(borrowed.data() + borrowed.size(), text_.data() + text_.size());
}

/// Texts without escapes lie in the text itself, which is nearly all of them.
std::string_view HeldItems::kept(std::string_view borrowed) {
  if (borrowed.empty() || is_of_text(borrowed)) {
    return borrowed;
  }
  copied_bytes_ += borrowed.size();
  return texts_.emplace_back(borrowed);
}

HeldItems::Item* HeldItems::add(Kind kind, const RecordOrigin& origin) {
  if (items_.size() == items_max_ || copied_bytes_ > text_.size()) {
    has_overflowed_ = true;
    return nullptr;
  }
  Item& item = items_.emplace_back();
  item.kind = kind;
  item.line = origin.line;
  item.byte_offset = origin.byte_offset;
  item.size_bytes = origin.size_bytes;
  return &item;
}

void HeldItems::on_record(const RecordView& record, const RecordOrigin& origin) {
  Item* const item = add(Kind::record, origin);
  if (item == nullptr) {
    return;
  }
  item->record = static_cast<std::uint32_t>(records_.size());
  RecordView& view = records_.emplace_back(record);
  for (std::string_view* text :
       {&view.request_id, &view.account_id, &view.region, &view.inference_region, &view.operation,
        &view.model_id, &view.identity_arn, &view.error_code, &view.stop_reason,
        &view.service_tier}) {
    *text = kept(*text);
  }
  if (!is_of_text(view.json)) {
    view.json = {};
  }
  if (!record.metadata.empty()) {
    Entries& entries = metadata_.emplace_back();
    entries.reserve(record.metadata.size());
    for (const auto& [name, value] : record.metadata) {
      entries.emplace_back(kept(name), kept(value));
    }
    view.metadata = entries;
  }
}

void HeldItems::on_reject(RecordFault fault, const RecordOrigin& origin) {
  if (Item* const item = add(Kind::reject, origin)) {
    item->fault = fault;
  }
}

void HeldItems::on_skip(SkipKind kind, const RecordOrigin& origin) {
  if (Item* const item = add(Kind::skip, origin)) {
    item->skip = kind;
  }
}

void HeldItems::replay(const TextPlace& start, std::string_view member, RecordSink& sink) const {
  RecordOrigin origin;
  origin.member = member;
  origin.ordinal = start.items;
  for (const Item& item : items_) {
    origin.line = start.lines + item.line;
    origin.byte_offset = start.offset + item.byte_offset;
    origin.size_bytes = item.size_bytes;
    switch (item.kind) {
      case Kind::record:
        sink.on_record(records_[item.record], origin);
        break;
      case Kind::reject:
        sink.on_reject(item.fault, origin);
        break;
      case Kind::skip:
        sink.on_skip(item.skip, origin);
        break;
    }
    ++origin.ordinal;
  }
}

}  // namespace bedrocklog::ingest
