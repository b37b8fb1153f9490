// Keys and ranks of records, and their encoding: numbers in 7-bit groups, least first.
#include "analytics/contribution.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <tuple>

#include "analytics/text_hash.h"
#include "ingest/ensure.h"

namespace bedrocklog::analytics {

namespace {

constexpr std::size_t uuid_length = 36;  // 8-4-4-4-12 hexadecimal digits.
constexpr unsigned rank_hash_bits = 56;
constexpr std::uint64_t rank_fields_max = 63;

bool is_uuid_dash(std::size_t at) {
  return at == 8 || at == 13 || at == 18 || at == 23;
}

/// The 128 bits of a UUID in the one spelling AWS writes; other spellings stay other requests.
std::optional<RequestKey> parse_uuid(std::string_view text) {
  if (text.size() != uuid_length) {
    return std::nullopt;
  }
  RequestKey key;
  for (std::size_t at = 0; at < uuid_length; ++at) {
    const char digit = text[at];
    if (is_uuid_dash(at)) {
      if (digit != '-') {
        return std::nullopt;
      }
      continue;
    }
    unsigned value = 0;
    if (digit >= '0' && digit <= '9') {
      value = static_cast<unsigned>(digit - '0');
    } else if (digit >= 'a' && digit <= 'f') {
      value = static_cast<unsigned>(digit - 'a') + 10;
    } else {
      return std::nullopt;
    }
    key.high = (key.high << 4U) | (key.low >> 60U);
    key.low = (key.low << 4U) | value;
  }
  return key;
}

class Writer {
 public:
  explicit Writer(char* into) : begin_(into), end_(into) {}

  void put_word(std::uint64_t word) {
    std::memcpy(end_, &word, sizeof(word));
    end_ += sizeof(word);
  }
  void put(std::uint64_t number) {
    for (; number >= 0x80; number >>= 7U) {
      *end_++ = static_cast<char>(number | 0x80U);
    }
    *end_++ = static_cast<char>(number);
  }
  template <class Number>
  void put(const std::optional<Number>& number) {
    if (number) {
      put(std::uint64_t{*number});
    }
  }
  [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(end_ - begin_); }

 private:
  char* begin_;
  char* end_;
};

class ReaderView {
 public:
  explicit ReaderView(std::string_view bytes) : rest_(bytes) {}

  [[nodiscard]] std::uint64_t take_word() {
    std::uint64_t word = 0;
    ensure(rest_.size() >= sizeof(word));
    std::memcpy(&word, rest_.data(), sizeof(word));
    rest_.remove_prefix(sizeof(word));
    return word;
  }
  [[nodiscard]] std::uint64_t take() {
    std::uint64_t number = 0;
    for (unsigned shift = 0;; shift += 7) {
      ensure(!rest_.empty() && shift < 64);
      const auto byte = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      number |= std::uint64_t{byte & 0x7FU} << shift;
      if (byte < 0x80) {
        return number;
      }
    }
  }
  template <class Number>
  void take(std::optional<Number>& number, bool is_there) {
    if (is_there) {
      number = static_cast<Number>(take());
    }
  }
  [[nodiscard]] std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

// Order of the presence flags behind the two bits of the disposition.
std::array<bool, 10> presence_of(const Contribution& contribution) {
  const ingest::TokenCounts& tokens = contribution.tokens;
  return {contribution.error.has_value(),
          contribution.guardrail,
          tokens.input.has_value(),
          tokens.output.has_value(),
          tokens.cache_read.has_value(),
          tokens.cache_write.has_value(),
          tokens.cache_write_1h.has_value(),
          contribution.images.has_value(),
          contribution.latency_ms.has_value(),
          contribution.first_byte_ms.has_value()};
}

void write_counted(const Contribution& contribution, Writer& writer) {
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

void read_counted(Contribution& contribution, std::uint64_t flags, ReaderView& reader) {
  const auto has = [flags](unsigned bit) { return ((flags >> (bit + 2)) & 1U) != 0; };
  contribution.cell = static_cast<std::uint32_t>(reader.take());
  reader.take(contribution.error, has(0));
  contribution.guardrail = has(1);
  reader.take(contribution.tokens.input, has(2));
  reader.take(contribution.tokens.output, has(3));
  reader.take(contribution.tokens.cache_read, has(4));
  reader.take(contribution.tokens.cache_write, has(5));
  reader.take(contribution.tokens.cache_write_1h, has(6));
  reader.take(contribution.images, has(7));
  reader.take(contribution.latency_ms, has(8));
  reader.take(contribution.first_byte_ms, has(9));
  contribution.size_bytes = reader.take();
}

/// Collects what the rank is made of.
class ContentState {
 public:
  void add(std::string_view text) {
    hash_.add(text);
    fields_ += text.empty() ? 0U : 1U;
  }
  template <class Number>
  void add(const std::optional<Number>& number) {
    hash_.add(number);
    fields_ += number ? 1U : 0U;
  }
  void add(std::uint64_t number) { hash_.add(number); }

  [[nodiscard]] std::uint64_t fields() const { return fields_; }
  [[nodiscard]] std::uint64_t hash() const { return hash_.high(); }

 private:
  HashState hash_{0};  // No seed of the process: the rank decides what is printed.
  std::uint64_t fields_ = 0;
};

}  // namespace

RequestKey request_key_of(const ingest::RecordView& record) {
  ensure(!record.request_id.empty());
  HashState state(process_seed());
  state.add(record.account_id);
  state.add(record.region);
  if (const std::optional<RequestKey> uuid = parse_uuid(record.request_id)) {
    return {uuid->high ^ state.high(), uuid->low ^ state.low()};
  }
  state.add(record.request_id);
  return {state.high(), state.low()};
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
  for (const auto& number : {record.tokens.input, record.tokens.output, record.tokens.cache_read,
                             record.tokens.cache_write, record.tokens.cache_write_1h}) {
    state.add(number);
  }
  for (const auto& number : {record.latency_ms, record.first_byte_ms, record.images}) {
    state.add(number);
  }
  for (const auto& [name, value] : record.metadata) {
    state.add(name);
    state.add(value);
  }
  state.add(static_cast<std::uint64_t>(record.at.value));
  state.add((record.latency_optimized ? 1ULL : 0ULL) | (record.guardrail_intervened ? 2ULL : 0ULL));
  state.add(size_bytes);
  const bool has_usage = record.tokens.total() > 0 || record.images.value_or(0) > 0;
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

std::size_t encode(const DuplicateEntry& entry, char (&into)[encoded_entry_bytes_max]) {
  // 3 words, 2 origins of 10 bytes, 2 bytes of flags, 3 numbers of 32 and 6 of 64 bits and more.
  static_assert(3 * 8 + 2 * 10 + 2 + 11 * 10 <= encoded_entry_bytes_max);
  Writer writer(into);
  writer.put_word(entry.key.high);
  writer.put_word(entry.key.low);
  writer.put_word(entry.rank);
  writer.put(entry.object);
  writer.put(entry.ordinal);
  const Contribution& contribution = entry.contribution;
  auto flags = static_cast<std::uint64_t>(contribution.disposition);
  if (contribution.disposition != Disposition::counted) {
    writer.put(flags);
    return writer.size();
  }
  unsigned bit = 2;
  for (const bool is_there : presence_of(contribution)) {
    flags |= (is_there ? 1ULL : 0ULL) << bit++;
  }
  writer.put(flags);
  write_counted(contribution, writer);
  return writer.size();
}

DuplicateEntry decode(std::string_view& from) {
  ReaderView reader(from);
  DuplicateEntry entry;
  entry.key.high = reader.take_word();
  entry.key.low = reader.take_word();
  entry.rank = reader.take_word();
  entry.object = reader.take();
  entry.ordinal = reader.take();
  const std::uint64_t flags = reader.take();
  entry.contribution.disposition = static_cast<Disposition>(flags & 3U);
  if (entry.contribution.disposition == Disposition::counted) {
    read_counted(entry.contribution, flags, reader);
  }
  from = reader.rest();
  return entry;
}

}  // namespace bedrocklog::analytics
