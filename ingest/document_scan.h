// One document from its plain text to items: which layout each part of it has, and what is in it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/fast_record.h"
#include "ingest/field_row.h"
#include "ingest/held_items.h"
#include "ingest/json_index.h"
#include "ingest/json_splitter.h"
#include "ingest/line_board.h"
#include "ingest/plain_text.h"
#include "ingest/record_parser.h"
#include "ingest/scan_output.h"

namespace bedrocklog::ingest {

/// Envelopes in envelopes: a bundle of pages that hold wrapped pages is as far as it goes.
inline constexpr int envelope_depth_max = 3;

/// What scans of one scanner share and keep: they never overlap but in nesting, and a nested scan
/// starts when its outer one needs none of this any more.
struct ScanTools {
  explicit ScanTools(ParseOptions options = {}) : parser(options), fast(options) {}

  RecordParser parser;
  FastRecordReader fast;
  JsonIndex index;
  TextArena arena;
  std::string message;
  HeldItems held;                        // Of a block of lines.
  std::uint64_t waited_ns = 0;           // For others who share in the lines of an object.
  const LineSharing* sharing = nullptr;  // Null: the scan reads its object alone.
};

/// Layouts are not told once for a document: each value is taken for what it is, so that archives
/// that were put together from several are read whole. Values are split by line where a line is
/// one (the hot path), else by a JSON automaton; lists in envelopes are read element by element.
class DocumentScan {
 public:
  /// `within` is the place to give for every item of a nested scan.
  DocumentScan(PlainText& text, ScanTools& tools, ScanOutput& output)
      : text_(&text),
        tools_(&tools),
        output_(&output),
        share_at_(tools.sharing == nullptr ? UINT64_MAX
                                           : tools.sharing->board->limits().plain_bytes_min) {}
  DocumentScan(PlainText& text, const DocumentScan& outer, const ItemPlace& within)
      : text_(&text),
        tools_(outer.tools_),
        output_(outer.output_),
        depth_(outer.depth_ + 1),
        within_(within) {}

  void run();

  /// Scans a block of lines that is none of a document's first. What is found goes to the held
  /// items of the tools, which `output` must have for its sink. Ends in front of the first value
  /// that reaches beyond the block, or when enough is held.
  [[nodiscard]] BlockEnd run_block(std::size_t items_max);

 private:
  /// A list of elements and what they have in common.
  struct List {
    Layout record_layout = Layout::raw_lines;
    Layout event_layout = Layout::cli_events;
    bool is_log = false;      // Its messages should be records: other text in them is an error.
    bool is_control = false;  // Elements of a heartbeat, which count as one.
    bool is_list = true;
    std::optional<SkipKind> whole;  // Told by its first element; the others are part of it.
  };
  /// A place ahead of the current one. While held, everything from the current place on is kept.
  struct Cursor {
    std::size_t at = 0;
    bool is_held = true;
  };
  struct Start {
    ItemPlace place;
    std::uint64_t offset = 0;
  };
  enum class MemberStep : std::uint8_t { goes_on, ends, broken, reported };
  /// An object that is read member by member, since it may turn out to be an envelope.
  struct ObjectWalk {
    Start start;
    Cursor cursor{.at = 1};
    List list;
    bool is_first = true;
    bool is_streamed = false;
    JsonSplitter::Status status = JsonSplitter::Status::broken;
  };

  void value();

  // Sharing out the lines that follow (line_sharing.cpp).
  [[nodiscard]] bool can_share();
  void share_lines();
  [[nodiscard]] bool post_block(SharedDocument& document, std::string& rest);

  // Lines of records (line_scan.cpp).
  void object_line();
  [[nodiscard]] bool usual_record();

  // Other lines and values of the document (document_scan.cpp).
  void object_value();
  [[nodiscard]] MemberStep object_member(ObjectWalk& walk);
  void finish_object(ObjectWalk& walk);
  void broken_object(const ObjectWalk& walk);
  void array_value();
  void text_line();
  [[nodiscard]] bool export_line();
  [[nodiscard]] bool wrapped_line();

  // Rows (csv_scan.cpp).
  [[nodiscard]] bool csv_rows();
  void csv_row(const std::vector<std::string>& header, std::string_view row, const Start& start);

  // Elements of lists and what is wrapped in them (element_scan.cpp).
  [[nodiscard]] bool elements(List& list);
  [[nodiscard]] bool next_element(List& list);
  [[nodiscard]] bool resume_list(std::size_t indent);
  void element(std::string_view text, const ItemPlace& place, List& list);
  void object(const ParsedValueView& value, const RecordView& record, const ItemPlace& place,
              List& list);
  void event(const ParsedValueView& value, const ItemPlace& place, const List& list);
  void message(std::string_view text, ItemPlace place, Layout layout, bool is_log);
  void pair(std::string_view text, const ItemPlace& place);
  void row_of_pairs(std::string_view text, const ItemPlace& place);
  void row_of_members(std::string_view text, const ItemPlace& place);
  void finish_row(Layout layout);
  void nested_page(std::string_view text, const ItemPlace& place);
  void wrapped(std::string_view base64, const ItemPlace& place);

  // Moving over the text (document_scan.cpp).
  [[nodiscard]] Start here() const;
  [[nodiscard]] ItemPlace place_of(const Start& start, std::uint64_t size_bytes) const;
  [[nodiscard]] char front() const { return text_->ahead().front(); }
  [[nodiscard]] bool pass_space();
  void advance(std::size_t size);
  std::uint64_t pass_line();
  void pass_to_next_value();
  [[nodiscard]] std::optional<std::size_t> line_size(std::size_t limit);
  [[nodiscard]] char letter_at(Cursor& cursor);
  [[nodiscard]] JsonSplitter::Status pass_value(Cursor& cursor);
  void reject_broken(const Start& start, JsonSplitter::Status status, std::uint64_t size_bytes);

  PlainText* text_;
  ScanTools* tools_;
  ScanOutput* output_;
  int depth_ = 0;
  std::optional<ItemPlace> within_;
  JsonSplitter splitter_;
  Layout layout_ = Layout::raw_lines;
  bool is_export_ = false;  // The first line had a time stamp: lines without continue the last.
  bool has_items_ = false;
  bool is_fresh_line_ = true;  // Only white space between the last newline and here.
  std::size_t indent_ = 0;     // How much, if so.
  // Up to here the line is known to hold something else than plain values, so that indexing the
  // rest of it for every one of them would take quadratic time.
  std::uint64_t careful_until_ = 0;
  std::uint64_t share_at_ = UINT64_MAX;  // Offset from which lines may be shared out.
  std::uint64_t share_pause_bytes_ = 0;  // After sharing was stopped last.
  unsigned unusual_in_a_row_ = 0;        // Lines that were no usual records.
  FieldRow row_;
  FieldRow pair_;
  ItemPlace row_place_;
};

/// Scans a block that was claimed from `board`, hands its items to `sink`, and finishes the claim.
void scan_claimed_block(LineBoard& board, const BlockClaim& claim, ScanTools& tools,
                        RecordSink& sink);

/// The kind of a line that AWS itself writes into log archives; nothing for any other text.
[[nodiscard]] std::optional<SkipKind> note_kind(std::string_view text);

/// Size of a CloudWatch export time stamp with its blank (`2026-03-04T10:15:00.580Z ` or 13 digits
/// and a blank) in front of `line`; 0 if there is none.
[[nodiscard]] std::size_t export_stamp_size(std::string_view line);

}  // namespace bedrocklog::ingest
