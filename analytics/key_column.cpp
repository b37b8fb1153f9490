// Small memories of texts, time buckets and facts, each place overwritten by whoever wants it next.
#include "analytics/key_column.h"

#include <utility>

#include "analytics/text_hash.h"
#include "ingest/ensure.h"

namespace bedrocklog::analytics {

namespace {

// Powers of two. Records of files read in turn belong to few hours at a time.
constexpr std::size_t bucket_count = 16;
constexpr std::size_t numbered_count = 256;
// 2^21 ms is 35 minutes: less than the hour that a range is long at most.
constexpr unsigned bucket_shift = 21;

}  // namespace

std::uint32_t RecentTexts::intern(std::string_view text, StringPool& pool) {
  Slot& slot = slots_[place_of(text) % slot_count];
  if (slot.text.data() != nullptr && slot.text == text) {
    return slot.id;
  }
  const std::uint32_t id = pool.intern(text);
  if (id != StringPool::full) {
    slot = Slot{pool.text(id), id};
  }
  return id;
}

KeyColumn::Source KeyColumn::source_of(KeyKind kind) {
  switch (kind) {
    case KeyKind::model:
    case KeyKind::family:
    case KeyKind::provider:
    case KeyKind::profile:
    case KeyKind::model_id:
      return Source::model;
    case KeyKind::user:
    case KeyKind::role:
    case KeyKind::session:
      return Source::identity;
    default:
      return is_time_key(kind) ? Source::time : Source::text;
  }
}

KeyColumn::KeyColumn(Key key, const Zone& zone)
    : key_(std::move(key)), source_(source_of(key_.kind)) {
  switch (source_) {
    case Source::time:
      clock_.emplace(key_.kind, zone);
      buckets_.resize(bucket_count);
      break;
    case Source::model:
    case Source::identity:
      numbered_.resize(numbered_count);
      break;
    case Source::text:
      texts_.emplace();
      break;
  }
}

std::uint32_t KeyColumn::id_of_time(UnixMillis at, StringPool& pool) {
  Bucket& bucket = buckets_[static_cast<std::uint64_t>(at.value >> bucket_shift) % bucket_count];
  if (bucket.range.contains(at)) {
    return bucket.id;
  }
  if (!clock_) {
    ensure(false);
    return absent;
  }
  const std::uint32_t id = pool.intern(clock_->label(at));
  if (id != StringPool::full) {
    bucket = Bucket{clock_->label_range(), id};
  }
  return id;
}

std::uint32_t KeyColumn::id_of_text(const RecordFactsView& facts, StringPool& pool) {
  const std::optional<std::string_view> text = text_of(key_, facts);
  if (!text) {
    return absent;
  }
  return texts_ ? texts_->intern(*text, pool) : pool.intern(*text);
}

std::uint32_t KeyColumn::id_of_facts(std::uint64_t number, const RecordFactsView& facts,
                                     StringPool& pool) {
  Numbered& known = numbered_[number % numbered_count];
  if (number != 0 && known.number == number) {
    return known.id;
  }
  const std::uint32_t id = id_of_text(facts, pool);
  if (number != 0 && id != StringPool::full) {
    known = Numbered{number, id};
  }
  return id;
}

std::uint32_t KeyColumn::id_of(const RecordFactsView& facts, StringPool& pool) {
  switch (source_) {
    case Source::time:
      return id_of_time(facts.record->at, pool);
    case Source::model:
      return id_of_facts(facts.model->number, facts, pool);
    case Source::identity:
      return id_of_facts(facts.identity->number, facts, pool);
    case Source::text:
      break;
  }
  return id_of_text(facts, pool);
}

}  // namespace bedrocklog::analytics
