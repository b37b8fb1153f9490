// ListObjectsV2 and GetObject. What every request to a bucket shares is RegionCall: it goes where
// the bucket was last seen, and once more to where the bucket says it is.
#include "ingest/aws/s3_client.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <span>
#include <unordered_map>
#include <utility>

#include "ingest/aws/uri_text.h"

namespace bedrocklog::aws {

struct S3Client::State {
  explicit State(AwsSession& aws_session) : session(aws_session) {}

  AwsSession& session;
  std::atomic<std::uint64_t> list_requests = 0;
  std::mutex guard;                                      // Guards `regions`.
  std::unordered_map<std::string, std::string> regions;  // By bucket, as the bucket itself said.

  std::string region_of(const std::string& bucket) {
    const std::scoped_lock lock(guard);
    const auto known = regions.find(bucket);
    if (known != regions.end()) {
      return known->second;
    }
    const std::string& configured = session.settings().region;
    return configured.empty() ? std::string(region_guess) : configured;
  }

  void remember_region(const std::string& bucket, const std::string& region) {
    const std::scoped_lock lock(guard);
    regions[bucket] = region;
  }

  // Answers for every bucket, if only to say where it is.
  static constexpr std::string_view region_guess = "us-east-1";
};

namespace {

/// The region in the host name of a redirect: "b.s3.eu-west-1.amazonaws.com", the older
/// "b.s3-eu-west-1.amazonaws.com", "b.s3.dualstack.eu-west-1.amazonaws.com". Empty: none there.
std::string region_in_host(std::string_view host) {
  std::vector<std::string_view> labels;
  for (std::size_t at = 0; at <= host.size();) {
    const std::size_t dot = std::min(host.find('.', at), host.size());
    labels.push_back(host.substr(at, dot - at));
    at = dot + 1;
  }
  const auto is_region = [](std::string_view text) {
    return std::count(text.begin(), text.end(), '-') >= 2 && text.back() >= '0' &&
           text.back() <= '9';
  };
  // From the right: the bucket's own name may look like anything.
  for (std::size_t i = labels.size(); i-- > 0;) {
    if (labels[i].starts_with("s3-") && is_region(labels[i].substr(3))) {
      return std::string(labels[i].substr(3));
    }
    if (labels[i] == "s3" || labels[i] == "s3-fips") {
      const std::size_t next =
          i + 1 < labels.size() && labels[i + 1] == "dualstack" ? i + 2 : i + 1;
      return next < labels.size() && is_region(labels[next]) ? std::string(labels[next]) : "";
    }
  }
  return {};
}

/// The service says that the bucket is in another region, whether or not it says in which.
bool is_elsewhere(const ServiceError& error) {
  static constexpr std::array<std::string_view, 5> codes = {
      "PermanentRedirect", "TemporaryRedirect", "Redirect", "AuthorizationHeaderMalformed",
      "IllegalLocationConstraintException"};
  return error.status == 301 || error.status == 307 ||
         std::find(codes.begin(), codes.end(), error.code) != codes.end();
}

/// Stands between the service client and the receiver of one request to a bucket.
class RegionCall final : public S3Call,
                         public CallReceiver,
                         public std::enable_shared_from_this<RegionCall> {
 public:
  RegionCall(std::shared_ptr<S3Client::State> state, std::string bucket, ServiceRequest request,
             std::shared_ptr<CallReceiver> receiver)
      : state_(std::move(state)),
        bucket_(std::move(bucket)),
        request_(std::move(request)),
        receiver_(std::move(receiver)) {}

  void start() {
    const std::string region = state_->region_of(bucket_);
    const Result<Endpoint> endpoint =
        bucket_endpoint_of(state_->session.settings(), bucket_, region);
    if (endpoint) {
      send(*endpoint, region);
      return;
    }
    CallFailure failure;
    failure.fault = endpoint.error();
    finish(&failure);
  }

  void resume() override {
    std::unique_lock lock(guard_);
    is_resume_due_ = !has_id_;
    act(lock, &ServiceClient::resume);
  }

  void cancel() override {
    std::unique_lock lock(guard_);
    is_cancelled_ = true;
    act(lock, &ServiceClient::cancel);
  }

  void prepare(ServiceRequest& request, unsigned /*attempt*/) override {
    receiver_->prepare(request, attempts_++);
  }
  std::optional<std::string> on_head(const HttpHead& head) override {
    return receiver_->on_head(head);
  }
  BodyAction on_body(std::span<const char> bytes) override { return receiver_->on_body(bytes); }
  std::optional<std::string> on_complete() override { return receiver_->on_complete(); }

  void on_done(const CallFailure* failure) override {
    if (failure == nullptr || failure->transport != TransportFault::none ||
        !is_elsewhere(failure->error)) {
      finish(failure);
      return;
    }
    const std::string region = failure->error.region.empty()
                                   ? region_in_host(failure->error.endpoint)
                                   : failure->error.region;
    if (!region.empty() && move_to(region)) {
      return;
    }
    if (region.empty() && failure->error.status < 400) {
      CallFailure homeless = *failure;
      homeless.fault = {request_.subject, "the bucket is in another region; give it with --region",
                        FaultCause::credentials_missing};
      finish(&homeless);
      return;
    }
    finish(failure);
  }

 private:
  /// False when that would lead nowhere new.
  bool move_to(const std::string& region) {
    {
      const std::scoped_lock lock(guard_);
      if (is_cancelled_ || has_moved_ || region == region_) {
        return false;
      }
    }
    const Result<Endpoint> endpoint =
        bucket_endpoint_of(state_->session.settings(), bucket_, region);
    if (!endpoint) {
      return false;
    }
    state_->remember_region(bucket_, region);
    has_moved_ = true;
    send(*endpoint, region);
    return true;
  }

  void send(const Endpoint& endpoint, const std::string& region) {
    unsigned round = 0;
    {
      const std::scoped_lock lock(guard_);
      round = ++round_;
      has_id_ = false;
      region_ = region;
    }
    ServiceRequest request = request_;
    request.endpoint = endpoint;
    const CallId id = state_->session.services().start(std::move(request), shared_from_this());
    std::unique_lock lock(guard_);
    if (is_done_ || round != round_) {
      return;  // All of it happened on the loop's thread before start() returned here.
    }
    id_ = id;
    has_id_ = true;
    const bool is_resume_due = std::exchange(is_resume_due_, false);
    if (is_cancelled_) {
      act(lock, &ServiceClient::cancel);
    } else if (is_resume_due) {
      act(lock, &ServiceClient::resume);
    }
  }

  /// Unlocks first: the service client may call back at once.
  void act(std::unique_lock<std::mutex>& lock, void (ServiceClient::*what)(CallId)) {
    const bool is_running = has_id_ && !is_done_;
    const CallId id = id_;
    lock.unlock();
    if (is_running) {
      (state_->session.services().*what)(id);
    }
  }

  void finish(const CallFailure* failure) {
    {
      const std::scoped_lock lock(guard_);
      is_done_ = true;
    }
    // Whoever keeps this handle does not keep the receiver.
    const std::shared_ptr<CallReceiver> receiver = std::move(receiver_);
    receiver->on_done(failure);
  }

  const std::shared_ptr<S3Client::State> state_;
  const std::string bucket_;
  const ServiceRequest request_;  // Without endpoint.
  std::shared_ptr<CallReceiver> receiver_;
  unsigned attempts_ = 0;
  bool has_moved_ = false;

  std::mutex guard_;  // Guards all below.
  std::string region_;
  unsigned round_ = 0;
  CallId id_ = 0;
  bool has_id_ = false;
  bool is_resume_due_ = false;  // Asked for before the id was known.
  bool is_cancelled_ = false;
  bool is_done_ = false;
};

/// Holds one page's XML and reads it.
class PageReceiver final : public CallReceiver {
 public:
  PageReceiver(std::shared_ptr<S3Client::State> state, std::string continuation,
               S3Client::OnPage on_page)
      : state_(std::move(state)),
        continuation_(std::move(continuation)),
        on_page_(std::move(on_page)) {}

  void prepare(ServiceRequest& /*request*/, unsigned /*attempt*/) override {
    ++state_->list_requests;
  }

  std::optional<std::string> on_head(const HttpHead& /*head*/) override {
    xml_.clear();
    return std::nullopt;
  }

  BodyAction on_body(std::span<const char> bytes) override {
    // One byte over the limit is kept as the sign that there was more.
    const std::size_t room = answer_size_bytes_max + 1 - xml_.size();
    xml_.append(bytes.data(), std::min(room, bytes.size()));
    return BodyAction::taken;
  }

  std::optional<std::string> on_complete() override {
    if (xml_.size() > answer_size_bytes_max) {
      return "the listing's page is too large";
    }
    page_ = read_list_page(xml_);
    if (!page_) {
      return "the answer is no page of a ListObjectsV2 listing";
    }
    if (!page_->continuation.empty() && page_->continuation == continuation_) {
      return "the listing goes on where it just was";
    }
    return std::nullopt;
  }

  void on_done(const CallFailure* failure) override {
    const S3Client::OnPage on_page = std::move(on_page_);
    if (failure != nullptr) {
      on_page(tl::unexpected(*failure));
    } else {
      on_page(page_ ? std::move(*page_) : ListPage{});
    }
  }

 private:
  const std::shared_ptr<S3Client::State> state_;
  const std::string continuation_;
  S3Client::OnPage on_page_;
  std::string xml_;
  std::optional<ListPage> page_;
};

QueryItems query_items(const ListQuery& query) {
  QueryItems items = {
      {"list-type", "2"}, {"encoding-type", "url"}, {"max-keys", std::to_string(query.keys_max)}};
  if (!query.prefix.empty()) {
    items.emplace_back("prefix", query.prefix);
  }
  if (!query.delimiter.empty()) {
    items.emplace_back("delimiter", query.delimiter);
  }
  if (!query.continuation.empty()) {
    items.emplace_back("continuation-token", query.continuation);
  } else if (!query.start_after.empty()) {
    items.emplace_back("start-after", query.start_after);
  }
  return items;
}

void add_request_payer(ServiceRequest& request, const AwsSettings& settings) {
  if (settings.request_payer) {
    request.headers.push_back({"x-amz-request-payer", "requester"});
  }
}

}  // namespace

S3Client::S3Client(AwsSession& session) : state_(std::make_shared<State>(session)) {}

S3Client::~S3Client() = default;

void S3Client::list(ListQuery query, OnPage on_page) {
  ServiceRequest request;
  request.query = query_items(query);
  request.subject = s3_uri(query.bucket, query.prefix);
  add_request_payer(request, state_->session.settings());
  auto receiver =
      std::make_shared<PageReceiver>(state_, std::move(query.continuation), std::move(on_page));
  std::make_shared<RegionCall>(state_, std::move(query.bucket), std::move(request),
                               std::move(receiver))
      ->start();
}

CallResult<ListPage> S3Client::list(const ListQuery& query) {
  struct Waiting {
    std::mutex guard;  // Guards `result` and `has_come`.
    std::condition_variable came;
    bool has_come = false;
    CallResult<ListPage> result;
  };
  const auto waiting = std::make_shared<Waiting>();
  list(query, [waiting](CallResult<ListPage> result) {
    const std::scoped_lock lock(waiting->guard);
    waiting->result = std::move(result);
    waiting->has_come = true;
    waiting->came.notify_one();
  });
  std::unique_lock lock(waiting->guard);
  waiting->came.wait(lock, [&] { return waiting->has_come; });
  return std::move(waiting->result);
}

std::shared_ptr<S3Call> S3Client::get(const ObjectVersion& object,
                                      std::shared_ptr<CallReceiver> receiver) {
  ServiceRequest request;
  request.path = "/" + percent_encoded_path(object.key);
  request.subject = s3_uri(object.bucket, object.key);
  if (!object.etag.empty()) {
    request.headers.push_back({"If-Match", '"' + object.etag + '"'});
  }
  request.headers.push_back({"x-amz-checksum-mode", "ENABLED"});
  add_request_payer(request, state_->session.settings());
  auto call =
      std::make_shared<RegionCall>(state_, object.bucket, std::move(request), std::move(receiver));
  call->start();
  return call;
}

std::string S3Client::region_of(const std::string& bucket) const {
  return state_->region_of(bucket);
}

AwsSession& S3Client::session() {
  return state_->session;
}

std::uint64_t S3Client::list_requests_sent() const {
  return state_->list_requests;
}

std::string s3_uri(std::string_view bucket, std::string_view key) {
  std::string uri = "s3://";
  uri += bucket;
  uri += '/';
  uri += key;
  return uri;
}

}  // namespace bedrocklog::aws
