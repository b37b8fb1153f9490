// One exchange at a time against a server on loopback, and against one with a certificate of its
// own.
#include "ingest/aws/http_exchange.h"

#include <arpa/inet.h>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <netinet/in.h>
#include <spawn.h>
#include <string>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/aws/loopback_server.h"

namespace bedrocklog::aws {
namespace {

using ::testing::HasSubstr;

/// A port of loopback on which nobody listens.
std::uint16_t free_port() {
  const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  socklen_t size = sizeof address;
  EXPECT_EQ(::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size), 0);
  ::close(socket);
  return ntohs(address.sin_port);
}

HttpRequest get(std::string url) {
  HttpRequest request;
  request.url = std::move(url);
  return request;
}

TEST(HttpExchange, ReturnsStatusHeadersAndBodyOfAnyAnswer) {
  const LoopbackServer server([](const SeenRequest&) {
    return CannedAnswer{.status = 404, .headers = {{"X-Reason", " none "}}, .body = "not here"};
  });
  const HttpExchange answer = exchange(get(server.url() + "/x"), {});
  EXPECT_EQ(answer.fault, TransportFault::none) << answer.reason;
  EXPECT_EQ(answer.response.head.status, 404);
  EXPECT_EQ(answer.response.head.header("x-REASON"), "none");
  EXPECT_EQ(answer.response.body, "not here");
}

TEST(HttpExchange, SendsTheUrlByteForByte) {
  const LoopbackServer server([](const SeenRequest&) { return CannedAnswer{}; });
  const std::string target = "/a//b/./c/../d%2fe%2F+~%20?x=%2f&y=../z&empty=";
  ASSERT_EQ(exchange(get(server.url() + target), {}).fault, TransportFault::none);
  EXPECT_EQ(server.seen().at(0).target, target);
}

TEST(HttpExchange, SendsTheHeadersOfTheRequestAndNoneOfItsOwn) {
  const LoopbackServer server([](const SeenRequest&) { return CannedAnswer{}; });
  HttpRequest request = get(server.url() + "/");
  request.headers = {{"Host", "example.com"}, {"X-Empty", ""}, {"X-Amz-Date", "20260304T101507Z"}};
  HttpOptions options;
  options.user_agent = "bedrocklog/test";
  ASSERT_EQ(exchange(request, options).fault, TransportFault::none);
  const SeenRequest seen = server.seen().at(0);
  std::vector<std::string> lines;
  for (const HttpHeader& header : seen.headers) {
    lines.push_back(header.name + "=" + header.value);
  }
  EXPECT_THAT(lines, ::testing::UnorderedElementsAre("Host=example.com",
                                                     "X-Empty=", "X-Amz-Date=20260304T101507Z",
                                                     "User-Agent=bedrocklog/test"));
}

TEST(HttpExchange, SendsABodyWithItsLengthAndNoContentTypeOfItsOwn) {
  const LoopbackServer server([](const SeenRequest&) { return CannedAnswer{}; });
  HttpRequest request = get(server.url() + "/");
  request.method = "POST";
  request.body = std::string(100'000, 'x') + '\0' + "end";
  ASSERT_EQ(exchange(request, {}).fault, TransportFault::none);
  request.method = "PUT";
  request.body.clear();
  ASSERT_EQ(exchange(request, {}).fault, TransportFault::none);
  const std::vector<SeenRequest> seen = server.seen();
  EXPECT_EQ(seen.at(0).method, "POST");
  EXPECT_EQ(seen.at(0).body, std::string(100'000, 'x') + '\0' + "end");
  EXPECT_EQ(seen.at(0).header("Content-Type"), "");
  EXPECT_EQ(seen.at(0).header("Expect"), "");
  EXPECT_EQ(seen.at(1).method, "PUT");
  EXPECT_EQ(seen.at(1).header("Content-Length"), "0");
}

TEST(HttpExchange, TakesTheHeadOfAHeadRequestWithoutWaitingForItsBody) {
  const LoopbackServer server([](const SeenRequest&) {
    return CannedAnswer{.headers = {{"Content-Length", "12345"}}, .body = {}};
  });
  HttpRequest request = get(server.url() + "/");
  request.method = "HEAD";
  const HttpExchange answer = exchange(request, {});
  EXPECT_EQ(answer.fault, TransportFault::none) << answer.reason;
  EXPECT_EQ(answer.response.head.header("content-length"), "12345");
}

TEST(HttpExchange, DoesNotFollowRedirects) {
  const LoopbackServer server([](const SeenRequest&) {
    return CannedAnswer{.status = 301, .headers = {{"Location", "/elsewhere"}}, .body = {}};
  });
  EXPECT_EQ(exchange(get(server.url() + "/"), {}).response.head.status, 301);
  EXPECT_EQ(server.seen().size(), 1U);
}

TEST(HttpExchange, RefusesALineBreakInAHeader) {
  const LoopbackServer server([](const SeenRequest&) { return CannedAnswer{}; });
  HttpRequest request = get(server.url() + "/");
  request.headers = {{"If-Match", "x\r\nX-Smuggled: yes"}};
  EXPECT_EQ(exchange(request, {}).fault, TransportFault::other);
  EXPECT_TRUE(server.seen().empty());
}

TEST(HttpExchange, SpeaksHttpOnly) {
  EXPECT_EQ(exchange(get("file:///etc/passwd"), {}).fault, TransportFault::other);
}

TEST(HttpExchange, NamesWhoRefusedTheConnection) {
  const std::string port = std::to_string(free_port());
  const HttpExchange answer = exchange(get("http://127.0.0.1:" + port + "/"), {});
  EXPECT_EQ(answer.fault, TransportFault::connect);
  EXPECT_THAT(answer.reason, HasSubstr(port));
}

TEST(HttpExchange, SaysWhenAHostIsNotFound) {
  EXPECT_EQ(exchange(get("http://nowhere.invalid/"), {}).fault, TransportFault::resolve);
}

TEST(HttpExchange, AShortBodyAndAResetAreBroken) {
  const LoopbackServer server([](const SeenRequest& request) {
    return request.target == "/cut"
               ? CannedAnswer{.headers = {}, .body = "0123456789", .cut_after_bytes = 4}
               : CannedAnswer{.headers = {}, .body = {}, .closes_without_answer = true};
  });
  EXPECT_EQ(exchange(get(server.url() + "/cut"), {}).fault, TransportFault::broken);
  EXPECT_EQ(exchange(get(server.url() + "/reset"), {}).fault, TransportFault::broken);
}

TEST(HttpExchange, EndsAStalledAnswerSoon) {
  const LoopbackServer server([](const SeenRequest&) {
    return CannedAnswer{.headers = {}, .body = "0123456789", .stall_after_bytes = 4};
  });
  HttpOptions options;
  options.stall_timeout_ms = 200;
  const auto begin = std::chrono::steady_clock::now();
  const HttpExchange answer = exchange(get(server.url() + "/"), options);
  EXPECT_EQ(answer.fault, TransportFault::stalled) << answer.reason;
  EXPECT_GE(std::chrono::steady_clock::now() - begin, std::chrono::milliseconds(200));
  EXPECT_LE(std::chrono::steady_clock::now() - begin, std::chrono::seconds(5));
}

TEST(HttpExchange, ASlowAnswerIsNotAStalledOne) {
  const LoopbackServer server([](const SeenRequest&) {
    return CannedAnswer{
        .headers = {}, .body = "0123456789", .piece_bytes = 1, .piece_delay_ms = 100};
  });
  HttpOptions options;
  options.stall_timeout_ms = 700;
  EXPECT_EQ(exchange(get(server.url() + "/"), options).response.body, "0123456789");
}

TEST(HttpExchange, StopsAtAnAnswerThatIsTooLarge) {
  const LoopbackServer server([](const SeenRequest&) {
    return CannedAnswer{.headers = {}, .body = std::string(answer_size_bytes_max + 1, 'x')};
  });
  EXPECT_EQ(exchange(get(server.url() + "/"), {}).fault, TransportFault::too_large);
}

/// `openssl s_server` with a certificate for localhost that nobody has signed.
class TlsServer {
 public:
  TlsServer() {
    std::string folder_template =
        (std::filesystem::temp_directory_path() / "bedrocklog-tls-XXXXXX").string();
    folder_ = ::mkdtemp(folder_template.data());
    run_to_end({"openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj",
                "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout",
                folder_ + "/key.pem", "-out", certificate()});
    port_ = free_port();
  }
  TlsServer(const TlsServer&) = delete;
  TlsServer& operator=(const TlsServer&) = delete;
  TlsServer(TlsServer&&) = delete;
  TlsServer& operator=(TlsServer&&) = delete;
  ~TlsServer() {
    stop();
    std::filesystem::remove_all(folder_);
  }

  void start() {
    child_ = spawn({"openssl", "s_server", "-quiet", "-www", "-accept",
                    "127.0.0.1:" + std::to_string(port_), "-cert", certificate(), "-key",
                    folder_ + "/key.pem"});
    for (int tries = 0; tries < 200 && !is_listening(); ++tries) {
      std::this_thread::sleep_for(std::chrono::milliseconds(25));
    }
  }

  void stop() {
    if (child_ != 0) {
      ::kill(child_, SIGKILL);
      ::waitpid(child_, nullptr, 0);
      child_ = 0;
    }
  }

  [[nodiscard]] std::string certificate() const { return folder_ + "/certificate.pem"; }
  [[nodiscard]] std::string url(const std::string& host) const {
    return "https://" + host + ":" + std::to_string(port_) + "/";
  }

 private:
  static pid_t spawn(std::vector<std::string> words) {
    std::vector<char*> arguments;
    arguments.reserve(words.size() + 1);
    for (std::string& word : words) {
      arguments.push_back(word.data());
    }
    arguments.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    for (const int stream : {0, 1, 2}) {
      ::posix_spawn_file_actions_addopen(&actions, stream, "/dev/null", O_RDWR, 0);
    }
    pid_t child = 0;
    EXPECT_EQ(::posix_spawnp(&child, "openssl", &actions, nullptr, arguments.data(), ::environ), 0);
    ::posix_spawn_file_actions_destroy(&actions);
    return child;
  }

  static void run_to_end(const std::vector<std::string>& words) {
    int status = -1;
    ::waitpid(spawn(words), &status, 0);
    EXPECT_EQ(status, 0);
  }

  [[nodiscard]] bool is_listening() const {
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port_);
    const int connected =
        ::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address);
    ::close(socket);
    return connected == 0;
  }

  std::string folder_;
  std::uint16_t port_ = 0;
  pid_t child_ = 0;
};

TEST(HttpExchange, TrustsTheCertificatesOfTheBundleAndNoOthers) {
  TlsServer server;
  server.start();
  HttpOptions options;
  EXPECT_EQ(exchange(get(server.url("localhost")), options).fault, TransportFault::tls);
  options.ca_bundle = server.certificate();
  const HttpExchange trusted = exchange(get(server.url("localhost")), options);
  EXPECT_EQ(trusted.fault, TransportFault::none) << trusted.reason;
  EXPECT_EQ(trusted.response.head.status, 200);
  // The right certificate of another host.
  EXPECT_EQ(exchange(get(server.url("127.0.0.1")), options).fault, TransportFault::tls);
  options.ca_bundle = "/nonexistent/bundle.pem";
  EXPECT_EQ(exchange(get(server.url("localhost")), options).fault, TransportFault::tls);
}

}  // namespace
}  // namespace bedrocklog::aws
