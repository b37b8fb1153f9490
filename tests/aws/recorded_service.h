// A service on loopback with a client of it, and a receiver that records: for tests of calls.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "ingest/aws/service_client.h"
#include "tests/aws/loopback_server.h"

namespace bedrocklog::aws {

inline constexpr std::chrono::seconds patience{30};
inline constexpr std::int64_t today = 1'772'618'400;  // 2026-03-04T10:00:00Z
inline constexpr unsigned attempts = 4;
inline constexpr std::uint64_t seed = 7;

inline UtcTime fixed_time() {
  return {today};
}

/// Hands out a new key id at every load: KEY1, KEY2 ...
class NumberedKeys : public CredentialProvider {
 public:
  explicit NumberedKeys(std::atomic<int>& loads) : loads_(loads) {}
  Result<std::optional<Credentials>> load() override {
    Credentials credentials;
    credentials.access_key_id = "KEY" + std::to_string(++loads_);
    credentials.secret_access_key = SecretText("the-secret");
    credentials.source = "test";
    return std::optional(std::move(credentials));
  }
  std::string name() const override { return "numbered keys"; }

 private:
  std::atomic<int>& loads_;
};

inline std::vector<std::unique_ptr<CredentialProvider>> one(
    std::unique_ptr<CredentialProvider> provider) {
  std::vector<std::unique_ptr<CredentialProvider>> providers;
  providers.push_back(std::move(provider));
  return providers;
}

inline CannedAnswer answer_of(int status, std::string body, std::vector<HttpHeader> headers = {}) {
  CannedAnswer answer;
  answer.status = status;
  answer.body = std::move(body);
  answer.headers = std::move(headers);
  return answer;
}

inline CannedAnswer refusal(int status, const std::string& code,
                            std::vector<HttpHeader> headers = {}) {
  return answer_of(status, "<Error><Code>" + code + "</Code><Message>m</Message></Error>",
                   std::move(headers));
}

/// A server, and a client of it.
struct Service {
  explicit Service(LoopbackServer::Handler handler, unsigned attempts_max = attempts,
                   HttpOptions options = {})
      : server(std::move(handler)),
        credentials(one(std::make_unique<NumberedKeys>(loads)), fixed_time),
        loop(std::move(options), 8),
        client(loop, credentials, {attempts_max}, fixed_time, seed) {}

  [[nodiscard]] ServiceRequest request(const std::string& path = "/key") const {
    ServiceRequest request;
    request.endpoint.scheme = "http";
    request.endpoint.authority = "127.0.0.1:" + std::to_string(server.port());
    request.endpoint.base_path = "/bucket";
    request.endpoint.signing_region = "eu-west-1";
    request.endpoint.signing_name = "s3";
    request.path = path;
    request.subject = "s3://bucket" + path;
    return request;
  }

  std::atomic<int> loads{0};
  LoopbackServer server;
  CredentialCache credentials;
  HttpLoop loop;
  ServiceClient client;
};

/// Counts what it is told and keeps the body; rules may refuse or change the request.
class Recorder : public CallReceiver {
 public:
  void prepare(ServiceRequest& request, unsigned attempt) override {
    prepared.push_back(attempt);
    if (on_prepare) {
      on_prepare(request);
    }
  }
  std::optional<std::string> on_head(const HttpHead& head) override {
    return head_rule ? head_rule(head) : std::nullopt;
  }
  BodyAction on_body(std::span<const char> bytes) override {
    const BodyAction action = body_rule ? body_rule() : BodyAction::taken;
    if (action == BodyAction::taken) {
      body.append(bytes.data(), bytes.size());
    }
    return action;
  }
  std::optional<std::string> on_complete() override {
    return complete_rule ? complete_rule() : std::nullopt;
  }
  void on_done(const CallFailure* call_failure) override {
    if (call_failure != nullptr) {
      failure = *call_failure;
    }
    const std::scoped_lock lock(guard_);
    ++dones_;
    changed_.notify_all();
  }

  bool wait() {
    std::unique_lock lock(guard_);
    return changed_.wait_for(lock, patience, [this] { return dones_ > 0; });
  }
  int dones() {
    const std::scoped_lock lock(guard_);
    return dones_;
  }

  std::function<void(ServiceRequest&)> on_prepare;
  std::function<std::optional<std::string>(const HttpHead&)> head_rule;
  std::function<BodyAction()> body_rule;
  std::function<std::optional<std::string>()> complete_rule;
  std::vector<unsigned> prepared;
  std::string body;
  std::optional<CallFailure> failure;

 private:
  std::mutex guard_;  // Guards dones_.
  std::condition_variable changed_;
  int dones_ = 0;
};

}  // namespace bedrocklog::aws
