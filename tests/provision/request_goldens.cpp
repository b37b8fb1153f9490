// Which request of an operation is kept, and how it is written down.
#include "tests/provision/request_goldens.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>

namespace bedrocklog::provision {
namespace {

using fake_aws::Json;

/// Longer ones (dashboards) show nothing that shorter ones do not.
constexpr std::size_t body_size_shown_max = 3'000;

/// Forms as a list of their members, JSON as what it says: for those who read the files. Nothing of
/// the bytes is lost: both are sent with sorted members and without blanks.
Json readable(const Json& request) {
  Json result = request;
  const std::string body = request.at("Body").get<std::string>();
  const Json parsed = Json::parse(body, nullptr, false);
  if (parsed.is_object() && parsed.dump() == body) {
    result["Body"] = parsed;
  } else if (body.starts_with("Action=")) {
    result["Body"] = Json::array();
    std::istringstream members(body);
    for (std::string member; std::getline(members, member, '&');) {
      result["Body"].push_back(member);
    }
  }
  return result;
}

std::filesystem::path file_of(const std::string& service) {
  return std::filesystem::path(SOURCE_ROOT) / "tests/data/requests" / (service + ".json");
}

}  // namespace

void SentRequests::take(fake_aws::FakeAws& account) {
  for (const fake_aws::RecordedCall& call : account.calls()) {
    if (call.status >= 200 && call.status < 300) {
      requests_[{call.service, call.operation}].insert(call.request);
    }
  }
  account.forget_calls();
}

std::set<std::string> SentRequests::operations_of(const std::string& service) const {
  std::set<std::string> operations;
  for (const auto& [place, requests] : requests_) {
    if (place.first == service) {
      operations.insert(place.second);
    }
  }
  return operations;
}

Json SentRequests::goldens_of(const std::string& service) const {
  Json goldens = Json::object();
  for (const auto& [place, requests] : requests_) {
    if (place.first != service) {
      continue;
    }
    const auto size_of = [](const Json& request) {
      return request.at("Body").get_ref<const std::string&>().size();
    };
    const Json* shown = nullptr;
    for (const Json& request : requests) {
      const std::size_t size = size_of(request);
      const bool is_more = shown == nullptr || size > size_of(*shown);
      const bool is_less = shown != nullptr && size < size_of(*shown);
      if (size <= body_size_shown_max ? is_more || size_of(*shown) > body_size_shown_max
                                      : shown == nullptr || is_less) {
        shown = &request;
      }
    }
    goldens[place.second] = readable(*shown);
  }
  return goldens;
}

Json read_goldens(const std::string& service) {
  std::ifstream file(file_of(service));
  return Json::parse(file, nullptr, false);
}

void expect_goldens(const SentRequests& sent, const std::string& service) {
  const Json goldens = sent.goldens_of(service);
  if (std::getenv("BEDROCKLOG_WRITE_GOLDENS") != nullptr) {
    std::filesystem::create_directories(file_of(service).parent_path());
    std::ofstream(file_of(service)) << goldens.dump(1) << '\n';
    return;
  }
  const Json wanted = read_goldens(service);
  ASSERT_TRUE(wanted.is_object()) << file_of(service) << " is missing or no JSON";
  for (const auto& [operation, request] : goldens.items()) {
    EXPECT_EQ(request, wanted.value(operation, Json())) << service << ' ' << operation;
  }
  for (const auto& [operation, request] : wanted.items()) {
    EXPECT_TRUE(goldens.contains(operation)) << service << ' ' << operation << " was not sent";
  }
}

}  // namespace bedrocklog::provision
