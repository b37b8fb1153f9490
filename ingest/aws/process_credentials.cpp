// A child process with a pipe, a bound and a deadline.
#include "ingest/aws/process_credentials.h"

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>
#include <utility>

#include <nlohmann/json.hpp>

#include "ingest/aws/credential_request.h"

namespace bedrocklog::aws {
namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

constexpr int exit_poll_ms = 20;  // Between looks at a child that has closed its output.

int ms_until(SteadyTime deadline) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
      deadline - std::chrono::steady_clock::now());
  return left.count() > 0 ? static_cast<int>(left.count()) : 0;
}

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  Descriptor(Descriptor&&) = delete;
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() { close(); }

  [[nodiscard]] int number() const { return number_; }
  void close() {
    if (number_ >= 0) {
      ::close(number_);
      number_ = -1;
    }
  }

 private:
  int number_;
};

/// Argument or environment vectors as C wants them; borrows the texts.
std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  pointers.reserve(texts.size() + 1);
  for (std::string& text : texts) {
    pointers.push_back(text.data());
  }
  pointers.push_back(nullptr);
  return pointers;
}

/// 0, or an errno.
int spawn(std::vector<std::string> words, const Variables& variables, int output, pid_t& child) {
  std::vector<std::string> environment;
  environment.reserve(variables.size());
  for (const auto& [name, value] : variables) {
    environment.push_back(name);
    environment.back().append("=").append(value);
  }
  posix_spawn_file_actions_t actions{};
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  // The child gets signals as a shell would start it, whatever we block or ignore.
  posix_spawnattr_t attributes{};
  posix_spawnattr_init(&attributes);
  sigset_t none{};
  sigset_t defaults{};
  sigemptyset(&none);
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGPIPE);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  const int error = posix_spawnp(&child, words.front().c_str(), &actions, &attributes,
                                 pointers_to(words).data(), pointers_to(environment).data());
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

enum class ReadEnd : std::uint8_t { complete, too_much, too_late, failed };

ReadEnd read_all(int from, SteadyTime deadline, std::string& text) {
  std::array<char, 4096> piece{};
  for (;;) {
    pollfd ready{from, POLLIN, 0};
    const int count = ::poll(&ready, 1, ms_until(deadline));
    if (count == 0) {
      return ReadEnd::too_late;
    }
    const ssize_t got = count < 0 ? -1 : ::read(from, piece.data(), piece.size());
    if (got == 0) {
      return ReadEnd::complete;
    }
    if (got < 0 && errno != EINTR) {
      return ReadEnd::failed;
    }
    if (got > 0) {
      text.append(piece.data(), static_cast<std::size_t>(got));
    }
    if (text.size() > process_output_size_bytes_max) {
      return ReadEnd::too_much;
    }
  }
}

/// The status as of waitpid(); nothing when the child goes on past the deadline.
std::optional<int> wait_for(pid_t child, SteadyTime deadline) {
  int status = 0;
  for (;;) {
    const pid_t ended = ::waitpid(child, &status, WNOHANG);
    if (ended == child || (ended < 0 && errno != EINTR)) {
      return ended == child ? status : -1;
    }
    if (ms_until(deadline) == 0) {
      return std::nullopt;
    }
    ::poll(nullptr, 0, exit_poll_ms);
  }
}

void end_child(pid_t child) {
  int status = 0;
  ::kill(child, SIGKILL);
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
}

std::string exit_text(int status) {
  if (WIFSIGNALED(status)) {
    return "ended by signal " + std::to_string(WTERMSIG(status));
  }
  return "ended with status " + std::to_string(WEXITSTATUS(status));
}

Result<std::string> output_of(const CredentialContext& context, const std::string& source,
                              const std::vector<std::string>& words, unsigned timeout_ms) {
  const SteadyTime deadline =
      std::chrono::steady_clock::now() + std::chrono::milliseconds(timeout_ms);
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    return fault(source, "no pipe: " + std::system_category().message(errno));
  }
  const Descriptor from(ends[0]);
  Descriptor to(ends[1]);
  pid_t child = 0;
  if (const int error = spawn(words, context.settings.variables, to.number(), child); error != 0) {
    // Only the program's name: arguments of such commands can be secrets.
    return fault(
        source,
        "cannot be started: " + words.front() + ": " + std::system_category().message(error),
        FaultCause::credentials_missing);
  }
  to.close();
  std::string text;
  const ReadEnd end = read_all(from.number(), deadline, text);
  const std::optional<int> status =
      end == ReadEnd::complete ? wait_for(child, deadline) : std::nullopt;
  if (!status) {
    end_child(child);
    return fault(source,
                 end == ReadEnd::too_much ? "prints more than 64 KiB"
                 : end == ReadEnd::failed
                     ? "its output cannot be read"
                     : "has not ended within " + std::to_string(timeout_ms / 1'000) + " seconds",
                 FaultCause::credentials_missing);
  }
  if (!WIFEXITED(*status) || WEXITSTATUS(*status) != 0) {
    return fault(source, exit_text(*status), FaultCause::credentials_missing);
  }
  return text;
}

}  // namespace

std::optional<std::vector<std::string>> command_words(std::string_view line) {
  std::vector<std::string> words;
  bool is_in_word = false;
  char quote = '\0';
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    const bool is_blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (quote == '\0' && is_blank) {
      is_in_word = false;
      continue;
    }
    if (!is_in_word) {
      words.emplace_back();
      is_in_word = true;
    }
    const bool has_next = i + 1 < line.size();
    const bool escapes_all = c == '\\' && quote == '\0';
    const bool escapes_some =
        c == '\\' && quote == '"' && has_next && (line[i + 1] == '"' || line[i + 1] == '\\');
    if (escapes_all && !has_next) {
      return std::nullopt;
    }
    if (escapes_all || escapes_some) {
      words.back() += line[++i];
    } else if (c == quote) {
      quote = '\0';
    } else if (quote == '\0' && (c == '"' || c == '\'')) {
      quote = c;
    } else {
      words.back() += c;
    }
  }
  return quote == '\0' ? std::optional(words) : std::nullopt;
}

Result<Credentials> process_credentials(const CredentialContext& context, const std::string& source,
                                        const std::string& command, unsigned timeout_ms) {
  const auto words = command_words(command);
  if (!words || words->empty() || words->front().empty()) {
    return fault(source, "is no command: a quote is left open, or there is no program",
                 FaultCause::credentials_missing);
  }
  const Result<std::string> printed = output_of(context, source, *words, timeout_ms);
  if (!printed) {
    return pass_on(printed);
  }
  const nlohmann::json document = nlohmann::json::parse(*printed, nullptr, false);
  const bool is_version_1 = document.is_object() && document.contains("Version") &&
                            document["Version"].is_number_integer() && document["Version"] == 1;
  if (document.is_object() && !is_version_1) {
    return fault(source, "prints no \"Version\": 1", FaultCause::credentials_missing);
  }
  return read_credential_json(source, *printed, "SessionToken");
}

}  // namespace bedrocklog::aws
