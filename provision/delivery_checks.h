// Does it deliver? What only the services can tell, asked with a bounded number of reads.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "ingest/aws/service_calls.h"
#include "provision/verify.h"

namespace bedrocklog::provision {

/// Asks about one region. A read that is refused makes its check unknown, with the right that is
/// missing.
class DeliveryChecks {
 public:
  /// Borrows all.
  DeliveryChecks(const StackSpec& spec, const VerifyChoices& choices, aws::ServiceCalls& calls)
      : spec_(&spec), choices_(&choices), calls_(&calls) {}

  /// The stream that Bedrock writes is in the log group.
  [[nodiscard]] Check log_stream(const std::string& region) const;
  /// Bedrock has written something below the prefix: its permission check, or calls.
  [[nodiscard]] Check archive_written(const std::string& region) const;
  /// The newest hour with objects is young enough. One read for each day looked at.
  [[nodiscard]] Check archive_age(const std::string& region) const;
  /// CloudWatch knows the metrics that widgets and alarms are made of, in the form that alarms
  /// watch.
  [[nodiscard]] Check metrics(const std::string& region) const;
  /// Of a bucket that is not ours: its policy read and held against what delivery needs.
  [[nodiscard]] std::vector<Check> reused_bucket(const std::string& region) const;

 private:
  /// Names below a prefix: of folders where `by_folder`, else of at most one object.
  [[nodiscard]] aws::CallResult<std::vector<std::string>> names_below(const std::string& region,
                                                                      const std::string& prefix,
                                                                      bool by_folder) const;

  const StackSpec* spec_;
  const VerifyChoices* choices_;
  aws::ServiceCalls* calls_;
};

}  // namespace bedrocklog::provision
