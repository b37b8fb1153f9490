// The checksums of S3: three CRCs, two SHAs, and the MD5 of ETags.
#include "ingest/aws/object_checksum.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <utility>

#include <openssl/evp.h>
#include <zlib.h>

#include "ingest/aws/ascii_case.h"
#include "ingest/aws/digest.h"
#include "ingest/ensure.h"

namespace bedrocklog::aws {
namespace {

/// A sum over bytes that come in pieces.
class Sum {
 public:
  Sum() = default;
  Sum(const Sum&) = delete;
  Sum& operator=(const Sum&) = delete;
  Sum(Sum&&) = delete;
  Sum& operator=(Sum&&) = delete;
  virtual ~Sum() = default;

  virtual void add(std::span<const char> bytes) = 0;
  /// Over all bytes so far, as raw bytes (CRCs big-endian).
  [[nodiscard]] virtual std::string value() const = 0;
};

template <class Word>
std::string big_endian(Word word) {
  std::string bytes(sizeof(Word), '\0');
  for (std::size_t i = bytes.size(); i-- > 0; word >>= 8U) {
    bytes[i] = static_cast<char>(word & 0xFFU);
  }
  return bytes;
}

constexpr std::size_t slices = 16;  // Bytes that one step takes in, each by its own table.

template <class Word>
using CrcTables = std::array<std::array<Word, 256>, slices>;

/// tables[k][b]: what byte b does to the register when k more bytes follow it.
template <class Word>
constexpr CrcTables<Word> crc_tables(Word reflected_polynomial) {
  CrcTables<Word> tables{};
  for (unsigned byte = 0; byte < 256; ++byte) {
    Word word = byte;
    for (int bit = 0; bit < 8; ++bit) {
      word = (word >> 1U) ^ ((word & 1U) != 0 ? reflected_polynomial : Word{0});
    }
    tables[0][byte] = word;
  }
  for (std::size_t k = 1; k < slices; ++k) {
    for (unsigned byte = 0; byte < 256; ++byte) {
      const Word before = tables[k - 1][byte];
      tables[k][byte] = (before >> 8U) ^ tables[0][before & 0xFFU];
    }
  }
  return tables;
}

constexpr auto crc64nvme_tables = crc_tables<std::uint64_t>(0x9A6C9329AC4BC9B5U);
constexpr auto crc32c_tables = crc_tables<std::uint32_t>(0x82F63B78U);

std::uint64_t little_endian_at(const char* bytes) {
  std::array<unsigned char, 8> octets{};
  std::memcpy(octets.data(), bytes, octets.size());
  std::uint64_t word = 0;
  for (std::size_t i = octets.size(); i-- > 0;) {
    word = (word << 8U) | octets[i];  // Compilers make one load of this.
  }
  return word;
}

/// A reflected CRC that starts and ends with all bits turned, as both of these do.
template <class Word, const CrcTables<Word>& tables>
class Crc final : public Sum {
 public:
  void add(std::span<const char> bytes) override {
    Word word = word_;
    for (; bytes.size() >= slices; bytes = bytes.subspan(slices)) {
      const std::uint64_t first = little_endian_at(bytes.data()) ^ word;
      const std::uint64_t second = little_endian_at(bytes.data() + 8);
      Word next = 0;
      for (std::size_t i = 0; i < 8; ++i) {
        next ^= tables[slices - 1 - i][(first >> (8 * i)) & 0xFFU] ^
                tables[slices - 9 - i][(second >> (8 * i)) & 0xFFU];
      }
      word = next;
    }
    for (const char byte : bytes) {
      word = (word >> 8U) ^ tables[0][(word ^ static_cast<unsigned char>(byte)) & 0xFFU];
    }
    word_ = word;
  }

  [[nodiscard]] std::string value() const override { return big_endian<Word>(~word_); }

 private:
  Word word_ = static_cast<Word>(~Word{0});
};

class Crc32 final : public Sum {
 public:
  void add(std::span<const char> bytes) override {
    word_ = crc32_z(word_, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size());
  }
  [[nodiscard]] std::string value() const override {
    return big_endian<std::uint32_t>(static_cast<std::uint32_t>(word_));
  }

 private:
  uLong word_ = 0;
};

struct ContextDeleter {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MD_CTX, ContextDeleter>;

class Digest final : public Sum {
 public:
  explicit Digest(Context context) : context_(std::move(context)) {}

  void add(std::span<const char> bytes) override {
    ensure(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1);
  }

  [[nodiscard]] std::string value() const override {
    // Of a copy: taking the value ends a digest.
    const Context copy(EVP_MD_CTX_new());
    std::array<unsigned char, EVP_MAX_MD_SIZE> bytes{};
    unsigned size_bytes = 0;
    ensure(copy != nullptr && EVP_MD_CTX_copy_ex(copy.get(), context_.get()) == 1 &&
           EVP_DigestFinal_ex(copy.get(), bytes.data(), &size_bytes) == 1);
    return {reinterpret_cast<const char*>(bytes.data()), size_bytes};
  }

 private:
  Context context_;
};

/// Null where OpenSSL is set up to refuse that digest, as FIPS installations do with MD5.
std::unique_ptr<Sum> digest_sum(const EVP_MD* kind) {
  Context context(EVP_MD_CTX_new());
  ensure(context != nullptr);
  if (EVP_DigestInit_ex(context.get(), kind, nullptr) != 1) {
    return nullptr;
  }
  return std::make_unique<Digest>(std::move(context));
}

struct Kind {
  std::string_view name;
  std::string_view header;
  std::size_t size_bytes;
  std::unique_ptr<Sum> (*make)();
};

constexpr std::array<Kind, 5> kinds = {{
    {"crc64nvme", "x-amz-checksum-crc64nvme", 8,
     []() -> std::unique_ptr<Sum> {
       return std::make_unique<Crc<std::uint64_t, crc64nvme_tables>>();
     }},
    {"crc32c", "x-amz-checksum-crc32c", 4,
     []() -> std::unique_ptr<Sum> {
       return std::make_unique<Crc<std::uint32_t, crc32c_tables>>();
     }},
    {"crc32", "x-amz-checksum-crc32", 4,
     []() -> std::unique_ptr<Sum> { return std::make_unique<Crc32>(); }},
    {"sha256", "x-amz-checksum-sha256", 32, [] { return digest_sum(EVP_sha256()); }},
    {"sha1", "x-amz-checksum-sha1", 20, [] { return digest_sum(EVP_sha1()); }},
}};

/// Whether the text is base64 of so many bytes. "...-3", a sum of the sums of three parts, is not,
/// and a promise that nothing could keep must not fail every download.
bool is_base64_of(std::string_view text, std::size_t size_bytes) {
  const std::size_t padding = (3 - size_bytes % 3) % 3;
  if (text.size() != 4 * ((size_bytes + 2) / 3) ||
      text.substr(text.size() - padding) != std::string_view("==").substr(0, padding)) {
    return false;
  }
  text.remove_suffix(padding);
  return std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '/';
  });
}

/// The MD5 in hexadecimal that an ETag is; empty when it is something else. A store whose ETags
/// only look like MD5s fails here, and should: there is no telling it from damage.
std::string md5_of_etag(const HttpHead& head) {
  constexpr std::size_t digits = 32;
  const std::string_view encryption = head.header("x-amz-server-side-encryption");
  const std::string_view etag = head.header("etag");
  const bool is_md5 =
      (encryption.empty() || encryption == "AES256") &&
      head.header("x-amz-server-side-encryption-customer-algorithm").empty() &&
      etag.size() == digits + 2 && etag.front() == '"' && etag.back() == '"' &&
      etag.substr(1, digits).find_first_not_of("0123456789abcdefABCDEF") == std::string_view::npos;
  return is_md5 ? lower_case(etag.substr(1, digits)) : "";
}

}  // namespace

struct ObjectChecksum::State {
  std::string_view name;
  std::string promised;  // base64; hexadecimal for MD5.
  std::unique_ptr<Sum> sum;
};

ObjectChecksum::ObjectChecksum() = default;

ObjectChecksum::ObjectChecksum(const HttpHead& head) {
  // The head of a part (206) tells of the whole.
  if (head.status != 200) {
    return;
  }
  const bool is_composite = lower_case(head.header("x-amz-checksum-type")) == "composite";
  for (const Kind& kind : kinds) {
    const std::string_view promised = head.header(kind.header);
    if (is_composite || !is_base64_of(promised, kind.size_bytes)) {
      continue;
    }
    if (auto sum = kind.make()) {
      state_ = std::make_unique<State>(State{kind.name, std::string(promised), std::move(sum)});
      return;
    }
  }
  if (std::string digits = md5_of_etag(head); !digits.empty()) {
    if (auto sum = digest_sum(EVP_md5())) {
      state_ = std::make_unique<State>(State{"md5", std::move(digits), std::move(sum)});
    }
  }
}

ObjectChecksum::~ObjectChecksum() = default;
ObjectChecksum::ObjectChecksum(ObjectChecksum&&) noexcept = default;
ObjectChecksum& ObjectChecksum::operator=(ObjectChecksum&&) noexcept = default;

void ObjectChecksum::add(std::span<const char> bytes) {
  if (state_) {
    state_->sum->add(bytes);
  }
}

std::optional<std::string> ObjectChecksum::mismatch() const {
  if (!state_) {
    return std::nullopt;
  }
  const std::string value = state_->sum->value();
  const std::string text = state_->name == "md5" ? to_hex(value) : base64_encoded(value);
  return text == state_->promised ? std::nullopt : std::optional(std::string(state_->name));
}

std::string ObjectChecksum::name() const {
  return state_ ? std::string(state_->name) : "";
}

}  // namespace bedrocklog::aws
