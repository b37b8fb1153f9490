// Services that are still to come: each refuses everything.
#include "tests/fake_aws/fake_service.h"

namespace bedrocklog::fake_aws {
namespace {

class AbsentService : public FakeService {
 public:
  FakeAnswer handle(const FakeCall& /*call*/) override {
    return query_error(501, "NotImplemented", "This service is not here yet.");
  }
  FakeAnswer describe(const FakeCall& /*call*/) const override { return {}; }
  Json snapshot() const override { return Json::object(); }
  void restore(const Json& /*snapshot*/) override {}
};

}  // namespace

std::unique_ptr<FakeService> make_fake_iam(FakeWorld& /*world*/) {
  return std::make_unique<AbsentService>();
}
std::unique_ptr<FakeService> make_fake_s3(FakeWorld& /*world*/) {
  return std::make_unique<AbsentService>();
}
std::unique_ptr<FakeService> make_fake_logs(FakeWorld& /*world*/) {
  return std::make_unique<AbsentService>();
}
std::unique_ptr<FakeService> make_fake_bedrock(FakeWorld& /*world*/) {
  return std::make_unique<AbsentService>();
}

}  // namespace bedrocklog::fake_aws
