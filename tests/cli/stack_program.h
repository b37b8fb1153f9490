// The provision commands of the real program, run against an AWS on loopback.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/cli/case_file.h"
#include "tests/fake_aws/fake_aws.h"

namespace bedrocklog::cli {

class StackProgram : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "bedrocklog-stack-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder = pattern;
    std::filesystem::create_directories(folder + "/work");
  }
  void TearDown() override {
    std::error_code ignored;
    std::filesystem::remove_all(folder, ignored);
  }

  [[nodiscard]] std::vector<std::string> environment() const {
    return {"AWS_ENDPOINT_URL=" + aws.url(), "AWS_REGION=eu-west-1",
            std::string("AWS_ACCESS_KEY_ID=") + fake_aws::access_key,
            std::string("AWS_SECRET_ACCESS_KEY=") + fake_aws::secret_key, "NO_PROXY=127.0.0.1"};
  }

  [[nodiscard]] CaseOutcome run(const std::string& words) const {
    CaseFile file;
    file.command = "bedrocklog provision " + words;
    file.environment = environment();
    return run_case(file, folder, BEDROCKLOG_BINARY);
  }

  [[nodiscard]] nlohmann::json run_json(const std::string& words, int exit_code) const {
    const CaseOutcome outcome = run(words + " --json");
    EXPECT_EQ(outcome.exit_code, exit_code) << words << '\n'
                                            << outcome.standard_error << outcome.standard_output;
    return nlohmann::json::parse(outcome.standard_output, nullptr, false);
  }

  /// A file in the folder of the command.
  void write(const std::string& name, const std::string& content) const {
    std::ofstream(folder + "/work/" + name, std::ios::binary) << content;
  }
  [[nodiscard]] std::string read(const std::string& name) const {
    return read_whole_file(folder + "/work/" + name);
  }

  [[nodiscard]] std::size_t changes() const {
    std::size_t count = 0;
    for (const fake_aws::RecordedCall& call : aws.calls()) {
      count += call.is_change ? 1U : 0U;
    }
    return count;
  }

  fake_aws::FakeAws aws;
  std::string folder;
};

}  // namespace bedrocklog::cli
