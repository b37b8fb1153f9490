// Whether the bytes of an S3 object are the ones S3 stored.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>

#include "ingest/aws/http_message.h"

namespace bedrocklog::aws {

/// Checks a whole body against what the head of its answer promises: the first there is of
/// x-amz-checksum-crc64nvme, -crc32c, -crc32, -sha256, -sha1 (full-object ones only), else the ETag
/// where it is an MD5 (no "-N" suffix, not SSE-KMS, not SSE-C). Cheapest first: MD5 of every byte
/// would cost more than the rest of the download.
class ObjectChecksum {
 public:
  ObjectChecksum();  // Checks nothing.
  explicit ObjectChecksum(const HttpHead& head);
  ~ObjectChecksum();
  ObjectChecksum(ObjectChecksum&&) noexcept;
  ObjectChecksum& operator=(ObjectChecksum&&) noexcept;
  ObjectChecksum(const ObjectChecksum&) = delete;
  ObjectChecksum& operator=(const ObjectChecksum&) = delete;

  void add(std::span<const char> bytes);
  /// Nothing when all is well or nothing was promised; else which check failed: "crc32c".
  [[nodiscard]] std::optional<std::string> mismatch() const;
  /// "crc64nvme", "md5" ...; empty: nothing was promised.
  [[nodiscard]] std::string name() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace bedrocklog::aws
