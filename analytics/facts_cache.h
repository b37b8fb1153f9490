// From a record to everything reports ask about it, remembering what repeats: a log has few models
// and identities, and taking an ARN apart per record would cost more than adding the record up.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "analytics/expression.h"
#include "analytics/record_facts.h"
#include "ingest/record_view.h"

namespace bedrocklog::analytics {

/// Distinct model ids, and distinct identities, remembered at a time; a full cache starts over.
inline constexpr std::size_t facts_cache_entries_max = 32'768;
/// AWS ARNs have at most 2,048 characters; what is longer is taken apart anew each time.
inline constexpr std::size_t facts_cache_text_bytes_max = 2'048;

/// One per worker.
class FactsCache {
 public:
  enum class Identity : std::uint8_t { given, left_out };

  /// Both are referred to and must outlive this. Where the identity is left out, no key, filter or
  /// group rule may ask for what follows from it.
  FactsCache(const ModelMap& models, const std::vector<GroupRule>& groups,
             Identity identity = Identity::given)
      : models_(&models), groups_(&groups), identity_(identity) {}

  /// Facts of `record` but for `object`, `group` and `size_bytes`. Borrows from the record and from
  /// this; valid until the next call.
  [[nodiscard]] RecordFactsView facts_of(const ingest::RecordView& record);

  /// Name of the first group rule that holds; empty when none does.
  [[nodiscard]] std::string_view group_of(const RecordFactsView& facts) const;

 private:
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const;
  };
  static constexpr std::size_t recent_count = 256;  // A power of two.
  template <class Facts>
  struct Remembered {
    std::unordered_map<std::string, Facts, TextHash, std::equal_to<>> by_text;
    // Nodes of by_text by the place of their text: most records are answered here.
    std::array<const std::pair<const std::string, Facts>*, recent_count> recent{};
    Facts scratch;           // Of a text too long to keep.
    std::uint64_t made = 0;  // Facts so far, the number of the last ones.

    template <class Make>
    const Facts* find(std::string_view text, const Make& make);
  };

  const ModelMap* models_;
  const std::vector<GroupRule>* groups_;
  Identity identity_;
  Remembered<ModelFacts> model_facts_;
  Remembered<IdentityFacts> identity_facts_;
};

}  // namespace bedrocklog::analytics
