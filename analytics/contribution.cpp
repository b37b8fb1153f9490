// Keys and ranks of records, and their encoding: three words, a word that tells how many bytes each
// number takes, and the numbers. Nothing branches on them, because nothing about them is likely.
#include "analytics/contribution.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <tuple>

#include "analytics/text_hash.h"
#include "ingest/ensure.h"

namespace bedrocklog::analytics {

namespace {

constexpr unsigned rank_hash_bits = 56;
constexpr std::uint64_t rank_fields_max = 63;

// The head of an entry: key, rank, and the layout word. Its least bits tell the width of each
// number in bytes, 4 bits each in the order of write_numbers(), 0 for an absent one.
constexpr std::size_t rank_offset = 16;
constexpr std::size_t layout_offset = 24;
constexpr std::size_t head_bytes = 32;
constexpr unsigned width_bits = 4;
constexpr unsigned numbers_max = 13;
constexpr unsigned disposition_bit = 52;
constexpr unsigned guardrail_bit = 54;
constexpr unsigned size_bit = 56;  // Of the whole entry, in bytes.
static_assert(numbers_max * width_bits <= disposition_bit);
// The last number is written as a whole word whatever it takes of it.
static_assert(head_bytes + std::size_t{numbers_max} * 8 + 8 <= encoded_entry_bytes_max);
static_assert(encoded_entry_bytes_max < 256);

class Writer {
 public:
  explicit Writer(char* into) : begin_(into), end_(into + head_bytes) {}

  void put_head(std::size_t offset, std::uint64_t word) {
    std::memcpy(begin_ + offset, &word, sizeof(word));
  }
  template <class Number>
  void put(const std::optional<Number>& number) {
    put(number.value_or(0), number.has_value() ? ~0U : 0U);
  }
  void put(std::uint64_t number) { put(number, ~0U); }

  /// Writes the layout word and says what the entry takes.
  [[nodiscard]] std::size_t finish(std::uint64_t flags) {
    const auto size = static_cast<std::size_t>(end_ - begin_);
    put_head(layout_offset, layout_ | flags | std::uint64_t{size} << size_bit);
    return size;
  }

 private:
  void put(std::uint64_t number, unsigned presence_mask) {
    const auto bits = static_cast<unsigned>(std::bit_width(number | 1U));
    const unsigned width = (bits + 7) / 8 & presence_mask;
    std::memcpy(end_, &number, sizeof(number));
    end_ += width;
    layout_ |= std::uint64_t{width} << shift_;
    shift_ += width_bits;
  }

  char* begin_;
  char* end_;
  std::uint64_t layout_ = 0;
  unsigned shift_ = 0;
};

class NumberReader {
 public:
  /// Requires 8 readable bytes behind the last number.
  explicit NumberReader(const char* entry)
      : at_(entry + head_bytes), layout_(word_at(entry + layout_offset)) {}

  template <class Number>
  void take(std::optional<Number>& number) {
    if (width() != 0) {
      number = static_cast<Number>(take());
    } else {
      layout_ >>= width_bits;
    }
  }
  std::uint64_t take() {
    const std::size_t taken = width();
    const std::uint64_t kept = taken == 0 ? 0 : ~std::uint64_t{0} >> (64 - 8 * taken);
    const std::uint64_t number = word_at(at_) & kept;
    at_ += taken;
    layout_ >>= width_bits;
    return number;
  }

 private:
  [[nodiscard]] std::size_t width() const { return layout_ & ((1U << width_bits) - 1); }

  const char* at_;
  std::uint64_t layout_;
};

void write_numbers(const Contribution& contribution, Writer& writer) {
  writer.put(std::uint64_t{contribution.cell});
  writer.put(contribution.error);
  writer.put(contribution.tokens.input);
  writer.put(contribution.tokens.output);
  writer.put(contribution.tokens.cache_read);
  writer.put(contribution.tokens.cache_write);
  writer.put(contribution.tokens.cache_write_1h);
  writer.put(contribution.images);
  writer.put(contribution.latency_ms);
  writer.put(contribution.first_byte_ms);
  writer.put(contribution.size_bytes);
}

void read_numbers(Contribution& contribution, NumberReader& reader) {
  contribution.cell = static_cast<std::uint32_t>(reader.take());
  reader.take(contribution.error);
  reader.take(contribution.tokens.input);
  reader.take(contribution.tokens.output);
  reader.take(contribution.tokens.cache_read);
  reader.take(contribution.tokens.cache_write);
  reader.take(contribution.tokens.cache_write_1h);
  reader.take(contribution.images);
  reader.take(contribution.latency_ms);
  reader.take(contribution.first_byte_ms);
  contribution.size_bytes = reader.take();
}

DuplicateEntry decode_at(const char* entry) {
  DuplicateEntry decoded;
  decoded.key = {word_at(entry), word_at(entry + sizeof(std::uint64_t))};
  decoded.rank = word_at(entry + rank_offset);
  const std::uint64_t layout = word_at(entry + layout_offset);
  NumberReader reader(entry);
  decoded.object = reader.take();
  decoded.ordinal = reader.take();
  decoded.contribution.disposition = static_cast<Disposition>((layout >> disposition_bit) & 3U);
  if (decoded.contribution.disposition == Disposition::counted) {
    decoded.contribution.guardrail = ((layout >> guardrail_bit) & 1U) != 0;
    read_numbers(decoded.contribution, reader);
  }
  return decoded;
}

/// Collects what the rank is made of.
class ContentState {
 public:
  void add(std::string_view text) {
    hash_.add(text);
    fields_ += text.empty() ? 0U : 1U;
  }
  /// Whether they are there goes into presence().
  template <class First, class Second>
  void add(const std::optional<First>& first, const std::optional<Second>& second) {
    hash_.add(first.value_or(0), second.value_or(0));
    const unsigned flags = (first ? 1U : 0U) | (second ? 2U : 0U);
    fields_ += (first ? 1U : 0U) + (second ? 1U : 0U);
    presence_ = presence_ << 2U | flags;
  }
  void add(std::uint64_t first, std::uint64_t second) { hash_.add(first, second); }

  [[nodiscard]] std::uint64_t presence() const { return presence_; }
  [[nodiscard]] std::uint64_t fields() const { return fields_; }
  [[nodiscard]] std::uint64_t hash() const { return hash_.value(); }

 private:
  ContentHash hash_;  // Not of this process alone: the rank decides what is printed.
  std::uint64_t presence_ = 0;
  std::uint64_t fields_ = 0;
};

}  // namespace

RequestKey request_key_of(const ingest::RecordView& record) {
  ensure(!record.request_id.empty());
  const auto& keys = process_keys().words;
  // Two lanes that share no key. The lengths tell where one text ends and the next one begins.
  const std::uint64_t lengths =
      (std::uint64_t{record.account_id.size()} << 32U) ^ record.region.size();
  RequestKey key{keys[0] ^ lengths, keys[1] ^ record.request_id.size()};
  const auto fold = [&](std::uint64_t first, std::uint64_t second) {
    key.high = fold_product(first ^ keys[2], second ^ key.high);
    key.low = fold_product(first ^ key.low, second ^ keys[3]);
  };
  for_words_of(record.account_id, fold);
  for_words_of(record.region, fold);
  for_words_of(record.request_id, fold);
  return key;
}

std::uint64_t content_rank_of(const ingest::RecordView& record, std::uint64_t size_bytes) {
  // Not of max_tokens and temperature: those are read only where a filter might ask for them, and a
  // report must keep the same copy with and without a filter.
  ContentState state;
  for (const std::string_view text :
       {record.model_id, record.operation, record.identity_arn, record.inference_region,
        record.error_code, record.stop_reason, record.service_tier}) {
    state.add(text);
  }
  const ingest::TokenCounts& tokens = record.tokens;
  state.add(tokens.input, tokens.output);
  state.add(tokens.cache_read, tokens.cache_write);
  state.add(tokens.cache_write_1h, record.images);
  state.add(record.latency_ms, record.first_byte_ms);
  for (const auto& [name, value] : record.metadata) {
    state.add(name);
    state.add(value);
  }
  const std::uint64_t flags =
      (record.latency_optimized ? 1ULL : 0ULL) | (record.guardrail_intervened ? 2ULL : 0ULL);
  state.add(static_cast<std::uint64_t>(record.at.value), size_bytes);
  state.add(state.presence(), flags);
  const bool has_usage = tokens.total() > 0 || record.images.value_or(0) > 0;
  const std::uint64_t usage = has_usage ? 1 : 0;
  const std::uint64_t success = record.error_code.empty() ? 1 : 0;
  return usage << 63U | success << 62U |
         std::min(state.fields(), rank_fields_max) << rank_hash_bits |
         state.hash() >> (64 - rank_hash_bits);
}

bool wins(const DuplicateEntry& left, const DuplicateEntry& right) {
  // Larger rank, then smaller origin: hence the crossed order of rank.
  return std::tie(right.rank, left.object, left.ordinal) <
         std::tie(left.rank, right.object, right.ordinal);
}

std::size_t encode(const DuplicateEntry& entry, char* into) {
  Writer writer(into);
  writer.put_head(0, entry.key.high);
  writer.put_head(sizeof(entry.key.high), entry.key.low);
  writer.put_head(rank_offset, entry.rank);
  writer.put(entry.object);
  writer.put(entry.ordinal);
  const Contribution& contribution = entry.contribution;
  auto flags = static_cast<std::uint64_t>(contribution.disposition) << disposition_bit;
  if (contribution.disposition == Disposition::counted) {
    flags |= std::uint64_t{contribution.guardrail} << guardrail_bit;
    write_numbers(contribution, writer);
  }
  return writer.finish(flags);
}

EntryHead head_of(std::string_view from) {
  ensure(from.size() >= head_bytes);
  const char* entry = from.data();
  EntryHead head{{word_at(entry), word_at(entry + sizeof(std::uint64_t))},
                 word_at(entry + rank_offset),
                 static_cast<std::size_t>(word_at(entry + layout_offset) >> size_bit)};
  ensure(head.size_bytes >= head_bytes && head.size_bytes <= from.size());
  return head;
}

DuplicateEntry decode(std::string_view& from) {
  const std::size_t size = head_of(from).size_bytes;
  const char* entry = from.data();
  const bool has_slack = from.size() - size >= sizeof(std::uint64_t);
  from.remove_prefix(size);
  if (has_slack) {
    return decode_at(entry);
  }
  char padded[encoded_entry_bytes_max] = {};
  std::memcpy(padded, entry, size);
  return decode_at(padded);
}

}  // namespace bedrocklog::analytics
