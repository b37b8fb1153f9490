// The fake AWS as a program: for tests of the whole program, until it is told to end (SIGTERM).
#include <algorithm>
#include <charconv>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "tests/fake_aws/fake_aws.h"

namespace bedrocklog::fake_aws {
namespace {

constexpr const char* usage =
    "usage: fake_aws --port-file FILE [--account N] [--partition NAME] [--trouble k=v,...]\n"
    "                [--state FILE] [--calls FILE]\n"
    "trouble: seed, throttled, failing, lost, cut (in a thousand requests), iam-lag, read-lag\n"
    "(requests), changes-until-dead, last-done (0 or 1)\n";

struct Flags {
  std::string port_file;  // Gets the URL's port, once the server listens.
  std::string account = "123456789012";
  std::string partition = "aws";
  std::string state_file;  // Restored from, and written at the end.
  std::string calls_file;  // Gets a line of JSON per call, at the end.
  Trouble trouble;
};

std::optional<std::uint64_t> whole(std::string_view text) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, fault] = std::from_chars(text.data(), end, number);
  return fault == std::errc() && stop == end ? std::optional(number) : std::nullopt;
}

bool set_trouble(Trouble& trouble, const std::string& name, std::uint64_t value) {
  const std::map<std::string, unsigned*> numbers = {
      {"throttled", &trouble.throttled_permille},
      {"failing", &trouble.failing_permille},
      {"lost", &trouble.lost_answer_permille},
      {"cut", &trouble.cut_permille},
      {"iam-lag", &trouble.iam_lag_requests},
      {"read-lag", &trouble.read_lag_requests},
      {"changes-until-dead", &trouble.changes_until_dead}};
  if (name == "seed") {
    trouble.seed = value;
    return true;
  }
  if (name == "last-done") {
    trouble.is_last_done = value != 0;
    return true;
  }
  const auto found = numbers.find(name);
  if (found == numbers.end() || value > UINT32_MAX) {
    return false;
  }
  *found->second = static_cast<unsigned>(value);
  return true;
}

bool read_trouble(Trouble& trouble, const std::string& text) {
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find(',', start), text.size());
    const std::string item = text.substr(start, end - start);
    const std::size_t equals = std::min(item.find('='), item.size());
    const auto value = whole(std::string_view(item).substr(std::min(equals + 1, item.size())));
    if (!value || !set_trouble(trouble, item.substr(0, equals), *value)) {
      return false;
    }
    start = end + 1;
  }
  return true;
}

std::optional<Flags> read_flags(std::span<char*> arguments) {
  Flags flags;
  const std::map<std::string, std::string*> texts = {{"--port-file", &flags.port_file},
                                                     {"--account", &flags.account},
                                                     {"--partition", &flags.partition},
                                                     {"--state", &flags.state_file},
                                                     {"--calls", &flags.calls_file}};
  for (std::size_t i = 1; i < arguments.size(); i += 2) {
    const auto text = texts.find(arguments[i]);
    if (i + 1 == arguments.size()) {
      return std::nullopt;
    }
    if (text != texts.end()) {
      *text->second = arguments[i + 1];
    } else if (std::string(arguments[i]) != "--trouble" ||
               !read_trouble(flags.trouble, arguments[i + 1])) {
      return std::nullopt;
    }
  }
  return flags.port_file.empty() ? std::nullopt : std::optional(flags);
}

Json call_line(const RecordedCall& call) {
  return {{"service", call.service},   {"operation", call.operation}, {"region", call.region},
          {"resource", call.resource}, {"is_change", call.is_change}, {"status", call.status},
          {"code", call.code},         {"members", call.members}};
}

bool write_end(const Flags& flags, const FakeAws& aws) {
  if (!flags.state_file.empty()) {
    std::ofstream state(flags.state_file, std::ios::binary);
    state << aws.snapshot().dump(2) << '\n';
    if (!state.flush()) {
      return false;
    }
  }
  if (flags.calls_file.empty()) {
    return true;
  }
  std::ofstream lines(flags.calls_file, std::ios::binary);
  for (const RecordedCall& call : aws.calls()) {
    lines << call_line(call).dump(-1, ' ', false, Json::error_handler_t::replace) << '\n';
  }
  return static_cast<bool>(lines.flush());
}

int run(std::span<char*> arguments) {
  const auto flags = read_flags(arguments);
  if (!flags) {
    std::fputs(usage, stderr);
    return 64;
  }
  // Blocked before the server's threads start, so that they inherit it and sigwait() gets them.
  sigset_t ends;
  sigemptyset(&ends);
  sigaddset(&ends, SIGTERM);
  sigaddset(&ends, SIGINT);
  pthread_sigmask(SIG_BLOCK, &ends, nullptr);
  FakeAws aws(flags->account, flags->partition);
  if (std::ifstream state(flags->state_file, std::ios::binary); state) {
    const Json snapshot = Json::parse(state, nullptr, false);
    if (!snapshot.is_object() || snapshot.value("account", "") != flags->account ||
        snapshot.value("partition", "") != flags->partition) {
      std::fputs("fake_aws: the state file is no snapshot of this account\n", stderr);
      return 65;
    }
    aws.restore(snapshot);
  }
  aws.set_trouble(flags->trouble);
  std::puts(aws.url().c_str());
  std::fflush(stdout);
  // Renamed into place: who waits for the file never reads half a number.
  const std::string half = flags->port_file + ".new";
  std::ofstream(half) << aws.port() << '\n';
  if (std::rename(half.c_str(), flags->port_file.c_str()) != 0) {
    std::perror("fake_aws: port file");
    return 73;
  }
  int signal = 0;
  sigwait(&ends, &signal);
  return write_end(*flags, aws) ? 0 : 74;
}

}  // namespace
}  // namespace bedrocklog::fake_aws

int main(int argc, char** argv) {
  return bedrocklog::fake_aws::run({argv, static_cast<std::size_t>(argc)});
}
