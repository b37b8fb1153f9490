// Whatever provisioning can say has an entry that says what to do.
#include "provision/troubleshooting.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

#include "provision/desired_state.h"
#include "provision/posture.h"
#include "provision/stack_export.h"

namespace bedrocklog::provision {
namespace {

std::string text_of(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

template <class Visit>
void for_each_source(const Visit& visit) {
  for (const auto& entry : std::filesystem::directory_iterator(SOURCE_ROOT "/provision")) {
    if (entry.path().extension() == ".cpp") {
      visit(entry.path().filename().string(), text_of(entry.path()));
    }
  }
}

/// Texts in the sources of checks that are formed like their ids.
std::set<std::string> ids_in_sources() {
  // Parts of requests, subjects of checks and names of log groups.
  const std::set<std::string> others = {
      "api-calls", "model-invocations",          "security-events", "application-logs", "list-type",
      "max-keys",  "x-amz-expected-bucket-owner"};
  const std::regex id("\"([a-z]+(?:-[a-z0-9]+)+)\"");
  std::set<std::string> ids;
  for_each_source([&](const std::string& name, const std::string& text) {
    if (!name.ends_with("_checks.cpp") && name != "verify.cpp" && name != "posture.cpp" &&
        name != "logging_types.cpp") {
      return;
    }
    for (auto at = std::sregex_iterator(text.begin(), text.end(), id); at != std::sregex_iterator();
         ++at) {
      if (!others.contains((*at)[1])) {
        ids.insert((*at)[1]);
      }
    }
  });
  return ids;
}

TEST(Troubleshooting, EveryCheckHasAnEntryAndEveryEntryACheck) {
  const std::set<std::string> ids = ids_in_sources();
  EXPECT_GT(ids.size(), 35U);
  std::set<std::string> known;
  for (const CheckHelp& one : check_help()) {
    EXPECT_TRUE(known.emplace(one.id).second) << one.id;
    EXPECT_FALSE(one.asks.empty() || one.remedy.empty()) << one.id;
  }
  EXPECT_EQ(known, ids);
  for (const std::string_view id : posture_ids()) {
    EXPECT_TRUE(known.contains(std::string(id))) << id;
  }
}

/// Literals in what is given to fault(): subject and message, the message being the last.
std::vector<std::string> messages_in(const std::string& text) {
  std::vector<std::string> messages;
  const std::regex literal("\"((?:[^\"\\\\]|\\\\.)*)\"\\s*");
  for (std::size_t at = text.find("return fault("); at != std::string::npos;
       at = text.find("return fault(", at + 1)) {
    const std::string call = text.substr(at, text.find(';', at) - at);
    std::string longest;
    std::string joined;
    std::size_t end = 0;
    for (auto found = std::sregex_iterator(call.begin(), call.end(), literal);
         found != std::sregex_iterator(); ++found) {
      // Literals side by side are one.
      joined = static_cast<std::size_t>(found->position()) == end ? joined + (*found)[1].str()
                                                                  : (*found)[1].str();
      end = static_cast<std::size_t>(found->position() + found->length());
      longest = joined.size() > longest.size() ? joined : longest;
    }
    // What AWS says, behind service and operation, speaks for itself.
    const std::regex quoted("[a-z0-9]+ (?:\\{\\}|[A-Za-z]+)(?:: \\{\\})+");
    if (longest.find(' ') != std::string::npos && !std::regex_match(longest, quoted)) {
      messages.push_back(longest);
    }
  }
  return messages;
}

TEST(Troubleshooting, EveryMessageHasAnEntry) {
  unsigned count = 0;
  for_each_source([&](const std::string& name, const std::string& text) {
    for (const std::string& message : messages_in(text)) {
      const auto entries = message_help();
      ++count;
      EXPECT_TRUE(std::any_of(
          entries.begin(), entries.end(),
          [&](const MessageHelp& one) { return message.find(one.part) != std::string::npos; }))
          << name << ": " << message;
    }
  });
  EXPECT_GT(count, 15U);
}

TEST(Runbook, HasEveryThingEveryCheckAndEveryMessage) {
  StackSpec spec;
  spec.account = "123456789012";
  spec.regions = {"eu-west-1"};
  spec.profiles = {"core", "observability", "secure"};
  const DesiredState desired = desired_state(spec);
  const std::vector<ExportedFile> files = to_runbook(spec, desired, nullptr);
  ASSERT_EQ(files.size(), 1U);
  EXPECT_EQ(files.front().name, "bedrocklog-runbook.md");
  const std::string& text = files.front().text;
  for (const Resource& one : desired.resources) {
    EXPECT_NE(text.find(to_text(one.address)), std::string::npos) << to_text(one.address);
  }
  for (const CheckHelp& one : check_help()) {
    EXPECT_NE(text.find('`' + std::string(one.id) + '`'), std::string::npos);
  }
  for (const MessageHelp& one : message_help()) {
    EXPECT_NE(text.find(std::string(one.part).substr(0, one.part.find('|'))), std::string::npos);
  }
  for (const Unsupported& one : desired.unsupported) {
    EXPECT_NE(text.find(one.reason), std::string::npos) << one.reason;
  }
}

TEST(Runbook, TablesHaveTheirColumnsInEveryRow) {
  StackSpec spec;
  spec.account = "123456789012";
  spec.regions = {"eu-west-1"};
  const std::string text = to_runbook(spec, desired_state(spec), nullptr).front().text;
  std::istringstream lines(text);
  std::string line;
  long columns = 0;
  while (std::getline(lines, line)) {
    if (!line.starts_with('|')) {
      columns = 0;
      continue;
    }
    long bars = 0;
    for (std::size_t at = 0; at < line.size(); ++at) {
      bars += line[at] == '|' && (at == 0 || line[at - 1] != '\\') ? 1 : 0;
    }
    EXPECT_TRUE(columns == 0 || bars == columns) << line;
    columns = bars;
  }
}

}  // namespace
}  // namespace bedrocklog::provision
