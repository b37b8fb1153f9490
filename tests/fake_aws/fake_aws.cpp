// The server: who signed what, which service it is for, what goes wrong, what is remembered.
#include "tests/fake_aws/fake_aws.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include "ingest/aws/ascii_case.h"
#include "ingest/aws/endpoint.h"
#include "ingest/ensure.h"
#include "tests/aws/loopback_server.h"
#include "tests/fake_aws/fake_protocol.h"
#include "tests/fake_aws/fake_request.h"
#include "tests/fake_aws/fake_signature.h"
#include "tests/fake_aws/fake_trouble.h"

namespace bedrocklog::fake_aws {
namespace {

const RefusalWords throttled_words{"Throttling", 400, "ThrottlingException", 400, 429,
                                   "SlowDown",   503};
const RefusalWords failing_words{"InternalFailure", 500, "InternalServerException", 500, 500,
                                 "InternalError",   500};
const RefusalWords unavailable_words{
    "ServiceUnavailable", 503, "ServiceUnavailableException", 503, 503, "ServiceUnavailable", 503};
const RefusalWords scope_words{
    "SignatureDoesNotMatch",        403, "InvalidSignatureException", 400, 403,
    "AuthorizationHeaderMalformed", 400};
const RefusalWords partition_words{
    "InvalidClientTokenId", 403, "UnrecognizedClientException", 400, 403,
    "InvalidAccessKeyId",   403};

FakeAnswer access_denied(const FakeServiceTraits& traits, const FakeCall& call,
                         const FakeRight& right) {
  if (traits.protocol == FakeProtocol::s3) {
    return s3_error(403, "AccessDenied", "Access Denied");
  }
  const std::string action = right.service + ':' + right.operation;
  // Two services have their own word for it.
  const char* const word = traits.name == "sns"   ? "AuthorizationError"
                           : traits.name == "ec2" ? "UnauthorizedOperation"
                                                  : "AccessDenied";
  return refusal(traits, {word, 403, "AccessDeniedException", 400, 403, "AccessDenied", 403},
                 "User: " + call.caller_arn + " is not authorized to perform: " + action +
                     " on resource: " + right.resource +
                     " because no identity-based policy allows the " + action + " action");
}

void replace_all(std::string& text, const std::string& what, const std::string& with) {
  for (std::size_t at = text.find(what); at != std::string::npos;
       at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
}

aws::CannedAnswer silence() {
  aws::CannedAnswer answer;
  answer.closes_without_answer = true;
  return answer;
}

aws::CannedAnswer sent(FakeAnswer answer, const FakeServiceTraits& traits, std::uint64_t number) {
  char id[48];
  std::snprintf(id, sizeof id, "00000000-0000-4000-8000-%012llx",
                static_cast<unsigned long long>(number));
  finish(answer, traits, id);
  aws::CannedAnswer canned;
  canned.status = answer.status;
  canned.headers = std::move(answer.headers);
  canned.body = std::move(answer.body);
  return canned;
}

/// What a golden holds of a request.
Json steady_part(const aws::SeenRequest& request) {
  constexpr std::array<std::string_view, 8> passing = {
      "authorization", "host",           "user-agent",           "connection",
      "x-amz-date",    "content-length", "x-amz-content-sha256", "x-amz-security-token"};
  Json headers = Json::object();
  for (const aws::HttpHeader& header : request.headers) {
    const std::string name = aws::lower_case(header.name);
    if (std::find(passing.begin(), passing.end(), name) == passing.end()) {
      headers[name] = header.value;
    }
  }
  std::string body = request.body;
  // By chance, or by the time of the run.
  for (const auto& [token, end] :
       {std::pair<std::string_view, char>{"&ClientToken=", '&'}, {R"("clientToken":")", '"'}}) {
    if (const std::size_t at = body.find(token); at != std::string::npos) {
      const std::size_t start = at + token.size();
      body.replace(start, body.find(end, start) - start, "by-chance");
    }
  }
  return {{"Line", request.method + ' ' + request.target},
          {"Headers", std::move(headers)},
          {"Body", std::move(body)}};
}

RecordedCall recorded(const FakeServiceTraits& traits, const FakeCall& call,
                      const FakeAnswer& described, const aws::SeenRequest& request) {
  RecordedCall record;
  record.request = steady_part(request);
  record.service = traits.name;
  record.operation = described.operation.empty() ? call.operation : described.operation;
  record.region = call.region;
  record.resource = described.resource;
  record.is_change = described.is_change;
  record.members = traits.protocol == FakeProtocol::s3
                       ? Json{{"Query", call.query}, {"Body", call.body}}
                       : call.json;
  return record;
}

}  // namespace

struct FakeAws::State {
  mutable std::mutex guard;  // Guards all below but the server.
  FakeWorld world;
  std::map<std::string, std::unique_ptr<FakeService>> services;  // By signing name.
  TroubleMaker trouble;
  std::vector<RecordedCall> calls;
  std::function<bool(const std::string&, const std::string&, const std::string&)> allowed;
  std::uint64_t failures = 0;  // Counts 500s, so that 503s come in turn.
  std::unique_ptr<aws::LoopbackServer> server;
  std::map<std::string, State*> joined;  // By account.

  aws::CannedAnswer handle(const aws::SeenRequest& request);
  /// A region of another partition, or one where a global service does not sign.
  [[nodiscard]] std::optional<FakeAnswer> region_refusal(const FakeServiceTraits& traits,
                                                         const std::string& region) const;
  /// What stops the call before its service sees it.
  std::optional<FakeAnswer> refusal_before(const FakeServiceTraits& traits, FakeMishap mishap,
                                           const FakeCall& call, const FakeAnswer& described);
};

std::optional<FakeAnswer> FakeAws::State::region_refusal(const FakeServiceTraits& traits,
                                                         const std::string& region) const {
  const aws::Partition& partition = aws::partition_of(region);
  if (partition.name != world.partition) {
    return refusal(traits, partition_words,
                   "The security token included in the request is invalid.");
  }
  const std::string_view global_region = aws::global_region_of(traits.name, partition);
  if (!global_region.empty() && region != global_region) {
    return refusal(traits, scope_words,
                   "Credential should be scoped to a valid region, not '" + region + "'.");
  }
  return std::nullopt;
}

std::optional<FakeAnswer> FakeAws::State::refusal_before(const FakeServiceTraits& traits,
                                                         FakeMishap mishap, const FakeCall& call,
                                                         const FakeAnswer& described) {
  if (mishap == FakeMishap::throttled) {
    return refusal(traits, throttled_words, "Rate exceeded");
  }
  if (mishap == FakeMishap::failing) {
    return ++failures % 2 == 0 ? refusal(traits, unavailable_words, "The service is unavailable.")
                               : refusal(traits, failing_words, "An internal error occurred.");
  }
  if (!allowed) {
    return std::nullopt;
  }
  std::vector<FakeRight> rights = described.also_needs;
  rights.insert(rights.begin(),
                {std::string(traits.name), described.operation, described.resource});
  for (const FakeRight& right : rights) {
    if (!allowed(right.service, right.operation, right.resource)) {
      return access_denied(traits, call, right);
    }
  }
  return std::nullopt;
}

aws::CannedAnswer FakeAws::State::handle(const aws::SeenRequest& request) {
  const std::scoped_lock lock(guard);
  const FakeAuthorization authorization = read_authorization(request.header("authorization"));
  if (const auto own = world.keys.find(authorization.access_key_id); own != world.keys.end()) {
    if (const auto other = joined.find(own->second.caller_account); other != joined.end()) {
      {
        const std::scoped_lock others(other->second->guard);
        other->second->world.keys[own->first] = own->second;
      }
      return other->second->handle(request);
    }
  }
  const FakeServiceTraits* const known = traits_of(authorization.service);
  const FakeServiceTraits& traits = known == nullptr ? *traits_of("s3") : *known;
  if (trouble.is_dead()) {
    return silence();
  }
  ++world.requests;
  ReadCall read = read_call(request, authorization, traits);
  FakeCall& call = read.call;
  const auto key = world.keys.find(authorization.access_key_id);
  if (key != world.keys.end()) {
    call.caller_arn = key->second.caller_arn;
    call.caller_account = key->second.caller_account;
  }
  RecordedCall record = recorded(traits, call, {}, request);
  const auto answer_with = [&](FakeAnswer answer) {
    record.status = answer.status;
    record.code = answer.code;
    calls.push_back(record);
    return sent(std::move(answer), traits, world.requests);
  };
  FakeAnswer checked = check_signature(request, authorization, traits, world);
  if (checked.status != 200) {
    return answer_with(std::move(checked));
  }
  if (known == nullptr) {
    return answer_with(refusal(traits, scope_words, "The service of the scope is not known."));
  }
  if (auto refused = region_refusal(traits, authorization.region)) {
    return answer_with(std::move(*refused));
  }
  if (read.refused) {
    return answer_with(std::move(*read.refused));
  }
  FakeService& service = *services.at(authorization.service);
  const FakeAnswer described = service.describe(call);
  record = recorded(traits, call, described, request);
  const FakeMishap mishap = trouble.next();
  if (mishap == FakeMishap::cut) {
    calls.push_back(record);
    return silence();
  }
  if (auto refused = refusal_before(traits, mishap, call, described)) {
    return answer_with(std::move(*refused));
  }
  if (described.is_change) {
    trouble.count_change();
  }
  if (trouble.is_dead() && !trouble.trouble().is_last_done) {
    calls.push_back(record);
    return silence();
  }
  aws::CannedAnswer answer = answer_with(service.handle(call));
  return trouble.is_dead() || mishap == FakeMishap::lost_answer ? silence() : answer;
}

FakeAws::FakeAws(std::string account, std::string partition) : state_(std::make_unique<State>()) {
  FakeWorld& world = state_->world;
  world.account = std::move(account);
  world.partition = std::move(partition);
  world.keys[access_key] = {secret_key, "",
                            "arn:" + world.partition + ":iam::" + world.account + ":user/admin",
                            world.account, 0};
  state_->services["bedrock"] = make_fake_bedrock(world);
  state_->services["budgets"] = make_fake_budgets(world);
  state_->services["cloudtrail"] = make_fake_cloudtrail(world);
  state_->services["events"] = make_fake_events(world);
  state_->services["ec2"] = make_fake_ec2(world);
  state_->services["iam"] = make_fake_iam(world);
  state_->services["kms"] = make_fake_kms(world);
  state_->services["logs"] = make_fake_logs(world);
  state_->services["monitoring"] = make_fake_cloudwatch(world);
  state_->services["s3"] = make_fake_s3(world);
  state_->services["sns"] = make_fake_sns(world);
  state_->services["sts"] = make_fake_sts(world);
  state_->server = std::make_unique<aws::LoopbackServer>(
      [state = state_.get()](const aws::SeenRequest& request) { return state->handle(request); });
}

FakeAws::~FakeAws() {
  state_->server.reset();  // Its threads use the rest.
}

std::string FakeAws::url() const {
  return state_->server->url();
}

std::uint16_t FakeAws::port() const {
  return state_->server->port();
}

void FakeAws::set_trouble(const Trouble& trouble) {
  const std::scoped_lock lock(state_->guard);
  state_->trouble.start(trouble);
  state_->world.iam_lag_requests = trouble.iam_lag_requests;
  state_->world.read_lag_requests = trouble.read_lag_requests;
}

Json FakeAws::snapshot() const {
  const std::scoped_lock lock(state_->guard);
  Json services = Json::object();
  for (const auto& [name, service] : state_->services) {
    services[std::string(traits_of(name)->name)] = service->snapshot();
  }
  std::string text = services.dump();
  for (const auto& [name, service] : state_->services) {
    for (const auto& [id, stand_in] : service->ids_by_chance()) {
      replace_all(text, id, stand_in);
    }
  }
  services = Json::parse(text);
  return {{"account", state_->world.account},
          {"partition", state_->world.partition},
          {"services", std::move(services)}};
}

void FakeAws::restore(const Json& snapshot) {
  const std::scoped_lock lock(state_->guard);
  ensure(snapshot.is_object() && snapshot.value("account", "") == state_->world.account &&
         snapshot.value("partition", "") == state_->world.partition);
  const Json services = snapshot.value("services", Json::object());
  for (const auto& [name, service] : state_->services) {
    service->restore(services.value(std::string(traits_of(name)->name), Json::object()));
  }
}

std::vector<RecordedCall> FakeAws::calls() const {
  const std::scoped_lock lock(state_->guard);
  return state_->calls;
}

void FakeAws::forget_calls() {
  const std::scoped_lock lock(state_->guard);
  state_->calls.clear();
}

void FakeAws::set_allowed(
    std::function<bool(const std::string& service, const std::string& operation,
                       const std::string& resource)>
        allowed) {
  const std::scoped_lock lock(state_->guard);
  state_->allowed = std::move(allowed);
}

void FakeAws::join(FakeAws& other) {
  const std::scoped_lock lock(state_->guard);
  ensure(other.state_->joined.empty() && &other != this);
  state_->joined[other.state_->world.account] = other.state_.get();
}

void FakeAws::confirm_subscription(const std::string& endpoint) {
  const std::scoped_lock lock(state_->guard);
  state_->services.at("sns")->confirm_subscription(endpoint);
}

void FakeAws::put_object(const std::string& bucket, const std::string& key, const std::string& body,
                         std::int64_t modified_seconds) {
  const std::scoped_lock lock(state_->guard);
  state_->services.at("s3")->put_object(bucket, key, body, modified_seconds);
}

void FakeAws::put_log_event(const std::string& region, const std::string& log_group,
                            const std::string& message, std::int64_t time_ms) {
  const std::scoped_lock lock(state_->guard);
  state_->services.at("logs")->put_log_event(region, log_group, message, time_ms);
}

void FakeAws::put_metric(const std::string& region, const std::string& name_space,
                         const std::string& metric, const Json& dimensions) {
  const std::scoped_lock lock(state_->guard);
  state_->services.at("monitoring")->put_metric(region, name_space, metric, dimensions);
}

void FakeAws::put_organization_trail(const std::string& home_region, const std::string& name) {
  const std::scoped_lock lock(state_->guard);
  state_->services.at("cloudtrail")->put_organization_trail(home_region, name);
}

void FakeAws::put_vpc(const FakeVpc& vpc) {
  const std::scoped_lock lock(state_->guard);
  state_->services.at("ec2")->put_vpc(vpc);
}

void FakeAws::offer_service(const std::string& region, const std::string& service,
                            const std::set<std::string>& zones) {
  const std::scoped_lock lock(state_->guard);
  state_->services.at("ec2")->offer_service(region, service, zones);
}

}  // namespace bedrocklog::fake_aws
