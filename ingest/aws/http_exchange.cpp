// A CurlMulti of one transfer, so that stalls are found as they are in the loop.
#include "ingest/aws/http_exchange.h"

#include <chrono>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "ingest/aws/curl_transfer.h"
#include "ingest/aws/http_loop.h"

namespace bedrocklog::aws {
namespace {

/// Credentials are small; there is no hurry.
constexpr std::size_t receive_buffer_bytes = 16U << 10U;

class WholeAnswer : public HttpReceiver {
 public:
  void on_head(const HttpHead& head) override { response.head = head; }

  BodyAction on_body(std::span<const char> bytes) override {
    if (bytes.size() > answer_size_bytes_max - response.body.size()) {
      is_too_large = true;
      return BodyAction::cancel;
    }
    response.body.append(bytes.data(), bytes.size());
    return BodyAction::taken;
  }

  void on_end(TransportFault /*fault*/, const std::string& /*reason*/) override {}

  HttpResponse response;
  bool is_too_large = false;
};

TransferOutcome run(CurlMulti& multi, CurlTransfer& transfer, const HttpOptions& options) {
  for (;;) {
    const std::vector<CurlMulti::Ended> ended = multi.perform();
    if (!ended.empty()) {
      return ended.front().outcome;
    }
    if (transfer.has_stalled(std::chrono::steady_clock::now())) {
      return transfer.stall_outcome();
    }
    multi.wait(stall_check_interval(options));
  }
}

}  // namespace

HttpExchange exchange(const HttpRequest& request, const HttpOptions& options) {
  const auto answer = std::make_shared<WholeAnswer>();
  CurlMulti multi(1);
  CurlTransfer transfer(options, receive_buffer_bytes);
  TransferOutcome outcome = transfer.prepare(request, 0, answer);
  if (outcome.fault == TransportFault::none) {
    multi.add(transfer);
    outcome = run(multi, transfer, options);
    multi.remove(transfer);
  }
  if (answer->is_too_large) {
    outcome = {TransportFault::too_large,
               fmt::format("answer larger than {} bytes", answer_size_bytes_max)};
  }
  return {outcome.fault, std::move(outcome.reason), std::move(answer->response)};
}

}  // namespace bedrocklog::aws
