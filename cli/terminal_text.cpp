// Text of unknown origin made safe for a terminal, and how wide it is there.
#include "cli/terminal_text.h"

#include <vector>

#include <utf8proc.h>

namespace bedrocklog::cli {
namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";  // U+FFFD.

struct Glyph {
  utf8proc_int32_t code_point = 0;
  std::size_t offset = 0;  // Bytes from the start of the text.
  std::size_t size = 1;    // Bytes.
  bool valid = false;      // False: one byte that starts no UTF-8 sequence.

  [[nodiscard]] std::size_t width() const {
    return valid ? static_cast<std::size_t>(utf8proc_charwidth(code_point)) : 1;
  }
};

Glyph glyph_at(std::string_view text, std::size_t offset) {
  Glyph glyph;
  glyph.offset = offset;
  const std::string_view rest = text.substr(offset);
  const utf8proc_ssize_t size =
      utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(rest.data()),
                       static_cast<utf8proc_ssize_t>(rest.size()), &glyph.code_point);
  if (size > 0) {
    glyph.size = static_cast<std::size_t>(size);
    glyph.valid = true;
  }
  return glyph;
}

bool is_between(utf8proc_int32_t code_point, utf8proc_int32_t first, utf8proc_int32_t last) {
  return code_point >= first && code_point <= last;
}

// Control characters move the cursor; characters with the Unicode property Bidi_Control reorder
// what stands around them, figures included; U+2028 and U+2029 break lines on some terminals.
bool is_unsafe(utf8proc_int32_t code_point) {
  return code_point < 0x20 || is_between(code_point, 0x7F, 0x9F) || code_point == 0x061C ||
         is_between(code_point, 0x200E, 0x200F) || is_between(code_point, 0x2028, 0x202E) ||
         is_between(code_point, 0x2066, 0x2069);
}

}  // namespace

std::string printable(std::string_view text) {
  std::string safe;
  safe.reserve(text.size());
  for (std::size_t offset = 0; offset < text.size();) {
    const Glyph glyph = glyph_at(text, offset);
    if (glyph.valid && !is_unsafe(glyph.code_point)) {
      safe += text.substr(offset, glyph.size);
    } else {
      safe += replacement;
    }
    offset += glyph.size;
  }
  return safe;
}

std::string valid_utf8(std::string_view text) {
  std::string valid;
  valid.reserve(text.size());
  for (std::size_t offset = 0; offset < text.size();) {
    const Glyph glyph = glyph_at(text, offset);
    valid += glyph.valid ? text.substr(offset, glyph.size) : replacement;
    offset += glyph.size;
  }
  return valid;
}

std::string ascii_only(std::string_view text) {
  std::string ascii;
  for (std::size_t offset = 0; offset < text.size();) {
    const Glyph glyph = glyph_at(text, offset);
    ascii += glyph.valid && glyph.code_point < 0x80 ? text[offset] : '?';
    offset += glyph.size;
  }
  return ascii;
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  for (std::size_t offset = 0; offset < text.size();) {
    const Glyph glyph = glyph_at(text, offset);
    width += glyph.width();
    offset += glyph.size;
  }
  return width;
}

std::string shortened(std::string_view text, std::size_t width_max, bool unicode) {
  if (display_width(text) <= width_max) {
    return std::string(text);
  }
  const std::string_view ellipsis = unicode ? "\xE2\x80\xA6" : "...";
  const std::size_t ellipsis_width = unicode ? 1 : 3;
  // Too narrow for a middle: the front alone, without a mark.
  const bool has_middle = width_max >= ellipsis_width + 2;
  const std::size_t kept = has_middle ? width_max - ellipsis_width : width_max;
  const std::size_t tail_width_max = has_middle ? kept / 2 : 0;

  std::vector<Glyph> glyphs;
  for (std::size_t offset = 0; offset < text.size(); offset += glyphs.back().size) {
    glyphs.push_back(glyph_at(text, offset));
  }
  std::size_t front = 0;
  std::size_t front_width = 0;
  while (front < glyphs.size() && front_width + glyphs[front].width() <= kept - tail_width_max) {
    front_width += glyphs[front++].width();
  }
  // A combining mark stays with its base, so the tail starts at a glyph that takes columns.
  std::size_t tail = glyphs.size();
  std::size_t tail_width = 0;
  for (std::size_t at = glyphs.size(); at-- > front;) {
    tail_width += glyphs[at].width();
    if (tail_width > tail_width_max) {
      break;
    }
    tail = glyphs[at].width() > 0 ? at : tail;
  }
  const std::size_t front_end = front < glyphs.size() ? glyphs[front].offset : text.size();
  const std::size_t tail_start = tail < glyphs.size() ? glyphs[tail].offset : text.size();
  std::string cut(text.substr(0, front_end));
  cut += has_middle ? ellipsis : "";
  cut += text.substr(tail_start);
  return cut;
}

}  // namespace bedrocklog::cli
