// Symbols and colours of a plan.
#include "cli/plan_text.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "cli/terminal_text.h"
#include "provision/reference.h"

namespace bedrocklog::cli {
namespace {

using provision::Action;

struct ActionLook {
  std::string_view symbol;
  std::string_view color;  // ANSI; meaning is never in the colour alone.
  std::string_view past;
  std::string_view counted;  // "3 to create"; empty: not counted.
};

/// By Action.
constexpr std::array<ActionLook, 10> looks = {{
    {" ", "", "unchanged", ""},
    {"+", "\033[32m", "created", "to create"},
    {"~", "\033[33m", "updated", "to update"},
    {"^", "\033[33m", "adopted", "to adopt"},
    {"-", "\033[31m", "removed", "to remove"},
    {"v", "\033[33m", "released", "to release"},
    {"=", "", "kept", "to keep"},
    {"!", "\033[35m", "in conflict", "in conflict"},
    {"?", "\033[35m", "blocked", "blocked"},
    {"x", "", "not supported", "not supported"},
}};
constexpr std::string_view color_end = "\033[0m";
constexpr std::size_t value_width_max = 160;
constexpr const char* known_later = "(known after apply)";

const ActionLook& look_of(Action action) {
  return looks.at(static_cast<std::size_t>(action));
}

/// What AWS has yet to make up, in words.
provision::Json with_unknown_named(provision::Json value) {
  if (provision::read_reference(value)) {
    return known_later;
  }
  if (value.is_structured()) {
    for (provision::Json& inner : value) {
      inner = with_unknown_named(std::move(inner));
    }
  }
  return value;
}

std::string value_text(const provision::Json& value, const PlanTextStyle& style) {
  if (value.is_null()) {
    return "(none)";
  }
  const provision::Json shown = with_unknown_named(value);
  if (shown == known_later) {
    return known_later;
  }
  const std::string text =
      printable(shown.dump(-1, ' ', false, provision::Json::error_handler_t::replace));
  return style.shows_all ? text : shortened(text, value_width_max, false);
}

std::string step_text(const provision::Step& step, const PlanTextStyle& style) {
  const ActionLook& look = look_of(step.action);
  const bool colored = style.color && !look.color.empty();
  const std::string name = printable(step.address.name);  // Empty: the region's only one.
  std::string text = fmt::format("  {}{}{} {}{}{}", colored ? look.color : "", look.symbol,
                                 colored ? color_end : "", name_of(step.address.kind),
                                 name.empty() ? "" : "/", name);
  // A reason of a step that is an ordinary one stays on its line.
  const bool explains = step.action == Action::conflict || step.action == Action::blocked ||
                        step.action == Action::unsupported;
  if (!step.reason.empty()) {
    text += fmt::format("{}{}{}", explains ? "\n      " : ": ",
                        step.action == Action::unsupported ? "unsupported: " : "",
                        printable(step.reason));
  }
  text += '\n';
  if (step.action == Action::create && !style.shows_all) {
    return text;
  }
  for (const provision::PropertyChange& change : step.changes) {
    text +=
        step.action == Action::create
            ? fmt::format("      {}: {}\n", printable(change.path), value_text(change.after, style))
            : fmt::format("      {}: {} -> {}\n", printable(change.path),
                          value_text(change.before, style), value_text(change.after, style));
  }
  return text;
}

/// Global things, then the regions of the stack, then what is elsewhere.
std::vector<std::string> places_of(const provision::StackSpec& spec, const provision::Plan& plan) {
  std::vector<std::string> places = {""};
  places.insert(places.end(), spec.regions.begin(), spec.regions.end());
  for (const provision::Step& step : plan.steps) {
    if (std::find(places.begin(), places.end(), step.address.region) == places.end()) {
      places.push_back(step.address.region);
    }
  }
  return places;
}

}  // namespace

std::string stack_line(const provision::StackSpec& spec) {
  return printable(fmt::format("stack {} ({}, {}), account {}, {}", spec.stack,
                               fmt::join(spec.profiles, "+"), spec.env, spec.account,
                               fmt::join(spec.regions, " ")));
}

std::string plan_text(const provision::StackSpec& spec, const provision::Plan& plan,
                      const PlanTextStyle& style) {
  std::string text = stack_line(spec) + '\n';
  for (const std::string& place : places_of(spec, plan)) {
    std::string lines;
    for (const provision::Step& step : plan.steps) {
      if (step.address.region == place && (step.action != Action::none || style.shows_all)) {
        lines += step_text(step, style);
      }
    }
    if (!lines.empty()) {
      text += fmt::format("\n{}\n{}", place.empty() ? "global" : printable(place), lines);
    }
  }
  if (!plan.notices.empty()) {
    text += '\n';
  }
  for (const provision::Notice& notice : plan.notices) {
    text += fmt::format("note: {}: {}\n", printable(notice.subject), printable(notice.text));
  }
  return fmt::format("{}\n{}.\n", text, plan_summary(plan));
}

std::string plan_summary(const provision::Plan& plan) {
  std::string text;
  for (std::size_t index = 0; index < looks.size(); ++index) {
    const auto count =
        std::count_if(plan.steps.begin(), plan.steps.end(), [&](const provision::Step& step) {
          return static_cast<std::size_t>(step.action) == index;
        });
    if (count > 0 && !looks.at(index).counted.empty()) {
      text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, looks.at(index).counted);
    }
  }
  const bool stands_still = !plan.has_changes() && !plan.has_conflicts();
  return stands_still ? "nothing to do" + (text.empty() ? "" : ", " + text) : text;
}

std::string_view past_of(Action action) {
  return look_of(action).past;
}

}  // namespace bedrocklog::cli
