// One call: who, when, which model, how many tokens, how long, and the rare things that happen.
#include "bench/call_planner.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "bench/model_mix.h"
#include "bench/random_source.h"

namespace bedrocklog::bench {

namespace {

constexpr std::uint64_t call_stream = 0x63616c6cU;
constexpr std::uint64_t text_stream = 0x74657874U;
constexpr std::uint32_t body_bytes_max = 60'000;

constexpr std::uint32_t error_ppm = 15'000;
constexpr std::uint32_t guardrail_ppm = 12'000;
constexpr std::uint32_t spoof_ppm = 20'000;
constexpr std::uint32_t offload_ppm = 6'000;
constexpr std::uint32_t long_context_ppm = 15'000;
constexpr std::uint32_t metadata_ppm = 500'000;
constexpr std::uint32_t no_identity_ppm = 3'000;
constexpr std::uint32_t empty_request_id_ppm = 400;

constexpr std::array<std::string_view, 12> iam_users = {
    "ana.silva", "bo-lin",  "carl",   "dora.k",   "eve@example.com", "svc-nightly",
    "svc-batch", "farid_m", "gwen+1", "henrik.o", "ci=runner",       "ines,qa"};
constexpr std::array<std::string_view, 7> roles = {
    "report-writer",    "support-assistant", "SearchIndexer", "AWSReservedSSO_Dev_0a1b2c3d",
    "ledger-extractor", "KnowledgeBaseRole", "chat-gateway"};
constexpr std::array<std::string_view, 4> sessions = {"session-a", "i-0a1b2c3d4e5f60718",
                                                      "maria@example.com", "kb-sync"};
constexpr std::size_t identity_count = iam_users.size() + roles.size() * sessions.size();
static_assert(identity_count == 40);

constexpr std::array<std::string_view, 6> teams = {"search", "ledger",  "support",
                                                   "growth", "Données", R"(R&D "core", EU)"};
constexpr std::array<std::string_view, 3> environments = {"prod", "prod-eu", "test"};
constexpr std::array<std::string_view, 4> projects = {"atlas", "borealis", "coral/2", ""};

constexpr std::array<std::string_view, 12> error_codes = {
    "ThrottlingException",     "ThrottlingException",         "ThrottlingException",
    "ThrottlingException",     "ThrottlingException",         "ValidationException",
    "ValidationException",     "AccessDeniedException",       "ModelTimeoutException",
    "InternalServerException", "ServiceUnavailableException", "ModelErrorException"};

struct ShapeSizes {
  std::uint32_t median_bytes;  // Of all body text of a record.
  std::uint32_t sigma_milli;
};

ShapeSizes sizes_of(Shape shape) {
  switch (shape) {
    case Shape::big:
      return {.median_bytes = 19'500, .sigma_milli = 1000};
    case Shape::tiny:
      return {.median_bytes = 3'200, .sigma_milli = 1000};
    case Shape::small:
      break;
  }
  return {.median_bytes = 420, .sigma_milli = 1300};
}

bool is_converse(Operation operation) {
  return operation == Operation::converse || operation == Operation::converse_stream;
}

Operation draw_operation(BodyFamily family, RandomSource& random) {
  if (family == BodyFamily::titan_embed) {
    return Operation::invoke_model;
  }
  const std::uint32_t draw = random.below(100);
  if (family == BodyFamily::converse_only) {
    return draw < 50 ? Operation::converse : Operation::converse_stream;
  }
  if (draw < 34) {
    return Operation::converse;
  }
  if (draw < 62) {
    return Operation::converse_stream;
  }
  return draw < 82 ? Operation::invoke_model : Operation::invoke_stream;
}

void draw_identity(RandomSource& random, CallFacts& call) {
  // The smaller of two draws: some callers are far busier than others.
  const std::uint32_t first = random.below(identity_count);
  const std::uint32_t who = std::min(first, random.below(identity_count));
  if (random.chance(no_identity_ppm)) {
    return;
  }
  if (who < iam_users.size()) {
    call.user = iam_users.at(who);
    call.identity_arn = fmt::format("arn:aws:iam::{}:user/{}", call.account, call.user);
    return;
  }
  const std::size_t rest = who - iam_users.size();
  call.user =
      fmt::format("{}/{}", roles.at(rest / sessions.size()), sessions.at(rest % sessions.size()));
  call.identity_arn = fmt::format("arn:aws:sts::{}:assumed-role/{}", call.account, call.user);
}

void draw_metadata(RandomSource& random, CallFacts& call) {
  if (!random.chance(metadata_ppm)) {
    return;
  }
  if (!random.chance(30'000)) {
    call.metadata.emplace_back("team", teams.at(random.below(teams.size())));
  }
  call.metadata.emplace_back("env", environments.at(random.below(environments.size())));
  if (random.chance(600'000)) {
    call.metadata.emplace_back("project", projects.at(random.below(projects.size())));
  }
}

void draw_cache(const ModelTraits& model, RandomSource& random, CallFacts& call) {
  // Nova Micro's cache prices are known for one Region only.
  const bool can =
      model.caches && (model.family == BodyFamily::anthropic ||
                       (model.family == BodyFamily::nova && call.region == "us-east-1"));
  const bool body_repeats = is_converse(call.operation) || model.family == BodyFamily::anthropic;
  if (!can || !random.chance(350'000)) {
    if (random.chance(600'000)) {  // Zero-filled; otherwise absent, as both occur side by side.
      call.cache_read = 0;
      call.cache_write = 0;
      call.cache_in_envelope = true;
      call.cache_in_body = body_repeats && random.chance(500'000);
    }
    return;
  }
  call.cache_read = random.chance(200'000) ? 0 : random.log_normal(3000, 1200);
  call.cache_write = random.chance(400'000) ? random.log_normal(1800, 1200) : 0;
  const bool body_inline = call.output_s3_path.empty();
  call.cache_in_body = body_repeats && body_inline;
  call.cache_in_envelope = !call.cache_in_body || !random.chance(100'000);
  if (call.cache_in_body && model.one_hour_cache && *call.cache_write > 0 &&
      random.chance(300'000)) {
    const bool all = random.chance(300'000);
    call.cache_write_1h = all ? *call.cache_write : *call.cache_write * random.below(100) / 100;
  }
}

void draw_tokens(const ModelTraits& model, RandomSource& random, CallFacts& call) {
  call.input = call.input_text_bytes / 4 + 8 + random.below(40);
  if (model.long_context && random.chance(long_context_ppm)) {
    // On both sides of the limit of 200,000, and once in a while exactly on it.
    call.input = random.chance(100'000) ? 200'000 : 150'000 + random.log_normal(70'000, 700);
    call.input_s3_path = "offloaded";
  }
  if (model.family != BodyFamily::titan_embed) {
    call.output = call.output_text_bytes / 4 + 1 + random.below(6);
  }
  draw_cache(model, random, call);
  // Envelope counters missing: the last chunk or the body has them. Mistral bodies have none.
  const bool in_body = is_converse(call.operation) || call.operation == Operation::invoke_stream ||
                       model.family != BodyFamily::mistral;
  call.counters_in_envelope = !(in_body && call.output_s3_path.empty() && random.chance(5'000));
}

void draw_latency(const ModelTraits& model, RandomSource& random, CallFacts& call) {
  // Drawn always, told only where the record has a place for it.
  const std::uint64_t answer_ms = call.output.value_or(0) * model.us_per_token / 1000;
  const std::uint64_t first_ms = random.log_normal(model.base_ms, 600);
  const std::uint64_t total_ms = first_ms + random.log_normal(answer_ms + 1, 400);
  if (call.operation == Operation::invoke_model || !call.output_s3_path.empty()) {
    return;
  }
  call.latency_ms = static_cast<std::uint32_t>(total_ms);
  if (call.operation == Operation::invoke_stream) {
    call.first_byte_ms = static_cast<std::uint32_t>(first_ms);
  }
}

void draw_tier(const ModelTraits& model, RandomSource& random, CallFacts& call) {
  const std::uint32_t draw = random.below(1000);
  if (!is_converse(call.operation) || !call.output_s3_path.empty()) {
    return;
  }
  if (draw < 30) {
    call.service_tier = "default";
  } else if (model.tiers && draw < 80) {
    call.service_tier = "priority";
  } else if (draw >= 80 && draw < (model.tiers ? 100U : 82U)) {
    call.service_tier = "flex";  // Unpriced for most models: no tier stands in for another.
  } else if (model.tiers && draw < 130 && call.model_canonical.starts_with("amazon.nova-pro")) {
    call.latency_optimized = true;
  }
}

void draw_guardrail(RandomSource& random, CallFacts& call) {
  const bool can = is_converse(call.operation) || call.family == BodyFamily::anthropic;
  if (!can || !call.output_s3_path.empty() || !random.chance(guardrail_ppm)) {
    return;
  }
  const bool input_side = random.chance(600'000) && call.operation != Operation::invoke_model;
  if (!input_side) {
    call.guardrail = GuardrailOutcome::output_blocked;
    return;
  }
  call.guardrail = GuardrailOutcome::input_blocked;
  call.input = 0;
  call.output = 0;
  call.cache_read.reset();
  call.cache_write.reset();
  call.cache_write_1h.reset();
  call.cache_in_envelope = false;
  call.cache_in_body = false;
  call.counters_in_envelope = true;
  call.input_s3_path.clear();
  call.output_text_bytes = 30;
  if (call.operation == Operation::invoke_stream) {
    call.latency_ms.reset();
    call.first_byte_ms.reset();
  } else {
    call.latency_ms = 150 + random.below(300);
  }
}

void draw_sizes(const FilePlan& file, RandomSource& random, CallFacts& call) {
  const ShapeSizes sizes = sizes_of(file.shape);
  const auto bytes = static_cast<std::uint32_t>(std::clamp<std::uint64_t>(
      random.log_normal(sizes.median_bytes, sizes.sigma_milli), 60, body_bytes_max));
  const std::uint32_t answer_percent = 20 + random.below(40);
  call.output_text_bytes = bytes * answer_percent / 100;
  call.input_text_bytes = bytes - call.output_text_bytes;
}

void place_sidecars(const FilePlan& file, CallFacts& call) {
  const std::string base =
      fmt::format("s3://example-bedrock-logs/{}data/{}", hour_prefix(file), call.request_id);
  if (!call.input_s3_path.empty()) {
    call.input_s3_path = base + "_input.json.gz";
  }
  if (!call.output_s3_path.empty()) {
    call.output_s3_path = base + "_output.json.gz";
  }
}

void make_error(RandomSource& random, CallFacts& call) {
  call.error_code = error_codes.at(random.below(error_codes.size()));
  call.inference_region.clear();
}

CallFacts plan_flat_call(CallFacts call, RandomSource& random) {
  call.flat = true;
  call.operation = Operation::none;
  call.model_logged = "anthropic.claude-3-haiku-20240307-v1:0";
  call.model_canonical = call.model_logged;
  call.user.clear();
  call.identity_arn.clear();
  call.input = call.input_text_bytes / 4 + 8;
  call.output = call.output_text_bytes / 4 + 1;
  call.latency_ms = static_cast<std::uint32_t>(random.log_normal(700, 800));
  return call;
}

}  // namespace

std::string_view name_of(Operation operation) {
  switch (operation) {
    case Operation::converse:
      return "Converse";
    case Operation::converse_stream:
      return "ConverseStream";
    case Operation::invoke_model:
      return "InvokeModel";
    case Operation::invoke_stream:
      return "InvokeModelWithResponseStream";
    case Operation::none:
      break;
  }
  return {};
}

CallFacts plan_call(const FilePlan& file, std::uint64_t record) {
  const std::uint64_t call_seed = mixed(mixed(file.seed, call_stream), record);
  RandomSource random(call_seed);
  CallFacts call;
  call.text_seed = mixed(call_seed, text_stream);
  call.account = file.account;
  call.region = file.region;
  call.at_s = std::max(file.start_s, file.flush_s - 5 - random.below(window_s - 5));
  const std::uint64_t id_high = random.next();
  call.request_id = uuid_text(id_high, random.next());
  draw_identity(random, call);
  draw_sizes(file, random, call);
  if (file.layout == FileLayout::flat_lines) {
    return plan_flat_call(std::move(call), random);
  }
  const ModelTraits& model = draw_model(call.region, random);
  call.family = model.family;
  call.operation = draw_operation(model.family, random);
  name_model(model, random, call);
  call.key_order = static_cast<KeyOrder>(random.below(3));
  draw_metadata(random, call);
  call.spoofed = random.chance(spoof_ppm);
  if (random.chance(error_ppm)) {
    make_error(random, call);
    return call;
  }
  call.null_error_code = random.chance(2'000);
  if (random.chance(offload_ppm)) {
    call.output_s3_path = random.chance(500'000) ? "offloaded" : "";
    call.input_s3_path = "offloaded";
  } else if (random.chance(empty_request_id_ppm)) {
    call.request_id.clear();
  }
  draw_tokens(model, random, call);
  if (call.request_id.empty()) {
    call.input_s3_path.clear();  // A sidecar is named after the request.
  }
  draw_latency(model, random, call);
  draw_tier(model, random, call);
  draw_guardrail(random, call);
  place_sidecars(file, call);
  return call;
}

bool may_have_zero_twin(const CallFacts& call) {
  return call.operation == Operation::converse_stream && call.error_code.empty() &&
         !call.request_id.empty() && call.input.value_or(0) > 0;
}

CallFacts zero_twin_of(const CallFacts& call) {
  CallFacts twin = call;
  twin.input = 0;
  twin.output = 0;
  twin.cache_read = 0;
  twin.cache_write = 0;
  twin.cache_write_1h.reset();
  twin.cache_in_envelope = true;
  twin.cache_in_body = false;
  twin.counters_in_envelope = true;
  twin.latency_ms.reset();
  twin.first_byte_ms.reset();
  twin.guardrail = GuardrailOutcome::none;
  twin.service_tier = {};
  twin.latency_optimized = false;
  twin.spoofed = false;
  twin.input_text_bytes = 0;
  twin.output_text_bytes = 0;
  twin.input_s3_path.clear();
  twin.output_s3_path.clear();
  return twin;
}

}  // namespace bedrocklog::bench
