// The chain of providers behind one lock, and when what they gave is renewed.
#include "ingest/aws/credentials.h"

#include <algorithm>
#include <mutex>
#include <string_view>
#include <utility>

namespace bedrocklog::aws {
namespace {

constexpr std::int64_t renew_before_s = 300;  // From here on renewed; failures are borne.
constexpr std::int64_t must_renew_before_s = 60;
/// Between renewals that bring nothing better: an instance hands out the same keys until shortly
/// before they end, and a service that is down shall not be asked once per request.
constexpr std::int64_t renew_again_after_s = 30;
/// So long one failed search answers for all callers that wait.
constexpr std::int64_t failure_holds_s = 5;

/// A line end that was copied along would break the headers these go into, or the signature.
bool is_clean(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7F; });
}

Result<void> check_loaded(const Credentials& loaded, UtcTime now) {
  if (!is_clean(loaded.access_key_id) || !is_clean(loaded.secret_access_key.reveal()) ||
      !is_clean(loaded.session_token.reveal())) {
    return fault(loaded.source,
                 "a key or the session token holds blanks, line ends or other characters that "
                 "none has; was it copied whole?",
                 FaultCause::credentials_missing);
  }
  if (loaded.expires_at && *loaded.expires_at <= now) {
    return fault(loaded.source,
                 "gave credentials that have expired at " + to_iso_time(*loaded.expires_at) +
                     "; the clock here says " + to_iso_time(now),
                 FaultCause::credentials_missing);
  }
  return {};
}

Fault nothing_found(const std::vector<std::unique_ptr<CredentialProvider>>& providers) {
  std::string tried;
  for (const auto& provider : providers) {
    tried += (tried.empty() ? "" : ", ") + provider->name();
  }
  return {"AWS credentials",
          "none found; tried in order: " + (tried.empty() ? "nothing" : tried) +
              "; set AWS_PROFILE, run `aws sso login` or `aws configure`, or use "
              "--no-sign-request for public buckets",
          FaultCause::credentials_missing};
}

}  // namespace

struct CredentialCache::State {
  std::vector<std::unique_ptr<CredentialProvider>> providers;
  Clock clock;
  std::mutex guard;                     // Guards everything below, and the providers.
  CredentialProvider* asked = nullptr;  // The one that had credentials.
  std::optional<Credentials> held;
  bool is_refused = false;  // The service does not take `held` any more.
  UtcTime renew_again_at;
  std::optional<Fault> failure;
  UtcTime failed_at;

  /// `held` when it can be used as it is, else null.
  [[nodiscard]] const Credentials* fresh(UtcTime now) const {
    const Credentials* const usable = unexpired(now);
    if (usable == nullptr || !usable->expires_at) {
      return usable;
    }
    const std::int64_t left_s = usable->expires_at->seconds - now.seconds;
    const bool is_fresh =
        left_s > renew_before_s || (left_s > must_renew_before_s && now < renew_again_at);
    return is_fresh ? usable : nullptr;
  }

  /// `held` when the service can still take it, else null.
  [[nodiscard]] const Credentials* unexpired(UtcTime now) const {
    if (!held || is_refused) {
      return nullptr;
    }
    const std::optional<UtcTime>& end = held->expires_at;
    return !end || now < *end ? &*held : nullptr;
  }

  [[nodiscard]] Result<Credentials> load() {
    if (asked != nullptr) {
      Result<std::optional<Credentials>> again = asked->load();
      if (!again) {
        return pass_on(again);
      }
      if (std::optional<Credentials>& credentials = *again; credentials) {
        return std::move(*credentials);
      }
      asked = nullptr;
    }
    for (const auto& provider : providers) {
      Result<std::optional<Credentials>> found = provider->load();
      if (!found) {
        return pass_on(found);
      }
      if (std::optional<Credentials>& credentials = *found; credentials) {
        asked = provider.get();
        return std::move(*credentials);
      }
    }
    return tl::unexpected(nothing_found(providers));
  }

  [[nodiscard]] Result<Credentials> load_checked() {
    Result<Credentials> loaded = load();
    if (loaded) {
      if (const Result<void> checked = check_loaded(*loaded, clock()); !checked) {
        return pass_on(checked);
      }
    }
    return loaded;
  }

  [[nodiscard]] Result<Credentials> renew(UtcTime now) {
    Result<Credentials> loaded = load_checked();
    renew_again_at = {clock().seconds + renew_again_after_s};
    if (loaded) {
      held = *loaded;
      is_refused = false;
      failure.reset();
      return loaded;
    }
    if (const Credentials* const usable = unexpired(now)) {
      return *usable;
    }
    failure = loaded.error();
    failed_at = clock();
    return loaded;
  }
};

CredentialCache::CredentialCache(std::vector<std::unique_ptr<CredentialProvider>> providers,
                                 Clock clock)
    : state_(std::make_unique<State>()) {
  state_->providers = std::move(providers);
  state_->clock = std::move(clock);
}

CredentialCache::~CredentialCache() = default;

Result<Credentials> CredentialCache::current() {
  const std::scoped_lock lock(state_->guard);
  const UtcTime now = state_->clock();
  if (const Credentials* const fresh = state_->fresh(now)) {
    return *fresh;
  }
  const std::optional<Fault>& failure = state_->failure;
  if (failure && now.seconds - state_->failed_at.seconds < failure_holds_s) {
    return tl::unexpected(*failure);
  }
  return state_->renew(now);
}

void CredentialCache::expire(const Credentials& refused) {
  const std::scoped_lock lock(state_->guard);
  const std::optional<Credentials>& held = state_->held;
  if (held && held->access_key_id == refused.access_key_id &&
      held->session_token == refused.session_token) {
    state_->is_refused = true;
  }
}

}  // namespace bedrocklog::aws
