// Opens the documents of an object one after the other and scans each.
#include "ingest/object_scanner.h"

#include <utility>

#include "ingest/document_scan.h"

namespace bedrocklog::ingest {

struct ObjectScanner::State {
  explicit State(ParseOptions options) : tools(options) {}

  PlainText text;
  ScanTools tools;

  std::optional<SkipKind> scan_document(DocumentReader& reader, ScanOutput& output) {
    output.begin_document(reader.member_name());
    text.open([&reader](std::span<char> into) { return reader.read(into); });
    if (text.ahead().empty()) {
      return SkipKind::empty;
    }
    if (text.is_binary()) {
      return SkipKind::foreign_binary;
    }
    DocumentScan(text, tools, output).run();
    return output.end_document();
  }
};

ObjectScanner::ObjectScanner(ParseOptions options) : state_(std::make_unique<State>(options)) {}
ObjectScanner::~ObjectScanner() = default;
ObjectScanner::ObjectScanner(ObjectScanner&&) noexcept = default;
ObjectScanner& ObjectScanner::operator=(ObjectScanner&&) noexcept = default;

std::uint64_t ObjectScanner::waited_ns() const {
  return state_->tools.waited_ns;
}

void ObjectScanner::scan_block(LineBoard& board, const BlockClaim& claim, RecordSink& sink) {
  scan_claimed_block(board, claim, state_->tools, sink);
}

std::optional<SkipKind> ObjectScanner::scan(DocumentReader& reader, RecordSink& sink,
                                            const LineSharing* sharing) {
  ScanOutput output(sink);
  state_->tools.sharing = sharing;
  std::optional<SkipKind> whole = SkipKind::empty;
  while (reader.next_document()) {
    whole = state_->scan_document(reader, output);
    // A document with a name is a member of a bundle: the others have their own say.
    if (whole && !reader.member_name().empty()) {
      output.skip_document(*whole);
      whole.reset();
    }
  }
  state_->tools.sharing = nullptr;
  return whole;
}

}  // namespace bedrocklog::ingest
