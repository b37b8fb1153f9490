// Percent encoding as SigV4 and S3 want it (RFC 3986, upper-case hexadecimal).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace bedrocklog::aws {

/// Everything but `A-Za-z0-9-_.~` becomes %XX; a space is %20, '/' is %2F.
[[nodiscard]] std::string percent_encoded(std::string_view text);
/// The same, with '/' left alone: for object keys and paths.
[[nodiscard]] std::string percent_encoded_path(std::string_view path);

/// Undoes percent encoding; nothing when a '%' is not followed by two hexadecimal digits.
[[nodiscard]] std::optional<std::string> percent_decoded(std::string_view text);
/// The same for S3 listings with encoding-type=url, where '+' is a space.
[[nodiscard]] std::optional<std::string> listing_decoded(std::string_view text);

/// An http or https URL in its parts. `path` starts with '/' or is empty; no query or fragment.
struct UrlParts {
  std::string scheme;  // "http" or "https".
  std::string host;    // Without port; IPv6 in brackets.
  std::string port;    // Digits, or empty.
  std::string path;
  /// Host with port where one is written: the Host header.
  [[nodiscard]] std::string authority() const { return port.empty() ? host : host + ":" + port; }
};
/// Nothing for another scheme, user information, an empty host, a query or a fragment.
[[nodiscard]] std::optional<UrlParts> parse_url(std::string_view url);

}  // namespace bedrocklog::aws
