// Reading settings out of a JSON document, with a fault for everything that is not as it must be.
#pragma once

#include <algorithm>
#include <array>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/fault.h"
#include "provision/resource.h"

namespace bedrocklog::provision {

template <class Choice, std::size_t N>
[[nodiscard]] std::string_view choice_name(Choice choice,
                                           const std::array<std::string_view, N>& names) {
  return names.at(static_cast<std::size_t>(choice));
}

/// A whole number of 0 or more; texts ("30"), as in CloudFormation parameters, count.
[[nodiscard]] std::optional<std::uint64_t> whole_number_of(const Json& value);

/// The type of a number that may be missing, too.
template <class Number>
struct WholeNumber {
  using Type = Number;
};
template <class Number>
struct WholeNumber<std::optional<Number>> {
  using Type = Number;
};

/// Takes members out of one object; what is left over at the end is a fault.
class Members {
 public:
  Members(const Json& object, std::string place, std::vector<Fault>& faults)
      : object_(&object), place_(std::move(place)), faults_(&faults) {
    if (!object.is_object()) {
      complain("", "a table of settings is wanted here");
    }
  }

  /// Calls `take` with the member if it is there; null means that nothing is said.
  void at(const char* name, const std::function<void(const Json&)>& take) {
    known_.emplace_back(name);
    const auto found = object_->is_object() ? object_->find(name) : object_->end();
    if (found != object_->end() && !found->is_null()) {
      take(*found);
    }
  }

  void text(const char* name, std::string& into) {
    at(name, [&](const Json& value) {
      if (value.is_string()) {
        into = value.get<std::string>();
      } else {
        complain(name, "a text is wanted");
      }
    });
  }

  template <class Number>
  void number(const char* name, Number& into) {
    at(name, [&](const Json& value) {
      const std::optional<std::uint64_t> number = whole_number_of(value);
      using Value = typename WholeNumber<Number>::Type;
      if (number && *number <= std::numeric_limits<Value>::max()) {
        into = static_cast<Value>(*number);
      } else {
        complain(name, "a whole number of 0 or more is wanted");
      }
    });
  }

  template <class Flag>
  void toggle(const char* name, Flag& into) {
    at(name, [&](const Json& value) {
      if (value.is_boolean()) {
        into = value.get<bool>();
      } else {
        complain(name, "true or false is wanted");
      }
    });
  }

  void texts(const char* name, const std::function<void(std::string)>& take) {
    at(name, [&](const Json& value) {
      if (value.is_string()) {
        take(value.get<std::string>());
        return;
      }
      const bool is_list =
          value.is_array() && std::all_of(value.begin(), value.end(),
                                          [](const Json& entry) { return entry.is_string(); });
      if (!is_list) {
        complain(name, "a list of texts is wanted");
        return;
      }
      for (const Json& entry : value) {
        take(entry.get<std::string>());
      }
    });
  }

  template <class Choice, std::size_t N>
  void choice(const char* name, Choice& into, const std::array<std::string_view, N>& names) {
    at(name, [&](const Json& value) {
      if (const std::optional<std::size_t> index = choice_index(name, value, names)) {
        into = static_cast<Choice>(*index);
      }
    });
  }

  void object(const char* name, const std::function<void(Members&)>& take) {
    at(name, [&](const Json& value) {
      Members inner(value, path(name), *faults_);
      take(inner);
      inner.end();
    });
  }

  void objects(const char* name, const std::function<void(Members&)>& take);

  /// What nobody asked for is not known.
  void end();

  void complain(const std::string& name, std::string message);

 private:
  /// Which of the names it is; a complaint when it is none.
  std::optional<std::size_t> choice_index(const char* name, const Json& value,
                                          std::span<const std::string_view> names);
  [[nodiscard]] std::string path(const std::string& name) const {
    return place_.empty() ? name : place_ + '.' + name;
  }

  const Json* object_;
  std::string place_;
  std::vector<Fault>* faults_;
  std::vector<std::string> known_;
};

}  // namespace bedrocklog::provision
