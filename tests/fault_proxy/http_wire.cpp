// Heads and bodies of HTTP/1.1 (RFC 9112).
#include "tests/fault_proxy/http_wire.h"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace bedrocklog::fault_proxy {
namespace {

constexpr int head_lines_max = 256;
constexpr std::size_t collected_size_bytes_max = 256U << 20U;
constexpr std::size_t piece_size_bytes = 64U << 10U;

bool equal_ignoring_case(std::string_view left, std::string_view right) {
  return std::ranges::equal(left, right, [](char a, char b) {
    return std::tolower(static_cast<unsigned char>(a)) ==
           std::tolower(static_cast<unsigned char>(b));
  });
}

std::string_view trimmed(std::string_view text) {
  const auto is_blank = [](char byte) { return byte == ' ' || byte == '\t' || byte == '\r'; };
  while (!text.empty() && is_blank(text.front())) {
    text.remove_prefix(1);
  }
  while (!text.empty() && is_blank(text.back())) {
    text.remove_suffix(1);
  }
  return text;
}

/// Where one field's line begins and ends, line end included.
struct FieldPlace {
  std::size_t begin = 0;
  std::size_t colon = 0;
  std::size_t end = 0;
};

std::optional<FieldPlace> find_field(std::string_view text, std::string_view name) {
  std::size_t begin = text.find('\n') + 1;
  while (begin != 0 && begin < text.size()) {
    const std::size_t end = text.find('\n', begin) + 1;
    const std::size_t colon = text.find(':', begin);
    if (colon < end && equal_ignoring_case(text.substr(begin, colon - begin), name)) {
      return FieldPlace{begin, colon, end};
    }
    begin = end;
  }
  return std::nullopt;
}

std::optional<std::uint64_t> number_of(std::string_view text, int base) {
  std::uint64_t number = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  return error == std::errc{} ? std::optional(number) : std::nullopt;
}

bool is_chunked(const MessageHead& head) {
  const auto coding = head.field("transfer-encoding");
  return coding && equal_ignoring_case(*coding, "chunked");
}

bool read_bytes(ByteStream& stream, std::uint64_t size_bytes,
                const std::function<bool(std::string_view)>& sink) {
  while (size_bytes > 0) {
    const auto want = std::min<std::uint64_t>(size_bytes, piece_size_bytes);
    const auto bytes = stream.read_some(static_cast<std::size_t>(want));
    if (!bytes || !sink(*bytes)) {
      return false;
    }
    size_bytes -= bytes->size();
  }
  return true;
}

bool read_chunks(ByteStream& stream, const BodySink& sink) {
  while (true) {
    const auto mark = stream.read_line();
    const auto size_bytes = mark ? number_of(*mark, 16) : std::nullopt;
    if (!size_bytes || !sink.chunk_marks(*mark)) {
      return false;
    }
    if (*size_bytes == 0) {
      break;
    }
    if (!read_bytes(stream, *size_bytes, sink.data)) {
      return false;
    }
    const auto line_end = stream.read_line();
    if (!line_end || !sink.chunk_marks(*line_end)) {
      return false;
    }
  }
  while (true) {  // Trailer fields, up to an empty line.
    const auto line = stream.read_line();
    if (!line || !sink.chunk_marks(*line)) {
      return false;
    }
    if (trimmed(line->substr(0, line->size() - 1)).empty()) {
      return true;
    }
  }
}

}  // namespace

std::string_view MessageHead::start_line() const {
  return trimmed(std::string_view(text).substr(0, text.find('\n')));
}

std::string_view MessageHead::word(std::size_t n) const {
  std::string_view rest = start_line();
  for (; n > 0 && !rest.empty(); --n) {
    const std::size_t space = rest.find(' ');
    rest = space == std::string_view::npos ? std::string_view() : rest.substr(space + 1);
  }
  return rest.substr(0, rest.find(' '));
}

std::optional<std::string_view> MessageHead::field(std::string_view name) const {
  const auto place = find_field(text, name);
  if (!place) {
    return std::nullopt;
  }
  return trimmed(std::string_view(text).substr(place->colon + 1, place->end - place->colon - 2));
}

void MessageHead::remove_field(std::string_view name) {
  while (const auto place = find_field(text, name)) {
    text.erase(place->begin, place->end - place->begin);
  }
}

void MessageHead::add_field(std::string_view name, std::string_view value) {
  std::string line(name);
  line.append(": ").append(value).append("\r\n");
  text.insert(text.find('\n') + 1, line);
}

std::optional<MessageHead> read_head(ByteStream& stream) {
  MessageHead head;
  for (int number = 0; number < head_lines_max; ++number) {
    const auto line = stream.read_line();
    if (!line) {
      return std::nullopt;
    }
    head.text += *line;
    if (*line == "\r\n" || *line == "\n") {
      return head;
    }
  }
  return std::nullopt;
}

BodyFraming request_framing(const MessageHead& request) {
  using Kind = BodyFraming::Kind;
  if (is_chunked(request)) {
    return {Kind::chunked, 0};
  }
  const auto length = request.field("content-length");
  return {length ? Kind::length : Kind::none, length ? number_of(*length, 10).value_or(0) : 0};
}

BodyFraming response_framing(const MessageHead& response, bool is_answer_to_head) {
  using Kind = BodyFraming::Kind;
  const std::string_view status = response.word(1);
  if (is_answer_to_head || status == "204" || status == "304") {
    return {};
  }
  const BodyFraming framing = request_framing(response);
  return framing.kind == Kind::none ? BodyFraming{Kind::until_close, 0} : framing;
}

bool read_body(ByteStream& stream, const BodyFraming& framing, const BodySink& sink) {
  switch (framing.kind) {
    case BodyFraming::Kind::none:
      return true;
    case BodyFraming::Kind::length:
      return read_bytes(stream, framing.size_bytes, sink.data);
    case BodyFraming::Kind::chunked:
      return read_chunks(stream, sink);
    case BodyFraming::Kind::until_close:
      while (const auto bytes = stream.read_some(piece_size_bytes)) {
        if (!sink.data(*bytes)) {
          return false;
        }
      }
      return true;
  }
  return false;
}

bool relay_body(ByteStream& from, const BodyFraming& framing, ByteStream& to) {
  const auto write = [&](std::string_view bytes) { return to.write_all(bytes); };
  return read_body(from, framing, {write, write});
}

std::optional<std::string> collect_body(ByteStream& from, const BodyFraming& framing) {
  std::string body;
  const auto keep = [&](std::string_view bytes) {
    body += bytes;
    return body.size() <= collected_size_bytes_max;
  };
  const auto pass_over = [](std::string_view) { return true; };
  return read_body(from, framing, {keep, pass_over}) ? std::optional(std::move(body))
                                                     : std::nullopt;
}

}  // namespace bedrocklog::fault_proxy
