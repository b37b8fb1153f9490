// Parsing and running of case files.
#include "tests/cli/case_file.h"

#include <array>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <spawn.h>
#include <sstream>
#include <sys/wait.h>
#include <unistd.h>

namespace bedrocklog::cli {
namespace {

namespace fs = std::filesystem;

void write_whole_file(const fs::path& path, const std::string& content) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << content;
}

/// Starts a section; returns where its content lines go, or null when it takes none.
std::string* start_section(CaseFile& file, const std::string& header) {
  std::istringstream words(header);
  std::string kind;
  std::string first;
  std::string second;
  words >> kind >> first >> second;
  if (kind == "copy") {
    file.copies[second] = first;
  } else if (kind == "file") {
    return &file.files[first];
  } else if (kind == "env") {
    file.environment.push_back(header.substr(4));
  } else if (kind == "stdin") {
    return &file.standard_input;
  } else if (kind == "exit") {
    file.exit_code = std::stoi(first);
  } else if (kind == "absent") {
    file.expectations.push_back({first, "absent", ""});
  } else if (kind == "stdout" || kind == "stderr" || kind == "written") {
    const std::string subject = kind == "written" ? first : kind;
    const std::string how = kind == "written" ? second : first;
    file.expectations.push_back({subject, how.empty() ? "is" : how, ""});
    return &file.expectations.back().content;
  } else {
    file.fault = "unknown section: " + header;
  }
  return nullptr;
}

pid_t start_shell(const CaseFile& file, const std::string& folder, const std::string& binary) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addchdir_np(&actions, (folder + "/work").c_str());
  posix_spawn_file_actions_addopen(&actions, 0, (folder + "/stdin").c_str(), O_RDONLY, 0);
  constexpr int write_flags = O_WRONLY | O_CREAT | O_TRUNC;
  posix_spawn_file_actions_addopen(&actions, 1, (folder + "/stdout").c_str(), write_flags, 0600);
  posix_spawn_file_actions_addopen(&actions, 2, (folder + "/stderr").c_str(), write_flags, 0600);
  std::vector<std::string> variables = {
      "PATH=" + fs::path(binary).parent_path().string() + ":/usr/bin:/bin",
      "HOME=" + folder + "/home", "TMPDIR=" + folder, "LC_ALL=C.UTF-8"};
  variables.insert(variables.end(), file.environment.begin(), file.environment.end());
  std::vector<char*> environment;
  environment.reserve(variables.size() + 1);
  for (std::string& variable : variables) {
    environment.push_back(variable.data());
  }
  environment.push_back(nullptr);
  std::string shell = "sh";
  std::string option = "-c";
  std::string command = file.command;
  std::array<char*, 4> words = {shell.data(), option.data(), command.data(), nullptr};
  pid_t child = 0;
  const int status =
      ::posix_spawn(&child, "/bin/sh", &actions, nullptr, words.data(), environment.data());
  posix_spawn_file_actions_destroy(&actions);
  return status == 0 ? child : -1;
}

}  // namespace

std::string read_whole_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

CaseFile parse_case(const std::string& text) {
  CaseFile file;
  std::istringstream in(text);
  std::string* content = nullptr;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with("--- ")) {
      content = start_section(file, line.substr(4));
    } else if (content != nullptr) {
      *content += line + '\n';
    } else if (line.starts_with("$ ")) {
      file.command = line.substr(2);
    } else if (!line.empty() && !line.starts_with("#")) {
      file.fault = "line outside of a section: " + line;
    }
  }
  if (file.command.empty()) {
    file.fault = "no command";
  }
  return file;
}

CaseOutcome run_case(const CaseFile& file, const std::string& folder, const std::string& binary) {
  fs::create_directories(folder + "/work");
  fs::create_directories(folder + "/home");
  for (const auto& [path, name] : file.copies) {
    write_whole_file(fs::path(folder) / "work" / path,
                     read_whole_file(SOURCE_ROOT "/tests/cases/inputs/" + name));
  }
  for (const auto& [path, content] : file.files) {
    write_whole_file(fs::path(folder) / "work" / path, content);
  }
  write_whole_file(fs::path(folder) / "stdin", file.standard_input);
  CaseOutcome outcome;
  int status = 0;
  const pid_t child = start_shell(file, folder, binary);
  if (child < 0 || ::waitpid(child, &status, 0) != child) {
    outcome.exit_code = -1;
    return outcome;
  }
  outcome.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  outcome.standard_output = read_whole_file(folder + "/stdout");
  outcome.standard_error = read_whole_file(folder + "/stderr");
  return outcome;
}

}  // namespace bedrocklog::cli
