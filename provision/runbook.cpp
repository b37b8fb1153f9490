// The runbook of a stack, in Markdown: what it is for, what it has, how it is run, what to do when
// it says something.
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "provision/outputs.h"
#include "provision/stack_export.h"
#include "provision/troubleshooting.h"

namespace bedrocklog::provision {
namespace {

/// In a cell of a table.
std::string cell(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '|') {
      result += "\\|";
    } else {
      result += c == '\n' || c == '\r' ? ' ' : c;
    }
  }
  return result.empty() ? "-" : result;
}

/// Names may hold what Markdown takes for marks.
std::string code(std::string_view text) {
  return text.empty() ? "-" : fmt::format("`{}`", cell(text));
}

std::string purpose_of(ResourceKind kind) {
  switch (kind) {
    case ResourceKind::bucket:
      return "Archives, kept for the days that are set";
    case ResourceKind::bucket_policy:
      return "Who may write there, and that TLS is used";
    case ResourceKind::log_group:
      return "Logs to be searched within minutes";
    case ResourceKind::role:
      return "What a service, or who calls models, may do";
    case ResourceKind::logging_configuration:
      return "Makes Bedrock log; there is one for account and region";
    case ResourceKind::topic:
      return "Where alarms ring";
    case ResourceKind::topic_policy:
      return "Who may ring there";
    case ResourceKind::subscription:
      return "Who hears it";
    case ResourceKind::alarm:
      return "Rings when a metric leaves its bounds";
    case ResourceKind::composite_alarm:
      return "Health as one state over many alarms";
    case ResourceKind::anomaly_detector:
      return "Learns what is usual, in about two weeks";
    case ResourceKind::dashboard:
      return "Shows metrics and logs";
    case ResourceKind::key:
      return "Encrypts what the stack keeps";
    case ResourceKind::key_alias:
      return "The key's name";
    case ResourceKind::trail:
      return "Who called which API, from where";
    case ResourceKind::metric_filter:
      return "Counts log records as a metric";
    case ResourceKind::query_definition:
      return "A query to be run by hand; or the record of a profile";
    case ResourceKind::event_rule:
      return "Tells of what happens once, as a failed job";
    case ResourceKind::budget:
      return "Tells when spend nears a limit";
    case ResourceKind::security_group:
      return "Who may reach endpoints, by address";
    case ResourceKind::vpc_endpoint:
      return "The way to a service that stays in the VPC";
    case ResourceKind::guardrail:
      return "Filters content and personal data of calls that name it";
    case ResourceKind::guardrail_version:
      return "What callers name, so that rules change when they choose";
  }
  return {};
}

class Runbook {
 public:
  Runbook(const StackSpec& spec, const DesiredState& desired, const ObservedState* observed)
      : spec_(&spec), desired_(&desired), observed_(observed) {}

  std::string write() {
    heading("#", fmt::format("Runbook: logging of Amazon Bedrock, stack {}", spec_->stack));
    add_purpose();
    add_resources();
    add_operation();
    add_alarms();
    add_troubleshooting();
    add_limits();
    return std::move(text_);
  }

 private:
  void heading(std::string_view level, std::string_view title) {
    text_ += fmt::format("{}{} {}\n\n", text_.empty() ? "" : "\n", level, title);
  }
  void line(std::string_view text) {
    text_ += text;
    text_ += '\n';
  }

  void add_purpose() {
    line(fmt::format("Account {}, regions {} (home: {}), profiles {}, environment {}.",
                     spec_->account, fmt::join(spec_->regions, ", "), spec_->regions.front(),
                     fmt::join(spec_->profiles, ", "), spec_->env));
    line("");
    line(
        "Written by `bedrocklog provision export --format runbook`; write it again after every "
        "change.");
    heading("##", "What it is for");
    line(
        "- Every call of a model through bedrock-runtime (InvokeModel, Converse and their "
        "streaming forms) is logged to S3 and to CloudWatch Logs.");
    if (has_profile(*spec_, observability_profile)) {
      line(
          "- CloudTrail records who called which API; metrics, dashboards and alarms by tier show "
          "use, cost, security and health.");
    }
    if (has_profile(*spec_, secure_profile)) {
      line(
          "- What is kept is encrypted with a key of yours; calls can stay in the VPC; a "
          "guardrail filters content; alarms ring by class.");
    }
    line(fmt::format("- Logs stay {} in CloudWatch Logs and {} in S3.",
                     days(log_retention_days_of(*spec_)), days(spec_->archive_days)));
  }

  static std::string days(unsigned count) {
    return count == 0 ? "for ever" : fmt::format("{} days", count);
  }

  void add_resources() {
    heading("##", "What it has");
    line("| Thing | What it is for | ARN | State |");
    line("|---|---|---|---|");
    static const ObservedState nothing;
    const ObservedState& seen = observed_ == nullptr ? nothing : *observed_;
    const std::vector<Output> outputs = outputs_of(*spec_, *desired_, seen);
    for (std::size_t at = 0; at < outputs.size(); ++at) {
      const Resource& resource = desired_->resources[at];
      line(fmt::format(
          "| {} | {}{} | {} | {} |", code(outputs[at].address), purpose_of(resource.address.kind),
          resource.is_managed ? "" : " (of others, used as it is)", code(outputs[at].arn),
          observed_ == nullptr ? "not asked" : cell(outputs[at].state)));
    }
    if (!desired_->unsupported.empty()) {
      heading("###", "What AWS does not offer");
      for (const Unsupported& one : desired_->unsupported) {
        line(fmt::format("- {}: {}", code(to_text(one.address)), one.reason));
      }
    }
  }

  void add_operation() {
    heading("##", "How it is run");
    line("| To | Run |");
    line("|---|---|");
    for (const auto& [purpose, command] :
         std::initializer_list<std::pair<const char*, const char*>>{
             {"see what differs from the settings", "bedrocklog provision plan"},
             {"have a plan reviewed, then do exactly that",
              "bedrocklog provision plan --out FILE; bedrocklog provision apply FILE"},
             {"make it so", "bedrocklog provision apply"},
             {"see whether it works", "bedrocklog provision verify"},
             {"see ARNs, ids and pages of the console", "bedrocklog provision outputs"},
             {"switch logging off and on", "bedrocklog provision logging disable|enable"},
             {"see what it costs", "bedrocklog provision cost"},
             {"print the rights that are needed", "bedrocklog provision permissions --mode MODE"},
             {"take it away, data stays", "bedrocklog provision destroy"}}) {
      line(fmt::format("| {} | {} |", purpose, code(command)));
    }
    line("");
    line(
        "A run that ends in the middle is run again: it goes on where it was. Change settings in "
        "the configuration, not in the console: what is changed there is reported as drift and "
        "put back by the next apply.");
    line("");
    line(
        "Recovery: bucket objects have versions; a key that was to be deleted can be kept within "
        "its waiting time; templates of `provision export` in version control make the stack "
        "again elsewhere.");
  }

  void add_alarms() {
    bool has_heading = false;
    for (const Resource& one : desired_->resources) {
      const bool is_alarm = one.address.kind == ResourceKind::alarm ||
                            one.address.kind == ResourceKind::composite_alarm;
      if (!is_alarm || !one.is_managed) {
        continue;
      }
      if (!has_heading) {
        heading("##", "When an alarm rings");
        line("| Alarm | What it means, and what to look at first |");
        line("|---|---|");
        has_heading = true;
      }
      line(fmt::format("| {} | {} |", code(to_text(one.address)),
                       cell(one.properties.value("AlarmDescription", ""))));
    }
  }

  void add_troubleshooting() {
    heading("##", "When a check fails");
    line("| Check | It asks | What to do |");
    line("|---|---|---|");
    for (const CheckHelp& one : check_help()) {
      line(fmt::format("| {} | {}? | {} |", code(one.id), one.asks, cell(one.remedy)));
    }
    line("");
    line(
        "Nothing works, and where to begin: `dns-attributes` (names), "
        "`confused-deputy-prevented` (conditions of policies), `network-reachable` (groups and "
        "endpoints), `key-policy-serves` (the key).");
    heading("##", "When a command says");
    line("| Message with | Cause | What to do |");
    line("|---|---|---|");
    for (const MessageHelp& one : message_help()) {
      line(fmt::format("| {} | {} | {} |", cell(one.part), cell(one.cause), cell(one.remedy)));
    }
    line("");
    line(
        "Settings that are refused say what is allowed; calls that AWS refuses are quoted with "
        "service and operation, so that the right is known.");
  }

  void add_limits() {
    heading("##", "What it does not see");
    line("- Calls through the endpoint bedrock-mantle are not logged by Bedrock.");
    line(
        "- Traffic of endpoints: metrics of AWS/PrivateLinkEndpoints, where CloudWatch has them. "
        "Reads of the buckets: S3 data events of a trail, off by default because they are charged "
        "by the event. Use of the key: events of kms.amazonaws.com in the trail. Traffic of "
        "security groups: VPC flow logs, which this program does not set up.");
    line(
        "- Data in the stack is encrypted and kept; who may read it, IAM says: `provision "
        "permissions --mode read-archive` and `finance-reader` print the least for readers.");
  }

  const StackSpec* spec_;
  const DesiredState* desired_;
  const ObservedState* observed_;
  std::string text_;
};

}  // namespace

std::vector<ExportedFile> to_runbook(const StackSpec& spec, const DesiredState& desired,
                                     const ObservedState* observed) {
  return {{fmt::format("{}-runbook.md", spec.stack), Runbook(spec, desired, observed).write()}};
}

}  // namespace bedrocklog::provision
