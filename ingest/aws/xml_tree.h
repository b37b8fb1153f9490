// XML of AWS services as plain data: what they answer, and what S3 is sent.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bedrocklog::aws {

/// An element without its namespace and attributes. An answer has text or children, never both.
struct XmlElement {
  std::string name;
  std::string text;  // Entities decoded; of an element with children: empty.
  std::vector<XmlElement> children;

  /// The first child of that name; null: none.
  [[nodiscard]] const XmlElement* child(std::string_view wanted) const;
  /// All children of that name, in order.
  [[nodiscard]] std::vector<const XmlElement*> all(std::string_view wanted) const;
  /// Text of the first child of that name; empty when there is none.
  [[nodiscard]] std::string_view text_of(std::string_view wanted) const;
  /// Children named "member" of the first child of that name: a list of the query protocol.
  [[nodiscard]] std::vector<const XmlElement*> members(std::string_view wanted) const;
  /// The same of children named "item": a list of EC2.
  [[nodiscard]] std::vector<const XmlElement*> items(std::string_view wanted) const;
};

/// Nesting allowed in an answer; deeper ones are refused.
inline constexpr unsigned xml_depth_max = 64;
/// Elements allowed in an answer; a page of a listing has some thousands.
inline constexpr std::size_t xml_elements_max = 200'000;

/// The root element. Nothing when the text is no XML, or is nested too deep. Names and texts are
/// valid UTF-8.
[[nodiscard]] std::optional<XmlElement> parse_xml(std::string_view text);

/// With an XML declaration; `xml_namespace` on the root where it is not empty. Text is escaped;
/// control characters are written as references, except NUL, which is left out.
[[nodiscard]] std::string to_xml(const XmlElement& root, std::string_view xml_namespace);

}  // namespace bedrocklog::aws
