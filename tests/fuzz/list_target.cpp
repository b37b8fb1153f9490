// What a server may send in place of a listing or an error: no crash, and no text over its limit.
//
// Input: one byte (status), then the body.
#include <string>

#include "ingest/aws/s3_client.h"
#include "ingest/aws/service_error.h"
#include "tests/fuzz/finding.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace aws = bedrocklog::aws;
  namespace fuzz = bedrocklog::fuzz;
  if (size == 0) {
    return 0;
  }
  const std::string_view body = fuzz::text_of(data + 1, size - 1);
  if (const auto page = aws::read_list_page(body)) {
    fuzz::expect(page->objects.size() <= size && page->common_prefixes.size() <= size,
                 "more keys than the answer has letters");
  }
  aws::HttpHead head;
  head.status = 300 + data[0];
  const aws::ServiceError error = aws::read_error(head, body);
  fuzz::expect(error.message.size() <= aws::error_message_bytes_max, "a message over its limit");
  for (const char letter : error.message) {
    fuzz::expect(static_cast<unsigned char>(letter) >= 0x20 && letter != 0x7F,
                 "a control character in a message");
  }
  fuzz::expect(!aws::to_fault("s3://bucket", error).message.empty(), "a fault without words");
  return 0;
}
