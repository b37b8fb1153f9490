// What to do about what provisioning says: an entry for every check and every message.
#pragma once

#include <span>
#include <string_view>

namespace bedrocklog::provision {

struct CheckHelp {
  std::string_view id;      // Check::id.
  std::string_view asks;    // The question, without a mark at the end.
  std::string_view remedy;  // What to do when the answer is no.
};
[[nodiscard]] std::span<const CheckHelp> check_help();

struct MessageHelp {
  std::string_view part;  // Of the message, as it is printed.
  std::string_view cause;
  std::string_view remedy;
};
/// The first whose part is in a message is about it.
[[nodiscard]] std::span<const MessageHelp> message_help();

}  // namespace bedrocklog::provision
