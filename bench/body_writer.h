// Request and response bodies of every model family, as compact JSON.
#pragma once

#include <string>

#include "bench/call_facts.h"
#include "bench/random_source.h"
#include "bench/text_source.h"

namespace bedrocklog::bench {

/// The text of one record comes from here; the order of calls decides it.
struct TextStream {
  const TextSource& source;
  RandomSource random;
};

/// Appends the request body.
void append_input_body(const CallFacts& call, TextStream& text, std::string& json);

/// Appends the response body: an object, or an array of chunks for InvokeModelWithResponseStream.
void append_output_body(const CallFacts& call, TextStream& text, std::string& json);

/// Of stream_writer.cpp; append_output_body calls it.
void append_chunks(const CallFacts& call, TextStream& text, std::string& json);

/// Members `"cache_creation_input_tokens":..,` and so on of an Anthropic usage object, each with a
/// comma behind it; nothing if the body does not repeat the cache counters.
[[nodiscard]] std::string anthropic_cache_members(const CallFacts& call);

/// `"amazon-bedrock-guardrailAction":"..."` with a comma before it; nothing without guardrail.
[[nodiscard]] std::string_view guardrail_member(const CallFacts& call);

}  // namespace bedrocklog::bench
