// Documents go to the validator as files.
#include "tests/cli/schema_validator.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace bedrocklog::cli {
namespace {

namespace fs = std::filesystem;

int exit_code_of_words(std::vector<std::string> words) {
  std::vector<char*> arguments;
  for (std::string& word : words) {
    arguments.push_back(word.data());
  }
  arguments.push_back(nullptr);
  const pid_t child = ::fork();
  if (child == 0) {
    ::execvp(arguments[0], arguments.data());
    ::_exit(127);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

int validate_documents(const std::string& schema, const std::vector<std::string>& documents) {
  std::string folder = testing::TempDir() + "/schema_XXXXXX";
  EXPECT_NE(::mkdtemp(folder.data()), nullptr);
  std::vector<std::string> words = {"python3", SOURCE_ROOT "/tests/cli/validate_schema.py",
                                    SOURCE_ROOT "/data/schema/" + schema};
  for (const std::string& document : documents) {
    words.push_back(folder + '/' + std::to_string(words.size()) + ".json");
    std::ofstream(words.back(), std::ios::binary) << document;
  }
  const int code = exit_code_of_words(std::move(words));
  std::error_code ignored;
  fs::remove_all(folder, ignored);
  return code;
}

}  // namespace bedrocklog::cli
