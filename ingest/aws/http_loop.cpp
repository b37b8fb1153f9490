// The loop's thread and what it is asked to do.
//
// Callers only append to a queue; everything else belongs to the thread. So nothing of curl's is
// ever called from inside one of its own callbacks, where it must not be.
#include "ingest/aws/http_loop.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <thread>
#include <unordered_map>
#include <utility>
#include <variant>
#include <vector>

#include "ingest/aws/curl_transfer.h"
#include "ingest/ensure.h"

namespace bedrocklog::aws {
namespace {

using SteadyClock = std::chrono::steady_clock;

/// What the receive buffers of all connections may take together ...
constexpr std::size_t receive_buffers_bytes_max = 32U << 20U;
/// ... and one of them: more than a read of a fast link returns, enough for a slow one.
constexpr std::size_t receive_buffer_bytes_max = 512U << 10U;
constexpr std::size_t receive_buffer_bytes_min = 16U << 10U;
/// Nothing to do for so long: look again all the same.
constexpr std::chrono::milliseconds wait_max{60'000};

std::size_t receive_buffer_bytes(unsigned connections_max) {
  return std::clamp(receive_buffers_bytes_max / connections_max, receive_buffer_bytes_min,
                    receive_buffer_bytes_max);
}

struct Waiting {
  HttpRequest request;
  std::shared_ptr<HttpReceiver> receiver;
};

struct StartCommand {
  TransferId id;
  Waiting transfer;
};
struct ResumeCommand {
  TransferId id;
};
struct CancelCommand {
  TransferId id;
};
struct AfterCommand {
  SteadyClock::time_point due;
  std::function<void()> action;
};
using Command = std::variant<StartCommand, ResumeCommand, CancelCommand, AfterCommand>;

}  // namespace

struct HttpLoop::State {
  State(HttpOptions loop_options, unsigned loop_connections_max)
      : options(std::move(loop_options)),
        connections_max(std::max(loop_connections_max, 1U)),
        multi(connections_max) {}

  const HttpOptions options;
  const unsigned connections_max;
  CurlMulti multi;

  std::mutex guard;  // Guards the next three.
  std::vector<Command> commands;
  TransferId last_id = 0;
  bool is_stopping = false;

  // Of the loop's thread alone, up to `thread`.
  std::map<TransferId, Waiting> waiting;  // Ids ascend, so in order of start.
  std::unordered_map<TransferId, std::unique_ptr<CurlTransfer>> active;
  std::vector<std::unique_ptr<CurlTransfer>> idle;
  std::multimap<SteadyClock::time_point, std::function<void()>> timers;
  SteadyClock::time_point stall_check_due;
  std::thread thread;

  /// The thread looks into the queue before it waits, so only the first command, and that of
  /// another thread, has to wake it.
  void push(Command command) {
    bool is_first = false;
    {
      const std::scoped_lock lock(guard);
      is_first = commands.empty();
      commands.push_back(std::move(command));
    }
    if (is_first && std::this_thread::get_id() != thread.get_id()) {
      multi.wake();
    }
  }

  std::vector<Command> take_commands() {
    const std::scoped_lock lock(guard);
    return std::exchange(commands, {});
  }

  bool stops() {
    const std::scoped_lock lock(guard);
    return is_stopping;
  }

  void obey(StartCommand& command) { waiting.emplace(command.id, std::move(command.transfer)); }

  void obey(const ResumeCommand& command) {
    // The receiver's answer "pause" was given inside perform() or resume(), both of which have
    // returned by now: a resume that was asked for after it never comes too early here.
    const auto found = active.find(command.id);
    if (found == active.end() || !found->second->is_paused()) {
      return;
    }
    const TransferOutcome outcome = found->second->resume();
    if (outcome.fault != TransportFault::none) {
      end(*found->second, outcome);
    }
  }

  void obey(const CancelCommand& command) {
    const TransferOutcome outcome{TransportFault::cancelled, "cancelled"};
    if (const auto found = active.find(command.id); found != active.end()) {
      end(*found->second, outcome);
    } else if (auto waited = waiting.extract(command.id)) {
      waited.mapped().receiver->on_end(outcome.fault, outcome.reason);
    }
  }

  void obey(AfterCommand& command) { timers.emplace(command.due, std::move(command.action)); }

  void end(CurlTransfer& transfer, const TransferOutcome& outcome) {
    multi.remove(transfer);
    give_back(transfer.id(), outcome);
  }

  /// Ends a transfer that curl does not hold; its handle is free for the next one.
  void give_back(TransferId id, const TransferOutcome& outcome) {
    auto node = active.extract(id);
    const std::shared_ptr<HttpReceiver> receiver = node.mapped()->release();
    idle.push_back(std::move(node.mapped()));
    receiver->on_end(outcome.fault, outcome.reason);
  }

  void start_waiting() {
    while (!waiting.empty() && active.size() < connections_max) {
      auto next = waiting.extract(waiting.begin());
      if (idle.empty()) {
        idle.push_back(
            std::make_unique<CurlTransfer>(options, receive_buffer_bytes(connections_max)));
      }
      CurlTransfer& transfer = *active.emplace(next.key(), std::move(idle.back())).first->second;
      idle.pop_back();
      const TransferOutcome outcome = transfer.prepare(std::move(next.mapped().request), next.key(),
                                                       std::move(next.mapped().receiver));
      if (outcome.fault != TransportFault::none) {
        give_back(next.key(), outcome);
        continue;
      }
      multi.add(transfer);
    }
  }

  void run_timers() {
    const SteadyClock::time_point now = SteadyClock::now();
    while (!timers.empty() && timers.begin()->first <= now) {
      const auto timer = timers.extract(timers.begin());
      timer.mapped()();
    }
  }

  void end_stalled() {
    const SteadyClock::time_point now = SteadyClock::now();
    if (now < stall_check_due) {
      return;
    }
    stall_check_due = now + stall_check_interval(options);
    std::vector<CurlTransfer*> stalled;
    for (const auto& [id, transfer] : active) {
      if (transfer->has_stalled(now)) {
        stalled.push_back(transfer.get());
      }
    }
    for (CurlTransfer* const transfer : stalled) {
      end(*transfer, transfer->stall_outcome());
    }
  }

  /// How long nothing can be due.
  std::chrono::milliseconds wait_limit() {
    {
      const std::scoped_lock lock(guard);
      if (!commands.empty() || is_stopping) {
        return std::chrono::milliseconds(0);
      }
    }
    if (!waiting.empty() && active.size() < connections_max) {
      return std::chrono::milliseconds(0);
    }
    const SteadyClock::time_point now = SteadyClock::now();
    SteadyClock::time_point due = now + wait_max;
    if (!timers.empty()) {
      due = std::min(due, timers.begin()->first);
    }
    if (!active.empty()) {
      due = std::min(due, stall_check_due);
    }
    // Rounded up, or the last part of a millisecond would be spent spinning.
    return std::max(std::chrono::ceil<std::chrono::milliseconds>(due - now),
                    std::chrono::milliseconds(0));
  }

  void run() {
    while (!stops()) {
      for (Command& command : take_commands()) {
        std::visit([this](auto& known) { obey(known); }, command);
      }
      run_timers();
      start_waiting();
      for (const CurlMulti::Ended& ended : multi.perform()) {
        end(*ended.transfer, ended.outcome);
      }
      end_stalled();
      multi.wait(wait_limit());
    }
    cancel_all();
  }

  /// Also what receivers start from their on_end, until nothing is left.
  void cancel_all() {
    const TransferOutcome outcome{TransportFault::cancelled, "cancelled"};
    timers.clear();
    while (!active.empty()) {
      end(*active.begin()->second, outcome);
    }
    for (;;) {
      while (!waiting.empty()) {
        const auto next = waiting.extract(waiting.begin());
        next.mapped().receiver->on_end(outcome.fault, outcome.reason);
      }
      std::vector<Command> left = take_commands();
      if (left.empty()) {
        return;
      }
      for (Command& command : left) {
        if (auto* const start = std::get_if<StartCommand>(&command)) {
          obey(*start);
        }
      }
    }
  }
};

unsigned HttpLoop::connections_max() const {
  return state_->connections_max;
}

HttpLoop::HttpLoop(HttpOptions options, unsigned connections_max)
    : state_(std::make_unique<State>(std::move(options), connections_max)) {
  // The thread must not see `thread` before it is assigned.
  const std::scoped_lock lock(state_->guard);
  state_->thread = std::thread([state = state_.get()] { state->run(); });
}

HttpLoop::~HttpLoop() {
  {
    const std::scoped_lock lock(state_->guard);
    state_->is_stopping = true;
  }
  state_->multi.wake();
  state_->thread.join();
}

TransferId HttpLoop::start(HttpRequest request, std::shared_ptr<HttpReceiver> receiver) {
  TransferId id = 0;
  {
    const std::scoped_lock lock(state_->guard);
    id = ++state_->last_id;
  }
  state_->push(StartCommand{id, {std::move(request), std::move(receiver)}});
  return id;
}

void HttpLoop::resume(TransferId id) {
  state_->push(ResumeCommand{id});
}

void HttpLoop::cancel(TransferId id) {
  state_->push(CancelCommand{id});
}

void HttpLoop::after(std::chrono::milliseconds delay, std::function<void()> action) {
  state_->push(AfterCommand{SteadyClock::now() + delay, std::move(action)});
}

}  // namespace bedrocklog::aws
