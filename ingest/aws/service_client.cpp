// Calls and their attempts. A call is driven on the loop's thread alone; other threads only find
// it in the table.
#include "ingest/aws/service_client.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <future>
#include <mutex>
#include <random>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

#include "ingest/aws/call_failure.h"

namespace bedrocklog::aws {
namespace {

/// Further than this apart, a refused signature is blamed on the clock.
constexpr std::int64_t clock_skew_seconds_min = 300;
/// While no answer has ever come, a name that does not resolve or a refused connection is more
/// likely a wrong address than a passing fault; nobody wants to wait out all attempts for a typo.
constexpr unsigned connects_before_contact_max = 3;

class Call;

/// What all calls of one client share.
struct Shared {
  Shared(HttpLoop& client_loop, CredentialCache& client_credentials, RetryLimits client_limits,
         Clock client_clock)
      : loop(client_loop),
        credentials(client_credentials),
        limits(client_limits),
        clock(std::move(client_clock)),
        quota(client_loop.connections_max()) {}

  HttpLoop& loop;
  CredentialCache& credentials;
  const RetryLimits limits;
  const Clock clock;
  RetryQuota quota;
  std::atomic<std::uint64_t> requests_sent{0};
  std::atomic<std::uint64_t> retries{0};
  std::atomic<std::int64_t> clock_behind_seconds{0};  // The service's time less ours.
  std::atomic<bool> has_contact{false};               // Any service has ever answered.

  std::mutex guard;  // Guards what follows.
  std::condition_variable has_no_calls;
  std::unordered_map<CallId, std::shared_ptr<Call>> calls;
  CallId last_id = 0;
  bool is_stopping = false;
  std::mt19937_64 random;

  [[nodiscard]] UtcTime now() const { return {clock().seconds + clock_behind_seconds}; }

  std::uint64_t next_random() {
    const std::scoped_lock lock(guard);
    return random();
  }

  bool stops() {
    const std::scoped_lock lock(guard);
    return is_stopping;
  }

  std::shared_ptr<Call> find(CallId id) {
    const std::scoped_lock lock(guard);
    const auto found = calls.find(id);
    return found == calls.end() ? nullptr : found->second;
  }

  void forget(CallId id) {
    std::shared_ptr<Call> last;  // Outlives the lock: its receiver may do anything as it goes.
    const std::scoped_lock lock(guard);
    if (auto node = calls.extract(id)) {
      last = std::move(node.mapped());
    }
    if (calls.empty()) {
      has_no_calls.notify_all();
    }
  }
};

class Call : public HttpReceiver, public std::enable_shared_from_this<Call> {
 public:
  Call(std::shared_ptr<Shared> shared, CallId id, ServiceRequest request,
       std::shared_ptr<CallReceiver> receiver)
      : shared_(std::move(shared)),
        id_(id),
        request_(std::move(request)),
        receiver_(std::move(receiver)) {}

  /// Sends the next attempt.
  void begin() {
    if (is_done_) {
      return;
    }
    if (shared_->stops()) {
      cancel();
      return;
    }
    Result<Credentials> credentials = shared_->credentials.current();
    if (!credentials) {
      finish(CallFailure{TransportFault::other, {}, credentials.error()});
      return;
    }
    credentials_ = std::move(*credentials);
    ServiceRequest request = request_;
    receiver_->prepare(request, attempt_);
    reset_answer();
    shared_->requests_sent += 1;
    shared_->retries += attempt_ == 0 ? 0 : 1;
    is_sent_ = true;
    transfer_ = shared_->loop.start(signed_now(request), shared_from_this());
  }

  /// From any thread.
  void resume() { shared_->loop.resume(transfer_); }

  void cancel() {
    if (is_done_) {
      return;
    }
    is_cancelled_ = true;
    if (is_sent_) {
      shared_->loop.cancel(transfer_);  // Comes back as on_end.
    } else {
      finish_failed(FailedAttempt::of_transport(TransportFault::cancelled, ""), false);
    }
  }

  void on_head(const HttpHead& head) override {
    shared_->has_contact = true;
    head_ = head;
    if (head.is_success()) {
      has_refreshed_ = false;
      has_set_clock_ = false;
      damage_ = receiver_->on_head(head);
    }
  }

  BodyAction on_body(std::span<const char> bytes) override {
    if (is_cancelled_ || damage_) {
      return BodyAction::cancel;
    }
    if (head_.is_success()) {
      return receiver_->on_body(bytes);
    }
    const std::size_t room = error_body_bytes_max - error_body_.size();
    error_body_.append(bytes.data(), std::min(room, bytes.size()));
    is_error_cut_ = bytes.size() > room;
    return is_error_cut_ ? BodyAction::cancel : BodyAction::taken;
  }

  void on_end(TransportFault fault, const std::string& reason) override {
    is_sent_ = false;
    if (is_cancelled_) {
      finish_failed(FailedAttempt::of_transport(TransportFault::cancelled, ""), false);
      return;
    }
    if (damage_) {
      fail(FailedAttempt::of_damage(*damage_));
      return;
    }
    if (fault != TransportFault::none && !is_error_cut_) {
      fail(FailedAttempt::of_transport(fault, reason));
      return;
    }
    if (!head_.is_success()) {
      fail(FailedAttempt::of_answer(head_, error_body_));
      return;
    }
    damage_ = receiver_->on_complete();
    if (damage_) {
      fail(FailedAttempt::of_damage(*damage_));
      return;
    }
    succeed();
  }

 private:
  void reset_answer() {
    head_ = {};
    error_body_.clear();
    is_error_cut_ = false;
    damage_.reset();
  }

  [[nodiscard]] HttpRequest signed_now(ServiceRequest& request) const {
    const Endpoint& endpoint = request.endpoint;
    UnsignedRequest bare;
    bare.method = std::move(request.method);
    bare.scheme = endpoint.scheme;
    bare.authority = endpoint.authority;
    bare.path = endpoint.base_path + request.path;
    bare.query = std::move(request.query);
    bare.headers = std::move(request.headers);
    bare.body = std::move(request.body);
    const SigningScope scope{endpoint.signing_region, endpoint.signing_name};
    const SigningRules rules{.is_s3 = endpoint.signing_name == "s3"};
    return signed_request(bare, scope, rules, credentials_, shared_->now());
  }

  void fail(FailedAttempt failed) {
    switch (kind_of(failed)) {
      case RetryKind::refresh:
        shared_->credentials.expire(credentials_);
        if (std::exchange(has_refreshed_, true)) {
          finish_failed(std::move(failed), false);
        } else {
          again({});
        }
        return;
      case RetryKind::skew:
        if (std::exchange(has_set_clock_, true) || !set_clock(failed)) {
          finish_failed(std::move(failed), false);
        } else {
          again({});
        }
        return;
      case RetryKind::never:
        finish_failed(std::move(failed), false);
        return;
      case RetryKind::transient:
      case RetryKind::stalled:
      case RetryKind::throttled:
        retry(std::move(failed));
    }
  }

  void retry(FailedAttempt failed) {
    const RetryLimits& limits = shared_->limits;
    const RetryKind kind = failed.retry_kind();
    const auto retry = static_cast<unsigned>(retries_.size());
    const bool is_unreachable =
        failed.transport == TransportFault::resolve || failed.transport == TransportFault::connect;
    const unsigned attempts_max = is_unreachable && !shared_->has_contact
                                      ? std::min(limits.attempts_max, connects_before_contact_max)
                                      : limits.attempts_max;
    if (retry + 1 >= attempts_max) {
      finish_failed(std::move(failed), false);
      return;
    }
    if (!shared_->quota.take(kind)) {
      finish_failed(std::move(failed), true);
      return;
    }
    retries_.push_back(kind);
    const std::chrono::milliseconds wait = backoff(
        kind, retry, shared_->next_random(), retry_after_of(failed.head, shared_->now().seconds));
    again(std::min(wait, limits.wait_max));
  }

  void again(std::chrono::milliseconds delay) {
    ++attempt_;
    shared_->loop.after(delay, [self = shared_from_this()] { self->begin(); });
  }

  /// Services other than S3 call a wrong clock a wrong signature; their Date header tells.
  [[nodiscard]] RetryKind kind_of(const FailedAttempt& failed) const {
    const bool is_refused_signature = failed.error.code == "SignatureDoesNotMatch" ||
                                      failed.error.code == "InvalidSignatureException";
    if (failed.transport == TransportFault::none && is_refused_signature) {
      const std::optional<UtcTime> date = parse_http_date(failed.head.header("Date"));
      const std::int64_t apart = date ? date->seconds - shared_->now().seconds : 0;
      if (apart > clock_skew_seconds_min || apart < -clock_skew_seconds_min) {
        return RetryKind::skew;
      }
    }
    return failed.retry_kind();
  }

  /// False when the answer does not tell the service's time.
  [[nodiscard]] bool set_clock(const FailedAttempt& failed) {
    if (const auto date = parse_http_date(failed.head.header("Date"))) {
      shared_->clock_behind_seconds = date->seconds - shared_->clock().seconds;
      return true;
    }
    if (failed.error.clock_ahead_seconds) {
      shared_->clock_behind_seconds -= *failed.error.clock_ahead_seconds;
      return true;
    }
    return false;
  }

  void succeed() {
    for (const RetryKind kind : retries_) {
      shared_->quota.refund(kind);
    }
    if (retries_.empty()) {
      shared_->quota.refund(RetryKind::never);
    }
    finish(std::nullopt);
  }

  void finish_failed(FailedAttempt failed, bool is_quota_spent) {
    finish(failure_of(std::move(failed), {attempt_ + 1, is_quota_spent}, request_.subject,
                      request_.endpoint.authority));
  }

  void finish(const std::optional<CallFailure>& failure) {
    is_done_ = true;
    receiver_->on_done(failure ? &*failure : nullptr);
    receiver_.reset();  // Before the client may go, and with it what the receiver refers to.
    shared_->forget(id_);
  }

  const std::shared_ptr<Shared> shared_;
  const CallId id_;
  const ServiceRequest request_;
  std::atomic<TransferId> transfer_{0};

  // Of the loop's thread.
  std::shared_ptr<CallReceiver> receiver_;
  unsigned attempt_ = 0;            // Counts all, refreshes included.
  std::vector<RetryKind> retries_;  // Those that cost quota.
  bool has_refreshed_ = false;      // Credentials, since the last success.
  bool has_set_clock_ = false;
  bool is_sent_ = false;
  bool is_cancelled_ = false;
  bool is_done_ = false;
  Credentials credentials_;  // Of the attempt under way, as the next four.
  HttpHead head_;
  std::string error_body_;
  bool is_error_cut_ = false;
  std::optional<std::string> damage_;
};

/// Keeps the answer in memory.
class WholeAnswer : public CallReceiver {
 public:
  WholeAnswer(std::string subject, ServiceClient::Answer answer)
      : subject_(std::move(subject)), answer_(std::move(answer)) {}

  void prepare(ServiceRequest& /*request*/, unsigned /*attempt*/) override { response_ = {}; }

  std::optional<std::string> on_head(const HttpHead& head) override {
    response_.head = head;
    return std::nullopt;
  }

  BodyAction on_body(std::span<const char> bytes) override {
    if (bytes.size() > answer_size_bytes_max - response_.body.size()) {
      is_too_large_ = true;
      return BodyAction::cancel;
    }
    response_.body.append(bytes.data(), bytes.size());
    return BodyAction::taken;
  }

  std::optional<std::string> on_complete() override { return std::nullopt; }

  void on_done(const CallFailure* failure) override {
    if (is_too_large_) {
      answer_(tl::unexpected(CallFailure{
          TransportFault::too_large,
          {},
          {subject_, fmt::format("answers with more than {} bytes", answer_size_bytes_max)}}));
    } else if (failure != nullptr) {
      answer_(tl::unexpected(*failure));
    } else {
      answer_(std::move(response_));
    }
  }

 private:
  std::string subject_;
  ServiceClient::Answer answer_;
  HttpResponse response_;
  bool is_too_large_ = false;
};

}  // namespace

struct ServiceClient::State : Shared {
  using Shared::Shared;
};

ServiceClient::ServiceClient(HttpLoop& loop, CredentialCache& credentials, RetryLimits limits,
                             Clock clock, std::uint64_t seed)
    : state_(std::make_shared<State>(loop, credentials, limits, std::move(clock))) {
  if (seed == 0) {
    std::random_device device;
    seed = (std::uint64_t{device()} << 32U) | device();
  }
  state_->random.seed(seed);
}

ServiceClient::~ServiceClient() {
  {
    const std::scoped_lock lock(state_->guard);
    state_->is_stopping = true;
  }
  state_->loop.after({}, [state = state_] {
    std::vector<std::shared_ptr<Call>> left;
    {
      const std::scoped_lock lock(state->guard);
      for (const auto& [id, call] : state->calls) {
        left.push_back(call);
      }
    }
    for (const std::shared_ptr<Call>& call : left) {
      call->cancel();
    }
  });
  std::unique_lock lock(state_->guard);
  state_->has_no_calls.wait(lock, [this] { return state_->calls.empty(); });
}

CallId ServiceClient::start(ServiceRequest request, std::shared_ptr<CallReceiver> receiver) {
  std::shared_ptr<Call> call;
  CallId id = 0;
  {
    const std::scoped_lock lock(state_->guard);
    id = ++state_->last_id;
    call = std::make_shared<Call>(state_, id, std::move(request), std::move(receiver));
    state_->calls.emplace(id, call);
  }
  state_->loop.after({}, [call = std::move(call)] { call->begin(); });
  return id;
}

void ServiceClient::resume(CallId id) {
  if (const std::shared_ptr<Call> call = state_->find(id)) {
    call->resume();
  }
}

void ServiceClient::cancel(CallId id) {
  if (std::shared_ptr<Call> call = state_->find(id)) {
    state_->loop.after({}, [call = std::move(call)] { call->cancel(); });
  }
}

void ServiceClient::start(ServiceRequest request, Answer answer) {
  std::string subject = request.subject;
  start(std::move(request), std::make_shared<WholeAnswer>(std::move(subject), std::move(answer)));
}

CallResult<HttpResponse> ServiceClient::call(ServiceRequest request) {
  const auto promise = std::make_shared<std::promise<CallResult<HttpResponse>>>();
  std::future<CallResult<HttpResponse>> answer = promise->get_future();
  start(std::move(request),
        [promise](CallResult<HttpResponse> result) { promise->set_value(std::move(result)); });
  return answer.get();
}

std::uint64_t ServiceClient::requests_sent() const {
  return state_->requests_sent;
}

std::uint64_t ServiceClient::retries() const {
  return state_->retries;
}

}  // namespace bedrocklog::aws
