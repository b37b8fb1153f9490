// curl's easy and multi interface behind types of ours.
#include "ingest/aws/curl_transfer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <span>
#include <string_view>
#include <utility>

#include <curl/curl.h>
#include <fmt/format.h>

#include "ingest/aws/shared_library.h"
#include "ingest/ensure.h"

namespace bedrocklog::aws {
namespace {

/// All header lines of one answer together.
constexpr std::size_t head_size_bytes_max = 256U << 10U;
/// Of curl's words on what went wrong.
constexpr std::size_t reason_size_bytes_max = 300;

/// What is used of curl. Loading it takes as long as reading a small archive from disk.
struct CurlFunctions {
  CurlFunctions();

  decltype(&::curl_easy_cleanup) easy_cleanup = nullptr;
  decltype(&::curl_easy_getinfo) easy_getinfo = nullptr;
  decltype(&::curl_easy_init) easy_init = nullptr;
  decltype(&::curl_easy_pause) easy_pause = nullptr;
  decltype(&::curl_easy_reset) easy_reset = nullptr;
  decltype(&::curl_easy_setopt) easy_setopt = nullptr;
  decltype(&::curl_easy_strerror) easy_strerror = nullptr;
  decltype(&::curl_global_init) global_init = nullptr;
  decltype(&::curl_multi_add_handle) multi_add_handle = nullptr;
  decltype(&::curl_multi_cleanup) multi_cleanup = nullptr;
  decltype(&::curl_multi_info_read) multi_info_read = nullptr;
  decltype(&::curl_multi_init) multi_init = nullptr;
  decltype(&::curl_multi_perform) multi_perform = nullptr;
  decltype(&::curl_multi_poll) multi_poll = nullptr;
  decltype(&::curl_multi_remove_handle) multi_remove_handle = nullptr;
  decltype(&::curl_multi_setopt) multi_setopt = nullptr;
  decltype(&::curl_multi_wakeup) multi_wakeup = nullptr;
  decltype(&::curl_slist_append) slist_append = nullptr;
  decltype(&::curl_slist_free_all) slist_free_all = nullptr;
};

CurlFunctions::CurlFunctions() {
  const SharedLibrary library = SharedLibrary::require(curl_library());
  library.find(easy_cleanup, "curl_easy_cleanup");
  library.find(easy_getinfo, "curl_easy_getinfo");
  library.find(easy_init, "curl_easy_init");
  library.find(easy_pause, "curl_easy_pause");
  library.find(easy_reset, "curl_easy_reset");
  library.find(easy_setopt, "curl_easy_setopt");
  library.find(easy_strerror, "curl_easy_strerror");
  library.find(global_init, "curl_global_init");
  library.find(multi_add_handle, "curl_multi_add_handle");
  library.find(multi_cleanup, "curl_multi_cleanup");
  library.find(multi_info_read, "curl_multi_info_read");
  library.find(multi_init, "curl_multi_init");
  library.find(multi_perform, "curl_multi_perform");
  library.find(multi_poll, "curl_multi_poll");
  library.find(multi_remove_handle, "curl_multi_remove_handle");
  library.find(multi_setopt, "curl_multi_setopt");
  library.find(multi_wakeup, "curl_multi_wakeup");
  library.find(slist_append, "curl_slist_append");
  library.find(slist_free_all, "curl_slist_free_all");
  // Never undone: handles may live until the process ends.
  ensure(global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK);
}

const CurlFunctions& curl() {
  static const CurlFunctions functions;
  return functions;
}

template <class T>
void set(CURL* handle, CURLoption option, T value) {
  // Fails only for options this curl does not know, or without memory.
  ensure(curl().easy_setopt(handle, option, value) == CURLE_OK);
}

struct HeaderList {
  HeaderList() = default;
  HeaderList(const HeaderList&) = delete;
  HeaderList& operator=(const HeaderList&) = delete;
  HeaderList(HeaderList&&) = delete;
  HeaderList& operator=(HeaderList&&) = delete;
  ~HeaderList() { clear(); }

  void add(const std::string& line) {
    curl_slist* const longer = curl().slist_append(first, line.c_str());
    ensure(longer != nullptr);
    first = longer;
  }

  void clear() {
    curl().slist_free_all(first);
    first = nullptr;
  }

  curl_slist* first = nullptr;
};

bool is_sendable(const HttpHeader& header) {
  const std::string_view breaks("\r\n\0", 3);
  return header.name.find_first_of(breaks) == std::string::npos &&
         header.value.find_first_of(breaks) == std::string::npos;
}

/// The request's own headers, and silence for those curl would add: what is signed is what is sent.
void list_headers(const HttpRequest& request, HeaderList& list) {
  const HttpHead given{0, request.headers};
  for (const HttpHeader& header : given.headers) {
    // A semicolon is curl's spelling of a header with an empty value.
    list.add(header.value.empty() ? header.name + ";" : header.name + ": " + header.value);
  }
  for (const char* const name : {"Accept", "Content-Type", "Expect"}) {
    if (given.header(name).empty()) {
      list.add(std::string(name) + ":");
    }
  }
}

void set_method(CURL* handle, const HttpRequest& request) {
  if (request.method == "HEAD") {
    set(handle, CURLOPT_NOBODY, 1L);
    return;
  }
  if (!request.body.empty() || request.method == "PUT" || request.method == "POST") {
    set(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    set(handle, CURLOPT_POSTFIELDS, request.body.c_str());
  } else {
    set(handle, CURLOPT_HTTPGET, 1L);
  }
  set(handle, CURLOPT_CUSTOMREQUEST, request.method.c_str());
}

void set_connection(CURL* handle, const HttpOptions& options) {
  set(handle, CURLOPT_NOSIGNAL, 1L);
  set(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  set(handle, CURLOPT_FOLLOWLOCATION, 0L);
  set(handle, CURLOPT_PATH_AS_IS, 1L);
  set(handle, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
  set(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set(handle, CURLOPT_SSL_VERIFYPEER, 1L);
  set(handle, CURLOPT_SSL_VERIFYHOST, 2L);
  set(handle, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  set(handle, CURLOPT_TCP_KEEPALIVE, 1L);
  if (options.is_direct) {
    set(handle, CURLOPT_PROXY, "");
  }
  set(handle, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.connect_timeout_ms));
  if (!options.ca_bundle.empty()) {
    set(handle, CURLOPT_CAINFO, options.ca_bundle.c_str());
    // The user's bundle alone, as in the AWS tools: it may be there to trust less.
    set(handle, CURLOPT_CAPATH, static_cast<const char*>(nullptr));
  }
  if (!options.user_agent.empty()) {
    set(handle, CURLOPT_USERAGENT, options.user_agent.c_str());
  }
}

/// A handshake that was cut is not one that was refused; curl tells them apart only in words.
bool is_cut_handshake(std::string_view reason) {
  return std::ranges::any_of(
      std::array<std::string_view, 4>{"SSL_ERROR_SYSCALL", "SSL_ERROR_ZERO_RETURN",
                                      "unexpected eof", "reset by peer"},
      [&](std::string_view sign) { return reason.find(sign) != std::string_view::npos; });
}

TransportFault fault_of(CURLcode code, bool was_connected, std::string_view reason) {
  switch (code) {
    case CURLE_OK:
      return TransportFault::none;
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_RESOLVE_PROXY:
      return TransportFault::resolve;
    case CURLE_COULDNT_CONNECT:
    case CURLE_PROXY:
      return TransportFault::connect;
    case CURLE_OPERATION_TIMEDOUT:
      return was_connected ? TransportFault::stalled : TransportFault::connect;
    case CURLE_SSL_CONNECT_ERROR:
      return is_cut_handshake(reason) ? TransportFault::broken : TransportFault::tls;
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_USE_SSL_FAILED:
      return TransportFault::tls;
    case CURLE_PARTIAL_FILE:
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_UNSUPPORTED_PROTOCOL:  // As answer: not HTTP at all.
    case CURLE_SSL_SHUTDOWN_FAILED:
    case CURLE_AGAIN:
      return TransportFault::broken;
    default:
      return TransportFault::other;
  }
}

std::string one_line(std::string_view text) {
  std::string line(text.substr(0, reason_size_bytes_max));
  std::ranges::replace_if(
      line, [](char letter) { return static_cast<unsigned char>(letter) < 0x20; }, ' ');
  line.erase(line.find_last_not_of(' ') + 1);
  return line;
}

}  // namespace

struct CurlTransfer::State {
  CurlTransfer* owner = nullptr;
  const HttpOptions* options = nullptr;
  std::size_t receive_buffer_bytes = 0;
  CURL* handle = nullptr;
  std::array<char, CURL_ERROR_SIZE> error_text{};
  HeaderList header_list;
  HttpRequest request;
  TransferId id = 0;
  std::shared_ptr<HttpReceiver> receiver;
  HttpHead head;
  std::size_t head_size_bytes = 0;
  bool is_head_complete = false;
  bool is_head_too_large = false;
  bool is_paused = false;
  bool is_cancelled = false;
  curl_off_t progress = 0;  // Bytes of all kinds at last_progress.
  TimePoint last_progress;

  void set_all();
  bool take_header_line(std::string_view line);
  [[nodiscard]] TransferOutcome outcome_of(CURLcode code) const;

  template <class T>
  [[nodiscard]] T info(CURLINFO what) const {
    T value{};
    ensure(curl().easy_getinfo(handle, what, &value) == CURLE_OK);
    return value;
  }

  static std::size_t on_header(char* bytes, std::size_t size, std::size_t count, void* state) {
    const std::size_t all = size * count;
    return static_cast<State*>(state)->take_header_line({bytes, all}) ? all : 0;
  }

  static std::size_t on_body(char* bytes, std::size_t size, std::size_t count, void* state) {
    State& self = *static_cast<State*>(state);
    const std::size_t all = size * count;
    if (self.is_cancelled) {
      return CURL_WRITEFUNC_ERROR;
    }
    switch (self.receiver->on_body(std::span<const char>(bytes, all))) {
      case BodyAction::taken:
        return all;
      case BodyAction::pause:
        self.is_paused = true;
        return CURL_WRITEFUNC_PAUSE;
      case BodyAction::cancel:
        self.is_cancelled = true;
        break;
    }
    return CURL_WRITEFUNC_ERROR;
  }
};

void CurlTransfer::State::set_all() {
  curl().easy_reset(handle);  // Keeps connections and buffers.
  set(handle, CURLOPT_PRIVATE, owner);
  set(handle, CURLOPT_URL, request.url.c_str());
  set_method(handle, request);
  set_connection(handle, *options);
  set(handle, CURLOPT_HTTPHEADER, header_list.first);
  // Refused while the handle still holds a buffer, as after a host name that was not found; the
  // size is only for speed.
  static_cast<void>(
      curl().easy_setopt(handle, CURLOPT_BUFFERSIZE, static_cast<long>(receive_buffer_bytes)));
  set(handle, CURLOPT_ERRORBUFFER, error_text.data());
  set(handle, CURLOPT_HEADERFUNCTION, &State::on_header);
  set(handle, CURLOPT_HEADERDATA, this);
  set(handle, CURLOPT_WRITEFUNCTION, &State::on_body);
  set(handle, CURLOPT_WRITEDATA, this);
}

/// One line of the head, its line break included. False ends the transfer.
bool CurlTransfer::State::take_header_line(std::string_view line) {
  head_size_bytes += line.size();
  if (head_size_bytes > head_size_bytes_max) {
    is_head_too_large = true;
    return false;
  }
  if (is_head_complete) {
    return true;  // A trailer: behind the body, nobody reads it.
  }
  while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) {
    line.remove_suffix(1);
  }
  if (line.empty()) {
    if (head.status >= 200) {
      is_head_complete = true;
      receiver->on_head(head);
    }
    return true;
  }
  if (line.starts_with("HTTP/")) {
    head = {};
    const std::size_t digits = std::min(line.find(' '), line.size() - 1) + 1;
    std::from_chars(line.data() + digits, line.data() + line.size(), head.status);
    return true;
  }
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos) {
    return true;
  }
  const std::size_t value = line.find_first_not_of(" \t", colon + 1);
  std::string_view text = value == std::string_view::npos ? "" : line.substr(value);
  text = text.substr(0, text.find_last_not_of(" \t") + 1);
  head.headers.push_back({std::string(line.substr(0, colon)), std::string(text)});
  return true;
}

TransferOutcome CurlTransfer::State::outcome_of(CURLcode code) const {
  if (is_cancelled) {
    return {TransportFault::cancelled, "cancelled"};
  }
  if (is_head_too_large) {
    return {TransportFault::too_large, "answer with too many header lines"};
  }
  if (code == CURLE_OK) {
    return is_head_complete ? TransferOutcome{}
                            : TransferOutcome{TransportFault::broken, "answer without a head"};
  }
  const std::string_view words =
      error_text[0] == '\0' ? curl().easy_strerror(code) : std::string_view(error_text.data());
  const bool was_connected = info<curl_off_t>(CURLINFO_PRETRANSFER_TIME_T) != 0;
  return {fault_of(code, was_connected, words), one_line(words)};
}

CurlTransfer::CurlTransfer(const HttpOptions& options, std::size_t receive_buffer_bytes)
    : state_(std::make_unique<State>()) {
  state_->owner = this;
  state_->options = &options;
  state_->receive_buffer_bytes = receive_buffer_bytes;
  state_->handle = curl().easy_init();
  ensure(state_->handle != nullptr);
}

CurlTransfer::~CurlTransfer() {
  curl().easy_cleanup(state_->handle);
}

TransferOutcome CurlTransfer::prepare(HttpRequest request, TransferId id,
                                      std::shared_ptr<HttpReceiver> receiver) {
  State& state = *state_;
  state.request = std::move(request);
  state.id = id;
  state.receiver = std::move(receiver);
  state.header_list.clear();
  list_headers(state.request, state.header_list);
  state.error_text[0] = '\0';
  state.head = {};
  state.head_size_bytes = 0;
  state.is_head_complete = false;
  state.is_head_too_large = false;
  state.is_paused = false;
  state.is_cancelled = false;
  state.progress = 0;
  state.last_progress = std::chrono::steady_clock::now();
  state.set_all();
  if (!std::ranges::all_of(state.request.headers, is_sendable)) {
    return {TransportFault::other, "a header with a line break cannot be sent"};
  }
  if (!state.request.url.starts_with("http://") && !state.request.url.starts_with("https://")) {
    return {TransportFault::other, "neither an http nor an https address"};
  }
  return {};
}

std::shared_ptr<HttpReceiver> CurlTransfer::release() {
  return std::move(state_->receiver);
}

TransferId CurlTransfer::id() const {
  return state_->id;
}

bool CurlTransfer::is_paused() const {
  return state_->is_paused;
}

TransferOutcome CurlTransfer::resume() {
  state_->is_paused = false;
  state_->last_progress = std::chrono::steady_clock::now();
  const CURLcode code = curl().easy_pause(state_->handle, CURLPAUSE_CONT);
  return code == CURLE_OK ? TransferOutcome{} : state_->outcome_of(code);
}

bool CurlTransfer::has_stalled(TimePoint now) {
  State& state = *state_;
  const curl_off_t progress = state.info<curl_off_t>(CURLINFO_SIZE_DOWNLOAD_T) +
                              state.info<curl_off_t>(CURLINFO_SIZE_UPLOAD_T) +
                              state.info<long>(CURLINFO_HEADER_SIZE) +
                              state.info<long>(CURLINFO_REQUEST_SIZE);
  const bool is_connecting = state.info<curl_off_t>(CURLINFO_PRETRANSFER_TIME_T) == 0;
  if (state.is_paused || is_connecting || progress != state.progress) {
    state.progress = progress;
    state.last_progress = now;
    return false;
  }
  const std::chrono::milliseconds limit(state.options->stall_timeout_ms);
  return limit.count() != 0 && now - state.last_progress >= limit;
}

TransferOutcome CurlTransfer::stall_outcome() const {
  return {TransportFault::stalled,
          fmt::format("no byte came for {} ms", state_->options->stall_timeout_ms)};
}

CurlMulti::CurlMulti(unsigned connections_max) {
  handle_ = curl().multi_init();
  ensure(handle_ != nullptr);
  ensure(curl().multi_setopt(handle_, CURLMOPT_MAXCONNECTS, static_cast<long>(connections_max)) ==
         CURLM_OK);
}

CurlMulti::~CurlMulti() {
  curl().multi_cleanup(handle_);
}

void CurlMulti::add(CurlTransfer& transfer) {
  ensure(curl().multi_add_handle(handle_, transfer.state_->handle) == CURLM_OK);
}

void CurlMulti::remove(CurlTransfer& transfer) {
  ensure(curl().multi_remove_handle(handle_, transfer.state_->handle) == CURLM_OK);
}

std::vector<CurlMulti::Ended> CurlMulti::perform() {
  int running = 0;
  ensure(curl().multi_perform(handle_, &running) == CURLM_OK);
  std::vector<Ended> ended;
  int left = 0;
  while (const CURLMsg* const message = curl().multi_info_read(handle_, &left)) {
    if (message->msg == CURLMSG_DONE) {
      CurlTransfer* transfer = nullptr;
      ensure(curl().easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &transfer) == CURLE_OK);
      ended.push_back({transfer, transfer->state_->outcome_of(message->data.result)});
    }
  }
  return ended;
}

void CurlMulti::wait(std::chrono::milliseconds limit) {
  ensure(curl().multi_poll(handle_, nullptr, 0, static_cast<int>(limit.count()), nullptr) ==
         CURLM_OK);
}

void CurlMulti::wake() {
  ensure(curl().multi_wakeup(handle_) == CURLM_OK);
}

std::chrono::milliseconds stall_check_interval(const HttpOptions& options) {
  constexpr unsigned checks_per_limit = 4;
  if (options.stall_timeout_ms == 0) {
    return std::chrono::seconds(1);  // No limit.
  }
  return std::chrono::milliseconds(
      std::clamp(options.stall_timeout_ms / checks_per_limit, 10U, 1'000U));
}

}  // namespace bedrocklog::aws
