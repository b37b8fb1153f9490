// Writers for the packed inputs of the tests.
#include "tests/ingest/packed_bytes.h"

#include <ctime>
#include <memory>
#include <random>

#include <archive.h>
#include <archive_entry.h>
#include <gtest/gtest.h>
#include <zlib.h>

namespace bedrocklog::ingest {
namespace {

la_ssize_t append(archive* /*writer*/, void* out, const void* bytes, std::size_t size) {
  static_cast<std::string*>(out)->append(static_cast<const char*>(bytes), size);
  return static_cast<la_ssize_t>(size);
}

/// A libarchive writer into a string. Closing it completes the string.
class Writer {
 public:
  explicit Writer(std::string& out) : out_(out) {}
  archive* get() { return writer_.get(); }
  void open() {
    archive_write_set_bytes_in_last_block(get(), 1);
    EXPECT_EQ(archive_write_open(get(), &out_, nullptr, append, nullptr), ARCHIVE_OK);
  }
  void add(const Member& member, unsigned type = AE_IFREG, const char* link = nullptr) {
    const std::unique_ptr<archive_entry, decltype(&archive_entry_free)> entry(archive_entry_new(),
                                                                              archive_entry_free);
    archive_entry_set_pathname(entry.get(), member.name.c_str());
    archive_entry_set_perm(entry.get(), 0644);
    archive_entry_set_filetype(entry.get(), type);
    archive_entry_set_size(entry.get(), static_cast<la_int64_t>(member.content.size()));
    if (type == AE_IFLNK) {
      archive_entry_set_symlink(entry.get(), link);
    } else if (link != nullptr) {
      archive_entry_set_hardlink(entry.get(), link);
    }
    EXPECT_EQ(archive_write_header(get(), entry.get()), ARCHIVE_OK) << archive_error_string(get());
    if (!member.content.empty()) {
      archive_write_data(get(), member.content.data(), member.content.size());
    }
  }
  void close() { EXPECT_EQ(archive_write_close(get()), ARCHIVE_OK); }

 private:
  std::string& out_;
  std::unique_ptr<archive, decltype(&archive_write_free)> writer_{archive_write_new(),
                                                                  archive_write_free};
};

}  // namespace

std::string gzip(std::string_view plain, const std::string& name) {
  z_stream stream = {};
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string mutable_name = name;
  gz_header header = {};
  if (!name.empty()) {
    header.name = reinterpret_cast<Bytef*>(mutable_name.data());
    header.hcrc = 1;
    EXPECT_EQ(deflateSetHeader(&stream, &header), Z_OK);
  }
  std::string input(plain);
  std::string out(deflateBound(&stream, input.size()) + name.size() + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string compress(std::string_view plain, Codec codec) {
  std::string out;
  Writer writer(out);
  switch (codec) {
    case Codec::zstd:
      EXPECT_EQ(archive_write_add_filter_zstd(writer.get()), ARCHIVE_OK);
      break;
    case Codec::bzip2:
      EXPECT_EQ(archive_write_add_filter_bzip2(writer.get()), ARCHIVE_OK);
      break;
    case Codec::xz:
      EXPECT_EQ(archive_write_add_filter_xz(writer.get()), ARCHIVE_OK);
      break;
  }
  EXPECT_EQ(archive_write_set_format_raw(writer.get()), ARCHIVE_OK);
  writer.open();
  writer.add({"data", std::string(plain)});
  writer.close();
  return out;
}

std::string tar(const std::vector<Member>& members) {
  std::string out;
  Writer writer(out);
  archive_write_set_format_ustar(writer.get());
  writer.open();
  for (const Member& member : members) {
    writer.add(member);
  }
  writer.close();
  return out;
}

std::string zip(const std::vector<Member>& members, const std::string& method) {
  std::string out;
  Writer writer(out);
  archive_write_set_format_zip(writer.get());
  EXPECT_EQ(archive_write_set_options(writer.get(), ("zip:compression=" + method).c_str()),
            ARCHIVE_OK);
  writer.open();
  for (const Member& member : members) {
    writer.add(member);
  }
  writer.close();
  return out;
}

namespace {

std::string little_endian(std::uint64_t value, std::size_t size_bytes) {
  std::string bytes;
  for (std::size_t i = 0; i < size_bytes; ++i) {
    bytes += static_cast<char>((value >> (8 * i)) & 0xFFU);
  }
  return bytes;
}

}  // namespace

std::string stored_zip(const std::vector<Member>& members, std::string_view checked) {
  std::string out;
  std::string directory;
  for (const Member& member : members) {
    const std::string sum_of(checked.empty() ? member.content : std::string(checked));
    const auto checksum = crc32_z(0, reinterpret_cast<const Bytef*>(sum_of.data()), sum_of.size());
    // Version, flags, method, time, date; checksum, two sizes, name and extra length.
    const std::string facts = little_endian(10, 2) + std::string(8, '\0') +
                              little_endian(checksum, 4) + little_endian(member.content.size(), 4) +
                              little_endian(member.content.size(), 4) +
                              little_endian(member.name.size(), 2) + little_endian(0, 2);
    directory += "PK\1\2" + little_endian(20, 2) + facts + std::string(10, '\0') +
                 little_endian(out.size(), 4) + member.name;
    out += "PK\3\4" + facts + member.name + member.content;
  }
  const std::string end = "PK\5\6" + std::string(4, '\0') + little_endian(members.size(), 2) +
                          little_endian(members.size(), 2) + little_endian(directory.size(), 4) +
                          little_endian(out.size(), 4) + std::string(2, '\0');
  return out + directory + end;
}

std::string tar_with_special_entries() {
  std::string out;
  Writer writer(out);
  archive_write_set_format_ustar(writer.get());
  writer.open();
  writer.add({"folder/", ""}, AE_IFDIR);
  writer.add({"link", ""}, AE_IFLNK, "/etc/passwd");
  writer.add({"pipe", ""}, AE_IFIFO);
  writer.add({"a.json", "{}"});
  writer.add({"hard", ""}, AE_IFREG, "a.json");
  writer.close();
  return out;
}

std::string sample_text(std::size_t size_bytes, unsigned seed) {
  std::minstd_rand random(seed);
  std::string text;
  while (text.size() < size_bytes) {
    text += R"({"requestId":")" + std::to_string(random()) + R"(","inputTokenCount":)" +
            std::to_string(random() % 5'000) + "}\n";
  }
  text.resize(size_bytes);
  return text;
}

ReadOutcome read_all_documents(DocumentReader& reader, std::unique_ptr<ByteSource> source,
                               std::size_t read_bytes) {
  ReadOutcome outcome;
  std::string piece(read_bytes, '\0');
  reader.open(std::move(source));
  std::uint64_t plain_bytes = 0;
  while (reader.next_document()) {
    ReadDocument& document = outcome.documents.emplace_back();
    document.member = reader.member_name();
    while (const std::size_t count = reader.read(piece)) {
      document.plain.append(piece, 0, count);
    }
    plain_bytes += document.plain.size();
  }
  EXPECT_EQ(reader.plain_bytes(), plain_bytes);
  outcome.damages.assign(reader.damages().begin(), reader.damages().end());
  return outcome;
}

ReadOutcome read_packed(const std::string& packed) {
  DocumentReader reader;
  return read_all_documents(reader, open_memory(packed));
}

std::string damage_text(const ReadOutcome& outcome) {
  std::string text;
  for (const Damage& damage : outcome.damages) {
    text += std::string(name_of(damage.kind)) + " '" + damage.member + "' " +
            std::to_string(damage.plain_byte_offset) + '\n';
  }
  return text;
}

}  // namespace bedrocklog::ingest
