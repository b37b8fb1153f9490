// The way to S3: what the flags of the group "AWS" say, and clients that exist only once needed.
#pragma once

#include <memory>

#include "cli/diagnostics.h"
#include "cli/environment.h"
#include "cli/settings.h"
#include "ingest/aws/aws_session.h"
#include "ingest/aws/aws_settings.h"
#include "ingest/aws/s3_client.h"
#include "ingest/fault.h"

namespace bedrocklog::cli {

/// The flags, checked; reads no files. The Fault names the flag.
[[nodiscard]] Result<aws::AwsFlags> aws_flags_of(const Settings& settings);

/// Flags, variables and profile files together. Ends as resolve_aws_settings() says.
[[nodiscard]] OrExit<aws::AwsSettings> aws_settings_of(const Settings& settings,
                                                       const Environment& environment);

class S3Access {
 public:
  /// Starts session and client unless they are there; sends nothing.
  [[nodiscard]] OrExit<aws::S3Client*> start(const Settings& settings,
                                             const Environment& environment);
  /// Null until start().
  [[nodiscard]] aws::S3Client* client() const { return client_.get(); }

 private:
  std::unique_ptr<aws::AwsSession> session_;  // Before client_, which uses it to its end.
  std::unique_ptr<aws::S3Client> client_;
};

/// For --verbose, after the listing: endpoint, region, source of the credentials. Never a secret.
void print_s3_origin(aws::S3Client& client);

/// For --verbose, at the end: requests and retries.
void print_s3_requests(aws::S3Client& client);

}  // namespace bedrocklog::cli
