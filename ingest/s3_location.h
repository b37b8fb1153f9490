// "s3://bucket/prefix" as the user writes it.
#pragma once

#include <string>
#include <string_view>

#include "ingest/fault.h"

namespace bedrocklog::ingest {

[[nodiscard]] bool is_s3_location(std::string_view location);

struct S3Location {
  std::string bucket;
  std::string key;  // As written behind the bucket: a key, a folder with or without '/', a pattern.
};

/// Fails without a bucket or for one that no bucket can be called.
[[nodiscard]] Result<S3Location> parse_s3_location(const std::string& location);

}  // namespace bedrocklog::ingest
