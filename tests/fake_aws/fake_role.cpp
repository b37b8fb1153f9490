// A role in answers and in snapshots.
#include "tests/fake_aws/fake_role.h"

#include <utility>

#include "ingest/aws/uri_text.h"
#include "tests/fake_aws/fake_members.h"

namespace bedrocklog::fake_aws {
std::string role_xml(const FakeRole& role, const std::string& arn) {
  std::string xml =
      xml_element("Path", role.path) + xml_element("RoleName", role.name) +
      xml_element("RoleId", "AROAFAKEROLE000000001") + xml_element("Arn", arn) +
      xml_element("CreateDate", "2026-09-21T15:33:20Z") +
      xml_element("AssumeRolePolicyDocument", aws::percent_encoded(role.trust.dump())) +
      xml_element("MaxSessionDuration", std::to_string(role.session_seconds));
  if (role.description) {
    xml += xml_element("Description", *role.description);
  }
  if (!role.boundary.empty()) {
    xml += "<PermissionsBoundary>" + xml_element("PermissionsBoundaryType", "Policy") +
           xml_element("PermissionsBoundaryArn", role.boundary) + "</PermissionsBoundary>";
  }
  if (!role.tags.empty()) {
    xml += tags_xml(role.tags);
  }
  return "<Role>" + xml + "</Role>";
}

Json role_json(const FakeRole& role) {
  Json entry = {{"Path", role.path},
                {"AssumeRolePolicyDocument", role.trust},
                {"MaxSessionDuration", role.session_seconds},
                {"Tags", role.tags},
                {"Policies", role.policies},
                {"Attached", role.attached}};
  if (role.description) {
    entry["Description"] = *role.description;
  }
  if (!role.boundary.empty()) {
    entry["PermissionsBoundary"] = role.boundary;
  }
  return entry;
}

FakeRole role_of(const std::string& name, const Json& entry) {
  FakeRole role;
  role.name = name;
  role.path = entry.value("Path", "/");
  role.trust = entry.value("AssumeRolePolicyDocument", Json::object());
  role.session_seconds = entry.value("MaxSessionDuration", session_seconds_min);
  role.tags = entry.value("Tags", FakeTags());
  role.policies = entry.value("Policies", std::map<std::string, Json>());
  role.attached = entry.value("Attached", std::set<std::string>());
  if (entry.contains("Description")) {
    role.description = entry.value("Description", "");
  }
  role.boundary = entry.value("PermissionsBoundary", "");
  return role;
}

bool is_latin(const std::string& text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c < 0x20 ? c != '\t' && c != '\n' && c != '\r' : c == 0x7F) {
      return false;
    }
    if (c < 0x80) {
      continue;
    }
    const auto next = static_cast<unsigned char>(i + 1 < text.size() ? text[i + 1] : '\0');
    if (!(c == 0xC2 && next >= 0xA1) && c != 0xC3) {
      return false;
    }
    ++i;
  }
  return true;
}

}  // namespace bedrocklog::fake_aws
