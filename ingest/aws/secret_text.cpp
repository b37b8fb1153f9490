// Wiping by OpenSSL, which the optimizer cannot leave out.
#include "ingest/aws/secret_text.h"

#include <openssl/crypto.h>

namespace bedrocklog::aws {

SecretText::~SecretText() {
  wipe();
}

SecretText::SecretText(SecretText&& other) noexcept : text_(std::move(other.text_)) {
  other.wipe();  // A short text was copied, not moved.
}

SecretText& SecretText::operator=(const SecretText& other) {
  if (this != &other) {
    wipe();
    text_ = other.text_;
  }
  return *this;
}

SecretText& SecretText::operator=(SecretText&& other) noexcept {
  if (this != &other) {
    wipe();
    text_ = std::move(other.text_);
    other.wipe();
  }
  return *this;
}

void SecretText::wipe() noexcept {
  OPENSSL_cleanse(text_.data(), text_.size());
  text_.clear();
}

}  // namespace bedrocklog::aws
