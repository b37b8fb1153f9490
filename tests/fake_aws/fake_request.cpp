// Decoding of targets, forms and JSON, as the protocols have them.
#include "tests/fake_aws/fake_request.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "ingest/aws/ascii_case.h"
#include "ingest/aws/uri_text.h"

namespace bedrocklog::fake_aws {
namespace {

constexpr std::size_t list_size_max = 1000;

const RefusalWords malformed_words{"MalformedInput", 400, "SerializationException", 400, 400,
                                   "BadRequest",     400};
const RefusalWords operation_words{"InvalidAction",    400, "UnknownOperationException", 404, 404,
                                   "MethodNotAllowed", 405};

/// "a=b&c" decoded; nothing for broken encoding or a name that comes twice.
std::optional<std::map<std::string, std::string>> decoded_items(const std::string& text,
                                                                bool is_form) {
  std::map<std::string, std::string> items;
  for (std::size_t start = 0; start < text.size();) {
    const std::size_t end = std::min(text.find('&', start), text.size());
    const std::string item = text.substr(start, end - start);
    start = end + 1;
    const std::size_t equals = std::min(item.find('='), item.size());
    const std::string value = equals < item.size() ? item.substr(equals + 1) : "";
    const auto name_text = aws::percent_decoded(item.substr(0, equals));
    const auto value_text = is_form ? aws::listing_decoded(value) : aws::percent_decoded(value);
    if (!name_text || !value_text || !items.emplace(*name_text, *value_text).second) {
      return std::nullopt;
    }
  }
  return items;
}

/// Node with the children "1" to "n": these in order; nothing for holes.
std::optional<std::vector<Json>> numbered(const Json& node) {
  std::vector<Json> items;
  if (!node.is_object() || node.size() > list_size_max) {
    return std::nullopt;
  }
  for (std::size_t number = 1; number <= node.size(); ++number) {
    const auto found = node.find(std::to_string(number));
    if (found == node.end()) {
      return std::nullopt;
    }
    items.push_back(*found);
  }
  return items;
}

std::optional<Json> shaped(const Json& node, bool has_flat_lists);

std::optional<Json> shaped_list(const Json& node, bool has_flat_lists) {
  const auto items = numbered(node);
  if (!items) {
    return std::nullopt;
  }
  Json list = Json::array();
  for (const Json& item : *items) {
    auto shape = shaped(item, has_flat_lists);
    if (!shape) {
      return std::nullopt;
    }
    list.push_back(std::move(*shape));
  }
  return list;
}

std::optional<Json> shaped_map(const Json& node) {
  const auto items = numbered(node);
  if (!items) {
    return std::nullopt;
  }
  Json map = Json::object();
  for (const Json& item : *items) {
    if (!item.is_object() || item.size() != 2 || !item.contains("key") || !item.contains("value") ||
        !item["key"].is_string()) {
      return std::nullopt;
    }
    const std::string key = item["key"].get<std::string>();
    auto value = shaped(item["value"], false);
    if (!value || map.contains(key)) {
      return std::nullopt;
    }
    map[key] = std::move(*value);
  }
  return map;
}

bool is_number(const std::string& name) {
  return !name.empty() && name.find_first_not_of("0123456789") == std::string::npos;
}

std::optional<Json> shaped(const Json& node, bool has_flat_lists) {
  if (!node.is_object()) {
    return node;
  }
  if (has_flat_lists && is_number(node.begin().key())) {
    return shaped_list(node, true);
  }
  if (!has_flat_lists && node.size() == 1 && node.contains("member")) {
    return shaped_list(node["member"], false);
  }
  if (!has_flat_lists && node.size() == 1 && node.contains("entry")) {
    return shaped_map(node["entry"]);
  }
  Json object = Json::object();
  for (const auto& [name, inner] : node.items()) {
    auto shape = shaped(inner, has_flat_lists);
    if (!shape) {
      return std::nullopt;
    }
    object[name] = std::move(*shape);
  }
  return object;
}

bool place_member(Json& root, const std::string& name, const std::string& value) {
  Json* node = &root;
  for (std::size_t start = 0;;) {
    const std::size_t end = name.find('.', start);
    Json& inner = (*node)[name.substr(start, end - start)];
    if (end == std::string::npos) {
      if (!inner.is_null()) {
        return false;
      }
      inner = value;
      return true;
    }
    if (inner.is_string()) {
      return false;
    }
    node = &inner;
    start = end + 1;
  }
}

std::optional<FakeAnswer> read_query(FakeCall& call, const FakeServiceTraits& traits,
                                     const std::string& content_type) {
  if (call.method != "POST" || call.path != "/" || !call.query.empty() ||
      !content_type.starts_with("application/x-www-form-urlencoded")) {
    return refusal(traits, malformed_words, "The request is no form posted to /.");
  }
  const auto form = decoded_items(call.body, true);
  if (!form) {
    return refusal(traits, malformed_words, "The form is broken, or names a member twice.");
  }
  call.form = *form;
  const std::string version = call.form["Version"];
  call.operation = call.form["Action"];
  call.form.erase("Action");
  call.form.erase("Version");
  const auto tree = members_tree(call.form, traits.protocol == FakeProtocol::ec2);
  if (!tree) {
    return refusal(traits, malformed_words, "Unexpected list element termination");
  }
  call.json = *tree;
  if (call.operation.empty()) {
    return refusal(traits, {"MissingAction", 400, "", 400, 400, "", 400}, "Missing Action");
  }
  if (version != traits.version) {
    return refusal(traits, operation_words,
                   "Could not find operation " + call.operation + " for version " + version);
  }
  return std::nullopt;
}

std::optional<FakeAnswer> read_json(FakeCall& call, const FakeServiceTraits& traits,
                                    const aws::SeenRequest& request) {
  const std::string target = request.header("x-amz-target");
  const std::string prefix = std::string(traits.version) + '.';
  if (call.method != "POST" || call.path != "/" || !call.query.empty() ||
      !target.starts_with(prefix)) {
    return refusal(traits, operation_words, "The operation " + target + " is not known.");
  }
  call.operation = target.substr(prefix.size());
  call.json = Json::parse(call.body, nullptr, false);
  if (request.header("content-type") != "application/x-amz-json-1.1" || !call.json.is_object()) {
    return refusal(traits, malformed_words, "The request is no JSON object of version 1.1.");
  }
  return std::nullopt;
}

std::optional<FakeAnswer> read_rest_json(FakeCall& call, const FakeServiceTraits& traits,
                                         const aws::SeenRequest& request) {
  if (call.body.empty()) {
    return std::nullopt;
  }
  call.json = Json::parse(call.body, nullptr, false);
  if (request.header("content-type") != "application/json" || !call.json.is_object()) {
    return refusal(traits, malformed_words, "The request is no JSON object.");
  }
  return std::nullopt;
}

}  // namespace

std::optional<Json> members_tree(const std::map<std::string, std::string>& form,
                                 bool has_flat_lists) {
  Json root = Json::object();
  for (const auto& [name, value] : form) {
    if (!place_member(root, name, value)) {
      return std::nullopt;
    }
  }
  Json shape = Json::object();
  for (const auto& [name, inner] : root.items()) {
    auto member = shaped(inner, has_flat_lists);
    if (!member) {
      return std::nullopt;
    }
    shape[name] = std::move(*member);
  }
  return shape;
}

ReadCall read_call(const aws::SeenRequest& request, const FakeAuthorization& authorization,
                   const FakeServiceTraits& traits) {
  ReadCall read;
  FakeCall& call = read.call;
  call.service = authorization.service;
  call.region = authorization.region;
  call.method = request.method;
  call.body = request.body;
  for (const aws::HttpHeader& header : request.headers) {
    call.headers.push_back({aws::lower_case(header.name), header.value});
  }
  const std::size_t mark = std::min(request.target.find('?'), request.target.size());
  const auto path = aws::percent_decoded(request.target.substr(0, mark));
  const auto query =
      decoded_items(mark < request.target.size() ? request.target.substr(mark + 1) : "", false);
  if (!path || !query) {
    read.refused = refusal(traits, malformed_words, "The target is not well encoded.");
    return read;
  }
  call.path = *path;
  call.query = *query;
  switch (traits.protocol) {
    case FakeProtocol::query:
    case FakeProtocol::ec2:
      read.refused = read_query(call, traits, request.header("content-type"));
      break;
    case FakeProtocol::json:
      read.refused = read_json(call, traits, request);
      break;
    case FakeProtocol::rest_json:
      read.refused = read_rest_json(call, traits, request);
      break;
    case FakeProtocol::s3:
      break;
  }
  return read;
}

}  // namespace bedrocklog::fake_aws
