// Walking folders: in the order of names, whoever walks.
#include <algorithm>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>

#include "ingest/hour_path.h"
#include "ingest/manifest.h"
#include "tests/ingest/temp_folder.h"

namespace bedrocklog::ingest {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;

Manifest list(const std::vector<std::string>& locations) {
  auto manifest = list_objects({locations, {}, nullptr, {}});
  EXPECT_TRUE(manifest) << manifest.error().subject << ": " << manifest.error().message;
  return manifest ? *manifest : Manifest();
}

std::vector<std::string> names(const Manifest& manifest) {
  std::vector<std::string> result;
  for (const ObjectRef& object : manifest.objects) {
    result.push_back(object.name);
  }
  return result;
}

/// On threads of its own for each call.
Workers threads(std::size_t count) {
  return {count, [count](const std::function<void(std::size_t)>& work) {
            std::vector<std::jthread> running;
            for (std::size_t worker = 0; worker < count; ++worker) {
              running.emplace_back(work, worker);
            }
          }};
}

std::string told(const Manifest& manifest) {
  std::string text = manifest.is_pruned ? "pruned\n" : "";
  for (const ObjectRef& object : manifest.objects) {
    text += object.name + '|' + object.uri + '|' + std::to_string(object.size_bytes) + '\n';
  }
  for (const SkippedObject& object : manifest.skipped) {
    text += object.name + ' ' + std::string(name_of(object.kind)) + '\n';
  }
  for (const UnreadableObject& object : manifest.unreadable) {
    text += object.name + ": " + object.message + '\n';
  }
  return text;
}

// Wide and deep enough for every worker to get folders; a link into the tree and one out of it.
TEST(FolderWalk, ListsTheSameWithAnyNumberOfWorkers) {
  const TempFolder folder;
  const auto digits = [](int number) {
    return std::string(number < 10 ? "0" : "") + std::to_string(number);
  };
  for (int day = 1; day <= 12; ++day) {
    for (int hour = 0; hour < 24; hour += 3) {
      const std::string at =
          "in/AWSLogs/111122223333/BedrockModelInvocationLogs/eu-west-1/2026/03/" + digits(day) +
          '/' + digits(hour) + '/';
      folder.write(at + "a.json.gz", std::string(static_cast<std::size_t>(day), 'x'));
      folder.write(at + "data/b.json.gz", "y");
      folder.write(at + (hour == 0 ? "empty" : "c.d/amazon-bedrock-logs-permission-check"), "");
    }
  }
  folder.write("outside/z.json", "z");
  fs::create_symlink("../outside", folder.at("in/linked"));
  fs::create_symlink("AWSLogs/111122223333", folder.at("in/again"));
  fs::create_symlink("..", folder.at("in/AWSLogs/up"));
  const std::string alone = told(list({folder.at("in")}));
  EXPECT_EQ(std::count(alone.begin(), alone.end(), '\n'), 12 * 8 * 3 + 2);
  for (const std::size_t count : {1U, 2U, 3U, 8U}) {
    const auto together = list_objects({{folder.at("in")}, {}, nullptr, threads(count)});
    ASSERT_TRUE(together);
    EXPECT_EQ(told(*together), alone) << count;
  }
  const HourWindow window{days_from_civil({2026, 3, 4}) * 24, days_from_civil({2026, 3, 9}) * 24};
  const std::string pattern = folder.at("in/**/0?/*.gz");
  const auto some = list_objects({{pattern}, window, nullptr, {}});
  const auto together = list_objects({{pattern}, window, nullptr, threads(3)});
  ASSERT_TRUE(some && together);
  EXPECT_EQ(some->objects.size(), 5U * 4);
  EXPECT_TRUE(some->is_pruned);
  EXPECT_EQ(told(*together), told(*some));
}

// The order of names is that of their bytes, in which a folder's '/' comes behind '.' and '-'.
TEST(FolderWalk, SortsByTheWholeName) {
  const TempFolder folder;
  for (const char* name : {"a/x", "a.b", "a-b/x", "a0", "a/-/y", "B", "a/b.c"}) {
    folder.write(name, "1");
  }
  EXPECT_THAT(names(list({folder.path().string()})),
              ElementsAre("B", "a-b/x", "a.b", "a/-/y", "a/b.c", "a/x", "a0"));
}

// Told by path: with a link one file can be met twice though only one location is named.
TEST(FolderWalk, ListsAFileOnceThatTwoLinksLeadTo) {
  const TempFolder folder;
  folder.write("outside/x.json", "1");
  folder.write("in/own.json", "1");
  fs::create_symlink("../outside/x.json", folder.at("in/2.json"));
  fs::create_symlink("../outside/x.json", folder.at("in/1.json"));
  fs::create_symlink("own.json", folder.at("in/0.json"));
  EXPECT_THAT(names(list({folder.at("in")})), ElementsAre("1.json", "own.json"));
}

}  // namespace
}  // namespace bedrocklog::ingest
