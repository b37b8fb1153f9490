// Text that must never be shown: secret keys and session tokens.
#pragma once

#include <string>
#include <utility>

namespace bedrocklog::aws {

/// Owns a secret and wipes its bytes when it goes. There is no way to format or stream it: whoever
/// needs the bytes says so with reveal(), which is what a review looks for.
class SecretText {
 public:
  SecretText() = default;
  explicit SecretText(std::string text) : text_(std::move(text)) {}
  SecretText(const SecretText&) = default;
  SecretText& operator=(const SecretText& other);
  SecretText(SecretText&& other) noexcept;
  SecretText& operator=(SecretText&& other) noexcept;
  ~SecretText();

  /// For signing, and for the header that carries a session token; never for a message.
  [[nodiscard]] const std::string& reveal() const { return text_; }
  [[nodiscard]] bool empty() const { return text_.empty(); }
  friend bool operator==(const SecretText&, const SecretText&) = default;

 private:
  void wipe() noexcept;
  std::string text_;
};

}  // namespace bedrocklog::aws
