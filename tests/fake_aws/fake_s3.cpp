// S3 of the fake: buckets, whose they are, and their settings.
#include "tests/fake_aws/fake_s3.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <regex>
#include <utility>

#include "ingest/aws/digest.h"
#include "tests/fake_aws/fake_members.h"
#include "tests/fake_aws/fake_policy.h"

namespace bedrocklog::fake_aws {
namespace {

using aws::XmlElement;

/// Of the settings of a bucket that are written right after each other, one in so many collides
/// while the account is one where things take time.
constexpr std::uint64_t collision_period = 3;

FakeAnswer no_bucket() {
  return s3_error(404, "NoSuchBucket", "The specified bucket does not exist");
}

std::optional<FakeAnswer> name_refusal(const std::string& name) {
  const bool is_right = std::regex_match(name, std::regex("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")) &&
                        name.find("..") == std::string::npos &&
                        !std::regex_match(name, std::regex("\\d+\\.\\d+\\.\\d+\\.\\d+")) &&
                        !name.starts_with("xn--") && !name.ends_with("-s3alias");
  return is_right ? std::optional<FakeAnswer>()
                  : s3_error(400, "InvalidBucketName", "The specified bucket is not valid.");
}

/// Items of a query that go with an operation; others are refused.
std::optional<FakeAnswer> query_refusal(const std::string& operation, const FakeCall& call) {
  static const std::map<std::string, std::vector<std::string>> known = {
      {"ListObjectsV2",
       {"list-type", "prefix", "delimiter", "max-keys", "continuation-token", "start-after",
        "encoding-type", "fetch-owner"}},
      {"ListObjectVersions",
       {"versions", "prefix", "max-keys", "key-marker", "version-id-marker", "encoding-type"}},
      {"ListMultipartUploads",
       {"uploads", "prefix", "max-uploads", "key-marker", "upload-id-marker", "encoding-type"}},
      {"GetObject", {"versionId"}},
      {"HeadObject", {"versionId"}},
      {"DeleteObject", {"versionId"}},
      {"AbortMultipartUpload", {"uploadId"}},
      {"CreateMultipartUpload", {"uploads"}},
      {"DeleteObjects", {"delete"}},
      {"GetBucketLocation", {"location"}},
  };
  const auto allowed = known.find(operation);
  for (const auto& [name, value] : call.query) {
    const bool is_known =
        name == "x-id" || bucket_setting(name) != nullptr ||
        (allowed != known.end() &&
         std::find(allowed->second.begin(), allowed->second.end(), name) != allowed->second.end());
    if (!is_known) {
      return s3_error(400, "InvalidArgument", "The item " + name + " is not known here.");
    }
  }
  return std::nullopt;
}

class FakeS3 : public FakeService {
 public:
  explicit FakeS3(FakeWorld& world) : world_(world) {
    world_.delivery_refusal = [this](const std::string& region, const std::string& bucket,
                                     const std::string& prefix) {
      return delivery_refusal(region, bucket, prefix);
    };
    world_.has_bucket = [this](const std::string& bucket) { return buckets_.contains(bucket); };
    world_.bucket_allows = [this](const std::string& bucket, const PolicyQuestion& question) {
      const auto found = buckets_.find(bucket);
      return found != buckets_.end() && world_.requests >= found->second.policy_usable_from &&
             allows(found->second, question);
    };
    world_.write_object = [this](const std::string& bucket, const std::string& key) {
      put_object(bucket, key, "", world_.now_seconds);
    };
  }

  FakeAnswer handle(const FakeCall& call) override {
    FakeAnswer answer = answer_to(call);
    if (call.method == "HEAD") {
      answer.body.clear();
    }
    return answer;
  }
  FakeAnswer describe(const FakeCall& call) const override;
  void put_object(const std::string& bucket, const std::string& key, const std::string& body,
                  std::int64_t modified_seconds) override {
    if (const auto found = buckets_.find(bucket); found != buckets_.end()) {
      found->second.put(key, body, modified_seconds);
    }
  }

  Json snapshot() const override {
    Json buckets = Json::object();
    for (const auto& [name, bucket] : buckets_) {
      buckets[name] = bucket_json(bucket, world_.now_seconds);
    }
    return {{"Buckets", std::move(buckets)}};
  }
  void restore(const Json& snapshot) override {
    buckets_.clear();
    const Json buckets = snapshot.value("Buckets", Json::object());
    for (const auto& [name, entry] : buckets.items()) {
      buckets_[name] = bucket_of(entry, world_.now_seconds);
    }
  }

 private:
  FakeAnswer answer_to(const FakeCall& call);
  FakeAnswer create(const FakeCall& call, const std::string& name);
  FakeAnswer bucket_answer(const std::string& operation, const FakeCall& call,
                           const std::string& name, FakeBucket& bucket);
  FakeAnswer setting_answer(const FakeBucketSetting& setting, const FakeCall& call,
                            FakeBucket& bucket);
  FakeAnswer put_setting(const FakeBucketSetting& setting, const FakeCall& call,
                         FakeBucket& bucket);
  FakeAnswer list_buckets(const FakeCall& call) const;
  [[nodiscard]] std::optional<FakeAnswer> place_refusal(const FakeCall& call,
                                                        const FakeBucket& bucket) const;
  [[nodiscard]] bool collides(FakeBucket& bucket) const;
  [[nodiscard]] std::string delivery_refusal(const std::string& region, const std::string& name,
                                             const std::string& prefix) const;
  [[nodiscard]] static bool allows(const FakeBucket& bucket, const PolicyQuestion& question) {
    const auto policy = bucket.settings.find("policy");
    return policy != bucket.settings.end() &&
           policy_allows(PolicyKind::resource, policy->second, question);
  }
  [[nodiscard]] std::string arn_of(const std::string& name) const {
    return "arn:" + world_.partition + ":s3:::" + name;
  }

  FakeWorld& world_;
  std::map<std::string, FakeBucket> buckets_;
};

FakeAnswer FakeS3::describe(const FakeCall& call) const {
  FakeAnswer answer;
  answer.operation = s3_operation(call);
  answer.is_change = call.method != "GET" && call.method != "HEAD";
  const S3Target target = s3_target(call);
  if (!target.bucket.empty()) {
    answer.resource = arn_of(target.bucket) + (target.key.empty() ? "" : '/' + target.key);
  }
  return answer;
}

/// Another region, or somebody else's.
std::optional<FakeAnswer> FakeS3::place_refusal(const FakeCall& call,
                                                const FakeBucket& bucket) const {
  if (bucket.region != call.region) {
    FakeAnswer answer = s3_error(
        301, "PermanentRedirect",
        "The bucket you are attempting to access must be addressed using the specified endpoint. "
        "Please send all future requests to this endpoint.");
    answer.headers.push_back({"x-amz-bucket-region", bucket.region});
    return answer;
  }
  const std::string expected = header_of(call, "x-amz-expected-bucket-owner");
  if (bucket.owner != call.caller_account || (!expected.empty() && expected != bucket.owner)) {
    return s3_error(403, "AccessDenied", "Access Denied");
  }
  return std::nullopt;
}

FakeAnswer FakeS3::answer_to(const FakeCall& call) {
  const std::string operation = s3_operation(call);
  const S3Target target = s3_target(call);
  if (operation.empty()) {
    return s3_error(405, "MethodNotAllowed",
                    "The specified method is not allowed against this resource.");
  }
  if (auto refused = query_refusal(operation, call)) {
    return *refused;
  }
  if (operation == "ListBuckets") {
    return list_buckets(call);
  }
  if (auto refused = name_refusal(target.bucket)) {
    return *refused;
  }
  if (operation == "CreateBucket") {
    return create(call, target.bucket);
  }
  const auto found = buckets_.find(target.bucket);
  if (found == buckets_.end()) {
    return no_bucket();
  }
  if (auto refused = place_refusal(call, found->second)) {
    return *refused;
  }
  return bucket_answer(operation, call, target.bucket, found->second);
}

FakeAnswer FakeS3::list_buckets(const FakeCall& call) const {
  XmlElement list{"Buckets", "", {}};
  for (const auto& [name, bucket] : buckets_) {
    if (bucket.owner == call.caller_account) {
      list.children.push_back({"Bucket",
                               "",
                               {{"Name", name, {}},
                                {"CreationDate", "2026-09-21T15:33:20.000Z", {}},
                                {"BucketRegion", bucket.region, {}}}});
    }
  }
  return xml_answer({"ListAllMyBucketsResult",
                     "",
                     {{"Owner", "", {{"ID", std::string(64, '0'), {}}}}, std::move(list)}});
}

/// Of a bucket to be made: what its body says of the region.
std::optional<FakeAnswer> location_refusal(const std::string& region, const std::string& location) {
  if (location == "us-east-1") {
    return s3_error(400, "InvalidLocationConstraint",
                    "The specified location-constraint is not valid");
  }
  const bool is_right = region == "us-east-1"
                            ? location.empty()
                            : location == region || (location == "EU" && region == "eu-west-1");
  if (is_right) {
    return std::nullopt;
  }
  return s3_error(400, "IllegalLocationConstraintException",
                  "The " + (location.empty() ? "unspecified" : location) +
                      " location constraint is incompatible for the region specific endpoint this "
                      "request was sent to.");
}

FakeAnswer FakeS3::create(const FakeCall& call, const std::string& name) {
  FakeBucket made = new_bucket(call.region, call.caller_account);
  std::string location;
  if (!call.body.empty()) {
    const auto root = aws::parse_xml(call.body);
    if (!root || root->name != "CreateBucketConfiguration") {
      return malformed_xml();
    }
    for (const XmlElement& child : root->children) {
      if (child.name != "LocationConstraint" && child.name != "Tags") {
        return malformed_xml();
      }
    }
    location = root->text_of("LocationConstraint");
    if (root->child("LocationConstraint") != nullptr && location.empty()) {
      return malformed_xml();
    }
    if (const XmlElement* const tags = root->child("Tags")) {
      if (auto refused = tag_set_refusal(*tags)) {
        return *refused;
      }
      const XmlElement tagging{"Tagging", "", {{"TagSet", "", tags->children}}};
      made.settings["tagging"] = stored_setting("tagging", tagging);
    }
  }
  if (auto refused = location_refusal(call.region, location)) {
    return *refused;
  }
  const std::string ownership = header_of(call, "x-amz-object-ownership");
  if (!ownership.empty()) {
    if (ownership != "BucketOwnerEnforced" && ownership != "BucketOwnerPreferred" &&
        ownership != "ObjectWriter") {
      return s3_error(400, "InvalidArgument", "Invalid x-amz-object-ownership header");
    }
    made.settings["ownershipControls"] = {{"Rule", {{"ObjectOwnership", ownership}}}};
  }
  const auto there = buckets_.find(name);
  if (there != buckets_.end() && there->second.owner != call.caller_account) {
    return s3_error(409, "BucketAlreadyExists",
                    "The requested bucket name is not available. The bucket namespace is shared by "
                    "all users of the system. Please select a different name and try again.");
  }
  if (there != buckets_.end() &&
      (call.region != "us-east-1" || there->second.region != "us-east-1")) {
    return s3_error(
        409, "BucketAlreadyOwnedByYou",
        "Your previous request to create the named bucket succeeded and you already own "
        "it.");
  }
  if (there == buckets_.end()) {
    buckets_[name] = std::move(made);
  }
  FakeAnswer answer;
  answer.headers.push_back({"Location", '/' + name});
  return answer;
}

FakeAnswer FakeS3::bucket_answer(const std::string& operation, const FakeCall& call,
                                 const std::string& name, FakeBucket& bucket) {
  if (!call.query.empty() && s3_target(call).key.empty()) {
    if (const auto* const setting = bucket_setting(call.query.begin()->first)) {
      return setting_answer(*setting, call, bucket);
    }
  }
  if (operation == "HeadBucket") {
    FakeAnswer answer;
    answer.headers.push_back({"x-amz-bucket-region", bucket.region});
    return answer;
  }
  if (operation == "DeleteBucket") {
    if (!bucket.objects.empty()) {
      return s3_error(409, "BucketNotEmpty",
                      bucket.versioning().empty()
                          ? "The bucket you tried to delete is not empty"
                          : "The bucket you tried to delete is not empty. You must delete all "
                            "versions in the bucket.");
    }
    buckets_.erase(name);
    FakeAnswer answer;
    answer.status = 204;
    return answer;
  }
  if (operation == "GetBucketLocation") {
    return xml_answer(
        {"LocationConstraint", bucket.region == "us-east-1" ? "" : bucket.region, {}});
  }
  return object_answer(operation, call, bucket, world_.now_seconds);
}

/// Each setting is written on its own servers: one right after another may find them busy.
bool FakeS3::collides(FakeBucket& bucket) const {
  const unsigned lag = std::max(world_.iam_lag_requests, world_.read_lag_requests);
  const bool is_soon = bucket.may_collide && world_.requests - bucket.written_at <= lag;
  const bool is_collision = is_soon && world_.requests % collision_period == 0;
  // Whoever tries again comes through.
  bucket.may_collide = !is_collision;
  if (!is_collision) {
    bucket.written_at = world_.requests;
  }
  return is_collision;
}

FakeAnswer FakeS3::setting_answer(const FakeBucketSetting& setting, const FakeCall& call,
                                  FakeBucket& bucket) {
  const std::string key(setting.subresource);
  if (call.method == "PUT") {
    return put_setting(setting, call, bucket);
  }
  if (call.method == "DELETE") {
    if (collides(bucket)) {
      return s3_error(409, "OperationAborted",
                      "A conflicting conditional operation is currently in progress against this "
                      "resource. Please try again.");
    }
    bucket.settings.erase(key);
    if (key == "encryption") {  // There is always some.
      bucket.settings[key] = new_bucket("", "").settings[key];
    }
    FakeAnswer answer;
    answer.status = 204;
    return answer;
  }
  const auto found = bucket.settings.find(key);
  if (found == bucket.settings.end()) {
    return key == "versioning" ? xml_answer({"VersioningConfiguration", "", {}})
                               : s3_error(404, std::string(setting.absent_code),
                                          std::string(setting.absent_message));
  }
  if (setting.root.empty()) {
    FakeAnswer answer;
    answer.body = found->second.dump();
    answer.headers.push_back({"Content-Type", "application/json"});
    return answer;
  }
  return xml_answer(xml_of_json(setting.root, found->second));
}

FakeAnswer FakeS3::put_setting(const FakeBucketSetting& setting, const FakeCall& call,
                               FakeBucket& bucket) {
  if (auto refused = checksum_refusal(call)) {
    return *refused;
  }
  const std::string key(setting.subresource);
  Json stored;
  if (setting.refusal == nullptr) {
    if (auto refused = policy_refusal(arn_of(s3_target(call).bucket), bucket, call.body)) {
      return *refused;
    }
    stored = Json::parse(call.body, nullptr, false);
    bucket.policy_usable_from = world_.requests + world_.iam_lag_requests;
  } else {
    const auto root = aws::parse_xml(call.body);
    if (!root || root->name != setting.root) {
      return malformed_xml();
    }
    if (auto refused = setting.refusal(*root)) {
      return *refused;
    }
    stored = stored_setting(key, *root);
  }
  if (collides(bucket)) {
    return s3_error(409, "OperationAborted",
                    "A conflicting conditional operation is currently in progress against this "
                    "resource. Please try again.");
  }
  if (key == "tagging" && !stored["TagSet"].is_object()) {
    bucket.settings.erase(key);  // No tags are no tag set.
  } else {
    bucket.settings[key] = std::move(stored);
  }
  FakeAnswer answer;
  answer.status = setting.put_status;
  return answer;
}

std::string FakeS3::delivery_refusal(const std::string& region, const std::string& name,
                                     const std::string& prefix) const {
  const auto found = buckets_.find(name);
  if (found == buckets_.end()) {
    return "it does not exist.";
  }
  const FakeBucket& bucket = found->second;
  if (bucket.region != region || bucket.owner != world_.account) {
    return "it is not in this account and region.";
  }
  const std::string place = (prefix.empty() ? "" : prefix + '/') + "AWSLogs/" + world_.account +
                            "/BedrockModelInvocationLogs/amazon-bedrock-logs-permission-check";
  PolicyQuestion question;
  question.service = "bedrock.amazonaws.com";
  question.action = "s3:PutObject";
  question.resource = arn_of(name) + '/' + place;
  question.conditions = {{"aws:sourceaccount", world_.account},
                         {"aws:sourcearn", "arn:" + world_.partition + ":bedrock:" + region + ':' +
                                               world_.account + ":model-invocation-logging"},
                         {"aws:securetransport", "true"},
                         {"s3:tlsversion", "1.3"}};
  if (std::string wrong = bucket_key_refusal(world_, bucket, question); !wrong.empty()) {
    return wrong;
  }
  return allows(bucket, question) ? ""
                                  : "its policy does not let bedrock.amazonaws.com put " + place;
}

}  // namespace

std::unique_ptr<FakeService> make_fake_s3(FakeWorld& world) {
  return std::make_unique<FakeS3>(world);
}

S3Target s3_target(const FakeCall& call) {
  const std::string path = call.path.starts_with('/') ? call.path.substr(1) : call.path;
  const std::size_t slash = path.find('/');
  return {path.substr(0, slash), slash == std::string::npos ? "" : path.substr(slash + 1)};
}

std::string s3_operation(const FakeCall& call) {
  const S3Target target = s3_target(call);
  const std::string& method = call.method;
  if (target.bucket.empty()) {
    return method == "GET" ? "ListBuckets" : "";
  }
  static const std::map<std::string, std::string> object_operations = {{"GET", "GetObject"},
                                                                       {"HEAD", "HeadObject"},
                                                                       {"PUT", "PutObject"},
                                                                       {"DELETE", "DeleteObject"}};
  static const std::map<std::string, std::string> bucket_operations = {
      {"HEAD", "HeadBucket"}, {"PUT", "CreateBucket"}, {"DELETE", "DeleteBucket"}};
  if (!target.key.empty()) {
    if (call.query.contains("uploadId")) {
      return method == "DELETE" ? "AbortMultipartUpload" : "";
    }
    if (call.query.contains("uploads")) {
      return method == "POST" ? "CreateMultipartUpload" : "";
    }
    const auto found = object_operations.find(method);
    return found == object_operations.end() ? "" : found->second;
  }
  for (const auto& [name, value] : call.query) {
    if (const FakeBucketSetting* const setting = bucket_setting(name)) {
      if (method == "DELETE") {
        return std::string(setting->deletion);
      }
      return method == "GET" || method == "PUT"
                 ? (method == "GET" ? "Get" : "Put") + std::string(setting->operation)
                 : "";
    }
  }
  if (method == "GET") {
    return call.query.contains("versions")    ? "ListObjectVersions"
           : call.query.contains("uploads")   ? "ListMultipartUploads"
           : call.query.contains("location")  ? "GetBucketLocation"
           : call.query.contains("list-type") ? "ListObjectsV2"
                                              : "";
  }
  if (method == "POST") {
    return call.query.contains("delete") ? "DeleteObjects" : "";
  }
  const auto found = bucket_operations.find(method);
  return found == bucket_operations.end() ? "" : found->second;
}

}  // namespace bedrocklog::fake_aws
