// Bounded memory of facts by the text they follow from.
#include "analytics/facts_cache.h"

#include "analytics/text_hash.h"

namespace bedrocklog::analytics {

std::size_t FactsCache::TextHash::operator()(std::string_view text) const {
  return hash_of(text);
}

template <class Facts>
template <class Make>
const Facts* FactsCache::Remembered<Facts>::find(std::string_view text, const Make& make) {
  const std::pair<const std::string, Facts>*& place = recent[place_of(text) % recent_count];
  if (place != nullptr && place->first == text) {
    return &place->second;
  }
  if (text.size() > facts_cache_text_bytes_max) {
    scratch = make(text);
    scratch.number = ++made;
    return &scratch;
  }
  auto known = by_text.find(text);
  if (known == by_text.end()) {
    if (by_text.size() >= facts_cache_entries_max) {
      by_text.clear();
      recent.fill(nullptr);
    }
    known = by_text.emplace(std::string(text), make(text)).first;
    known->second.number = ++made;
  }
  place = &*known;
  return &place->second;
}

RecordFactsView FactsCache::facts_of(const ingest::RecordView& record) {
  RecordFactsView facts;
  facts.record = &record;
  facts.model = model_facts_.find(
      record.model_id, [this](std::string_view text) { return facts_of_model(text, *models_); });
  if (identity_ == Identity::given) {
    facts.identity = identity_facts_.find(
        record.identity_arn, [](std::string_view text) { return facts_of_identity(text); });
  }
  return facts;
}

std::string_view FactsCache::group_of(const RecordFactsView& facts) const {
  const RecordFieldValues values(facts);
  for (const GroupRule& rule : *groups_) {
    if (rule.condition.matches(values)) {
      return rule.name;
    }
  }
  return {};
}

}  // namespace bedrocklog::analytics
