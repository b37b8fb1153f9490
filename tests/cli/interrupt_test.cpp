// Ctrl-C and termination of the real program: exit code, no half file, a partial table on a
// terminal.
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <pty.h>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include <gtest/gtest.h>

#include "tests/cli/case_file.h"

namespace bedrocklog::cli {
namespace {

namespace fs = std::filesystem;

/// A run of `report -` whose standard input stays open, so that it waits until it is interrupted.
class Interrupt : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "bedrocklog-stop-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder = pattern;
    ASSERT_EQ(::pipe(input.data()), 0);
    const std::string calls = read_whole_file(SOURCE_ROOT "/tests/cases/inputs/three_calls.jsonl");
    ASSERT_EQ(::write(input[1], calls.data(), calls.size()), static_cast<ssize_t>(calls.size()));
  }
  void TearDown() override {
    ::close(input[0]);
    ::close(input[1]);
    std::error_code ignored;
    fs::remove_all(folder, ignored);
  }

  /// Runs with standard output on a terminal, sends `signal` once it reads, collects the output.
  int run_until(int signal, const std::vector<std::string>& more) {
    std::vector<std::string> words = {BEDROCKLOG_BINARY, "report", "-", "--progress", "json"};
    words.insert(words.end(), more.begin(), more.end());
    int terminal = -1;
    struct winsize size{40, 200, 0, 0};
    const pid_t child = ::forkpty(&terminal, nullptr, nullptr, &size);
    if (child == 0) {
      ::dup2(input[0], STDIN_FILENO);
      ::close(input[1]);
      (void)::chdir(folder.c_str());
      std::vector<char*> argv;
      argv.reserve(words.size() + 1);
      for (std::string& word : words) {
        argv.push_back(word.data());
      }
      argv.push_back(nullptr);
      ::execv(argv[0], argv.data());
      ::_exit(127);
    }
    // The first progress object says that the scan runs.
    read_until(terminal, "objects_done");
    ::kill(child, signal);
    read_until(terminal, "");
    int status = 0;
    ::waitpid(child, &status, 0);
    ::close(terminal);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }

  void read_until(int terminal, const std::string& text) {
    std::array<char, 4096> chunk{};
    while (text.empty() || output.find(text) == std::string::npos) {
      const ssize_t size = ::read(terminal, chunk.data(), chunk.size());
      if (size <= 0) {
        return;  // The other end is closed.
      }
      output.append(chunk.data(), static_cast<std::size_t>(size));
    }
  }

  std::string folder;
  std::string output;
  std::array<int, 2> input{};
};

TEST_F(Interrupt, ShowsAPartialTableOnATerminalAndExits130) {
  EXPECT_EQ(run_until(SIGINT, {}), 130) << output;
  EXPECT_NE(output.find("INCOMPLETE: interrupted after"), std::string::npos) << output;
  EXPECT_NE(output.find("invocations"), std::string::npos) << output;
}

TEST_F(Interrupt, LeavesNoFileAndExits143WhenTerminated) {
  EXPECT_EQ(run_until(SIGTERM, {"-o", "out.csv"}), 143) << output;
  EXPECT_TRUE(fs::is_empty(folder));
  EXPECT_NE(output.find("nothing was written"), std::string::npos) << output;
}

}  // namespace
}  // namespace bedrocklog::cli
