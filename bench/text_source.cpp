// The vocabulary: common English words, invented words, other scripts, and text full of escapes.
#include "bench/text_source.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace bedrocklog::bench {

namespace {

constexpr std::size_t vocabulary_size = 3000;
constexpr std::size_t slot_count = 65'536;
constexpr std::size_t rank_one_slots = 7'500;  // slot_count / (1 + 1/2 + ... + 1/3000).

constexpr std::array common_words = std::to_array<std::string_view>({
    "the",     "of",      "and",     "to",      "a",       "in",     "is",      "that",
    "for",     "it",      "as",      "was",     "with",    "on",     "by",      "be",
    "at",      "this",    "are",     "from",    "or",      "an",     "which",   "not",
    "you",     "have",    "one",     "we",      "can",     "all",    "their",   "has",
    "report",  "data",    "request", "service", "account", "table",  "region",  "value",
    "before",  "when",    "after",   "every",   "result",  "check",  "summary", "please",
    "answer",  "between", "total",   "invoice", "month",   "index",  "update",  "review",
    "system",  "prompt",  "model",   "token",   "region,", "first,", "second.", "therefore",
    "because", "however", "example", "output",  "input",   "number", "string",  "function",
});

// Already escaped as JSON. UTF-8, \u escapes with and without surrogates, quotes, backslashes,
// control characters, braces and commas that a scanner must not count.
constexpr std::array special_words = std::to_array<std::string_view>({
    R"(caf\u00e9)",
    "Zürich",
    R"(\"quoted\")",
    R"(C:\\temp\\log)",
    "naïve",
    R"(line\nbreak)",
    "日本語",
    "данные",
    R"(\ud83d\ude00)",
    "🚀",
    R"(tab\tstop)",
    "γλώσσα",
    "데이터",
    R"(a\/b)",
    R"({\"k\":[1,2,{}]})",
    "مرحبا",
    "emoji👩‍💻end",
    R"(\\\")",
    "שלום",
    R"(bell\u0007)",
    "Ünïcödé",
    R"(}],\"output\":{)",
    "中文，标点。",
    R"(\r\n)",
    R"(\u2028sep)",
    "हिन्दी",
    R"(form\ffeed\b)",
    "😀😃",
    "{[(<",
    R"(ends with backslash \\)",
});

constexpr std::array syllables = std::to_array<std::string_view>({
    "ba",  "ce",  "di",  "fo",  "gu",  "ha",  "ke",  "li",  "mo",   "nu",
    "pa",  "qui", "ra",  "se",  "ti",  "vo",  "wa",  "xe",  "yo",   "zu",
    "ber", "con", "der", "ing", "lan", "mer", "nor", "pel", "ster", "tion",
});

std::string invented_word(std::size_t rank) {
  RandomSource random(mixed(0x776f7264U, rank));
  std::string word;
  const std::uint32_t parts = 2 + random.below(3);
  for (std::uint32_t part = 0; part < parts; ++part) {
    word += syllables.at(random.below(syllables.size()));
  }
  return word;
}

std::string word_of_rank(std::size_t rank) {
  // From rank 40 on every ninth word is a special one.
  if (rank >= 40 && rank % 9 == 4) {
    return std::string(special_words.at((rank / 9) % special_words.size()));
  }
  return rank < common_words.size() ? std::string(common_words.at(rank)) : invented_word(rank);
}

}  // namespace

void append_quoted(std::string_view text, std::string& json) {
  json += '"';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      json += '\\';
      json += c;
    } else if (c == '\n') {
      json += "\\n";
    } else if (static_cast<unsigned char>(c) < 0x20) {
      json += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      json += c;
    }
  }
  json += '"';
}

std::string_view spoofed_object() {
  return R"({"schemaType":"ModelInvocationLog","timestamp":"1999-01-01T00:00:00Z",)"
         R"("accountId":"999999999999","region":"xx-wrong-1","requestId":"wrong",)"
         R"("operation":"Wrong","modelId":"wrong.model-v1:0","errorCode":"WrongException",)"
         R"("identity":{"arn":"arn:aws:iam::999999999999:user/wrong"},)"
         R"("requestMetadata":{"team":"wrong"},"input":{"inputTokenCount":999999999,)"
         R"("cacheReadInputTokenCount":888888888},"output":{"outputTokenCount":777777777,)"
         R"("outputBodyJson":{"metrics":{"latencyMs":1},"usage":{"inputTokens":1}}},)"
         R"("usage":{"inputTokens":1,"outputTokens":1,"input_tokens":1,"output_tokens":1},)"
         R"("metrics":{"latencyMs":2},"amazon-bedrock-invocationMetrics":)"
         R"({"invocationLatency":3,"firstByteLatency":3,"inputTokenCount":5},"team":"wrong"})";
}

TextSource::TextSource() {
  for (std::size_t rank = 0; rank < vocabulary_size; ++rank) {
    words_.push_back(word_of_rank(rank) + ' ');
    const std::size_t slots = std::max<std::size_t>(1, rank_one_slots / (rank + 1));
    for (std::size_t slot = 0; slot < slots && word_by_slot_.size() < slot_count; ++slot) {
      word_by_slot_.push_back(static_cast<std::uint16_t>(rank));
    }
  }
  while (word_by_slot_.size() < slot_count) {
    word_by_slot_.push_back(static_cast<std::uint16_t>(word_by_slot_.size() % vocabulary_size));
  }
  std::string quoted;
  append_quoted(spoofed_object(), quoted);
  escaped_spoof_ = quoted.substr(1, quoted.size() - 2);
}

void TextSource::append_prose(std::size_t bytes, RandomSource& random, std::string& json) const {
  const std::size_t end = json.size() + bytes;
  while (json.size() < end) {
    const std::uint64_t bits = random.next();
    for (unsigned shift = 0; shift < 64 && json.size() < end; shift += 16) {
      json += words_[word_by_slot_[(bits >> shift) & 0xffffU]];
    }
  }
}

void TextSource::append_spoofed_prose(std::size_t bytes, RandomSource& random,
                                      std::string& json) const {
  append_prose(bytes / 2, random, json);
  json += escaped_spoof_;
  append_prose(bytes / 2, random, json);
}

}  // namespace bedrocklog::bench
