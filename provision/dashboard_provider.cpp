// A CloudWatch dashboard. It is of the account; the mark is in its body, because tags count at
// creation only.
#include <string>
#include <utility>

#include <fmt/format.h>

#include "provision/call_fault.h"
#include "provision/mark.h"
#include "provision/resource_provider.h"

namespace bedrocklog::provision {
namespace {

using aws::CallResult;
using aws::XmlElement;

class DashboardProvider final : public ResourceProvider {
 public:
  DashboardProvider(aws::ServiceCalls& calls, StackIdentity identity)
      : calls_(&calls), identity_(std::move(identity)) {}

  Result<std::optional<Observed>> read(const Address& address) override {
    const CallResult<XmlElement> answer = call("GetDashboard", {{"DashboardName", address.name}});
    if (!answer) {
      if (has_code(answer.error(), {"ResourceNotFound", "DashboardNotFoundError"})) {
        return std::optional<Observed>();
      }
      return refused(address, answer.error());
    }
    const Json body = Json::parse(answer->text_of("DashboardBody"), nullptr, false);
    const Mark mark = mark_of_dashboard(body, identity_.stack);
    Json details = {{"Arn", std::string(answer->text_of("DashboardArn"))}};
    // What is no JSON can only be somebody's else.
    return std::optional(
        Observed{{{"DashboardName", address.name},
                  {"DashboardBody", body.is_discarded() ? Json("not JSON") : body}},
                 mark.ownership,
                 mark.owner,
                 std::move(details)});
  }

  Result<void> create(const Address& address, const Json& target) override {
    const Result<std::optional<Observed>> there = read(address);
    if (!there) {
      return pass_on(there);
    }
    if (*there && !is_ours(**there)) {
      return came_meanwhile(address);
    }
    return put(address, target);
  }
  Result<void> update(const Address& address, const Json& target, const Observed&) override {
    return put(address, target);
  }
  Result<void> remove(const Address& address, const Observed&, bool) override {
    const CallResult<XmlElement> answer =
        call("DeleteDashboards", {{"DashboardNames", Json::array({address.name})}});
    if (!answer && !has_code(answer.error(), {"ResourceNotFound", "DashboardNotFoundError"})) {
      return refused(address, answer.error());
    }
    return {};
  }
  /// One that was adopted has our widgets and our mark from then on: it goes as ours.
  Result<void> release(const Address& address, const Observed& observed) override {
    return remove(address, observed, false);
  }

 private:
  CallResult<XmlElement> call(std::string_view action, const Json& members) const {
    return calls_->query("cloudwatch", identity_.home_region, action, members);
  }

  Result<void> put(const Address& address, const Json& target) const {
    const CallResult<XmlElement> answer = call(
        "PutDashboard",
        {{"DashboardName", address.name}, {"DashboardBody", target.at("DashboardBody").dump()}});
    if (!answer) {
      return refused(address, answer.error());
    }
    return {};
  }

  aws::ServiceCalls* calls_;
  StackIdentity identity_;
};

}  // namespace

std::unique_ptr<ResourceProvider> make_dashboard_provider(aws::ServiceCalls& calls,
                                                          StackIdentity identity,
                                                          Waiter /*waiter*/) {
  return std::make_unique<DashboardProvider>(calls, std::move(identity));
}

}  // namespace bedrocklog::provision
