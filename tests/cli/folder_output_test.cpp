// Folders that are there whole or not at all, and names out of hostile text.
#include "cli/folder_output.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/cli/report_samples.h"

namespace bedrocklog::cli {
namespace {

namespace fs = std::filesystem;

/// A folder of its own for one test, gone afterwards.
class TempFolder {
 public:
  TempFolder() { EXPECT_NE(::mkdtemp(path_.data()), nullptr); }
  ~TempFolder() { fs::remove_all(path_); }
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  TempFolder(TempFolder&&) = delete;
  TempFolder& operator=(TempFolder&&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string at(const std::string& name) const { return path_ + '/' + name; }

 private:
  std::string path_ = testing::TempDir() + "/folder_output_XXXXXX";
};

std::set<std::string> names_in(const std::string& path) {
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(path)) {
    names.insert(entry.path().filename().string());
  }
  return names;
}

void put(const std::string& path, const std::string& content) {
  std::ofstream(path) << content;
}

/// Writes files of these names, each saying `content`, and the index of them.
std::optional<Fault> write_all(const std::string& path, const std::vector<std::string>& files,
                               const std::string& content, bool with_commit = true) {
  Result<FolderOutput> folder = FolderOutput::begin(path);
  if (!folder) {
    return folder.error();
  }
  std::string index = "file,team\r\n";
  const auto say = [&folder](const std::string& name, const std::string& text) {
    const std::optional<Fault> failed =
        folder->write(name, [&](const AppendPiece& append) -> std::optional<Fault> {
          (void)append(text);
          return std::nullopt;
        });
    EXPECT_FALSE(failed) << failed->message;
  };
  for (const std::string& name : files) {
    say(name, content);
    index += name + ",x\r\n";
  }
  say(std::string(index_file), index);
  return with_commit ? folder->commit() : std::nullopt;
}

TEST(FolderOutput, ReplacesAFolderOfAnEarlierRunAsAWhole) {
  const TempFolder temp;
  const std::string path = temp.at("statements");
  ASSERT_FALSE(write_all(path + "/", {"a.csv", "b.csv"}, "old"));
  EXPECT_EQ(names_in(path), (std::set<std::string>{"a.csv", "b.csv", "index.csv"}));
  EXPECT_FALSE(check_folder(path));
  ASSERT_FALSE(write_all(path, {"b.csv", "c.csv"}, "new"));
  EXPECT_EQ(names_in(path), (std::set<std::string>{"b.csv", "c.csv", "index.csv"}));
  EXPECT_EQ(names_in(temp.path()), (std::set<std::string>{"statements"}));
}

TEST(FolderOutput, LeavesTheOldFolderWithoutCommit) {
  const TempFolder temp;
  const std::string path = temp.at("statements");
  ASSERT_FALSE(write_all(path, {"a.csv"}, "old"));
  ASSERT_FALSE(write_all(path, {"b.csv"}, "new", false));
  EXPECT_EQ(names_in(path), (std::set<std::string>{"a.csv", "index.csv"}));
  EXPECT_EQ(names_in(temp.path()), (std::set<std::string>{"statements"}));
}

TEST(FolderOutput, NeverTouchesFilesOfOthers) {
  const TempFolder temp;
  const std::string path = temp.at("folder");
  fs::create_directory(path);
  EXPECT_FALSE(check_folder(path));  // Empty: may be taken.
  put(path + "/notes.txt", "mine");
  const auto fault_of = [&path] {
    const std::optional<Fault> failed = check_folder(path);
    return failed ? failed->message : "no fault";
  };
  EXPECT_EQ(fault_of(),
            "is not empty and was not made by an earlier run; choose a folder that does not exist");
  put(path + "/index.csv", "team\nx\n");
  EXPECT_EQ(fault_of(),
            "holds an index that no earlier run wrote; choose a folder that does not exist");
  put(path + "/index.csv", "file,team\na.csv,x\n");
  EXPECT_EQ(fault_of(),
            "holds a file that no earlier run wrote: notes.txt; choose a folder that does not "
            "exist");
  EXPECT_TRUE(write_all(path, {"a.csv"}, "new"));
  EXPECT_EQ(names_in(path), (std::set<std::string>{"index.csv", "notes.txt"}));
  EXPECT_TRUE(check_folder(path + "/notes.txt"));
  EXPECT_TRUE(check_folder(temp.at("nowhere/statements")));
}

TEST(FolderOutput, NamesFilesSafely) {
  std::set<std::string> taken;
  EXPECT_EQ(file_name_for("search-api", taken), "search-api");
  EXPECT_EQ(file_name_for("Search-API", taken), "Search-API-2");
  EXPECT_EQ(file_name_for("../../etc/passwd", taken), "_.._.._etc_passwd");
  EXPECT_EQ(file_name_for("-rf", taken), "_-rf");
  EXPECT_EQ(file_name_for("", taken), "_");
  EXPECT_EQ(file_name_for("index", taken), "index-2");
  EXPECT_LE(file_name_for(std::string(5'000, 'x'), taken).size(), 110U);
  for (const std::string& text : hostile_texts()) {
    const std::string name = file_name_for(text, taken);
    EXPECT_EQ(name.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                     "0123456789_-."),
              std::string::npos)
        << name;
    EXPECT_NE(name.front(), '.');
    EXPECT_NE(name.front(), '-');
  }
}

RC_GTEST_PROP(FolderOutput, NeverNamesTwoFilesAlike, (const std::vector<std::string>& texts)) {
  std::set<std::string> taken;
  for (const std::string& text : texts) {
    (void)file_name_for(text, taken);
  }
  RC_ASSERT(taken.size() == texts.size());
}

}  // namespace
}  // namespace bedrocklog::cli
