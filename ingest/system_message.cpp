// errno to text, without strerror(), which threads must not share.
#include "ingest/system_message.h"

#include <system_error>

namespace bedrocklog::ingest {

std::string system_message(int error_number) {
  std::string text = std::generic_category().message(error_number);
  // "Is a directory" becomes lower case, "NFS..." would stay: only a capital before a small letter.
  if (text.size() >= 2 && text[0] >= 'A' && text[0] <= 'Z' && text[1] >= 'a' && text[1] <= 'z') {
    text[0] = static_cast<char>(text[0] - 'A' + 'a');
  }
  return text;
}

}  // namespace bedrocklog::ingest
