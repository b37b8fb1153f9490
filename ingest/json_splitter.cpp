// Steps through the grammar one byte at a time, except inside strings.
#include "ingest/json_splitter.h"

#include "ingest/json_text.h"

namespace bedrocklog::ingest {

JsonSplitter::Status JsonSplitter::feed(std::string_view bytes, std::size_t& used) {
  std::size_t at = 0;
  while (at < bytes.size()) {
    const char letter = bytes[at];
    if (state_ == State::string) {
      at = string_end(bytes, at);
      if (at == bytes.size()) {
        break;
      }
      if (bytes[at] == '\\') {
        state_ = State::escape;
      } else if (bytes[at] != '"') {
        used = at;
        return Status::broken;
      } else if (is_key_) {
        state_ = State::colon;
      } else if (end_value() == Status::done) {
        used = at + 1;
        return Status::done;
      }
      ++at;
      continue;
    }
    if (state_ == State::scalar) {
      const bool goes_on = (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'z') ||
                           letter == '.' || letter == '+' || letter == '-' || letter == 'E';
      if (goes_on) {
        ++at;
        continue;
      }
      if (end_value() == Status::done) {
        used = at;
        return Status::done;
      }
    }
    const Status status = step(letter);
    if (status != Status::more) {
      used = status == Status::done ? at + 1 : at;
      return status;
    }
    ++at;
  }
  used = bytes.size();
  return Status::more;
}

std::size_t JsonSplitter::string_end(std::string_view bytes, std::size_t from) {
  while (from < bytes.size() && bytes[from] != '"' && bytes[from] != '\\' &&
         static_cast<unsigned char>(bytes[from]) >= 0x20U) {
    ++from;
  }
  return from;
}

JsonSplitter::Status JsonSplitter::step(char letter) {
  if (state_ == State::escape) {
    state_ = State::string;
    // A line that ends in a backslash is cut; other escapes are checked when the text is read.
    return static_cast<unsigned char>(letter) >= 0x20U ? Status::more : Status::broken;
  }
  if (is_json_space(letter)) {
    return Status::more;
  }
  switch (state_) {
    case State::value_or_close:
      return letter == ']' ? close(letter) : start_value(letter);
    case State::value:
      return start_value(letter);
    case State::key_or_close:
      if (letter == '}') {
        return close(letter);
      }
      [[fallthrough]];
    case State::key:
      is_key_ = true;
      state_ = State::string;
      return letter == '"' ? Status::more : Status::broken;
    case State::colon:
      state_ = State::value;
      return letter == ':' ? Status::more : Status::broken;
    default:
      break;
  }
  if (letter == ',') {
    state_ = is_object_[depth_] ? State::key : State::value;
    return Status::more;
  }
  return letter == '}' || letter == ']' ? close(letter) : Status::broken;
}

JsonSplitter::Status JsonSplitter::open(char bracket) {
  if (depth_ == nesting_depth_max) {
    return Status::too_deep;
  }
  ++depth_;
  is_object_[depth_] = bracket == '{';
  state_ = bracket == '{' ? State::key_or_close : State::value_or_close;
  return Status::more;
}

JsonSplitter::Status JsonSplitter::close(char bracket) {
  if (is_object_[depth_] != (bracket == '}')) {
    return Status::broken;
  }
  --depth_;
  return end_value();
}

JsonSplitter::Status JsonSplitter::start_value(char letter) {
  if (letter == '{' || letter == '[') {
    return open(letter);
  }
  if (letter == '"') {
    is_key_ = false;
    state_ = State::string;
    return Status::more;
  }
  state_ = State::scalar;
  const bool starts = (letter >= '0' && letter <= '9') || letter == '-' || letter == 't' ||
                      letter == 'f' || letter == 'n';
  return starts ? Status::more : Status::broken;
}

JsonSplitter::Status JsonSplitter::end_value() {
  state_ = State::comma_or_close;
  return depth_ == 0 ? Status::done : Status::more;
}

}  // namespace bedrocklog::ingest
