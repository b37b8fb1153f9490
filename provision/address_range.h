// Ranges of IPv4 addresses in CIDR form, as security groups take them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bedrocklog::provision {

struct AddressRange {
  std::uint32_t address = 0;
  unsigned prefix_bits = 32;  // 0 to 32.
};

/// "10.20.0.0/16", as it is written: bits behind the prefix stay. Nothing: it is no range.
[[nodiscard]] std::optional<AddressRange> read_address_range(std::string_view text);
[[nodiscard]] std::string to_text(const AddressRange& range);

/// What EC2 makes of it: without the bits behind the prefix.
[[nodiscard]] AddressRange canonical(const AddressRange& range);
/// Whether nothing is set behind the prefix.
[[nodiscard]] bool is_canonical(const AddressRange& range);
/// The shortest prefix of whole bytes that keeps every bit of the address: what somebody who wrote
/// 10.20.0.0/8 probably meant.
[[nodiscard]] AddressRange probable_intent(const AddressRange& range);
[[nodiscard]] std::uint64_t address_count(const AddressRange& range);
/// Whether an address is in both. Of ranges that are canonical.
[[nodiscard]] bool overlaps(const AddressRange& left, const AddressRange& right);

}  // namespace bedrocklog::provision
