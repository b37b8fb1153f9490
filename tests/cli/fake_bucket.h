// One bucket on loopback, path style and unsigned: as much of S3 as the commands need.
#pragma once

#include <map>
#include <set>
#include <string>

#include "tests/aws/loopback_server.h"

namespace bedrocklog::cli {

class FakeBucket {
 public:
  using Objects = std::map<std::string, std::string>;

  /// Keys and contents. Keys in `denied` are listed and refuse to be read.
  explicit FakeBucket(Objects objects, std::set<std::string> denied = {});

  [[nodiscard]] std::string url() const { return server_.url(); }
  /// How many requests read an object.
  [[nodiscard]] std::size_t reads() const;
  [[nodiscard]] const aws::LoopbackServer& server() const { return server_; }

 private:
  [[nodiscard]] aws::CannedAnswer answer(const aws::SeenRequest& request) const;
  [[nodiscard]] aws::CannedAnswer list(const std::string& query) const;

  Objects objects_;
  std::set<std::string> denied_;
  aws::LoopbackServer server_;  // Last: its threads use the others.
};

}  // namespace bedrocklog::cli
