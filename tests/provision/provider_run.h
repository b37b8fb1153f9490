// One provider against a fake account, verb by verb.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "provision/normal_form.h"
#include "tests/provision/stack_run.h"

namespace bedrocklog::provision {

/// A process of the stack `stack` in eu-west-1.
class ProviderRun {
 public:
  explicit ProviderRun(const fake_aws::FakeAws& account, const std::string& stack = "bedrocklog",
                       unsigned attempts_max = 1)
      : client_(account, options(attempts_max)),
        providers_(client_.calls, {stack, "123456789012", "aws", "eu-west-1"}, quick_waiter()) {}

  [[nodiscard]] aws::ServiceCalls& calls() { return client_.calls; }
  [[nodiscard]] ResourceProvider& of(const Address& address) { return providers_.of(address.kind); }

  /// Nothing when it is not there; a failure is one of the test.
  [[nodiscard]] std::optional<Observed> read(const Address& address) {
    Result<std::optional<Observed>> found = of(address).read(address);
    EXPECT_TRUE(found.has_value()) << (found ? "" : found.error().message);
    return found ? std::move(*found) : std::nullopt;
  }

  /// Reads until it is there: the fake's lags are counted in requests.
  void wait_until_seen(const Address& address) {
    constexpr unsigned reads_max = 100;
    for (unsigned reads = 0; reads < reads_max && !read(address); ++reads) {
    }
  }

  /// What a plan would find to change.
  [[nodiscard]] std::vector<PropertyChange> drift(const Address& address, const Json& wanted) {
    const std::optional<Observed> found = read(address);
    return differences(address.kind, normal_form(address.kind, wanted),
                       found ? found->properties : Json::object());
  }

  /// Reads, then creates or updates, as an apply does. "" or what went wrong.
  std::string apply(const Address& address, const Json& wanted) {
    const Json target = normal_form(address.kind, wanted);
    const Result<std::optional<Observed>> found = of(address).read(address);
    if (!found) {
      return found.error().message;
    }
    if (!*found) {
      return text_of(of(address).create(address, target));
    }
    if (!is_ours(**found)) {
      return "not ours";
    }
    return differences(address.kind, target, (*found)->properties).empty()
               ? ""
               : text_of(of(address).update(address, target, **found));
  }

  /// Reads, and takes away what is ours, as a destroy does.
  std::string destroy(const Address& address) {
    const Result<std::optional<Observed>> found = of(address).read(address);
    if (!found) {
      return found.error().message;
    }
    return *found && is_ours(**found) ? text_of(of(address).remove(address, **found, true)) : "";
  }

  static std::string text_of(const Result<void>& result) {
    return result ? "" : result.error().message;
  }

 private:
  static fake_aws::FakeClient::Options options(unsigned attempts_max) {
    fake_aws::FakeClient::Options result;
    result.attempts_max = attempts_max;
    return result;
  }

  fake_aws::FakeClient client_;
  ProviderSet providers_;
};

/// ARN of the key of the alias "alias/NAME" in eu-west-1; made when it is not there, for services
/// to use.
inline std::string usable_key(aws::ServiceCalls& calls, const std::string& name) {
  const std::string alias = "alias/" + name;
  const aws::CallResult<Json> known =
      calls.json("kms", "eu-west-1", "DescribeKey", {{"KeyId", alias}});
  if (known) {
    return (*known)["KeyMetadata"]["Arn"].get<std::string>();
  }
  const Json policy = {
      {"Version", "2012-10-17"},
      {"Statement",
       {{{"Effect", "Allow"},
         {"Principal", {{"AWS", "arn:aws:iam::123456789012:root"}}},
         {"Action", "kms:*"},
         {"Resource", "*"}},
        {{"Effect", "Allow"},
         {"Principal", {{"Service", {"logs.eu-west-1.amazonaws.com", "bedrock.amazonaws.com"}}}},
         {"Action", "kms:*"},
         {"Resource", "*"}}}}};
  const aws::CallResult<Json> made =
      calls.json("kms", "eu-west-1", "CreateKey", {{"Policy", policy.dump()}});
  if (!made) {
    ADD_FAILURE() << made.error().fault.message;
    return "";
  }
  const std::string arn = (*made)["KeyMetadata"]["Arn"].get<std::string>();
  EXPECT_TRUE(
      calls.json("kms", "eu-west-1", "CreateAlias", {{"AliasName", alias}, {"TargetKeyId", arn}}));
  return arn;
}

/// What a provider does, in one go: made or changed or taken away, against a fresh process.
using ProviderDeed = std::function<std::string(ProviderRun& run)>;

/// Does `deed` killed after each of its changes, and then again; every time the account must end as
/// if it had not been killed. `prepare` brings about what is there before. Gives in how many places
/// it was killed.
inline unsigned expect_convergence(const ProviderDeed& prepare, const ProviderDeed& deed) {
  fake_aws::FakeAws account;
  {
    ProviderRun run(account);
    EXPECT_EQ(prepare(run), "");
  }
  const Json before = account.snapshot();
  {
    ProviderRun run(account);
    EXPECT_EQ(deed(run), "");
  }
  const Json wanted = account.snapshot();
  constexpr unsigned changes_max = 40;
  unsigned places = 0;
  for (const bool is_last_done : {false, true}) {
    for (unsigned changes = 1; changes < changes_max; ++changes) {
      account.restore(before);
      fake_aws::Trouble trouble;
      trouble.changes_until_dead = changes;
      trouble.is_last_done = is_last_done;
      account.set_trouble(trouble);
      ProviderRun killed(account);
      const bool was_killed = !deed(killed).empty();
      account.set_trouble({});
      ProviderRun again(account);
      EXPECT_EQ(deed(again), "") << "killed after " << changes;
      EXPECT_EQ(account.snapshot(), wanted) << "killed after " << changes;
      if (!was_killed) {
        break;
      }
      ++places;
    }
  }
  return places;
}

/// Does `deed` with each of 20 seeds over a link that loses and cuts answers, of services that
/// throttle and lag behind, by new processes until one comes through; hands the account, calm
/// again, to `check`.
inline void through_bad_weather(const ProviderDeed& deed,
                                const std::function<void(fake_aws::FakeAws& account)>& check) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const testing::ScopedTrace trace(__FILE__, __LINE__, "seed " + std::to_string(seed));
    fake_aws::FakeAws account;
    fake_aws::Trouble trouble;
    trouble.seed = seed;
    trouble.lost_answer_permille = 200;
    trouble.cut_permille = 50;
    trouble.throttled_permille = 50;
    trouble.read_lag_requests = 4;
    account.set_trouble(trouble);
    std::string wrong = "not tried";
    for (unsigned runs = 0; runs < 10 && !wrong.empty(); ++runs) {
      ProviderRun run(account, "bedrocklog", 6);
      wrong = deed(run);
    }
    EXPECT_EQ(wrong, "");
    account.set_trouble({});
    check(account);
  }
}

/// How often an operation was called, refused calls too.
inline std::ptrdiff_t calls_of(const fake_aws::FakeAws& account, std::string_view operation) {
  const std::vector<fake_aws::RecordedCall> calls = account.calls();
  return std::count_if(calls.begin(), calls.end(), [&](const fake_aws::RecordedCall& call) {
    return call.operation == operation;
  });
}

}  // namespace bedrocklog::provision
