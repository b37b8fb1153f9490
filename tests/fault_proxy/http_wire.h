// HTTP/1.1 messages on the wire: heads kept byte for byte, bodies by any framing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "tests/fault_proxy/byte_stream.h"

namespace bedrocklog::fault_proxy {

/// Start line and fields, the empty line included, as they came.
struct MessageHead {
  std::string text;

  [[nodiscard]] std::string_view start_line() const;
  /// The n-th word of the start line, counted from 0; empty when there is none.
  [[nodiscard]] std::string_view word(std::size_t n) const;
  /// Value of the first field of that name, letter case ignored; nothing when there is none.
  [[nodiscard]] std::optional<std::string_view> field(std::string_view name) const;
  void remove_field(std::string_view name);
  void add_field(std::string_view name, std::string_view value);
};

/// Nothing when the stream ends first, or the head has over 256 lines.
[[nodiscard]] std::optional<MessageHead> read_head(ByteStream& stream);

struct BodyFraming {
  enum class Kind : std::uint8_t { none, length, chunked, until_close };
  Kind kind = Kind::none;
  std::uint64_t size_bytes = 0;  // Of Kind::length.
};

[[nodiscard]] BodyFraming request_framing(const MessageHead& request);
[[nodiscard]] BodyFraming response_framing(const MessageHead& response, bool is_answer_to_head);

/// Where the bytes of a body go; false stops the reading.
struct BodySink {
  std::function<bool(std::string_view)> data;
  std::function<bool(std::string_view)> chunk_marks;  // Sizes and line ends between the data.
};

/// False when the stream ends too early or a sink returned false.
[[nodiscard]] bool read_body(ByteStream& stream, const BodyFraming& framing, const BodySink& sink);
/// Passes the body on as it comes, framing included.
[[nodiscard]] bool relay_body(ByteStream& from, const BodyFraming& framing, ByteStream& to);
/// The data alone; nothing when it ends too early or has over 256 MiB.
[[nodiscard]] std::optional<std::string> collect_body(ByteStream& from, const BodyFraming& framing);

}  // namespace bedrocklog::fault_proxy
