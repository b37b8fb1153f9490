// What the build has worked out about the shipped price book holds.
#include "cli/shipped_data.h"

#include <string>

#include <gtest/gtest.h>

#include "analytics/price_table.h"
#include "ingest/aws/digest.h"

namespace bedrocklog::cli {
namespace {

TEST(ShippedData, NamesTheDigestOfItsPriceBook) {
  EXPECT_EQ(shipped_prices_sha256(), aws::sha256_hex(shipped_prices_csv()));
}

// A run takes it on trust that no two rows claim the same.
TEST(ShippedData, PriceBookPassesEveryCheckOfABook) {
  const Result<analytics::PriceTable> book =
      analytics::PriceTable::parse(shipped_prices_csv(), "shipped");
  ASSERT_TRUE(book.has_value()) << book.error().subject << ": " << book.error().message;
  const Result<analytics::PriceTable> trusted =
      analytics::PriceTable::parse(shipped_prices_csv(), "shipped", shipped_prices_sha256());
  ASSERT_TRUE(trusted.has_value());
  EXPECT_EQ(trusted->sha256(), book->sha256());
  EXPECT_EQ(trusted->rows().size(), book->rows().size());
}

}  // namespace
}  // namespace bedrocklog::cli
