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
    folder_ = pattern;
    ASSERT_EQ(::pipe(input_.data()), 0);
    const std::string calls = read_whole_file(SOURCE_ROOT "/tests/cases/inputs/three_calls.jsonl");
    ASSERT_EQ(::write(input_[1], calls.data(), calls.size()), static_cast<ssize_t>(calls.size()));
  }
  void TearDown() override {
    ::close(input_[0]);
    ::close(input_[1]);
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }

  /// Runs with standard output on a terminal, sends `signal` once it reads, collects the output.
  int run_until(int signal, const std::vector<std::string>& more) {
    std::vector<std::string> words = {BEDROCKLOG_BINARY, "report", "-", "--progress", "json"};
    words.insert(words.end(), more.begin(), more.end());
    int terminal = -1;
    struct winsize size{40, 200, 0, 0};
    const pid_t child = ::forkpty(&terminal, nullptr, nullptr, &size);
    if (child == 0) {
      ::dup2(input_[0], STDIN_FILENO);
      ::close(input_[1]);
      (void)::chdir(folder_.c_str());
      std::vector<char*> argv;
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
    while (text.empty() || output_.find(text) == std::string::npos) {
      const ssize_t size = ::read(terminal, chunk.data(), chunk.size());
      if (size <= 0) {
        return;  // The other end is closed.
      }
      output_.append(chunk.data(), static_cast<std::size_t>(size));
    }
  }

  std::string folder_;
  std::string output_;
  std::array<int, 2> input_{};
};

TEST_F(Interrupt, ShowsAPartialTableOnATerminalAndExits130) {
  EXPECT_EQ(run_until(SIGINT, {}), 130) << output_;
  EXPECT_NE(output_.find("INCOMPLETE: interrupted after"), std::string::npos) << output_;
  EXPECT_NE(output_.find("invocations"), std::string::npos) << output_;
}

TEST_F(Interrupt, LeavesNoFileAndExits143WhenTerminated) {
  EXPECT_EQ(run_until(SIGTERM, {"-o", "out.csv"}), 143) << output_;
  EXPECT_TRUE(fs::is_empty(folder_));
  EXPECT_NE(output_.find("nothing was written"), std::string::npos) << output_;
}

}  // namespace
}  // namespace bedrocklog::cli
