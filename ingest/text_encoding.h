// Which encoding a text is in, and UTF-16 to UTF-8: PowerShell redirection writes UTF-16.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace bedrocklog::ingest {

enum class Encoding : std::uint8_t { utf8, utf16_little, utf16_big };

struct EncodingGuess {
  Encoding encoding = Encoding::utf8;
  std::size_t mark_bytes = 0;  // Size of the byte order mark in front.
};

/// By byte order mark, else by the zero halves of two ASCII letters in front.
[[nodiscard]] EncodingGuess guess_encoding(std::string_view head);

/// True when the first bytes of a UTF-8 text hold control characters that no text has. A text that
/// starts like JSON is never binary: zeros in it are damage, and damage is to be seen.
[[nodiscard]] bool looks_binary(std::string_view head);

/// Decodes a stream in pieces of any size.
class Utf16Decoder {
 public:
  explicit Utf16Decoder(Encoding encoding = Encoding::utf16_little) : encoding_(encoding) {}

  /// Appends to `into`. A surrogate without partner becomes a byte that UTF-8 never has, so that
  /// the record it is in is rejected and not silently altered.
  void decode(std::string_view bytes, std::string& into);
  /// The end of the stream: half a letter that is left over becomes such a byte too.
  void finish(std::string& into);

 private:
  void take(std::uint32_t unit, std::string& into);

  Encoding encoding_;
  bool has_half_ = false;
  unsigned char half_ = 0;
  std::uint32_t high_surrogate_ = 0;
};

}  // namespace bedrocklog::ingest
