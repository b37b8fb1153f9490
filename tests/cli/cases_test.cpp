// Runs every tests/cases/*.case against the built program.
#include <algorithm>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "tests/cli/case_file.h"

namespace bedrocklog::cli {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> case_names() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(SOURCE_ROOT "/tests/cases")) {
    if (entry.path().extension() == ".case") {
      names.push_back(entry.path().stem());
    }
  }
  std::sort(names.begin(), names.end());
  return names;
}

class Case : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "bedrocklog-case-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder = pattern;
  }
  void TearDown() override {
    std::error_code ignored;
    fs::remove_all(folder, ignored);
  }
  std::string folder;
};

void check(const CaseFile::Expectation& expected, const CaseOutcome& outcome,
           const std::string& work) {
  const std::string path = work + "/" + expected.subject;
  if (expected.how == "absent") {
    EXPECT_FALSE(fs::exists(path)) << expected.subject << " should not be there";
    return;
  }
  std::string got;
  if (expected.subject == "stdout") {
    got = outcome.standard_output;
  } else if (expected.subject == "stderr") {
    got = outcome.standard_error;
  } else {
    EXPECT_TRUE(fs::exists(path)) << expected.subject << " was not written";
    got = read_whole_file(path);
  }
  got.erase(std::remove(got.begin(), got.end(), '\r'), got.end());
  if (expected.how == "is") {
    EXPECT_EQ(got, expected.content) << expected.subject;
    return;
  }
  std::istringstream lines(expected.content);
  for (std::string line; std::getline(lines, line);) {
    const bool is_there = got.find(line) != std::string::npos;
    EXPECT_EQ(is_there, expected.how == "contains")
        << expected.subject << ' ' << expected.how << ": " << line << "\ngot:\n"
        << got;
  }
}

TEST_P(Case, RunsAsWritten) {
  const CaseFile file =
      parse_case(read_whole_file(SOURCE_ROOT "/tests/cases/" + GetParam() + ".case"));
  ASSERT_EQ(file.fault, "");
  const CaseOutcome outcome = run_case(file, folder, BEDROCKLOG_BINARY);
  EXPECT_EQ(outcome.exit_code, file.exit_code) << outcome.standard_error;
  bool is_error_expected = false;
  for (const CaseFile::Expectation& expected : file.expectations) {
    check(expected, outcome, folder + "/work");
    is_error_expected = is_error_expected || expected.subject == "stderr";
  }
  if (!is_error_expected) {
    EXPECT_EQ(outcome.standard_error, "");
  }
}

INSTANTIATE_TEST_SUITE_P(Program, Case, testing::ValuesIn(case_names()),
                         [](const auto& each) { return each.param; });

}  // namespace
}  // namespace bedrocklog::cli
