// Output files: whole or not at all, whatever stands at their path.
#include "cli/output_file.h"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

namespace bedrocklog::cli {
namespace {

namespace fs = std::filesystem;

class OutputFile : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = testing::TempDir() + "/output_file_XXXXXX";
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder_ = name;
  }
  void TearDown() override { fs::remove_all(folder_); }

  [[nodiscard]] std::string path(const std::string& name) const { return folder_ / name; }
  [[nodiscard]] static std::string content_of(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  [[nodiscard]] std::size_t entries() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
  }

  fs::path folder_;
};

TEST_F(OutputFile, WritesTheContentAndNothingBeside) {
  EXPECT_FALSE(write_file(path("a.json"), std::string("x\0y\n", 4)));
  EXPECT_EQ(content_of(path("a.json")), std::string("x\0y\n", 4));
  EXPECT_EQ(entries(), 1U);
}

TEST_F(OutputFile, ReplacesAFileAndKeepsItsMode) {
  ASSERT_FALSE(write_file(path("a.json"), "old"));
  ASSERT_EQ(::chmod(path("a.json").c_str(), 0640), 0);
  EXPECT_FALSE(write_file(path("a.json"), "new"));
  EXPECT_EQ(content_of(path("a.json")), "new");
  EXPECT_EQ(fs::status(path("a.json")).permissions(), static_cast<fs::perms>(0640));
}

TEST_F(OutputFile, ANewFileGetsWhatTheUmaskLeaves) {
  const mode_t before = ::umask(027);
  EXPECT_FALSE(write_file(path("a.json"), "x"));
  ::umask(before);
  EXPECT_EQ(fs::status(path("a.json")).permissions(), static_cast<fs::perms>(0640));
}

TEST_F(OutputFile, ReplacesWhatALinkLeadsToAndKeepsTheLink) {
  ASSERT_FALSE(write_file(path("real.json"), "old"));
  fs::create_symlink("real.json", path("link.json"));
  EXPECT_FALSE(write_file(path("link.json"), "new"));
  EXPECT_TRUE(fs::is_symlink(path("link.json")));
  EXPECT_EQ(content_of(path("real.json")), "new");
}

TEST_F(OutputFile, RefusesFoldersMissingFoldersAndDeadLinks) {
  fs::create_symlink("nowhere", path("dead"));
  for (const std::string& bad :
       {folder_.string(), path("missing/a.json"), path("dead"), path("a/"), std::string()}) {
    EXPECT_TRUE(check_writable(bad)) << bad;
    EXPECT_TRUE(write_file(bad, "x")) << bad;
  }
  EXPECT_EQ(entries(), 1U);  // The dead link.
}

TEST_F(OutputFile, CheckingLeavesNothingBehind) {
  EXPECT_FALSE(check_writable(path("a.json")));
  EXPECT_EQ(entries(), 0U);
}

TEST_F(OutputFile, AFailedReplacementLeavesTheOldFile) {
  ASSERT_FALSE(write_file(path("a.json"), "old"));
  // In the child files may not grow beyond 4 bytes: the write fails half way.
  const pid_t child = ::fork();
  if (child == 0) {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{4, 4};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    ::_exit(write_file(path("a.json"), "much longer") ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(WEXITSTATUS(status), 0);
  EXPECT_EQ(content_of(path("a.json")), "old");
  EXPECT_EQ(entries(), 1U);
}

TEST_F(OutputFile, WritesDevicesAndPipesDirectly) {
  EXPECT_FALSE(write_file("/dev/null", "x"));
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
  ASSERT_EQ(::mkfifo(path("pipe").c_str(), 0600), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    ::_exit(content_of(path("pipe")) == "through the pipe" ? 0 : 1);
  }
  EXPECT_FALSE(write_file(path("pipe"), "through the pipe"));
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(WEXITSTATUS(status), 0);
  EXPECT_TRUE(fs::is_fifo(path("pipe")));
}

// A file size limit stops the child in the middle of the write, while its temporary file exists.
TEST_F(OutputFile, ASignalHandlerCanRemoveTheUnfinishedFile) {
  const pid_t child = ::fork();
  if (child == 0) {
    ::signal(SIGXFSZ, [](int) {
      remove_unfinished_outputs();
      ::_exit(42);
    });
    const rlimit limit{4, 4};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    (void)write_file(path("a.json"), "longer than four bytes");
    ::_exit(1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(WEXITSTATUS(status), 42);
  EXPECT_EQ(entries(), 0U);
}

TEST_F(OutputFile, RemovingUnfinishedOutputsKeepsFinishedOnes) {
  ASSERT_FALSE(write_file(path("a.json"), "x"));
  remove_unfinished_outputs();
  EXPECT_EQ(content_of(path("a.json")), "x");
}

// Exit code of a child whose standard output is the writing end of a pipe that nobody reads.
int write_to_closed_pipe() {
  int ends[2] = {-1, -1};
  if (::pipe(ends) != 0) {
    return -1;
  }
  ::close(ends[0]);
  const pid_t child = ::fork();
  if (child == 0) {
    ::dup2(ends[1], STDOUT_FILENO);
    const Result<bool> written = write_standard_output("x");
    ::_exit(written && !*written ? 42 : 1);
  }
  ::close(ends[1]);
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -2;
}

TEST(StandardOutput, AClosedPipeIsToldAndKillsNobody) {
  EXPECT_EQ(write_to_closed_pipe(), 42);
}

TEST(StandardOutput, AFullDeviceIsAFault) {
  const pid_t child = ::fork();
  if (child == 0) {
    if (std::freopen("/dev/full", "w", stdout) == nullptr) {
      ::_exit(2);
    }
    ::_exit(write_standard_output("x") ? 1 : 42);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(WEXITSTATUS(status), 42);
}

}  // namespace
}  // namespace bedrocklog::cli
