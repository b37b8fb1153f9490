// A home directory, an environment and a clock for tests of credentials.
#pragma once

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "ingest/aws/aws_settings.h"
#include "ingest/aws/credential_context.h"
#include "ingest/aws/credentials.h"
#include "ingest/aws/utc_time.h"
#include "tests/aws/loopback_server.h"

namespace bedrocklog::aws {

/// Every secret of these tests begins with this, so that one check finds any of them.
inline constexpr const char* secret_mark = "S3CRET";

inline constexpr UtcTime test_time{1'772'619'307};  // 2026-03-04T10:15:07Z

/// Flags of which one is said: `flag(&AwsFlags::region, "eu-west-1")`.
template <class T, class V>
AwsFlags flag(T AwsFlags::* member, V value) {
  AwsFlags flags;
  flags.*member = value;
  return flags;
}

/// An empty home directory that goes with the object, and variables that point at it alone.
class CredentialHome {
 public:
  CredentialHome() {
    std::string pattern = (std::filesystem::temp_directory_path() / "bedrocklog.XXXXXX").string();
    EXPECT_NE(::mkdtemp(pattern.data()), nullptr);
    path_ = pattern;
    variables["HOME"] = path_.string();
    variables["AWS_EC2_METADATA_DISABLED"] = "true";
  }
  CredentialHome(const CredentialHome&) = delete;
  CredentialHome& operator=(const CredentialHome&) = delete;
  CredentialHome(CredentialHome&&) = delete;
  CredentialHome& operator=(CredentialHome&&) = delete;
  ~CredentialHome() { std::filesystem::remove_all(path_); }

  /// Its whole path.
  std::string write(const std::string& name, const std::string& text) const {
    const std::filesystem::path path = path_ / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << text;
    return path.string();
  }
  void write_config(const std::string& text) const { write(".aws/config", text); }
  void write_credentials(const std::string& text) const { write(".aws/credentials", text); }

  [[nodiscard]] std::string path(const std::string& name) const { return (path_ / name).string(); }

  [[nodiscard]] std::string read(const std::string& name) const {
    std::ifstream in(path_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  [[nodiscard]] AwsSettings settings(const AwsFlags& flags = {}) const {
    Result<AwsSettings> resolved = resolve_aws_settings(flags, variables);
    EXPECT_TRUE(resolved) << (resolved ? "" : resolved.error().message);
    return resolved ? *resolved : AwsSettings();
  }

  [[nodiscard]] CredentialContext context(const AwsFlags& flags = {}) const {
    return {settings(flags), [] { return test_time; }};
  }

  /// What a run with these flags would sign with.
  [[nodiscard]] Result<Credentials> credentials(const AwsFlags& flags = {}) const {
    return make_credential_cache(settings(flags), [] { return test_time; })->current();
  }

  Variables variables;

 private:
  std::filesystem::path path_;
};

inline CannedAnswer answer_of(int status, std::string body) {
  CannedAnswer answer;
  answer.status = status;
  answer.body = std::move(body);
  return answer;
}

/// "subject: message", after a look for secrets in it.
inline std::string text_of(const Fault& fault) {
  std::string text = fault.subject + ": " + fault.message;
  EXPECT_EQ(text.find(secret_mark), std::string::npos) << text;
  return text;
}

template <class T>
std::string fault_text(const Result<T>& result) {
  EXPECT_FALSE(result) << "expected a fault";
  return result ? "" : text_of(result.error());
}

}  // namespace bedrocklog::aws
