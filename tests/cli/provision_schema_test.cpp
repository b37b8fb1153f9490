// The JSON documents of the provision commands against their shipped schemas.
#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "tests/cli/schema_validator.h"
#include "tests/cli/stack_program.h"

namespace bedrocklog::cli {
namespace {

using nlohmann::json;

class ProvisionSchema : public StackProgram {
 protected:
  /// Runs the command and holds its document against the schema it names.
  json expect_valid(const std::string& words, int exit_code) const {
    const json document = run_json(words, exit_code);
    const std::string schema = document.is_object() ? document.value("schema", "") : "";
    EXPECT_TRUE(schema.starts_with("bedrocklog.provision-") && schema.ends_with("/1")) << schema;
    const std::string name = schema.substr(11, schema.size() - 13);
    EXPECT_EQ(validate_documents(name + "-1.schema.json", {document.dump()}), 0)
        << words << document.dump(2);
    return document;
  }
};

TEST_F(ProvisionSchema, EveryDocumentOfAStacksLifeIsValid) {
  expect_valid("plan --alert-email ops@example.com", 2);
  expect_valid("logging status", 0);
  expect_valid("apply --yes --alert-email ops@example.com", 0);
  expect_valid("apply --yes --alert-email ops@example.com", 0);
  expect_valid("plan --latency-ms 5000", 2);
  expect_valid("verify", 0);
  expect_valid("outputs", 0);
  expect_valid("logging verify", 0);
  expect_valid("logging disable --yes", 0);
  expect_valid("logging enable --yes", 0);
  expect_valid("cost --unit-price standard_alarm=0.10", 0);
  expect_valid("plan --destroy --delete-data", 2);
  expect_valid("destroy --yes", 0);
}

TEST_F(ProvisionSchema, FailuresAndConflictsAreValid) {
  ASSERT_EQ(run("apply --yes --no-verify --stack theirs").exit_code, 0);
  expect_valid("plan", 4);
  expect_valid("apply --yes", 4);
  write("accounts", "123456789012\n999999999999\n");
  expect_valid("plan --accounts accounts --stack theirs", 78);
  aws.set_allowed([](const std::string&, const std::string& operation, const std::string&) {
    return operation != "DeleteTopic";
  });
  expect_valid("destroy --yes --stack theirs", 77);
}

TEST_F(ProvisionSchema, DamagedDocumentsAreRefused) {
  const json good = expect_valid("plan", 2);
  for (const char* patch : {
           R"([{"op": "remove", "path": "/fingerprint"}])",
           R"([{"op": "add", "path": "/surprise", "value": 1}])",
           R"([{"op": "replace", "path": "/steps/0/action", "value": "destroy"}])",
           R"([{"op": "replace", "path": "/account", "value": "12"}])",
           R"([{"op": "replace", "path": "/schema", "value": "bedrocklog.provision-plan/2"}])",
       }) {
    EXPECT_EQ(
        validate_documents("provision-plan-1.schema.json", {good.patch(json::parse(patch)).dump()}),
        1)
        << patch;
  }
}

}  // namespace
}  // namespace bedrocklog::cli
