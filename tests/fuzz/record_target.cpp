// The fast record reader against the careful parser: line after line of the input, which has just
// the padding that is promised behind it, is the same record or is left alone.
//
// Input: one byte of options, then the text.
#include <algorithm>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

#include "ingest/fast_record.h"
#include "ingest/record_parser.h"
#include "tests/fuzz/finding.h"

namespace bedrocklog::fuzz {
namespace {

using ingest::FastRecordReader;
using ingest::RecordView;

bool same_texts(const RecordView& one, const RecordView& two) {
  return one.request_id == two.request_id && one.account_id == two.account_id &&
         one.region == two.region && one.inference_region == two.inference_region &&
         one.operation == two.operation && one.model_id == two.model_id &&
         one.identity_arn == two.identity_arn && one.error_code == two.error_code &&
         one.stop_reason == two.stop_reason && one.service_tier == two.service_tier &&
         std::ranges::equal(one.metadata, two.metadata);
}

bool same_figures(const RecordView& one, const RecordView& two) {
  return one.at == two.at && one.tokens == two.tokens && one.latency_ms == two.latency_ms &&
         one.first_byte_ms == two.first_byte_ms && one.images == two.images &&
         one.max_tokens == two.max_tokens && one.temperature_milli == two.temperature_milli &&
         one.latency_optimized == two.latency_optimized &&
         one.guardrail_intervened == two.guardrail_intervened &&
         one.input_in_s3 == two.input_in_s3 && one.output_in_s3 == two.output_in_s3 &&
         one.layout == two.layout && one.json.data() == two.json.data() &&
         one.json.size() == two.json.size();
}

class Text {
 public:
  /// What lies behind must not help: brackets and quotes that would end things well.
  explicit Text(std::string_view text)
      : size_(text.size()), bytes_(new char[size_ + ingest::fast_padding_bytes]) {
    text.copy(bytes_.get(), size_);
    for (std::size_t at = 0; at < ingest::fast_padding_bytes; ++at) {
      bytes_[size_ + at] = R"(}"],:{0n)"[at % 8];
    }
  }
  [[nodiscard]] std::string_view view() const { return {bytes_.get(), size_}; }

 private:
  std::size_t size_;
  std::unique_ptr<char[]> bytes_;
};

class Comparison {
 public:
  explicit Comparison(ingest::ParseOptions options) : fast_(options), careful_(options) {}

  /// Reads what `text` begins with in both ways.
  void check(std::string_view text) {
    RecordView quick;
    std::size_t size = 0;
    if (fast_.read(text, quick, size) != FastRecordReader::Outcome::record) {
      return;
    }
    const std::string_view line = text.substr(0, text.find('\n'));
    expect(size <= line.size(), "a record longer than its line");
    ingest::ParsedValueView value;
    RecordView record;
    expect(careful_.open(line) == ingest::RecordFault::none, "taken, but a line with a fault");
    expect(careful_.next(ingest::Layout::raw_lines, value, record), "taken, but no value");
    expect(value.kind == ingest::ValueKind::record, "taken, but no record");
    expect(same_texts(quick, record), "other texts");
    expect(same_figures(quick, record), "other figures");
    expect(size == value.text.size(), "another size");
    ingest::ParsedValueView behind;
    RecordView none;
    expect(!careful_.next(ingest::Layout::raw_lines, behind, none), "a value behind it");
  }

 private:
  FastRecordReader fast_;
  ingest::RecordParser careful_;
};

}  // namespace
}  // namespace bedrocklog::fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace fuzz = bedrocklog::fuzz;
  if (size == 0) {
    return 0;
  }
  // New ones each time: what they remember of earlier lines must come from this input.
  fuzz::Comparison comparison({.request_parameters = (data[0] & 1U) != 0});
  const fuzz::Text text(fuzz::text_of(data + 1, size - 1));
  std::string_view rest = text.view();
  while (!rest.empty()) {
    comparison.check(rest);
    const std::size_t line = rest.find('\n');
    rest = line == std::string_view::npos ? std::string_view() : rest.substr(line + 1);
  }
  return 0;
}
