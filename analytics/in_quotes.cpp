// Makes text from outside safe and short enough for a message.
#include "analytics/in_quotes.h"

namespace bedrocklog::analytics {
namespace {

bool is_control(unsigned char byte) {
  return byte < 0x20 || byte == 0x7F;
}

bool continues_character(unsigned char byte) {
  return (byte & 0xC0U) == 0x80U;
}

}  // namespace

std::string in_quotes(std::string_view text) {
  std::size_t size = text.size();
  if (size > in_quotes_size_bytes_max) {
    size = in_quotes_size_bytes_max;
    while (size > 0 && continues_character(static_cast<unsigned char>(text[size]))) {
      --size;
    }
  }
  std::string result = "\"";
  for (const char c : text.substr(0, size)) {
    result += is_control(static_cast<unsigned char>(c)) ? '?' : c;
  }
  result += size < text.size() ? "...\"" : "\"";
  return result;
}

}  // namespace bedrocklog::analytics
