// Patterns and limits of the service models.
#include "provision/value_rules.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace bedrocklog::provision {
namespace {

constexpr std::array<std::string_view, 8> protocols = {"email", "email-json", "sms",    "http",
                                                       "https", "sqs",        "lambda", "firehose"};

bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_word(char c) {
  return is_lower(c) || is_digit(c) || (c >= 'A' && c <= 'Z');
}

bool is_endpoint_of(const Subscriber& subscriber, std::string_view partition) {
  const std::string& endpoint = subscriber.endpoint;
  if (!is_plain_text(endpoint, 2'048) || endpoint.find(' ') != std::string::npos) {
    return false;
  }
  if (subscriber.protocol.starts_with("email")) {
    const std::size_t at = endpoint.find('@');
    return at != std::string::npos && at > 0 && at + 1 < endpoint.size();
  }
  if (subscriber.protocol == "sms") {
    return endpoint.size() >= 3 && endpoint.size() <= 16 && endpoint.front() == '+' &&
           endpoint[1] != '0' && std::all_of(endpoint.begin() + 1, endpoint.end(), is_digit);
  }
  if (subscriber.protocol.starts_with("http")) {
    return endpoint.starts_with(subscriber.protocol + "://");
  }
  return is_arn(endpoint, partition, subscriber.protocol);
}

}  // namespace

bool is_made_of(std::string_view text, std::string_view others, std::size_t size_max) {
  return !text.empty() && text.size() <= size_max &&
         std::all_of(text.begin(), text.end(), [&](char c) {
           return is_word(c) || others.find(c) != std::string_view::npos;
         });
}

bool is_lower_name(std::string_view text, std::size_t size_max) {
  return is_made_of(text, "-", size_max) &&
         std::none_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

bool is_account(std::string_view text) {
  return text.size() == 12 && std::all_of(text.begin(), text.end(), is_digit);
}

bool is_region(std::string_view text) {
  const auto dashes = std::count(text.begin(), text.end(), '-');
  return is_lower_name(text, 32) && dashes >= 2 && dashes <= 4 && is_lower(text.front()) &&
         is_digit(text.back()) && text.find("--") == std::string_view::npos;
}

bool is_bucket_name(std::string_view text) {
  const auto is_end = [](char c) { return is_lower(c) || is_digit(c); };
  const bool is_address =
      std::all_of(text.begin(), text.end(), [](char c) { return is_digit(c) || c == '.'; });
  return text.size() >= 3 && text.size() <= 63 && is_end(text.front()) && is_end(text.back()) &&
         !is_address && text.find("..") == std::string_view::npos &&
         std::all_of(text.begin(), text.end(),
                     [&](char c) { return is_end(c) || c == '-' || c == '.'; });
}

bool is_plain_text(std::string_view text, std::size_t size_max) {
  return !text.empty() && text.size() <= size_max &&
         std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

bool is_arn(std::string_view text, std::string_view partition, std::string_view service) {
  const std::string start = fmt::format("arn:{}:{}:", partition, service);
  return text.starts_with(start) && text.size() > start.size() && is_plain_text(text, 2'048) &&
         std::count(text.begin(), text.end(), ':') >= 5;
}

bool is_decimal(std::string_view text) {
  const std::size_t point = text.find('.');
  const auto is_number = [](std::string_view part) {
    return !part.empty() && std::all_of(part.begin(), part.end(), is_digit);
  };
  return point == std::string_view::npos
             ? is_number(text)
             : is_number(text.substr(0, point)) && is_number(text.substr(point + 1));
}

std::string plain_decimal(std::string_view text) {
  if (text.find('.') != std::string_view::npos) {
    text = text.substr(0, text.find_last_not_of('0') + 1);
    text = text.ends_with('.') ? text.substr(0, text.size() - 1) : text;
  }
  while (text.size() > 1 && text.front() == '0' && text[1] != '.') {
    text.remove_prefix(1);
  }
  return text.empty() ? "0" : std::string(text);
}

std::vector<Fault> subscriber_faults(const std::string& member,
                                     const std::vector<Subscriber>& subscribers,
                                     std::string_view partition) {
  std::vector<Fault> faults;
  std::set<std::pair<std::string, std::string>> seen;
  for (const Subscriber& subscriber : subscribers) {
    const bool is_known =
        std::find(protocols.begin(), protocols.end(), subscriber.protocol) != protocols.end();
    if (!is_known) {
      faults.push_back(
          {member + ".protocol",
           fmt::format("one of {}; not: {}", fmt::join(protocols, ", "), subscriber.protocol)});
    } else if (!is_endpoint_of(subscriber, partition)) {
      faults.push_back(
          {member + ".endpoint",
           fmt::format("no endpoint for {}: {}", subscriber.protocol, subscriber.endpoint)});
    }
    if (!seen.insert({subscriber.protocol, subscriber.endpoint}).second) {
      faults.push_back({member + ".endpoint", fmt::format("named twice: {}", subscriber.endpoint)});
    }
  }
  return faults;
}

}  // namespace bedrocklog::provision
