// Which host serves a service in a region: partitions, FIPS, dual-stack, endpoints of one's own.
#pragma once

#include <string>
#include <string_view>

#include "ingest/aws/aws_settings.h"
#include "ingest/fault.h"

namespace bedrocklog::aws {

struct Partition {
  std::string_view name;                  // "aws", "aws-cn", "aws-us-gov", "aws-iso" ...
  std::string_view dns_suffix;            // "amazonaws.com".
  std::string_view dualstack_dns_suffix;  // "api.aws" (not used by S3).
  std::string_view global_region;         // Where IAM and other global services sign.
};

/// By the region's prefix; unknown regions belong to "aws". Static storage.
[[nodiscard]] const Partition& partition_of(std::string_view region);

/// Where a service signs that has one endpoint for the whole partition: iam, budgets. Empty: it has
/// one in every region.
[[nodiscard]] std::string_view global_region_of(std::string_view service,
                                                const Partition& partition);

struct Endpoint {
  std::string scheme;
  std::string authority;  // Host, and port when not the scheme's own: the Host header.
  std::string base_path;  // "" or "/path" of an endpoint URL.
  std::string signing_region;
  std::string signing_name;  // "monitoring" for cloudwatch.
};

/// `service` is the client's name: sts, iam, s3, logs, bedrock, cloudwatch, sns, sso, ...
/// Fails for a region whose text is no region (it would become part of a host name), or for FIPS
/// or dual-stack where the service has none.
[[nodiscard]] Result<Endpoint> endpoint_of(const AwsSettings& settings, std::string_view service,
                                           std::string_view region);

/// The endpoint of a bucket: virtual-host style, or path style where the name has dots (under TLS),
/// an endpoint URL is given, or the user says so. In path style base_path ends in "/BUCKET".
/// Fails for a name that is no bucket name.
[[nodiscard]] Result<Endpoint> bucket_endpoint_of(const AwsSettings& settings,
                                                  std::string_view bucket, std::string_view region);

}  // namespace bedrocklog::aws
