// What is noted of a record for the removal of duplicates: its key, its rank, its encoding.
#include "analytics/contribution.h"

#include <array>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

namespace bedrocklog::analytics {
namespace {

constexpr std::string_view uuid = "0f8fad5b-d9cb-469f-a165-70867728950e";

ingest::RecordView record_of(std::string_view request_id) {
  ingest::RecordView record;
  record.request_id = request_id;
  record.account_id = "111122223333";
  record.region = "eu-west-1";
  record.model_id = "amazon.nova-lite-v1:0";
  return record;
}

template <class Number>
std::optional<Number> arbitrary_number(Number max) {
  if (*rc::gen::arbitrary<bool>()) {
    return std::nullopt;
  }
  return *rc::gen::oneOf(rc::gen::inRange<Number>(0, 300), rc::gen::inRange<Number>(0, max),
                         rc::gen::just(max));
}

DuplicateEntry arbitrary_entry() {
  DuplicateEntry entry;
  entry.key = {*rc::gen::arbitrary<std::uint64_t>(), *rc::gen::arbitrary<std::uint64_t>()};
  entry.rank = *rc::gen::arbitrary<std::uint64_t>();
  entry.object = *rc::gen::arbitrary<std::uint64_t>();
  entry.ordinal = *rc::gen::arbitrary<std::uint64_t>();
  Contribution& contribution = entry.contribution;
  contribution.disposition =
      *rc::gen::element(Disposition::counted, Disposition::out_of_range, Disposition::filtered);
  if (contribution.disposition == Disposition::counted) {
    contribution.cell = *rc::gen::arbitrary<std::uint32_t>();
    contribution.error = arbitrary_number(UINT32_MAX);
    contribution.guardrail = *rc::gen::arbitrary<bool>();
    contribution.tokens = {arbitrary_number(UINT64_MAX), arbitrary_number(UINT64_MAX),
                           arbitrary_number(UINT64_MAX), arbitrary_number(UINT64_MAX),
                           arbitrary_number(UINT64_MAX)};
    contribution.images = arbitrary_number(UINT32_MAX);
    contribution.latency_ms = arbitrary_number(UINT32_MAX);
    contribution.first_byte_ms = arbitrary_number(UINT32_MAX);
    contribution.size_bytes = *rc::gen::arbitrary<std::uint64_t>();
  }
  return entry;
}

RC_GTEST_PROP(Contribution, IsDecodedAsItWasEncodedOneAfterAnother, ()) {
  std::vector<DuplicateEntry> entries;
  std::string bytes;
  for (int i = 0; i < 5; ++i) {
    entries.push_back(arbitrary_entry());
    char encoded[encoded_entry_bytes_max];
    bytes.append(encoded, encode(entries.back(), encoded));
  }
  std::string_view rest = bytes;
  for (const DuplicateEntry& entry : entries) {
    const DuplicateEntry decoded = decode(rest);
    RC_ASSERT(decoded.key == entry.key);
    RC_ASSERT(decoded.rank == entry.rank);
    RC_ASSERT(decoded.object == entry.object);
    RC_ASSERT(decoded.ordinal == entry.ordinal);
    RC_ASSERT(decoded.contribution == entry.contribution);
  }
  RC_ASSERT(rest.empty());
}

TEST(Contribution, HasRoomForTheLargestEntry) {
  DuplicateEntry entry;
  entry.key = {UINT64_MAX, UINT64_MAX};
  entry.rank = entry.object = entry.ordinal = UINT64_MAX;
  entry.contribution = {Disposition::counted,
                        UINT32_MAX,
                        UINT32_MAX,
                        true,
                        {UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX},
                        UINT32_MAX,
                        UINT32_MAX,
                        UINT32_MAX,
                        UINT64_MAX};
  char encoded[encoded_entry_bytes_max];
  const std::size_t size = encode(entry, encoded);
  EXPECT_LE(size, encoded_entry_bytes_max);
  std::string_view rest(encoded, size);
  EXPECT_EQ(decode(rest).contribution, entry.contribution);
}

TEST(RequestKey, TellsAccountsRegionsAndRequestsApart) {
  const RequestKey key = request_key_of(record_of(uuid));
  EXPECT_EQ(key, request_key_of(record_of(uuid)));
  ingest::RecordView other = record_of(uuid);
  other.account_id = "111122223334";
  EXPECT_FALSE(key == request_key_of(other));
  other = record_of(uuid);
  other.region = "eu-west-2";
  EXPECT_FALSE(key == request_key_of(other));
  EXPECT_FALSE(key == request_key_of(record_of("0f8fad5b-d9cb-469f-a165-70867728950f")));
  EXPECT_FALSE(key == request_key_of(record_of("request 7")));
  EXPECT_FALSE(request_key_of(record_of("request 7")) == request_key_of(record_of("request 8")));
}

TEST(RequestKey, TakesOnlyTheSpellingOfAwsForAUuid) {
  const RequestKey key = request_key_of(record_of(uuid));
  EXPECT_FALSE(key == request_key_of(record_of("0F8FAD5B-D9CB-469F-A165-70867728950E")));
  EXPECT_FALSE(key == request_key_of(record_of("0f8fad5b-d9cb-469f-a165_70867728950e")));
}

TEST(RequestKey, DoesNotConfuseWhereAccountEndsAndRegionBegins) {
  ingest::RecordView left = record_of(uuid);
  ingest::RecordView right = record_of(uuid);
  left.account_id = "1234";
  left.region = "";
  right.account_id = "12";
  right.region = "34";
  EXPECT_FALSE(request_key_of(left) == request_key_of(right));
}

TEST(ContentRank, PutsUsageBeforeSuccessBeforeTheNumberOfFields) {
  ingest::RecordView zero_twin = record_of(uuid);
  zero_twin.tokens.input = 0;
  zero_twin.tokens.output = 0;
  zero_twin.stop_reason = "end_turn";
  ingest::RecordView used_error = record_of(uuid);
  used_error.tokens.output = 1;
  used_error.error_code = "ModelErrorException";
  EXPECT_GT(content_rank_of(used_error, 1), content_rank_of(zero_twin, 1));

  ingest::RecordView error = record_of(uuid);
  error.error_code = "ModelErrorException";
  error.stop_reason = "x";
  error.operation = "Converse";
  EXPECT_GT(content_rank_of(zero_twin, 1), content_rank_of(error, 1));

  ingest::RecordView fuller = zero_twin;
  fuller.latency_ms = 12;
  EXPECT_GT(content_rank_of(fuller, 1), content_rank_of(zero_twin, 1));
}

TEST(ContentRank, DependsOnEveryFieldAReportCouldShow) {
  const ingest::RecordView plain = record_of(uuid);
  std::vector<ingest::RecordView> variants(7, plain);
  variants[0].at.value = 5;
  variants[1].model_id = "amazon.nova-lite-v1:1";
  variants[2].latency_optimized = true;
  variants[3].guardrail_intervened = true;
  variants[4].inference_region = "eu-west-3";
  variants[5].identity_arn = "arn:aws:iam::1:user/u";
  const std::array<std::pair<std::string_view, std::string_view>, 1> metadata{{{"team", "a"}}};
  variants[6].metadata = metadata;
  for (const ingest::RecordView& variant : variants) {
    EXPECT_NE(content_rank_of(variant, 1), content_rank_of(plain, 1));
  }
  EXPECT_NE(content_rank_of(plain, 2), content_rank_of(plain, 1));
  EXPECT_EQ(content_rank_of(plain, 1), content_rank_of(record_of("another request"), 1));
}

RC_GTEST_PROP(Wins, IsAStrictOrderOfEntries, ()) {
  const auto arbitrary = [] {
    DuplicateEntry entry;
    entry.rank = *rc::gen::inRange<std::uint64_t>(0, 3);
    entry.object = *rc::gen::inRange<std::uint64_t>(0, 3);
    entry.ordinal = *rc::gen::inRange<std::uint64_t>(0, 3);
    return entry;
  };
  const DuplicateEntry left = arbitrary();
  const DuplicateEntry right = arbitrary();
  if (left.rank != right.rank) {
    RC_ASSERT(wins(left, right) == (left.rank > right.rank));
  } else if (left.object != right.object) {
    RC_ASSERT(wins(left, right) == (left.object < right.object));
  } else {
    RC_ASSERT(wins(left, right) == (left.ordinal < right.ordinal));
  }
}

}  // namespace
}  // namespace bedrocklog::analytics
