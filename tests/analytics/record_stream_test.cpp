// Records come one by one in the order of the manifest, judged by range and filter.
#include "analytics/record_stream.h"

#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "tests/analytics/made_record.h"
#include "tests/analytics/small_archive.h"

namespace bedrocklog::analytics {
namespace {

std::string lines_of(const std::string& prefix, int count) {
  std::string text;
  for (int i = 0; i < count; ++i) {
    MadeRecord record;
    record.request_id = fmt::format("{}{}", prefix, i);
    record.model_id = "amazon.nova-lite-v1:0";
    record.at_s = 1'772'532'000 + i;
    record.tokens.input = static_cast<std::uint64_t>(i);
    text += to_json(record) + '\n';
  }
  return text;
}

struct Visited {
  std::vector<std::string> requests;
  InputAccount account;
};

Visited visit_all(const SmallArchive& archive, const ScanOptions& options,
                  std::size_t visits_max = SIZE_MAX) {
  Visited visited;
  const Result<InputAccount> account = for_each_record(
      archive.manifest(), options,
      [&](const RecordFactsView& facts, const ingest::RecordOrigin& /*origin*/) {
        visited.requests.push_back(fmt::format("{}:{}", facts.object, facts.record->request_id));
        return visited.requests.size() < visits_max;
      });
  EXPECT_TRUE(account);
  visited.account = *account;
  return visited;
}

TEST(RecordStream, VisitsObjectsByNameAndKeepsDuplicates) {
  SmallArchive archive;
  archive.put("b", lines_of("x", 1) + lines_of("y", 1));
  archive.put("a.gz", gzip(lines_of("x", 2)));
  const Visited visited = visit_all(archive, plain_options());
  EXPECT_EQ(visited.requests, (std::vector<std::string>{"a.gz:x0", "a.gz:x1", "b:x0", "b:y0"}));
  EXPECT_EQ(visited.account.counted, 4U);
  EXPECT_EQ(visited.account.duplicate, 0U);
  EXPECT_EQ(visited.account.objects_read, 2U);
}

TEST(RecordStream, AppliesRangeThenFilter) {
  SmallArchive archive;
  archive.put("a", lines_of("x", 10));
  ScanOptions options = plain_options();
  options.range.begin = UnixMillis{1'772'532'003'000};
  Result<Expression> where = Expression::parse("input < 6", "--where", resolve_record_field);
  ASSERT_TRUE(where);
  options.where = std::move(*where);
  const Visited visited = visit_all(archive, options);
  EXPECT_EQ(visited.requests, (std::vector<std::string>{"a:x3", "a:x4", "a:x5"}));
  EXPECT_EQ(visited.account.out_of_range, 3U);
  EXPECT_EQ(visited.account.filtered, 4U);
}

TEST(RecordStream, StopsWhereTheVisitorSaysWithoutReportingDamage) {
  SmallArchive archive;
  archive.put("a.gz", gzip(lines_of("x", 20'000)));
  archive.put("b", lines_of("y", 3));
  const Visited visited = visit_all(archive, plain_options(), 2);
  EXPECT_EQ(visited.requests, (std::vector<std::string>{"a.gz:x0", "a.gz:x1"}));
  EXPECT_EQ(visited.account.counted, 2U);
  EXPECT_EQ(visited.account.records_seen(), 2U);
  EXPECT_EQ(visited.account.objects_listed, 2U);
  EXPECT_TRUE(visited.account.complete());
}

TEST(RecordStream, AccountsForBadLines) {
  SmallArchive archive;
  archive.put("a", lines_of("x", 1) + "{\"schemaType\":\"ModelInvocationLog\",\n");
  const Visited visited = visit_all(archive, plain_options());
  EXPECT_EQ(visited.account.rejected_total(), 1U);
  ASSERT_EQ(visited.account.rejects.size(), 1U);
  EXPECT_EQ(visited.account.rejects[0].line, 2U);
}

}  // namespace
}  // namespace bedrocklog::analytics
