// Packed test inputs, made with zlib and libarchive at test time.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ingest/document_reader.h"

namespace bedrocklog::ingest {

/// One gzip member; an optional header name makes the header longer.
std::string gzip(std::string_view plain, const std::string& name = "");

enum class Codec : std::uint8_t { zstd, bzip2, xz };
std::string compress(std::string_view plain, Codec codec);

struct Member {
  std::string name;
  std::string content;
};
std::string tar(const std::vector<Member>& members);
/// `method` is libarchive's: "deflate" or "store".
std::string zip(const std::vector<Member>& members, const std::string& method = "deflate");
/// A zip as most programs write it, sizes in front of each stored member; `content` of a member
/// has the checksum of `checked` where that is not empty.
std::string stored_zip(const std::vector<Member>& members, std::string_view checked = "");
/// A folder, a symbolic link, a hard link, a FIFO and the regular file "a.json" holding "{}".
std::string tar_with_special_entries();

/// Text that compresses to something longer than a few bytes, the same for the same arguments.
std::string sample_text(std::size_t size_bytes, unsigned seed = 1);

struct ReadDocument {
  std::string member;
  std::string plain;
  friend bool operator==(const ReadDocument&, const ReadDocument&) = default;
};
struct ReadOutcome {
  std::vector<ReadDocument> documents;
  std::vector<Damage> damages;
};

/// Reads everything the way a scanner would, in pieces of `read_bytes`.
ReadOutcome read_all_documents(DocumentReader& reader, std::unique_ptr<ByteSource> source,
                               std::size_t read_bytes = 64U << 10U);
ReadOutcome read_packed(const std::string& packed);

/// One line per damage: kind, member, offset; for comparing and printing.
std::string damage_text(const ReadOutcome& outcome);

}  // namespace bedrocklog::ingest
