// The shipped JSON Schemas against what the writers write, judged by a validator that is not ours.
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "cli/output_format.h"
#include "tests/cli/report_samples.h"
#include "tests/cli/schema_validator.h"

namespace bedrocklog::cli {
namespace {

using nlohmann::json;

class Schema : public testing::Test {
 protected:
  void add(const std::string& document) { documents_.push_back(document); }
  /// Exit code of the validator over all documents added since the last call.
  int validate(const std::string& schema) {
    return validate_documents(schema, std::exchange(documents_, {}));
  }

  std::vector<std::string> documents_;
};

std::string report_json(const analytics::Report& report) {
  RenderOptions options;
  options.tool_version = "0.1.0";
  return *render(report, OutputFormat::json, options);
}

TEST_F(Schema, EveryReportIsValid) {
  add(report_json(full_report()));
  add(report_json(empty_report()));
  for (const std::string& text : hostile_texts()) {
    add(report_json(hostile_report(text)));
  }
  RenderOptions options;
  options.generated_at = "2026-03-05T00:00:00Z";
  options.fields = {"cost", "model"};
  add(*render(full_report(), OutputFormat::json, options));
  EXPECT_EQ(validate("report-1.schema.json"), 0);
}

TEST_F(Schema, DamagedReportsAreRefused) {
  const json good = json::parse(report_json(full_report()));
  for (const char* patch : {
           R"([{"op": "remove", "path": "/coverage/complete"}])",
           R"([{"op": "add", "path": "/surprise", "value": 1}])",
           R"([{"op": "add", "path": "/coverage/records/lost", "value": 1}])",
           R"([{"op": "replace", "path": "/rows/0/metrics/cost", "value": 1.5}])",
           R"([{"op": "replace", "path": "/rows/0/metrics/cost", "value": "1e5"}])",
           R"([{"op": "replace", "path": "/coverage/objects/read", "value": -1}])",
           R"([{"op": "replace", "path": "/range/since", "value": "yesterday"}])",
           R"([{"op": "replace", "path": "/schema", "value": "bedrocklog.report/2"}])",
       }) {
    add(good.patch(json::parse(patch)).dump());
    EXPECT_EQ(validate("report-1.schema.json"), 1) << patch;
  }
}

// F046
TEST_F(Schema, UsageReportsAreValid) {
  add(render_usage_json(usage_report()));
  analytics::UsageReport empty;
  empty.period = usage_report().period;
  add(render_usage_json(empty));
  EXPECT_EQ(validate("usage-1.schema.json"), 0);
}

// F046
TEST_F(Schema, UsageReportsWithoutOneOfTheirFieldsAreRefused) {
  const json good = json::parse(render_usage_json(usage_report()));
  const std::string model = "/byModel/acme.unknown-v9:0/";
  for (const std::string& field :
       {std::string("/period/durationHours"), std::string("/summary/estimatedCost"),
        model + "avgLatency", std::string("/projections/monthlyCost"),
        std::string("/performance/errorRate")}) {
    add(good.patch(json::array({{{"op", "remove"}, {"path", field}}})).dump());
    EXPECT_EQ(validate("usage-1.schema.json"), 1) << field;
  }
}

}  // namespace
}  // namespace bedrocklog::cli
