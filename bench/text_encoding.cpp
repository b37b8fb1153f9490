// UTF-8 to UTF-16, base64 and a JSON indenter, written here because the engine has its own.
#include "bench/text_encoding.h"

#include <cstddef>
#include <cstdint>

namespace bedrocklog::bench {

namespace {

void append_utf16(std::uint32_t unit, std::string& bytes) {
  bytes += static_cast<char>(unit & 0xffU);
  bytes += static_cast<char>(unit >> 8U);
}

void append_code_point(std::uint32_t point, std::string& bytes) {
  if (point < 0x10000) {
    append_utf16(point, bytes);
    return;
  }
  append_utf16(0xd800 + ((point - 0x10000) >> 10U), bytes);
  append_utf16(0xdc00 + ((point - 0x10000) & 0x3ffU), bytes);
}

void append_line_break(std::size_t depth, std::string& json) {
  json += '\n';
  json.append(2 * depth, ' ');
}

}  // namespace

std::string utf16le_with_bom(std::string_view utf8) {
  std::string bytes = "\xFF\xFE";
  for (std::size_t at = 0; at < utf8.size();) {
    const auto lead = static_cast<unsigned char>(utf8[at]);
    const std::size_t size = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    std::uint32_t point = size == 1 ? lead : lead & (0x7fU >> size);
    for (std::size_t next = 1; next < size && at + next < utf8.size(); ++next) {
      point = (point << 6U) | (static_cast<unsigned char>(utf8[at + next]) & 0x3fU);
    }
    if (point == '\n') {
      append_utf16('\r', bytes);
    }
    append_code_point(point, bytes);
    at += size;
  }
  return bytes;
}

std::string base64(std::string_view bytes) {
  constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    std::uint32_t group = 0;
    for (std::size_t next = 0; next < 3; ++next) {
      group = (group << 8U) |
              (at + next < bytes.size() ? static_cast<unsigned char>(bytes[at + next]) : 0U);
    }
    text += digits[group >> 18U];
    text += digits[(group >> 12U) & 63U];
    text += at + 1 < bytes.size() ? digits[(group >> 6U) & 63U] : '=';
    text += at + 2 < bytes.size() ? digits[group & 63U] : '=';
  }
  return text;
}

std::string indented_json(std::string_view compact) {
  std::string json;
  std::size_t depth = 0;
  bool in_string = false;
  for (std::size_t at = 0; at < compact.size(); ++at) {
    const char c = compact[at];
    if (in_string) {
      json += c;
      if (c == '\\') {
        json += compact[++at];
      }
      in_string = c != '"';
    } else if (c == '{' || c == '[') {
      json += c;
      append_line_break(++depth, json);
    } else if (c == '}' || c == ']') {
      append_line_break(--depth, json);
      json += c;
    } else if (c == ',') {
      json += c;
      append_line_break(depth, json);
    } else {
      json += c;
      json += c == ':' ? " " : "";
      in_string = c == '"';
    }
  }
  return json;
}

}  // namespace bedrocklog::bench
