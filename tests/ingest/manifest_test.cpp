// Listing: names, skips, links, circles, collisions and what is not there.
#include "ingest/manifest.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <set>
#include <string>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include "ingest/hour_path.h"
#include "tests/ingest/bucket_reader.h"
#include "tests/ingest/temp_folder.h"

namespace bedrocklog::ingest {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::IsEmpty;

Manifest list(const std::vector<std::string>& locations) {
  auto manifest = list_objects({locations, {}, nullptr});
  EXPECT_TRUE(manifest) << manifest.error().subject << ": " << manifest.error().message;
  return manifest ? *manifest : Manifest();
}

std::vector<std::string> names(const Manifest& manifest) {
  std::vector<std::string> result;
  result.reserve(manifest.objects.size());
  for (const ObjectRef& object : manifest.objects) {
    result.push_back(object.name);
  }
  return result;
}

std::vector<std::string> skips(const Manifest& manifest) {
  std::vector<std::string> result;
  result.reserve(manifest.skipped.size());
  for (const SkippedObject& object : manifest.skipped) {
    result.push_back(object.name + ' ' + std::string(name_of(object.kind)));
  }
  return result;
}

/// The current folder for one test.
class Inside {
 public:
  explicit Inside(const fs::path& folder) : before_(fs::current_path()) {
    fs::current_path(folder);
  }
  ~Inside() { fs::current_path(before_); }
  Inside(const Inside&) = delete;
  Inside& operator=(const Inside&) = delete;

 private:
  fs::path before_;
};

TEST(ListObjects, ReadsAFolderRecursivelyWithNamesBelowIt) {
  const TempFolder folder;
  folder.write("2026/03/04/10/b.json.gz", "12345");
  folder.write("2026/03/04/09/a.json.gz", "1");
  folder.write(".hidden", "x");
  const Manifest manifest = list({folder.path().string() + "/"});
  EXPECT_THAT(names(manifest),
              ElementsAre(".hidden", "2026/03/04/09/a.json.gz", "2026/03/04/10/b.json.gz"));
  EXPECT_EQ(manifest.objects[2].uri, folder.at("2026/03/04/10/b.json.gz"));
  EXPECT_EQ(manifest.objects[2].size_bytes, 5U);
}

TEST(ListObjects, NamesASingleFileByItsFileName) {
  const TempFolder folder;
  const std::string path = folder.write("logs/a.json", "{}");
  const Manifest manifest = list({path});
  ASSERT_THAT(names(manifest), ElementsAre("a.json"));
  EXPECT_EQ(manifest.objects[0].uri, path);
  EXPECT_EQ(manifest.objects[0].size_bytes, 2U);
}

TEST(ListObjects, NamesGlobMatchesBelowTheFixedPart) {
  const TempFolder folder;
  folder.write("logs/2026/01/a.json", "1");
  folder.write("logs/2026/01/a.txt", "1");
  folder.write("logs/2026/02/b.json", "1");
  folder.write("logs/2025/02/c.json", "1");
  EXPECT_THAT(names(list({folder.at("logs/2026/*/*.json")})),
              ElementsAre("01/a.json", "02/b.json"));
  EXPECT_THAT(names(list({folder.at("logs/**/*.json")})),
              ElementsAre("2025/02/c.json", "2026/01/a.json", "2026/02/b.json"));
  EXPECT_THAT(names(list({folder.at("logs/202[6-9]/0?/a*")})),
              ElementsAre("2026/01/a.json", "2026/01/a.txt"));
  EXPECT_THAT(names(list({folder.at("logs/*5")})), ElementsAre("2025/02/c.json"));
}

TEST(ListObjects, ReadsRelativeLocations) {
  const TempFolder folder;
  folder.write("a/x.json", "1");
  folder.write("y.json", "1");
  const Inside inside(folder.path());
  EXPECT_THAT(names(list({"."})), ElementsAre("a/x.json", "y.json"));
  const Manifest manifest = list({"*.json"});
  ASSERT_THAT(names(manifest), ElementsAre("y.json"));
  EXPECT_EQ(manifest.objects[0].uri, "y.json");
  EXPECT_THAT(names(list({"**/*.json"})), ElementsAre("a/x.json", "y.json"));
}

TEST(ListObjects, TakesAnExistingNameBeforeAPattern) {
  const TempFolder folder;
  folder.write("a[1].json", "1");
  folder.write("a1.json", "1");
  EXPECT_THAT(names(list({folder.at("a[1].json")})), ElementsAre("a[1].json"));
}

TEST(ListObjects, ListsStandardInputOnce) {
  const Manifest manifest = list({"-", "-"});
  ASSERT_THAT(names(manifest), ElementsAre("-"));
  EXPECT_EQ(manifest.objects[0].uri, "-");
  EXPECT_EQ(manifest.objects[0].size_bytes, 0U);
}

TEST(ListObjects, SkipsByPathWhatAPathProves) {
  const TempFolder folder;
  const std::string hour = "AWSLogs/1/BedrockModelInvocationLogs/us-east-1/2026/03/04/10/";
  folder.write(hour + "a.json.gz", "1");
  folder.write(hour + "data/r_input.json.gz", "1");
  folder.write("AWSLogs/1/BedrockModelInvocationLogs/amazon-bedrock-logs-permission-check", "");
  folder.write("aws-logs-write-test", "1");
  folder.write("AWSLogs/1/CloudTrail/us-east-1/t.json.gz", "1");
  folder.write("empty.json", "");
  folder.write("data/kept.json", "1");
  const std::vector<std::string> all_skips = {
      "AWSLogs/1/BedrockModelInvocationLogs/amazon-bedrock-logs-permission-check permission_check",
      hour + "data/r_input.json.gz sidecar", "AWSLogs/1/CloudTrail/us-east-1/t.json.gz cloudtrail",
      "aws-logs-write-test write_test", "empty.json empty"};
  const Manifest manifest = list({folder.path().string()});
  EXPECT_THAT(names(manifest), ElementsAre(hour + "a.json.gz", "data/kept.json"));
  EXPECT_EQ(skips(manifest), all_skips);
}

// The part of the path above the location counts as proof, however the location is written.
TEST(ListObjects, SkipsSidecarsWhereverTheLocationBegins) {
  const TempFolder folder;
  folder.write("2026/03/04/10/data/r.json.gz", "1");
  EXPECT_THAT(skips(list({folder.at("2026/03/04/10")})), ElementsAre("data/r.json.gz sidecar"));
  EXPECT_THAT(skips(list({folder.at("2026/03/04/10/data/")})), ElementsAre("r.json.gz sidecar"));
  EXPECT_THAT(skips(list({folder.at("2026/03/04/10/data/*.gz")})),
              ElementsAre("r.json.gz sidecar"));
  EXPECT_THAT(skips(list({folder.at("2026/03/04/10/data/r.json.gz")})),
              ElementsAre("r.json.gz sidecar"));
  const Inside inside(folder.at("2026/03/04/10/data"));
  EXPECT_THAT(skips(list({"."})), ElementsAre("r.json.gz sidecar"));
  EXPECT_THAT(skips(list({"r.json.gz"})), ElementsAre("r.json.gz sidecar"));
}

TEST(ListObjects, SkipsSpecialFilesWithoutOpeningThem) {
  const TempFolder folder;
  folder.write("a.json", "1");
  ASSERT_EQ(::mkfifo(folder.at("pipe").c_str(), 0600), 0);
  const int socket = ::socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  const std::string path = folder.at("socket");
  ASSERT_LT(path.size(), sizeof(address.sun_path));
  std::memcpy(&address.sun_path[0], path.c_str(), path.size() + 1);
  ASSERT_EQ(::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
  fs::create_symlink("nowhere", folder.at("dangling"));
  fs::create_symlink("self", folder.at("self"));
  const Manifest manifest = list({folder.path().string()});
  ::close(socket);
  EXPECT_THAT(names(manifest), ElementsAre("a.json"));
  EXPECT_THAT(skips(manifest), ElementsAre("dangling special_file", "pipe special_file",
                                           "self special_file", "socket special_file"));
  // Named itself, a FIFO is meant: the shell writes <(...) so.
  EXPECT_THAT(names(list({folder.at("pipe")})), ElementsAre("pipe"));
  EXPECT_THAT(skips(list({"/dev/zero"})), ElementsAre("zero special_file"));
}

TEST(ListObjects, FollowsLinksToFilesAndFolders) {
  const TempFolder folder;
  folder.write("outside/sub/a.json", "1");
  folder.write("outside/b.json", "22");
  fs::create_directory(folder.at("in"));
  fs::create_symlink("../outside", folder.at("in/linked"));
  fs::create_symlink("../outside/b.json", folder.at("in/z.json"));
  // b.json is reached twice and listed once, by the first link in order of name.
  EXPECT_THAT(names(list({folder.at("in")})), ElementsAre("linked/b.json", "linked/sub/a.json"));
  EXPECT_THAT(names(list({folder.at("in/z.json")})), ElementsAre("z.json"));
  EXPECT_THAT(names(list({folder.at("in/linked")})), ElementsAre("b.json", "sub/a.json"));
}

TEST(ListObjects, PrefersAPathWithoutLinks) {
  const TempFolder folder;
  folder.write("zzz/a.json", "1");
  fs::create_symlink("zzz", folder.at("aaa"));
  fs::create_symlink("zzz/a.json", folder.at("a.json"));
  const Manifest manifest = list({folder.path().string()});
  EXPECT_THAT(names(manifest), ElementsAre("zzz/a.json"));
  EXPECT_THAT(skips(manifest), IsEmpty());
}

TEST(ListObjects, NeverWalksInCircles) {
  const TempFolder folder;
  folder.write("in/a/x.json", "1");
  fs::create_symlink("..", folder.at("in/a/up"));
  fs::create_symlink(".", folder.at("in/here"));
  Manifest manifest = list({folder.at("in")});
  EXPECT_THAT(names(manifest), ElementsAre("a/x.json"));
  EXPECT_THAT(skips(manifest), ElementsAre("a/up special_file", "here special_file"));
  // Two folders that lead to each other, from outside both.
  folder.write("p/1.json", "1");
  folder.write("q/2.json", "1");
  fs::create_symlink("../q", folder.at("p/to_q"));
  fs::create_symlink("../p", folder.at("q/to_p"));
  manifest = list({folder.at("p")});
  EXPECT_THAT(names(manifest), ElementsAre("1.json", "to_q/2.json"));
  EXPECT_THAT(skips(manifest), ElementsAre("to_q/to_p special_file"));
  EXPECT_THAT(names(list({folder.at("p/**/*.json")})), ElementsAre("1.json", "to_q/2.json"));
}

// Each folder links twice to the next: 2^40 paths, 41 folders.
TEST(ListObjects, DoesNotMultiplyOverLinks) {
  const TempFolder folder;
  for (int i = 0; i < 40; ++i) {
    const std::string from = std::to_string(i);
    const std::string to = "../" + std::to_string(i + 1);
    folder.write(from + "/x.json", "1");
    fs::create_symlink(to, folder.at(from + "/left"));
    fs::create_symlink(to, folder.at(from + "/right"));
  }
  folder.write("40/x.json", "1");
  EXPECT_EQ(list({folder.at("0")}).objects.size(), 41U);
}

TEST(ListObjects, ListsOverlappingLocationsOnceInAnyOrder) {
  const TempFolder folder;
  folder.write("logs/a/x.json", "1");
  folder.write("logs/y.json", "1");
  const Inside inside(folder.path());
  std::vector<std::string> locations = {"logs", "./logs/a", folder.at("logs/a/x.json"),
                                        "logs/*.json", "logs/"};
  std::sort(locations.begin(), locations.end());
  const Manifest first = list(locations);
  EXPECT_EQ(first.objects.size(), 2U);
  do {
    const Manifest again = list(locations);
    ASSERT_EQ(names(again), names(first));
    ASSERT_EQ(again.objects[0].uri, first.objects[0].uri);
  } while (std::next_permutation(locations.begin(), locations.end()));
}

TEST(ListObjects, TellsEqualNamesOfDifferentFilesApart) {
  const TempFolder folder;
  folder.write("a/x.json", "1");
  folder.write("b/x.json", "1");
  folder.write("b/only.json", "1");
  folder.write("c/a/x.json", "1");
  const Inside inside(folder.path());
  EXPECT_THAT(names(list({"a", "b"})), ElementsAre("a/x.json", "b/x.json", "only.json"));
  EXPECT_THAT(names(list({"a/x.json", "b/x.json"})), ElementsAre("a/x.json", "b/x.json"));
  EXPECT_THAT(names(list({"a/*", "b/*"})), ElementsAre("a/x.json", "b/x.json", "only.json"));
  // The name that c gives is the uri that a/x.json falls back to.
  EXPECT_THAT(names(list({"a", "b", "c"})),
              ElementsAre("a/x.json", "b/x.json", "c/a/x.json", "only.json"));
}

TEST(ListObjects, FailsOnALocationThatIsNotThere) {
  const TempFolder folder;
  fs::create_directory(folder.at("empty"));
  folder.write("a.json", "1");
  const auto fault_of = [](const std::string& location) {
    const auto manifest = list_objects({{location}, {}, nullptr});
    EXPECT_FALSE(manifest);
    return manifest ? Fault() : manifest.error();
  };
  EXPECT_EQ(fault_of(folder.at("missing")).subject, folder.at("missing"));
  EXPECT_EQ(fault_of(folder.at("missing")).message,
            "does not exist; check the spelling and the current folder");
  EXPECT_EQ(fault_of(folder.at("empty")).message,
            "holds no files; check that the logs were copied to this folder");
  EXPECT_EQ(fault_of(folder.at("*.gz")).message,
            "matches no files; * stays in one folder, ** crosses folders");
  EXPECT_EQ(fault_of(folder.at("missing/*.gz")).subject, folder.at("missing/*.gz"));
  EXPECT_EQ(fault_of(folder.at("a.json/x")).subject, folder.at("a.json/x"));
  EXPECT_NE(fault_of("").message, "");
  std::string many = "*";
  for (int i = 0; i < 100; ++i) {
    many += "/*";
  }
  EXPECT_EQ(fault_of(many).message, "has more parts than a pattern may have: 62");
}

TEST(ListObjects, FindsSkippedThingsToBeSomething) {
  const TempFolder folder;
  folder.write("amazon-bedrock-logs-permission-check", "");
  const Manifest manifest = list({folder.path().string()});
  EXPECT_THAT(names(manifest), IsEmpty());
  EXPECT_THAT(skips(manifest),
              ElementsAre("amazon-bedrock-logs-permission-check permission_check"));
}

HourWindow march_4th_at_10() {
  const std::int64_t hour = days_from_civil({2026, 3, 4}) * 24 + 10;
  return {hour, hour + 1};
}

const std::string region_folder = "AWSLogs/1/BedrockModelInvocationLogs/us-east-1/";

TEST(ListObjects, PassesOverFoldersOfOtherHours) {
  const TempFolder folder;
  for (const char* date : {"2025/03/04/10", "2026/02/04/10", "2026/03/03/10", "2026/03/04/09",
                           "2026/03/04/10", "2026/03/04/10/data", "2026/03/04/11"}) {
    folder.write(region_folder + date + "/a.gz", "1");
  }
  folder.write(region_folder + "2025/13/b.gz", "1");
  folder.write("2025/03/04/10/plain.gz", "1");
  folder.write(region_folder + "amazon-bedrock-logs-permission-check", "");
  const auto manifest = list_objects({{folder.path().string()}, march_4th_at_10(), nullptr});
  ASSERT_TRUE(manifest);
  EXPECT_THAT(names(*manifest),
              ElementsAre("2025/03/04/10/plain.gz", region_folder + "2026/03/04/10/a.gz"));
  EXPECT_EQ(manifest->skipped.size(), 2U);
  EXPECT_TRUE(manifest->is_pruned);
  EXPECT_EQ(manifest->window, march_4th_at_10());
  const Manifest whole = list({folder.path().string()});
  EXPECT_EQ(whole.objects.size(), 8U);
  EXPECT_FALSE(whole.is_pruned);
  EXPECT_TRUE(whole.window.is_everything());
}

TEST(ListObjects, IsNotPrunedWhenEveryFolderIsInside) {
  const TempFolder folder;
  folder.write(region_folder + "2026/03/04/10/a.gz", "1");
  const auto manifest = list_objects({{folder.path().string()}, march_4th_at_10(), nullptr});
  ASSERT_TRUE(manifest);
  EXPECT_EQ(manifest->objects.size(), 1U);
  EXPECT_FALSE(manifest->is_pruned);
}

// The location may begin below the date, be a link or a pattern: what counts is where it leads.
TEST(ListObjects, PrunesByTheWholePathHoweverItIsWritten) {
  const TempFolder folder;
  folder.write(region_folder + "2026/02/01/00/a.gz", "1");
  fs::create_symlink(region_folder + "2026/02", folder.at("february"));
  for (const std::string& location : std::vector<std::string>{
           region_folder + "2026", region_folder + "2026/02/01/00/", std::string("february"),
           std::string("february/01"), region_folder + "2026/*/01/00/*.gz", std::string("**/a.gz"),
           region_folder + "2026/02/01/*"}) {
    const auto manifest = list_objects({{folder.at(location)}, march_4th_at_10(), nullptr});
    ASSERT_TRUE(manifest) << location << ": " << manifest.error().message;
    EXPECT_THAT(manifest->objects, IsEmpty()) << location;
    EXPECT_TRUE(manifest->is_pruned) << location;
  }
  // A file that is named is meant.
  const auto named =
      list_objects({{folder.at(region_folder + "2026/02/01/00/a.gz")}, march_4th_at_10(), nullptr});
  ASSERT_TRUE(named);
  EXPECT_THAT(names(*named), ElementsAre("a.gz"));
  EXPECT_FALSE(named->is_pruned);
}

TEST(ListObjects, FailsInAWindowOnlyWhereNothingIs) {
  const TempFolder folder;
  folder.write(region_folder + "2026/02/01/00/a.gz", "1");
  fs::create_directory(folder.at("empty"));
  for (const char* location : {"empty", "*.gz", "2*/**", "missing"}) {
    const auto manifest = list_objects({{folder.at(location)}, march_4th_at_10(), nullptr});
    ASSERT_FALSE(manifest) << location;
    EXPECT_EQ(manifest.error().cause, FaultCause::not_found);
  }
}

TEST(ListObjects, ListsBucketsBesideFolders) {
  const std::string hour = region_folder + "2026/03/04/10/";
  BucketReader reader({{"p/" + hour + "a.gz", "12345"},
                       {"p/" + hour + "data/r_input.json.gz", "1"},
                       {"p/" + hour + "empty.gz", ""},
                       {"p/amazon-bedrock-logs-permission-check", ""}});
  const TempFolder folder;
  folder.write("b.gz", "1");
  const auto manifest =
      list_objects({{folder.path().string(), location_of("p"), location_of("p/AWSLogs/**")},
                    {},
                    &reader.client()});
  ASSERT_TRUE(manifest) << manifest.error().message;
  EXPECT_THAT(names(*manifest), ElementsAre(hour + "a.gz", "b.gz"));
  const ObjectRef& object = manifest->objects[0];
  EXPECT_EQ(object.uri, location_of("p/" + hour + "a.gz"));
  EXPECT_EQ(object.size_bytes, 5U);
  EXPECT_EQ(object.version, aws::md5_etag("12345"));
  EXPECT_GT(object.modified_s, 0);
  EXPECT_EQ(manifest->objects[1].version, "");
  EXPECT_THAT(skips(*manifest),
              ElementsAre(hour + "data/r_input.json.gz sidecar", hour + "empty.gz empty",
                          "amazon-bedrock-logs-permission-check "
                          "permission_check"));
}

TEST(ListObjects, NamesABucketThatCannotBeListed) {
  BucketReader reader(aws::LoopbackBucket::Objects{{"a", "1"}});
  const auto manifest = list_objects({{"s3://other/a"}, {}, &reader.client()});
  ASSERT_FALSE(manifest);
  EXPECT_EQ(manifest.error().subject, "s3://other/a");
}

constexpr fs::perms open_to_all = fs::perms::owner_all | fs::perms::group_read |
                                  fs::perms::group_exec | fs::perms::others_read |
                                  fs::perms::others_exec;

/// root may read everything, so as root the test becomes nobody for a while.
class WithoutPrivileges {
 public:
  WithoutPrivileges() { EXPECT_EQ(::geteuid() == 0 ? ::seteuid(65'534) : 0, 0); }
  ~WithoutPrivileges() { EXPECT_EQ(::getuid() == 0 ? ::seteuid(0) : 0, 0); }
  WithoutPrivileges(const WithoutPrivileges&) = delete;
  WithoutPrivileges& operator=(const WithoutPrivileges&) = delete;
};

TEST(ListObjects, ReportsFoldersItMayNotReadAndGoesOn) {
  const TempFolder folder;
  folder.write("open/a.json", "1");
  folder.write("shut/b.json", "1");
  fs::permissions(folder.path(), open_to_all);
  fs::permissions(folder.at("shut"), fs::perms::none);
  const auto unreadable = [](const Manifest& manifest) {
    std::vector<std::string> result;
    result.reserve(manifest.unreadable.size());
    for (const UnreadableObject& object : manifest.unreadable) {
      result.push_back(object.name + ": " + object.message);
    }
    return result;
  };
  Manifest whole;
  Manifest itself;
  Manifest below;
  {
    const WithoutPrivileges nobody;
    whole = list({folder.path().string()});
    itself = list({folder.at("shut")});
    below = list({folder.at("shut/b.json")});
  }
  fs::permissions(folder.at("shut"), open_to_all);
  EXPECT_THAT(names(whole), ElementsAre("open/a.json"));
  EXPECT_THAT(unreadable(whole), ElementsAre("shut: permission denied"));
  EXPECT_THAT(unreadable(itself), ElementsAre(folder.at("shut") + ": permission denied"));
  EXPECT_THAT(unreadable(below), ElementsAre(folder.at("shut/b.json") + ": permission denied"));
}

RC_GTEST_PROP(ListObjects, ListsEveryFileOnceWhateverTheSplitIntoLocations, ()) {
  const TempFolder folder;
  const auto paths = *rc::gen::container<std::set<std::string>>(rc::gen::elementOf(
      std::vector<std::string>{"a/1", "a/2", "a/b/1", "b/1", "b/c/d/1", "c/1", "c/2"}));
  RC_PRE(!paths.empty());
  for (const std::string& path : paths) {
    folder.write(path, "x");
  }
  std::vector<std::string> locations;
  for (const auto& entry : fs::directory_iterator(folder.path())) {
    locations.push_back(entry.path().string());
  }
  std::vector<std::string> whole;
  for (const ObjectRef& object : list({folder.path().string()}).objects) {
    whole.push_back(object.uri);
  }
  std::vector<std::string> split;
  for (const ObjectRef& object : list(locations).objects) {
    split.push_back(object.uri);
  }
  std::sort(whole.begin(), whole.end());
  std::sort(split.begin(), split.end());
  RC_ASSERT(whole == split);
}

}  // namespace
}  // namespace bedrocklog::ingest
