// Scans bytes in memory and writes down what the sink is told.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "ingest/object_scanner.h"

namespace bedrocklog::ingest {

struct SeenItem {
  enum class Kind : std::uint8_t { record, reject, skip };
  Kind kind = Kind::record;
  nlohmann::json facts;  // Of a record, as facts_of() gives them, plus its layout.
  std::string name;      // Of the fault or skip kind.
  std::string json;      // The record's own text.
  std::string member;
  std::uint64_t line = 0;
  std::uint64_t byte_offset = 0;
  std::uint64_t ordinal = 0;
  std::uint64_t size_bytes = 0;
  friend bool operator==(const SeenItem&, const SeenItem&) = default;
};

struct Seen {
  std::vector<SeenItem> items;
  std::optional<SkipKind> whole;  // What scan() returned.
  friend bool operator==(const Seen&, const Seen&) = default;

  [[nodiscard]] std::vector<nlohmann::json> records() const;
  /// "record", or the name of the fault or skip kind, in reading order; "= kind" for the whole.
  [[nodiscard]] std::vector<std::string> names() const;
};

/// Through ObjectScanner and DocumentReader, which unwraps; `chunk` bounds each read of a source.
Seen scan_object(const std::string& bytes, std::size_t chunk = SIZE_MAX);

/// As one plain document, read in pieces of the sizes that `chunk_size` gives.
Seen scan_plain(const std::string& text, const std::function<std::size_t()>& chunk_size);

std::string gzip(const std::string& plain);
std::string base64(const std::string& bytes);

}  // namespace bedrocklog::ingest
