// XML read by pugixml into plain data, and written by hand: elements with text need no more.
#include "ingest/aws/xml_tree.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include <pugixml.hpp>

#include "ingest/ensure.h"

namespace bedrocklog::aws {
namespace {

// Text may consist of spaces alone: a key, a tag.
constexpr unsigned parse_flags = pugi::parse_default | pugi::parse_ws_pcdata_single;

std::string_view local_name(std::string_view name) {
  return name.substr(name.find(':') + 1);
}

/// The code point at the front of `text`, which becomes shorter by it; nothing when it is none.
std::optional<std::uint32_t> take_code_point(std::string_view& text) {
  const auto lead = static_cast<unsigned char>(text.front());
  const std::size_t size = lead < 0x80U ? 1 : lead < 0xE0U ? 2 : lead < 0xF0U ? 3 : 4;
  if (size > text.size() || (lead >= 0x80U && (lead < 0xC2U || lead > 0xF4U))) {
    return std::nullopt;
  }
  std::uint32_t point = size == 1 ? lead : lead & (0x7FU >> size);
  for (std::size_t i = 1; i < size; ++i) {
    const auto next = static_cast<unsigned char>(text[i]);
    if ((next & 0xC0U) != 0x80U) {
      return std::nullopt;
    }
    point = (point << 6U) | (next & 0x3FU);
  }
  text.remove_prefix(size);
  const bool is_overlong = (size == 3 && point < 0x800U) || (size == 4 && point < 0x10000U);
  const bool is_surrogate = point >= 0xD800U && point <= 0xDFFFU;
  return is_overlong || is_surrogate || point > 0x10FFFFU ? std::nullopt : std::optional(point);
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    if (!take_code_point(text)) {
      return false;
    }
  }
  return true;
}

/// Walks the document; gives up where it is deeper or larger than allowed, or no UTF-8.
class TreeReader {
 public:
  /// Recursion is bounded by xml_depth_max.
  [[nodiscard]] bool read(const pugi::xml_node& node, unsigned depth, XmlElement& element) {
    if (depth > xml_depth_max || ++elements_ > xml_elements_max) {
      return false;
    }
    element.name = local_name(node.name());
    for (const pugi::xml_node& child : node.children()) {
      if (child.type() == pugi::node_element) {
        if (!read(child, depth + 1, element.children.emplace_back())) {
          return false;
        }
      } else if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata) {
        element.text += child.value();
      }
    }
    if (!element.children.empty()) {
      element.text.clear();
    }
    return is_utf8(element.name) && is_utf8(element.text);
  }

 private:
  std::size_t elements_ = 0;
};

/// The one element at the top; null when there are several.
pugi::xml_node root_of(const pugi::xml_document& document) {
  pugi::xml_node root;
  for (const pugi::xml_node& node : document.children()) {
    if (node.type() == pugi::node_element) {
      if (root) {
        return {};
      }
      root = node;
    }
  }
  return root;
}

void append_escaped(std::string& out, std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  for (const char c : text) {
    const auto value = static_cast<unsigned char>(c);
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\0':  // No form of XML can carry it.
        break;
      default:
        // A reader turns a bare carriage return into a line feed.
        if (value < 0x20U && c != '\n' && c != '\t') {
          out += value < 0x10U ? "&#x" : "&#x1";
          out += digits[value & 0x0FU];
          out += ';';
        } else {
          out += c;
        }
    }
  }
}

/// Recurses as deep as the caller's own tree is.
void append_element(std::string& out, const XmlElement& element, std::string_view attributes) {
  ensure(!element.name.empty());
  out += '<' + element.name;
  out += attributes;
  if (element.children.empty() && element.text.empty()) {
    out += "/>";
    return;
  }
  out += '>';
  append_escaped(out, element.children.empty() ? std::string_view(element.text) : "");
  for (const XmlElement& child : element.children) {
    append_element(out, child, "");
  }
  out += "</" + element.name + '>';
}

}  // namespace

const XmlElement* XmlElement::child(std::string_view wanted) const {
  const auto found = std::find_if(children.begin(), children.end(),
                                  [&](const XmlElement& child) { return child.name == wanted; });
  return found == children.end() ? nullptr : &*found;
}

std::vector<const XmlElement*> XmlElement::all(std::string_view wanted) const {
  std::vector<const XmlElement*> found;
  for (const XmlElement& child : children) {
    if (child.name == wanted) {
      found.push_back(&child);
    }
  }
  return found;
}

std::string_view XmlElement::text_of(std::string_view wanted) const {
  const XmlElement* const found = child(wanted);
  return found == nullptr ? std::string_view() : found->text;
}

std::vector<const XmlElement*> XmlElement::members(std::string_view wanted) const {
  const XmlElement* const list = child(wanted);
  return list == nullptr ? std::vector<const XmlElement*>() : list->all("member");
}

std::vector<const XmlElement*> XmlElement::items(std::string_view wanted) const {
  const XmlElement* const list = child(wanted);
  return list == nullptr ? std::vector<const XmlElement*>() : list->all("item");
}

std::optional<XmlElement> parse_xml(std::string_view text) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text.starts_with(byte_order_mark)) {
    text.remove_prefix(byte_order_mark.size());
  }
  text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
  if (!text.starts_with('<') || text.find('\0') != std::string_view::npos) {
    return std::nullopt;
  }
  pugi::xml_document document;
  if (!document.load_buffer(text.data(), text.size(), parse_flags, pugi::encoding_utf8)) {
    return std::nullopt;
  }
  const pugi::xml_node root = root_of(document);
  XmlElement element;
  if (!root || !TreeReader().read(root, 1, element)) {
    return std::nullopt;
  }
  return element;
}

std::string to_xml(const XmlElement& root, std::string_view xml_namespace) {
  std::string attributes;
  if (!xml_namespace.empty()) {
    attributes = " xmlns=\"";
    append_escaped(attributes, xml_namespace);
    attributes += '"';
  }
  std::string out = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>";
  append_element(out, root, attributes);
  return out;
}

}  // namespace bedrocklog::aws
