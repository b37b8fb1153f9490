// Names of enumerations are part of the output: each is there once, in the agreed spelling.
#include "ingest/skip_kind.h"

#include <set>
#include <string_view>

#include <gtest/gtest.h>

#include "ingest/document_reader.h"

namespace bedrocklog::ingest {
namespace {

TEST(SkipKind, EveryKindHasANameOfItsOwn) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < skip_kind_count; ++i) {
    names.insert(name_of(static_cast<SkipKind>(i)));
  }
  EXPECT_EQ(names, (std::set<std::string_view>{
                       "sidecar", "permission_check", "write_test", "cloudtrail", "control_message",
                       "foreign_json", "foreign_text", "foreign_binary", "empty", "special_file"}));
}

TEST(DamageKind, EveryKindHasANameOfItsOwn) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < damage_kind_count; ++i) {
    names.insert(name_of(static_cast<DamageKind>(i)));
  }
  EXPECT_EQ(names, (std::set<std::string_view>{"truncated", "corrupt", "trailing_garbage",
                                               "too_deep", "expansion", "unreadable"}));
}

}  // namespace
}  // namespace bedrocklog::ingest
