// Steps as they become ready, several at a time.
#include "provision/apply.h"

#include <algorithm>
#include <array>
#include <condition_variable>
#include <map>
#include <mutex>
#include <set>

#include <fmt/format.h>

#include "ingest/ensure.h"
#include "provision/concurrency.h"
#include "provision/reference.h"

namespace bedrocklog::provision {
namespace {

constexpr std::array<std::string_view, 5> result_names = {"done", "failed", "skipped",
                                                          "not_reached", "undone"};

/// `target` is that of the step with values in the place of references.
Result<void> carry_out(const Step& step, const Json& target, const ObservedState& observed,
                       const ProviderSet& providers, const ApplyChoices& choices) {
  ResourceProvider& provider = providers.of(step.address.kind);
  const Observed* const found = observed.find(step.address);
  // Whoever makes a plan from another state than is given here has made a mistake.
  ensure(found != nullptr || step.action == Action::create);
  switch (step.action) {
    case Action::create:
      return provider.create(step.address, target);
    case Action::update:
    case Action::adopt:
      return provider.update(step.address, target, *found);
    case Action::remove:
      return provider.remove(step.address, *found, choices.deletes_data);
    case Action::release:
      return provider.release(step.address, *found);
    case Action::none:
    case Action::keep:
    case Action::conflict:
    case Action::blocked:
    case Action::unsupported:
      break;
  }
  ensure(false);
  return {};
}

/// Hands steps to threads and takes their results.
class Run {
 public:
  Run(const Plan& plan, const ObservedState& observed, const ProviderSet& providers,
      const ApplyChoices& choices)
      : observed_(&observed), providers_(&providers), choices_(&choices) {
    for (const Step& step : plan.steps) {
      if (is_change(step.action)) {
        steps_.push_back(&step);
        for (Reference& reference : references_in(step.target)) {
          referenced_.insert(std::move(reference.address));
        }
        outcomes_.push_back({step.address, step.action, StepResult::not_reached, std::nullopt});
        states_.push_back(State::waiting);
      }
    }
  }

  ApplyOutcome run() {
    const auto threads =
        static_cast<unsigned>(std::min<std::size_t>(choices_->steps_at_once_max, steps_.size()));
    at_once(threads, threads, [this](std::size_t) { work(); });
    if (choices_->rolls_back && has_failed_) {
      roll_back();
    }
    return {std::move(outcomes_)};
  }

 private:
  enum class State : std::uint8_t { waiting, running, over };

  void work() {
    std::unique_lock lock(guard_);
    for (;;) {
      const std::optional<std::size_t> next = take(lock);
      if (!next) {
        return;
      }
      const Step& step = *steps_[*next];
      const Json target = with_values(step);
      lock.unlock();
      Result<void> done = check_values(step, target);
      if (done) {
        done = carry_out(step, target, *observed_, *providers_, *choices_);
      }
      std::optional<Json> made;
      if (done && step.action == Action::create && referenced_.contains(step.address)) {
        Result<Json> details = details_of(step.address);
        if (details) {
          made = std::move(*details);
        } else {
          done = pass_on(details);
        }
      }
      lock.lock();
      if (made) {
        made_.insert_or_assign(step.address, std::move(*made));
      }
      StepOutcome& outcome = outcomes_[*next];
      outcome.result = done ? StepResult::done : StepResult::failed;
      if (!done) {
        outcome.fault = std::move(done.error());
        has_failed_ = true;
      }
      end(*next);
    }
  }

  /// The target with the values that are known by now. Under the guard.
  Json with_values(const Step& step) const {
    return resolved(step.target, [this](const Address& address) -> const Json* {
      if (const auto made = made_.find(address); made != made_.end()) {
        return &made->second;
      }
      const Observed* const found = observed_->find(address);
      return found == nullptr ? nullptr : &found->details;
    });
  }

  /// What is still unknown would be sent as it stands in the plan.
  static Result<void> check_values(const Step& step, const Json& target) {
    const std::vector<Reference> unknown = references_in(target);
    if (unknown.empty()) {
      return {};
    }
    return fault(to_text(step.address),
                 fmt::format("needs {} of {}, which is not known", unknown.front().attribute,
                             to_text(unknown.front().address)));
  }

  /// Of what was made a moment ago.
  Result<Json> details_of(const Address& address) const {
    const Result<std::optional<Observed>> found = providers_->of(address.kind).read(address);
    if (!found) {
      return pass_on(found);
    }
    const std::optional<Observed>& made = *found;
    if (!made) {
      return fault(to_text(address), "was made and is not there");
    }
    return made->details;
  }

  /// A step whose waits are over; waits for one. Nothing: there will be none.
  std::optional<std::size_t> take(std::unique_lock<std::mutex>& lock) {
    for (;;) {
      if (choices_->is_cancelled() || (choices_->rolls_back && has_failed_)) {
        return std::nullopt;
      }
      bool is_any_left = false;
      for (std::size_t index = 0; index < steps_.size(); ++index) {
        if (states_[index] != State::waiting) {
          continue;
        }
        is_any_left = true;
        const Readiness readiness = readiness_of(*steps_[index]);
        if (readiness.failed != nullptr) {
          skip(index, *readiness.failed);
        } else if (readiness.is_ready) {
          states_[index] = State::running;
          return index;
        }
      }
      if (!is_any_left) {
        return std::nullopt;
      }
      const bool is_one_running =
          std::find(states_.begin(), states_.end(), State::running) != states_.end();
      const bool is_one_waiting =
          std::find(states_.begin(), states_.end(), State::waiting) != states_.end();
      if (!is_one_waiting) {
        return std::nullopt;
      }
      if (is_one_running) {
        changed_.wait(lock);
      }
      // Else a skip has made others decidable: look again.
    }
  }

  struct Readiness {
    bool is_ready = true;
    const StepOutcome* failed = nullptr;  // What it waits for and will not get.
  };

  Readiness readiness_of(const Step& step) const {
    Readiness readiness;
    for (const Address& needed : step.waits_for) {
      for (std::size_t index = 0; index < steps_.size(); ++index) {
        if (outcomes_[index].address != needed) {
          continue;
        }
        const bool is_over = states_[index] == State::over;
        readiness.is_ready = readiness.is_ready && is_over;
        if (is_over && outcomes_[index].result != StepResult::done) {
          readiness.failed = &outcomes_[index];
        }
      }
    }
    return readiness;
  }

  void skip(std::size_t index, const StepOutcome& cause) {
    outcomes_[index].result = StepResult::skipped;
    outcomes_[index].fault =
        Fault{to_text(outcomes_[index].address),
              fmt::format("left out, because {} {}", to_text(cause.address),
                          cause.result == StepResult::failed ? "failed" : "was left out"),
              FaultCause::unspecified};
    end(index);
  }

  void end(std::size_t index) {
    states_[index] = State::over;
    finished_.push_back(index);
    choices_->on_step(outcomes_[index]);
    changed_.notify_all();
  }

  void roll_back() {
    for (auto index = finished_.rbegin(); index != finished_.rend(); ++index) {
      StepOutcome& outcome = outcomes_[*index];
      if (outcome.action != Action::create || outcome.result != StepResult::done) {
        continue;
      }
      ResourceProvider& provider = providers_->of(outcome.address.kind);
      const Result<std::optional<Observed>> found = provider.read(outcome.address);
      Result<void> gone;
      if (!found) {
        gone = pass_on(found);
      } else if (const std::optional<Observed>& made = *found; made.has_value()) {
        // It was made a moment ago: it holds nothing but what AWS itself put there.
        gone = provider.remove(outcome.address, *made, true);
      }
      if (gone) {
        outcome.result = StepResult::undone;
      } else {
        outcome.fault = gone.error();
      }
      choices_->on_step(outcome);
    }
  }

  const ObservedState* observed_;
  const ProviderSet* providers_;
  const ApplyChoices* choices_;
  std::vector<const Step*> steps_;
  std::set<Address> referenced_;  // By targets of steps.

  std::mutex guard_;  // Guards all below.
  std::condition_variable changed_;
  std::vector<StepOutcome> outcomes_;
  std::vector<State> states_;
  std::vector<std::size_t> finished_;  // In the order in which they ended.
  std::map<Address, Json> made_;       // Details of what this run made and others refer to.
  bool has_failed_ = false;
};

}  // namespace

std::string_view name_of(StepResult result) {
  return result_names.at(static_cast<std::size_t>(result));
}

bool ApplyOutcome::is_complete() const {
  return std::all_of(steps.begin(), steps.end(),
                     [](const StepOutcome& step) { return step.result == StepResult::done; });
}

ApplyOutcome apply(const Plan& plan, const ObservedState& observed, const ProviderSet& providers,
                   const ApplyChoices& choices) {
  ensure(!plan.has_conflicts());
  return Run(plan, observed, providers, choices).run();
}

}  // namespace bedrocklog::provision
