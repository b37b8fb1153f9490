// Groups of flags as tables.
#include "cli/provision_flags.h"

namespace bedrocklog::cli {
namespace {

constexpr std::string_view stack = "Stack";
constexpr std::string_view archive = "Logs";
constexpr std::string_view alerting = "Alarms";
constexpr std::string_view security = "Network and keys";
constexpr std::string_view existing = "What is there already";
constexpr std::string_view run = run_flag_group;
constexpr std::string_view cloud = "AWS";

Flag own(std::string_view name, std::string_view value, std::string_view help,
         std::string_view group, std::string_view built_in = "") {
  return {name, '\0', value, help, group, built_in, FlagKind::text, FlagReach::command_line};
}

Flag repeated(std::string_view name, std::string_view value, std::string_view help,
              std::string_view group) {
  return {name, '\0', value, help, group, "", FlagKind::repeated, FlagReach::command_line};
}

Flag listed(std::string_view name, std::string_view value, std::string_view help,
            std::string_view group, std::string_view built_in = "") {
  return {name, '\0', value, help, group, built_in, FlagKind::list, FlagReach::command_line};
}

Flag toggle(std::string_view name, std::string_view help, std::string_view group) {
  return {name, '\0', "", help, group, "", FlagKind::toggle, FlagReach::command_line};
}

/// A shared flag in a group and with a help of ours.
Flag shared(std::string_view name, std::string_view group, std::string_view help = "") {
  Flag flag = report_flag(name);
  flag.group = group;
  if (!help.empty()) {
    flag.help = help;
  }
  return flag;
}

Flags what_flags() {
  return {
      own("config", "FILE", "the stack as TOML ([provision]) or JSON; flags win", stack),
      listed("stack-profile", "NAMES", "some of core,observability,secure", stack, "core"),
      own("stack", "NAME", "names its mark on all it owns", stack, "bedrocklog"),
      own("env", "NAME", "dev, staging, prod, ...; default: ENVIRONMENT, prod", stack),
      listed("regions", "A,B", "regions; the first has what is global", stack),
      listed("only", "PARTS",
             "some of iam,storage,logging,dashboard,alerting,encryption,trail,network,guardrail",
             stack),
      repeated("tag", "KEY=VALUE", "a tag on all it creates; repeatable", stack),
      own("account", "ID", "refuse when the credentials are of another account", stack),
      own("retention-days", "N", "of log groups: 1 3 5 7 14 30 60 90 ... 3653 [30; secure: 90]",
          archive),
      own("archive-days", "N", "until archived logs are deleted", archive, "90"),
      own("key-prefix", "TEXT", "of the archive in its bucket", archive),
      own("trail-days", "N", "until files of the trail are deleted", archive, "90"),
      toggle("with-report-bucket", "observability: a bucket for reports, too", archive)};
}

Flags alarm_flags() {
  return {repeated("alert-email", "ADDRESS", "gets the alarms; repeatable", alerting),
          repeated("subscribe", "PROTOCOL:ENDPOINT", "email sms https sqs lambda ...; repeatable",
                   alerting),
          repeated("critical-email", "ADDRESS", "secure: gets the critical alarms; repeatable",
                   alerting),
          repeated("performance-email", "ADDRESS", "secure: those of performance", alerting),
          repeated("cost-email", "ADDRESS", "secure: those of cost", alerting),
          own("dlq-arn", "ARN", "queue for alarms that cannot be delivered", alerting),
          own("tokens-per-hour", "N", "alarm above", alerting, "100000"),
          own("errors-per-5-minutes", "N", "alarm above", alerting, "10"),
          own("invocations-per-hour", "N", "alarm above", alerting, "1000"),
          own("latency-ms", "N", "alarm above, mean of 5 minutes", alerting, "10000"),
          own("alarm-source", "NAME", "automatic, all-models-series or metrics-insights", alerting,
              "automatic"),
          listed("models", "IDS", "observability: alarms and widgets for each of these", alerting),
          own("team-key", "KEY", "of requestMetadata, for widgets by team", alerting, "team"),
          own("monthly-budget", "USD", "observability: a budget with notifications", alerting)};
}

Flags security_flags() {
  return {
      own("vpc-id", "ID", "secure: interface endpoints in this VPC", security),
      listed("subnet-ids", "A,B", "in these subnets", security),
      listed("management-cidrs", "A,B", "that may manage Bedrock through them", security),
      listed("runtime-cidrs", "A,B", "that may call models through them", security),
      repeated("trust", "ARN", "secure: may assume the role to call models; repeatable", security),
      own("boundary", "ARN", "permissions boundary of every role of the stack", security)};
}

Flags existing_flags() {
  return {
      repeated("adopt", "KIND:NAME", "take over a thing that is not ours, or all", existing),
      own("use-bucket", "NAME", "archive there; never changed", existing),
      own("use-log-group", "NAME", "log there; never changed", existing),
      own("use-topic", "ARN", "alarms go there; never changed; default: SNS_TOPIC_ARN", existing),
      own("use-trail", "ARN", "a trail that covers the account; none is made", existing),
      own("use-key", "ARN", "secure: encrypt with this key; never changed", existing),
      own("logging", "CHOICE", "foreign logging configuration: refuse merge replace", existing,
          "refuse"),
      toggle("allow-shorten", "allow that logs are deleted sooner than now", existing)};
}

}  // namespace

Flags joined(std::initializer_list<Flags> parts) {
  Flags all;
  for (const Flags& part : parts) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

Flags stack_flags() {
  return joined({what_flags(), alarm_flags(), security_flags(), existing_flags()});
}

Flags aws_flags() {
  return {
      repeated("assume-role", "ARN", "act as this role; its name will do with --account", cloud),
      shared("profile", cloud),
      shared("region", cloud, "the region of the stack; default: AWS_REGION, the profile"),
      shared("endpoint-url", cloud,
             "an AWS-compatible service; default: AWS_ENDPOINT_URL[_SERVICE]"),
      shared("ca-bundle", cloud),
      shared("fips", cloud),
      shared("dualstack", cloud),
      shared("max-attempts", cloud),
      shared("stall-timeout", cloud)};
}

Flags account_flags() {
  return {own("accounts", "FILE",
              "one after the other: CSV of account,role,regions,env,stack, or a list", cloud)};
}

Flags screen_flags() {
  return {shared("quiet", "Terminal"), shared("verbose", "Terminal"), shared("color", "Terminal")};
}

Flag json_flag() {
  return run_toggle("json", "print JSON");
}

Flag confirm_delete_flag() {
  return repeated("confirm-delete", "NAME", "this bucket may go without asking; repeatable", run);
}

Flags removal_flags() {
  return {run_toggle("delete-data", "delete buckets and log groups of ours, with all logs"),
          confirm_delete_flag(),
          repeated("restore-logging", "FILE",
                   "put back what --logging replace saved; REGION=FILE for several", run)};
}

Flags check_flags() {
  return {run_flag("archive-age", "HOURS", "how old the newest archived log may be; 0: any", "24"),
          shared("now", run)};
}

Flags canary_flags() {
  return {run_toggle("canary", "print one call to make by hand, then look for its record"),
          run_flag("canary-id", "ID", "look for this one, printed before"),
          run_flag("canary-model", "ID", "the model or profile to call"),
          run_flag("wait", "SECONDS", "look so long for the record", "0")};
}

Flag run_flag(std::string_view name, std::string_view value, std::string_view help,
              std::string_view built_in) {
  return own(name, value, help, run, built_in);
}

Flag run_toggle(std::string_view name, std::string_view help) {
  return toggle(name, help, run);
}

}  // namespace bedrocklog::cli
