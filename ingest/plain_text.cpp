// Fills, moves and grows the window.
#include "ingest/plain_text.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "ingest/ensure.h"

namespace bedrocklog::ingest {
namespace {

constexpr std::size_t window_bytes = std::size_t{256} << 10U;
constexpr std::size_t window_kept_bytes_max = std::size_t{1} << 20U;
// Enough to tell encodings and binary formats apart; always filled before either is decided.
constexpr std::size_t head_bytes = 4096;
constexpr std::size_t raw_bytes = std::size_t{64} << 10U;

}  // namespace

void PlainText::open(Read read) {
  read_ = std::move(read);
  if (buffer_.empty() || room() > window_kept_bytes_max) {
    buffer_ = std::vector<char>(window_bytes + text_padding_bytes);
  }
  begin_ = end_ = 0;
  line_ = 1;
  offset_ = 0;
  is_utf16_ = false;
  is_cut_out_ = false;
  is_exceeded_ = false;
  returned_.clear();
  returned_at_ = 0;
  decoded_.clear();
  decoded_at_ = 0;
  while (end_ < head_bytes && more()) {
  }
  const EncodingGuess guess = guess_encoding(ahead());
  is_utf16_ = guess.encoding != Encoding::utf8;
  begin_ += guess.mark_bytes;
  offset_ += is_utf16_ ? 0 : guess.mark_bytes;
  if (is_utf16_) {
    decoder_ = Utf16Decoder(guess.encoding);
    decoder_.decode(ahead(), decoded_);
    begin_ = end_ = 0;
    while (end_ < head_bytes && more()) {
    }
  }
  is_binary_ = looks_binary(ahead().substr(0, head_bytes));
}

void PlainText::open_lines(std::vector<char> buffer, std::size_t size) {
  ensure(buffer.size() >= size + text_padding_bytes);
  buffer_ = std::move(buffer);
  begin_ = 0;
  end_ = size;
  line_ = 1;
  offset_ = 0;
  is_binary_ = false;
  is_cut_out_ = true;
  is_exceeded_ = false;
}

std::vector<char> PlainText::release() {
  begin_ = end_ = 0;
  return std::move(buffer_);
}

std::size_t PlainText::give_away(std::span<char> into) {
  if (begin_ == end_) {
    return fill(into);
  }
  const std::size_t size = std::min(into.size(), end_ - begin_);
  std::memcpy(into.data(), buffer_.data() + begin_, size);
  begin_ += size;
  return size;
}

void PlainText::resume(std::uint64_t offset, std::uint64_t line, std::string text) {
  text.append(ahead());
  text.append(returned_, returned_at_);
  begin_ = end_ = 0;
  returned_ = std::move(text);
  returned_at_ = 0;
  offset_ = offset;
  line_ = line;
}

bool PlainText::more() {
  if (is_cut_out_) {
    is_exceeded_ = true;
    return false;
  }
  if (end_ == room()) {
    const std::size_t held = end_ - begin_;
    // Moving less than half makes room for as much again; moving more would be done over and over.
    if (held <= room() / 2) {
      std::memmove(buffer_.data(), buffer_.data() + begin_, held);
    } else {
      std::vector<char> wider(room() * 2 + text_padding_bytes);
      std::memcpy(wider.data(), buffer_.data() + begin_, held);
      buffer_ = std::move(wider);
    }
    begin_ = 0;
    end_ = held;
  }
  const std::size_t added = fill(std::span(buffer_).subspan(end_, room() - end_));
  end_ += added;
  return added > 0;
}

std::size_t PlainText::fill(std::span<char> room) {
  if (returned_at_ == returned_.size()) {
    return fill_from_source(room);
  }
  const std::size_t size = std::min(room.size(), returned_.size() - returned_at_);
  std::memcpy(room.data(), returned_.data() + returned_at_, size);
  returned_at_ += size;
  if (returned_at_ == returned_.size()) {
    returned_ = {};  // As much as all blocks under way held.
    returned_at_ = 0;
  }
  return size;
}

std::size_t PlainText::fill_from_source(std::span<char> room) {
  if (!is_utf16_) {
    return read_(room);
  }
  while (decoded_at_ == decoded_.size()) {
    decoded_.clear();
    decoded_at_ = 0;
    raw_.resize(raw_bytes);
    const std::size_t got = read_(raw_);
    if (got == 0) {
      decoder_.finish(decoded_);
      if (decoded_.empty()) {
        return 0;
      }
    }
    decoder_.decode(std::string_view(raw_).substr(0, got), decoded_);
  }
  const std::size_t size = std::min(room.size(), decoded_.size() - decoded_at_);
  std::memcpy(room.data(), decoded_.data() + decoded_at_, size);
  decoded_at_ += size;
  return size;
}

void PlainText::consume(std::size_t size) {
  const std::string_view passed = ahead().substr(0, size);
  line_ += static_cast<std::uint64_t>(std::ranges::count(passed, '\n'));
  consume_in_line(size);
}

}  // namespace bedrocklog::ingest
