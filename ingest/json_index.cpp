// Runs the first stage of simdjson and hands out what it found.
#include "ingest/json_index.h"

#include <algorithm>
#include <bit>
#include <utility>

#include <simdjson.h>

namespace bedrocklog::ingest {
namespace {

constexpr std::size_t capacity_min = std::size_t{64} << 10U;
// Four bytes of index per byte of text: a huge text's index is given back after it.
constexpr std::size_t capacity_kept_max = std::size_t{4} << 20U;
constexpr std::size_t text_size_max = std::size_t{1} << 32U;

}  // namespace

struct JsonIndex::State {
  std::unique_ptr<simdjson::internal::dom_parser_implementation> stage;
  std::size_t count = 0;

  bool fit(std::size_t size) {
    const std::size_t wanted = std::max(capacity_min, std::bit_ceil(size));
    const bool give_back =
        stage && stage->capacity() > capacity_kept_max && wanted <= capacity_kept_max;
    if (stage && stage->capacity() >= wanted && !give_back) {
      return true;
    }
    // The depth is of no use to the first stage; 1 keeps the second one's stacks small.
    stage.reset();
    return simdjson::get_active_implementation()->create_dom_parser_implementation(
               wanted, 1, stage) == simdjson::SUCCESS;
  }
};

JsonIndex::JsonIndex() : state_(std::make_unique<State>()) {}
JsonIndex::~JsonIndex() = default;
JsonIndex::JsonIndex(JsonIndex&&) noexcept = default;
JsonIndex& JsonIndex::operator=(JsonIndex&&) noexcept = default;

IndexStatus JsonIndex::build(std::string_view text) {
  state_->count = 0;
  if (text.empty()) {
    return IndexStatus::empty;
  }
  if (text.size() >= text_size_max || !state_->fit(text.size())) {
    return IndexStatus::too_large;
  }
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): simdjson takes unsigned bytes.
  const auto* const bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  switch (state_->stage->stage1(bytes, text.size(), simdjson::stage1_mode::regular)) {
    case simdjson::SUCCESS:
      state_->count = state_->stage->n_structural_indexes;
      return IndexStatus::ok;
    case simdjson::EMPTY:
      return IndexStatus::empty;
    case simdjson::UTF8_ERROR:
      return IndexStatus::invalid_utf8;
    case simdjson::MEMALLOC:
    case simdjson::CAPACITY:
      return IndexStatus::too_large;
    default:
      return IndexStatus::bad_string;
  }
}

std::span<const std::uint32_t> JsonIndex::positions() const {
  if (state_->count == 0) {
    return {};
  }
  return {state_->stage->structural_indexes.get(), state_->count};
}

}  // namespace bedrocklog::ingest
