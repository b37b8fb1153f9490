// Libraries loaded on first use, and the words for those that are not there.
#include "ingest/aws/shared_library.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bedrocklog::aws {
namespace {

using ::testing::HasSubstr;

constexpr LibraryName missing = {"libbedrocklog-has-none.so.1", "libnone1"};

TEST(SharedLibrary, FindsTheLibrariesThisWasBuiltWith) {
  for (const LibraryName& name : {curl_library(), archive_library(), xlsx_library()}) {
    const Result<SharedLibrary> library = SharedLibrary::load(name);
    EXPECT_TRUE(library.has_value()) << library.error().message;
  }
}

TEST(SharedLibrary, FindsAFunctionByItsName) {
  const char* (*version)() = nullptr;
  SharedLibrary::require(curl_library()).find(version, "curl_version");
  EXPECT_THAT(version(), HasSubstr("libcurl"));
}

TEST(SharedLibrary, NamesThePackageOfAMissingLibrary) {
  const Result<SharedLibrary> library = SharedLibrary::load(missing);
  ASSERT_FALSE(library.has_value());
  EXPECT_EQ(library.error().subject, missing.file);
  EXPECT_THAT(library.error().message, HasSubstr("install the package libnone1"));
}

TEST(SharedLibraryDeathTest, EndsTheProcessWhereAMissingLibraryIsNeeded) {
  EXPECT_EXIT((void)SharedLibrary::require(missing), ::testing::ExitedWithCode(127),
              "libbedrocklog-has-none.so.1: cannot be used: .*install the package libnone1");
}

TEST(SharedLibraryDeathTest, EndsTheProcessWhereAFunctionIsMissing) {
  void (*function)() = nullptr;
  EXPECT_EXIT(SharedLibrary::require(curl_library()).find(function, "curl_has_no_such_function"),
              ::testing::ExitedWithCode(127), "install the package libcurl4");
}

}  // namespace
}  // namespace bedrocklog::aws
