// SIGALRM every 200 ms (bar), 1 s (JSON) or 30 s (lines).
#include "cli/progress.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <ctime>
#include <string>
#include <sys/time.h>
#include <unistd.h>

#include <fmt/format.h>

#include "ingest/ensure.h"

namespace bedrocklog::cli {
namespace {

constexpr suseconds_t bar_interval_us = 200'000;
constexpr time_t json_interval_s = 1;
constexpr time_t lines_interval_s = 30;

std::uint64_t monotonic_ms() noexcept {
  struct timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_sec) * 1'000 +
         static_cast<std::uint64_t>(now.tv_nsec) / 1'000'000;
}

/// Appends to a fixed buffer; what does not fit is left out.
class FixedText {
 public:
  explicit FixedText(std::span<char> buffer) : buffer_(buffer) {}

  void add(std::string_view text) noexcept {
    const std::size_t taken = std::min(text.size(), buffer_.size() - size_);
    std::copy_n(text.begin(), taken, buffer_.begin() + static_cast<std::ptrdiff_t>(size_));
    size_ += taken;
  }
  void add(std::uint64_t number, std::size_t digits_min = 1) noexcept {
    char digits[20];
    std::size_t count = 0;
    do {
      digits[sizeof digits - ++count] = static_cast<char>('0' + number % 10);
      number /= 10;
    } while (number != 0 || count < digits_min);
    add(std::string_view(digits + sizeof digits - count, count));
  }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

 private:
  std::span<char> buffer_;
  std::size_t size_ = 0;
};

/// done / elapsed x scale, without overflow for any input that exists.
std::uint64_t rate(std::uint64_t done, std::uint64_t elapsed_ms) noexcept {
  return elapsed_ms == 0 ? 0 : done * 1'000 / elapsed_ms;
}

/// Milliseconds left at the pace so far; 0 when nothing can be said.
std::uint64_t left_ms(const ProgressSnapshot& snapshot) noexcept {
  if (snapshot.bytes_done == 0 || snapshot.bytes_total <= snapshot.bytes_done) {
    return 0;
  }
  const std::uint64_t bytes_per_s = rate(snapshot.bytes_done, snapshot.elapsed_ms);
  return bytes_per_s == 0 ? 0 : (snapshot.bytes_total - snapshot.bytes_done) / bytes_per_s * 1'000;
}

void add_text(const ProgressSnapshot& snapshot, FixedText& out) noexcept {
  out.add(snapshot.objects_done);
  out.add("/");
  out.add(snapshot.objects_total);
  out.add(" objects  ");
  const std::uint64_t tenths = rate(snapshot.bytes_done, snapshot.elapsed_ms) / 100'000;
  out.add(tenths / 10);
  out.add(".");
  out.add(tenths % 10);
  out.add(" MB/s  ");
  out.add(rate(snapshot.records, snapshot.elapsed_ms));
  out.add(" records/s");
  if (const std::uint64_t seconds = left_ms(snapshot) / 1'000; seconds > 0) {
    out.add("  ETA ");
    out.add(seconds / 60);
    out.add(":");
    out.add(seconds % 60, 2);
  }
}

void add_json(const ProgressSnapshot& snapshot, FixedText& out) noexcept {
  out.add("{\"bytes_done\":");
  out.add(snapshot.bytes_done);
  out.add(",\"bytes_total\":");
  out.add(snapshot.bytes_total);
  out.add(",\"elapsed_ms\":");
  out.add(snapshot.elapsed_ms);
  out.add(",\"objects_done\":");
  out.add(snapshot.objects_done);
  out.add(",\"objects_total\":");
  out.add(snapshot.objects_total);
  out.add(",\"records\":");
  out.add(snapshot.records);
  out.add("}");
}

/// State of the one display; a handler has no argument to find it by.
struct Shown {
  std::atomic<const analytics::ScanControl*> control{nullptr};
  std::atomic<bool> is_drawing{false};  // Signals may reach several threads at once.
  std::uint64_t objects_total = 0;
  std::uint64_t bytes_total = 0;
  std::uint64_t started_ms = 0;
  std::size_t drawn_bytes = 0;  // Length of the bar on the screen.
  ProgressMode mode = ProgressMode::off;
};

Shown& shown() {
  static constinit Shown state;
  return state;
}

void write_all(const char* bytes, std::size_t size) noexcept {
  while (size > 0) {
    const ssize_t written = ::write(STDERR_FILENO, bytes, size);
    if (written <= 0) {
      return;
    }
    bytes += written;
    size -= static_cast<std::size_t>(written);
  }
}

/// Overwrites what the bar left beyond `from` with blanks.
void write_blanks(std::size_t from) noexcept {
  constexpr std::array<char, 16> blanks = {' ', ' ', ' ', ' ', ' ', ' ', ' ', ' ',
                                           ' ', ' ', ' ', ' ', ' ', ' ', ' ', ' '};
  for (std::size_t left = shown().drawn_bytes; left > from;) {
    const std::size_t count = std::min(left - from, blanks.size());
    write_all(blanks.data(), count);
    left -= count;
  }
}

void draw(const analytics::ScanControl& control) noexcept {
  Shown& state = shown();
  const ProgressSnapshot snapshot = {
      control.objects_done.load(std::memory_order_relaxed),      state.objects_total,
      control.packed_bytes_done.load(std::memory_order_relaxed), state.bytes_total,
      control.records_done.load(std::memory_order_relaxed),      monotonic_ms() - state.started_ms,
  };
  char text[progress_text_bytes_max];
  const std::size_t size = format_progress(snapshot, state.mode == ProgressMode::json,
                                           std::span<char, progress_text_bytes_max>(text));
  if (state.mode == ProgressMode::bar) {
    write_all("\r", 1);
    write_all(text, size);
    write_blanks(size);
    state.drawn_bytes = size;
  } else {
    write_all(text, size);
    write_all("\n", 1);
  }
}

extern "C" void on_tick(int /*signal*/) {
  const int saved = errno;
  if (!shown().is_drawing.exchange(true)) {
    if (const analytics::ScanControl* control = shown().control.load()) {
      draw(*control);
    }
    shown().is_drawing.store(false);
  }
  errno = saved;
}

void set_timer(ProgressMode mode) {
  struct itimerval timer{};
  if (mode == ProgressMode::bar) {
    timer.it_interval.tv_usec = bar_interval_us;
  } else if (mode != ProgressMode::off) {
    timer.it_interval.tv_sec = mode == ProgressMode::json ? json_interval_s : lines_interval_s;
  }
  timer.it_value = timer.it_interval;
  ensure(::setitimer(ITIMER_REAL, &timer, nullptr) == 0);
}

}  // namespace

Result<ProgressMode> parse_progress(std::string_view text, bool is_terminal, bool is_verbose) {
  if (text == "off") {
    return ProgressMode::off;
  }
  if (text == "bar") {
    return ProgressMode::bar;
  }
  if (text == "json") {
    return ProgressMode::json;
  }
  if (text == "auto") {
    return is_terminal ? ProgressMode::bar : is_verbose ? ProgressMode::lines : ProgressMode::off;
  }
  return fault("--progress", fmt::format("takes auto, bar, json or off: {}", text));
}

std::size_t format_progress(const ProgressSnapshot& snapshot, bool as_json,
                            std::span<char, progress_text_bytes_max> into) noexcept {
  FixedText out(into);
  if (as_json) {
    add_json(snapshot, out);
  } else {
    add_text(snapshot, out);
  }
  return out.size();
}

ProgressDisplay::ProgressDisplay(ProgressMode mode, const ingest::Manifest& manifest,
                                 const analytics::ScanControl& control)
    : mode_(mode) {
  if (mode_ == ProgressMode::off) {
    return;
  }
  Shown& state = shown();
  state.objects_total = manifest.objects.size();
  state.bytes_total = 0;
  for (const ingest::ObjectRef& object : manifest.objects) {
    state.bytes_total += object.size_bytes;
  }
  state.started_ms = monotonic_ms();
  state.drawn_bytes = 0;
  state.mode = mode;
  state.control.store(&control);
  struct sigaction action{};
  action.sa_handler = on_tick;
  action.sa_flags = SA_RESTART;
  ::sigemptyset(&action.sa_mask);
  ensure(::sigaction(SIGALRM, &action, nullptr) == 0);
  set_timer(mode);
}

ProgressDisplay::~ProgressDisplay() {
  if (mode_ == ProgressMode::off) {
    return;
  }
  set_timer(ProgressMode::off);
  Shown& state = shown();
  // A tick may still be drawing on another thread; is_drawing stays taken, so none comes after.
  while (state.is_drawing.exchange(true)) {
  }
  state.control.store(nullptr);
  if (mode_ == ProgressMode::bar && state.drawn_bytes > 0) {
    write_all("\r", 1);
    write_blanks(0);
    write_all("\r", 1);
  }
  state.is_drawing.store(false);
}

}  // namespace bedrocklog::cli
