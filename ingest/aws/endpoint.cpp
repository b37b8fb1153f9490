// Host names by AWS's endpoint rules; the exceptions stand in one table.
#include "ingest/aws/endpoint.h"

#include <algorithm>
#include <array>

#include "ingest/aws/uri_text.h"

namespace bedrocklog::aws {
namespace {

constexpr std::size_t label_size_max = 63;  // RFC 1035.
constexpr std::size_t bucket_size_min = 3;
constexpr std::size_t bucket_size_max = 63;
constexpr std::size_t old_bucket_size_max = 255;  // us-east-1 before 2018.

struct RegionPrefix {
  std::string_view prefix;
  Partition partition;
};

// China's global region is that of IAM; AWS's own tables name another one for the rest.
constexpr Partition default_partition{"aws", "amazonaws.com", "api.aws", "us-east-1"};
constexpr std::array<RegionPrefix, 7> region_prefixes = {{
    {"cn-", {"aws-cn", "amazonaws.com.cn", "api.amazonwebservices.com.cn", "cn-north-1"}},
    {"us-gov-", {"aws-us-gov", "amazonaws.com", "api.aws", "us-gov-west-1"}},
    {"us-iso-", {"aws-iso", "c2s.ic.gov", "api.aws.ic.gov", "us-iso-east-1"}},
    {"us-isob-", {"aws-iso-b", "sc2s.sgov.gov", "api.aws.scloud", "us-isob-east-1"}},
    {"eu-isoe-", {"aws-iso-e", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk", "eu-isoe-west-1"}},
    {"us-isof-", {"aws-iso-f", "csp.hci.ic.gov", "api.aws.hci.ic.gov", "us-isof-south-1"}},
    {"eusc-", {"aws-eusc", "amazonaws.eu", "api.amazonwebservices.eu", "eusc-de-east-1"}},
}};

struct Service {
  std::string_view name;  // The client's.
  std::string_view host;
  std::string_view signing_name;
  bool is_fips_in_gov = false;  // GovCloud's plain host is its FIPS endpoint.
};

// Services that are not here are called and signed by their name.
constexpr std::array<Service, 16> services = {{
    {"cloudtrail", "cloudtrail", "cloudtrail", true},
    {"cloudwatch", "monitoring", "monitoring", true},
    {"ec2", "ec2", "ec2", true},
    {"email", "email", "ses"},
    {"events", "events", "events", true},
    {"iam", "iam", "iam", true},
    {"logs", "logs", "logs", true},
    {"monitoring", "monitoring", "monitoring", true},
    {"oidc", "oidc", "sso-oauth", true},
    {"ses", "email", "ses"},
    {"sesv2", "email", "ses"},
    {"sns", "sns", "sns", true},
    {"sso", "portal.sso", "awsssoportal", true},
    {"sso-oidc", "oidc", "sso-oauth", true},
    {"sts", "sts", "sts", true},
    {"resourcegroupstaggingapi", "tagging", "tagging"},
}};

Service service_of(std::string_view name) {
  const auto* const known = std::find_if(services.begin(), services.end(),
                                         [&](const Service& s) { return s.name == name; });
  return known == services.end() ? Service{name, name, name} : *known;
}

bool is_lower_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool is_region(std::string_view region) {
  return !region.empty() && region.size() <= label_size_max && region.front() != '-' &&
         region.back() != '-' && std::all_of(region.begin(), region.end(), [](char c) {
           return is_lower_or_digit(c) || c == '-';
         });
}

/// Stores of one's own name regions as they like ("RegionOne"); there it is only signed.
bool is_signing_region(std::string_view region) {
  return region.size() <= label_size_max && std::all_of(region.begin(), region.end(), [](char c) {
           return is_lower_or_digit(c) || (c >= 'A' && c <= 'Z') || c == '-' || c == '_' ||
                  c == '.';
         });
}

Result<Endpoint> configured_endpoint(const std::string& url, const AwsSettings& settings,
                                     std::string_view region) {
  if (settings.use_fips || settings.use_dualstack) {
    return fault(url, std::string("an endpoint URL cannot be combined with ") +
                          (settings.use_fips ? "FIPS endpoints" : "dual-stack endpoints") +
                          "; leave one of them out");
  }
  const auto parts = parse_url(url);
  if (!parts || std::any_of(url.begin(), url.end(), [](char c) { return c <= ' ' || c > '~'; })) {
    return fault(url, "is no endpoint; write it like https://storage.example.com:9000");
  }
  if (!is_signing_region(region)) {
    return fault(std::string(region), "is no region name");
  }
  const bool is_usual_port = parts->port == (parts->scheme == "https" ? "443" : "80");
  Endpoint endpoint;
  endpoint.scheme = parts->scheme;
  endpoint.authority = is_usual_port ? parts->host : parts->authority();
  endpoint.base_path = parts->path.substr(0, parts->path.find_last_not_of('/') + 1);
  endpoint.signing_region = region.empty() ? "us-east-1" : region;
  return endpoint;
}

/// "s3-fips.dualstack.R.suffix": S3's dual-stack hosts stay under the partition's own suffix.
std::string s3_host(const AwsSettings& settings, const Partition& partition,
                    std::string_view region) {
  return std::string(settings.use_fips ? "s3-fips." : "s3.") +
         (settings.use_dualstack ? "dualstack." : "") + std::string(region) + '.' +
         std::string(partition.dns_suffix);
}

std::string iam_host(const AwsSettings& settings, const Partition& partition) {
  const std::string suffix(settings.use_dualstack ? partition.dualstack_dns_suffix
                                                  : partition.dns_suffix);
  if (partition.name == "aws-us-gov") {
    return "iam.us-gov." + suffix;
  }
  const std::string host = settings.use_fips ? "iam-fips." : "iam.";
  if (partition.name == "aws") {
    return host + (settings.use_dualstack ? "global." : "") + suffix;
  }
  return host + std::string(partition.global_region) + '.' + suffix;
}

/// Its hosts of the newer suffix have a region, and serve both kinds of addresses.
bool has_dualstack_budgets(const Partition& partition) {
  return partition.name == "aws" || partition.name == "aws-eusc";
}

std::string budgets_host(const AwsSettings& settings, const Partition& partition) {
  if (settings.use_dualstack || partition.name == "aws-eusc") {
    return "budgets." + std::string(partition.global_region) + '.' +
           std::string(partition.dualstack_dns_suffix);
  }
  const bool is_isolated = partition.name == "aws-iso-b" || partition.name == "aws-iso-e" ||
                           partition.name == "aws-iso-f";
  return std::string(is_isolated ? "budgets.global." : "budgets.") +
         std::string(partition.dns_suffix);
}

std::string regional_host(const AwsSettings& settings, const Service& service,
                          const Partition& partition, std::string_view region) {
  const bool is_plain_fips =
      service.is_fips_in_gov && partition.name == "aws-us-gov" &&
      (!settings.use_dualstack || service.host == "monitoring" || service.host == "events");
  return std::string(service.host) + (settings.use_fips && !is_plain_fips ? "-fips." : ".") +
         std::string(region) + '.' +
         std::string(settings.use_dualstack ? partition.dualstack_dns_suffix
                                            : partition.dns_suffix);
}

/// Nothing when the service has such an endpoint, else what is asked for in vain.
std::string_view missing_kind(const AwsSettings& settings, std::string_view service,
                              const Partition& partition) {
  if (settings.use_fips && (partition.name == "aws-cn" || service == "budgets")) {
    return "FIPS";
  }
  const bool has_dualstack = service == "iam"
                                 ? partition.name == "aws" || partition.name == "aws-us-gov"
                             : service == "budgets" ? has_dualstack_budgets(partition)
                                                    : true;
  return settings.use_dualstack && !has_dualstack ? "dual-stack" : "";
}

bool has_only(std::string_view text, std::string_view others, bool allows_upper) {
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return is_lower_or_digit(c) || (allows_upper && c >= 'A' && c <= 'Z') ||
           others.find(c) != std::string_view::npos;
  });
}

/// Fit to be a label, or several, of a host name.
bool is_host_bucket(std::string_view bucket) {
  return bucket.size() >= bucket_size_min && bucket.size() <= bucket_size_max &&
         has_only(bucket, ".-", false) && is_lower_or_digit(bucket.front()) &&
         is_lower_or_digit(bucket.back()) && bucket.find("..") == std::string_view::npos &&
         bucket.find(".-") == std::string_view::npos && bucket.find("-.") == std::string_view::npos;
}

bool is_path_bucket(std::string_view bucket) {
  return bucket.size() >= bucket_size_min && bucket.size() <= old_bucket_size_max &&
         has_only(bucket, "._-", true) && bucket.find_first_not_of('.') != std::string_view::npos;
}

bool is_ip_address(std::string_view authority) {
  const std::string_view host = authority.substr(0, authority.rfind(':'));
  return authority.starts_with('[') ||
         host.find_first_not_of("0123456789.") == std::string_view::npos;
}

bool is_virtual_style(const AwsSettings& settings, const Endpoint& endpoint,
                      std::string_view bucket, bool is_configured) {
  const bool has_dots = bucket.find('.') != std::string_view::npos;
  return !settings.path_style && (!is_configured || settings.virtual_style) &&
         is_host_bucket(bucket) && !is_ip_address(endpoint.authority) &&
         !(has_dots && endpoint.scheme == "https");
}

}  // namespace

const Partition& partition_of(std::string_view region) {
  const auto* const found =
      std::find_if(region_prefixes.begin(), region_prefixes.end(),
                   [&](const RegionPrefix& entry) { return region.starts_with(entry.prefix); });
  return found == region_prefixes.end() ? default_partition : found->partition;
}

std::string_view global_region_of(std::string_view service, const Partition& partition) {
  if (service == "budgets" && partition.name == "aws-cn") {
    return "cn-northwest-1";
  }
  return service == "iam" || service == "budgets" ? partition.global_region : std::string_view();
}

Result<Endpoint> endpoint_of(const AwsSettings& settings, std::string_view service_name,
                             std::string_view region) {
  const Service service = service_of(service_name);
  const Partition& partition = partition_of(region);
  const std::string_view global_region = global_region_of(service.name, partition);
  const std::string configured = settings.endpoint_url_for(std::string(service_name));
  if (!configured.empty()) {
    auto endpoint =
        configured_endpoint(configured, settings, global_region.empty() ? region : global_region);
    if (endpoint) {
      endpoint->signing_name = service.signing_name;
    }
    return endpoint;
  }
  if (region.empty() && global_region.empty()) {
    return fault(std::string(service_name),
                 "no region is known; say --region, AWS_REGION or region in the profile",
                 FaultCause::credentials_missing);
  }
  if (!region.empty() && !is_region(region)) {
    return fault(std::string(region), "is no region name; write it like eu-west-1");
  }
  const std::string_view missing = missing_kind(settings, service.name, partition);
  if (!missing.empty()) {
    return fault(
        std::string(service_name),
        "has no " + std::string(missing) + " endpoint in partition " + std::string(partition.name));
  }
  Endpoint endpoint{"https", "", "", std::string(region), std::string(service.signing_name)};
  if (!global_region.empty()) {
    endpoint.authority =
        service.name == "iam" ? iam_host(settings, partition) : budgets_host(settings, partition);
    endpoint.signing_region = global_region;
  } else {
    endpoint.authority = service.name == "s3" ? s3_host(settings, partition, region)
                                              : regional_host(settings, service, partition, region);
  }
  return endpoint;
}

Result<Endpoint> bucket_endpoint_of(const AwsSettings& settings, std::string_view bucket,
                                    std::string_view region) {
  const std::string uri = "s3://" + std::string(bucket);
  if (bucket.starts_with("arn:")) {
    return fault(uri,
                 "is an ARN, not a bucket; give the bucket's name or the alias of its "
                 "access point");
  }
  if (!is_path_bucket(bucket)) {
    return fault(uri, "is no bucket name: 3 to 63 lower-case letters, digits, hyphens and dots");
  }
  const bool is_configured = !settings.endpoint_url_for("s3").empty();
  if (!is_configured && bucket.ends_with("--x-s3")) {
    return fault(uri, "is a directory bucket (S3 Express), which is not supported");
  }
  auto endpoint = endpoint_of(settings, "s3", region);
  if (!endpoint) {
    return endpoint;
  }
  if (is_virtual_style(settings, *endpoint, bucket, is_configured)) {
    endpoint->authority = std::string(bucket) + '.' + endpoint->authority;
  } else {
    endpoint->base_path += '/' + std::string(bucket);
  }
  return endpoint;
}

}  // namespace bedrocklog::aws
