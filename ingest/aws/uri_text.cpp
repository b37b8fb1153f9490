// Percent encoding and the few URLs that users write.
#include "ingest/aws/uri_text.h"

#include <algorithm>

namespace bedrocklog::aws {
namespace {

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_unreserved(char c) {
  return is_alphanumeric(c) || c == '-' || c == '_' || c == '.' || c == '~';
}

std::string encoded(std::string_view text, bool keeps_slash) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (is_unreserved(c) || (keeps_slash && c == '/')) {
      out += c;
    } else {
      const auto value = static_cast<unsigned char>(c);
      out += '%';
      out += digits[value >> 4U];
      out += digits[value & 0x0FU];
    }
  }
  return out;
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

std::optional<std::string> decoded(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_space) {
      out += ' ';
    } else if (text[i] != '%') {
      out += text[i];
    } else {
      const int high = i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
      if (high < 0 || low < 0) {
        return std::nullopt;
      }
      out += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  return out;
}

bool is_host(std::string_view host) {
  const bool is_ipv6 = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (is_ipv6) {
    host = host.substr(1, host.size() - 2);
  }
  return !host.empty() && std::all_of(host.begin(), host.end(), [&](char c) {
    return is_alphanumeric(c) || c == '-' || c == '.' || c == '_' || (is_ipv6 && c == ':');
  });
}

bool is_port(std::string_view port) {
  return !port.empty() && port.size() <= 5 &&
         std::all_of(port.begin(), port.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::string percent_encoded(std::string_view text) {
  return encoded(text, false);
}

std::string percent_encoded_path(std::string_view path) {
  return encoded(path, true);
}

std::optional<std::string> percent_decoded(std::string_view text) {
  return decoded(text, false);
}

std::optional<std::string> listing_decoded(std::string_view text) {
  return decoded(text, true);
}

std::optional<UrlParts> parse_url(std::string_view url) {
  const std::size_t scheme_end = url.find("://");
  if (scheme_end == std::string_view::npos ||
      url.find_first_of("?#@ \t\r\n\\") != std::string_view::npos) {
    return std::nullopt;
  }
  UrlParts parts;
  parts.scheme = url.substr(0, scheme_end);
  std::transform(parts.scheme.begin(), parts.scheme.end(), parts.scheme.begin(),
                 [](char c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c | 0x20 : c); });
  if (parts.scheme != "http" && parts.scheme != "https") {
    return std::nullopt;
  }
  url.remove_prefix(scheme_end + 3);
  const std::size_t path = url.find('/');
  std::string_view authority = url.substr(0, path);
  parts.path = path == std::string_view::npos ? "" : url.substr(path);
  const std::size_t colon = authority.find(
      ':', authority.rfind(']') == std::string_view::npos ? 0 : authority.rfind(']'));
  if (colon != std::string_view::npos) {
    parts.port = authority.substr(colon + 1);
    if (!is_port(parts.port)) {
      return std::nullopt;
    }
    authority = authority.substr(0, colon);
  }
  parts.host = authority;
  return is_host(parts.host) ? std::optional(parts) : std::nullopt;
}

}  // namespace bedrocklog::aws
