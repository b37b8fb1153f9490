// Requests for one object and the checks that every byte of it is right.
#include "ingest/aws/object_transfer.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace bedrocklog::aws {
namespace {

// An answer of the right version and the wrong length is damaged; a store that keeps saying so has
// listed another length than it serves.
constexpr unsigned odd_lengths_max = 3;

/// A request that brought so much before its attempts ran out is worth another.
constexpr std::uint64_t progress_bytes_min = 1U << 20U;

constexpr std::string_view changed_message = "changed since it was listed";

std::optional<std::uint64_t> take_number(std::string_view& text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc()) {
    return std::nullopt;
  }
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

std::optional<std::uint64_t> content_length(const HttpHead& head) {
  std::string_view text = head.header("Content-Length");
  return take_number(text);
}

/// Whether `Content-Range: bytes first-last/total` covers the rest of `size_bytes` from `first` on.
bool is_rest(std::string_view text, std::uint64_t first, std::uint64_t size_bytes) {
  constexpr std::string_view unit = "bytes ";
  if (!text.starts_with(unit)) {
    return false;
  }
  text.remove_prefix(unit.size());
  if (take_number(text) != first || !text.starts_with('-')) {
    return false;
  }
  text.remove_prefix(1);
  return take_number(text) == size_bytes - 1 &&
         (text == "/*" || text == fmt::format("/{}", size_bytes));
}

bool is_strong(std::string_view etag) {
  return etag.size() > 2 && etag.front() == '"';
}

std::string_view without_quotes(std::string_view etag) {
  if (etag.starts_with("W/")) {
    etag.remove_prefix(2);
  }
  if (etag.size() >= 2 && etag.front() == '"' && etag.back() == '"') {
    etag = etag.substr(1, etag.size() - 2);
  }
  return etag;
}

}  // namespace

ObjectTransfer::ObjectTransfer(ObjectVersion object, std::size_t position,
                               std::shared_ptr<TransferWatcher> watcher)
    : object_(std::move(object)), position_(position), watcher_(std::move(watcher)) {}

void ObjectTransfer::start(S3Client& client) {
  client_ = &client;
  send();
}

void ObjectTransfer::send() {
  std::shared_ptr<S3Call> call = client_->get(object_, shared_from_this());
  bool is_cancel_due = false;
  bool is_resume_due = false;
  {
    // The loop's thread may have brought bytes, and a reader drained them, before get() returned.
    const std::scoped_lock lock(call_guard_);
    call_ = call;
    is_cancel_due = is_cancel_due_;
    is_resume_due = is_resume_due_;
  }
  if (is_cancel_due) {
    call->cancel();
  } else if (is_resume_due) {
    call->resume();
  }
}

void ObjectTransfer::cancel() {
  std::shared_ptr<S3Call> call;
  {
    const std::scoped_lock lock(call_guard_);
    is_cancel_due_ = true;
    call = call_;
  }
  if (call) {
    call->cancel();
  }
}

void ObjectTransfer::resume_call() {
  std::shared_ptr<S3Call> call;
  {
    const std::scoped_lock lock(call_guard_);
    is_resume_due_ = true;
    call = call_;
  }
  if (call) {
    call->resume();
  }
}

void ObjectTransfer::prepare(ServiceRequest& request, unsigned /*attempt*/) {
  on_attempt();
  skip_bytes_ = 0;
  const bool is_part_missing = received_bytes_ > 0 && received_bytes_ < size_bytes();
  asked_from_bytes_ = is_resumable_ && is_part_missing ? received_bytes_ : 0;
  if (asked_from_bytes_ == 0) {
    return;
  }
  request.headers.push_back({"Range", fmt::format("bytes={}-", asked_from_bytes_)});
  if (object_.etag.empty()) {
    request.headers.push_back({"If-Match", etag_});
  }
}

std::optional<std::string> ObjectTransfer::on_head(const HttpHead& head) {
  if (verdict_) {
    return std::nullopt;  // Ends at the first byte, or at the end.
  }
  if (head.status == 206) {
    return check_part(head);
  }
  return head.status == 200 ? check_whole(head)
                            : std::optional(fmt::format("unexpected status {}", head.status));
}

std::optional<std::string> ObjectTransfer::check_whole(const HttpHead& head) {
  const std::string_view etag = head.header("ETag");
  const bool are_versions_known = !etag.empty() && !object_.etag.empty();
  if (are_versions_known && without_quotes(etag) != object_.etag) {
    condemn(std::string(changed_message));
    return std::nullopt;
  }
  const std::optional<std::uint64_t> length = content_length(head);
  if (length && *length != size_bytes()) {
    if (are_versions_known && ++odd_lengths_ < odd_lengths_max) {
      return fmt::format("the answer has {} bytes where {} were listed", *length, size_bytes());
    }
    condemn(fmt::format("{}: {} bytes instead of {}", changed_message, *length, size_bytes()));
    return std::nullopt;
  }
  if (can_start_over()) {
    received_bytes_ = 0;
    checksum_ = ObjectChecksum(head);
    etag_ = etag;
    is_resumable_ = is_strong(etag);
    on_first_byte_expected();
    return std::nullopt;
  }
  if (etag != etag_) {
    condemn("changed while it was read");
    return std::nullopt;
  }
  skip_bytes_ = received_bytes_;
  return std::nullopt;
}

std::optional<std::string> ObjectTransfer::check_part(const HttpHead& head) {
  const std::string_view etag = head.header("ETag");
  const std::optional<std::uint64_t> length = content_length(head);
  const bool is_right = asked_from_bytes_ > 0 &&
                        is_rest(head.header("Content-Range"), asked_from_bytes_, size_bytes()) &&
                        (etag.empty() || etag == etag_) &&
                        (!length || *length == size_bytes() - asked_from_bytes_);
  if (is_right) {
    return std::nullopt;
  }
  is_resumable_ = false;  // The next attempt asks for the whole object.
  return "the answer to a range request has another range";
}

BodyAction ObjectTransfer::on_body(std::span<const char> bytes) {
  if (verdict_ || is_abandoned()) {
    return BodyAction::cancel;
  }
  const std::size_t skipped = std::min<std::uint64_t>(skip_bytes_, bytes.size());
  const std::span<const char> fresh = bytes.subspan(skipped);
  if (fresh.size() > size_bytes() - received_bytes_) {
    condemn(fmt::format("{}: more than {} bytes", changed_message, size_bytes()));
    return BodyAction::cancel;
  }
  const std::size_t kept = keep(fresh);
  checksum_.add(fresh.first(kept));
  received_bytes_ += kept;
  if (kept < fresh.size()) {
    // All of `bytes` are offered again.
    skip_bytes_ = skipped + kept;
    return BodyAction::pause;
  }
  skip_bytes_ -= skipped;
  return BodyAction::taken;
}

std::optional<std::string> ObjectTransfer::on_complete() {
  if (verdict_) {
    return std::nullopt;
  }
  if (received_bytes_ != size_bytes() || skip_bytes_ != 0) {
    return fmt::format("ended after {} of {} bytes", received_bytes_, size_bytes());
  }
  const std::optional<std::string> mismatch = checksum_.mismatch();
  if (!mismatch) {
    return std::nullopt;
  }
  std::string message = fmt::format("arrived damaged: wrong checksum: {}", *mismatch);
  if (can_start_over()) {
    received_bytes_ = 0;
    return message;
  }
  condemn(std::move(message));  // The bytes have been given away.
  return std::nullopt;
}

void ObjectTransfer::on_done(const CallFailure* failure) {
  if (!verdict_ && failure != nullptr && is_worth_going_on(*failure)) {
    call_from_bytes_ = received_bytes_;
    send();
    return;
  }
  if (!verdict_ && failure != nullptr) {
    verdict_ = fault_of(*failure);
  }
  finish(std::exchange(verdict_, std::nullopt));
  watcher_->on_ended(position_);
}

/// Attempts are counted anew for every stretch of a long object: its connections break the more
/// often the longer it is, or the longer its reader lets it wait.
bool ObjectTransfer::is_worth_going_on(const CallFailure& failure) {
  const bool is_broken =
      failure.transport == TransportFault::broken || failure.transport == TransportFault::stalled;
  const std::scoped_lock lock(call_guard_);
  return is_broken && is_resumable_ && !is_cancel_due_ &&
         received_bytes_ - std::min(received_bytes_, call_from_bytes_) >= progress_bytes_min;
}

void ObjectTransfer::condemn(std::string message) {
  verdict_ = Fault{s3_uri(object_.bucket, object_.key), std::move(message)};
}

Fault ObjectTransfer::fault_of(const CallFailure& failure) const {
  Fault fault = failure.fault;
  if (failure.transport != TransportFault::none) {
    return fault;
  }
  const ServiceError& error = failure.error;
  if (error.status == 404 && error.code != "NoSuchBucket") {
    fault.message = "vanished since it was listed";
    fault.cause = FaultCause::not_found;
  } else if (error.status == 412 || error.status == 416) {
    fault.message = changed_message;
    fault.cause = FaultCause::unspecified;
  }
  return fault;
}

}  // namespace bedrocklog::aws
