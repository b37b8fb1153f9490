// The flags of `bedrocklog provision ...`. What they say about the stack is said by a
// configuration, too; provision_request.cpp has the names.
#include <initializer_list>
#include <vector>

#include "cli/command.h"

namespace bedrocklog::cli {
namespace {

using Flags = std::vector<Flag>;

constexpr std::string_view stack = "Stack";
constexpr std::string_view archive = "Logs";
constexpr std::string_view alerting = "Alarms";
constexpr std::string_view existing = "What is there already";
constexpr std::string_view run = "Run";
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

Flags joined(std::initializer_list<Flags> parts) {
  Flags all;
  for (const Flags& part : parts) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

Flags stack_flags() {
  return {
      own("config", "FILE", "the stack as TOML ([provision]) or JSON; flags win", stack),
      listed("stack-profile", "NAMES", "what it consists of: core", stack, "core"),
      own("stack", "NAME", "names its mark on all it owns", stack, "bedrocklog"),
      own("env", "NAME", "dev, staging, prod, ...", stack, "prod"),
      listed("regions", "A,B", "regions; the first has what is global", stack),
      listed("only", "PARTS", "some of iam,storage,logging,dashboard,alerting", stack),
      repeated("tag", "KEY=VALUE", "a tag on all it creates; repeatable", stack),
      own("account", "ID", "refuse when the credentials are of another account", stack),
      own("retention-days", "N", "of the log group: 1 3 5 7 14 30 60 90 ... 3653", archive, "30"),
      own("archive-days", "N", "until archived logs are deleted", archive, "90"),
      own("key-prefix", "TEXT", "of the archive in its bucket", archive),
      repeated("alert-email", "ADDRESS", "gets the alarms; repeatable", alerting),
      repeated("subscribe", "PROTOCOL:ENDPOINT", "email sms https sqs lambda ...; repeatable",
               alerting),
      own("dlq-arn", "ARN", "queue for alarms that cannot be delivered", alerting),
      own("tokens-per-hour", "N", "alarm above", alerting, "100000"),
      own("errors-per-5-minutes", "N", "alarm above", alerting, "10"),
      own("invocations-per-hour", "N", "alarm above", alerting, "1000"),
      own("latency-ms", "N", "alarm above, mean of 5 minutes", alerting, "10000"),
      own("alarm-source", "NAME", "all-models-series or metrics-insights", alerting,
          "all-models-series"),
      repeated("adopt", "KIND:NAME", "take over a thing that is not ours, or all", existing),
      own("use-bucket", "NAME", "archive there; never changed", existing),
      own("use-log-group", "NAME", "log there; never changed", existing),
      own("use-topic", "ARN", "send alarms there; never changed", existing),
      own("logging", "CHOICE", "foreign logging configuration: refuse merge replace", existing,
          "refuse"),
      toggle("allow-shorten", "allow that logs are deleted sooner than now", existing),
  };
}

Flags aws_flags() {
  return {own("assume-role", "ARN", "act as this role", cloud),
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

Flags screen_flags() {
  return {shared("quiet", "Terminal"), shared("verbose", "Terminal"), shared("color", "Terminal")};
}

Flag json_flag() {
  return toggle("json", "print JSON", run);
}

Flag confirm_delete_flag() {
  return repeated("confirm-delete", "NAME", "this bucket may go without asking; repeatable", run);
}

Flags removal_flags() {
  return {toggle("delete-data", "delete buckets and log groups of ours, with all logs", run),
          confirm_delete_flag(),
          repeated("restore-logging", "FILE",
                   "put back what --logging replace saved; REGION=FILE for several", run)};
}

Flags check_flags() {
  return {own("archive-age", "HOURS", "how old the newest archived log may be; 0: any", run, "24"),
          shared("now", run)};
}

Command plan_command() {
  return {"provision plan",
          "",
          0,
          0,
          "what apply would change in AWS",
          "Compares the stack with what is there and prints what apply would do. Changes nothing.\n"
          "Exit 0: nothing to do, 2: changes are pending, 4: something needs a decision.\n\n"
          "  bedrocklog provision plan --region eu-west-1 --alert-email ops@example.com\n"
          "  bedrocklog provision plan --config stack.toml --out stack.plan",
          joined({{own("out", "FILE", "save the plan for apply", run),
                   toggle("destroy", "plan the removal instead", run)},
                  removal_flags(),
                  {json_flag()},
                  stack_flags(),
                  aws_flags(),
                  screen_flags()}),
          run_provision_plan};
}

Command apply_command() {
  return {
      "provision apply",
      "[PLAN]",
      0,
      1,
      "sets the stack up, or puts it right",
      "Shows the plan, asks, carries it out, looks again, and checks the result. Can be\n"
      "repeated at any time. A saved PLAN is carried out without asking, and refused when\n"
      "anything has changed since (exit 65).\n\n"
      "  bedrocklog provision apply --region eu-west-1 --alert-email ops@example.com\n"
      "  bedrocklog provision apply stack.plan",
      joined({{toggle("yes", "do not ask", run), toggle("no-verify", "leave the checks out", run),
               toggle("rollback-on-failure", "when a step fails, remove what was created", run),
               confirm_delete_flag(), json_flag()},
              check_flags(),
              stack_flags(),
              aws_flags(),
              screen_flags()}),
      run_provision_apply};
}

Command destroy_command() {
  return {"provision destroy",
          "",
          0,
          0,
          "takes the stack away again",
          "Removes what carries the mark of the stack, logging first. Buckets and log groups stay\n"
          "unless --delete-data; what was adopted is released. Asks for the stack's name, with\n"
          "--delete-data for the bucket's; --yes asks nothing and deletes data only of what\n"
          "--confirm-delete names.",
          joined({{toggle("yes", "do not ask", run)},
                  removal_flags(),
                  {json_flag()},
                  stack_flags(),
                  aws_flags(),
                  screen_flags()}),
          run_provision_destroy};
}

Command verify_command() {
  return {"provision verify",
          "",
          0,
          0,
          "is the stack there, and does it work?",
          "Checks the stack against its plan, permissions, delivery, subscriptions and alarms.\n"
          "Exit 2 when a check fails. --send-test makes an alarm fire for a moment, so that its\n"
          "notification can be seen to arrive.",
          joined({{own("send-test", "ALARM", "make this alarm fire", run), json_flag()},
                  check_flags(),
                  stack_flags(),
                  aws_flags(),
                  screen_flags()}),
          run_provision_verify};
}

Command outputs_command() {
  return {"provision outputs",
          "",
          0,
          0,
          "ARNs and console links of the stack",
          "Lists all that belongs to the stack: whether it is there, its ARN, its console page.",
          joined({{json_flag()}, stack_flags(), aws_flags(), screen_flags()}),
          run_provision_outputs};
}

Command permissions_command() {
  return {
      "provision permissions",
      "",
      0,
      0,
      "the IAM policy an identity needs",
      "Prints the least an identity must be allowed, as a policy document. With --account no\n"
      "connection is opened.\n\n"
      "  bedrocklog provision permissions --mode plan --account 123456789012 --region us-east-1",
      joined({{own("mode", "MODE", "plan apply destroy read-archive", run, "apply")},
              stack_flags(),
              aws_flags(),
              screen_flags()}),
      run_provision_permissions};
}

Command export_command() {
  return {
      "provision export",
      "",
      0,
      0,
      "the stack for CloudFormation, Terraform, or as JSON",
      "Writes the stack for other tools. CloudFormation has no type for the logging\n"
      "configuration: it is a file of its own and a step behind the template. With --account no\n"
      "connection is opened, unless --import asks for what is there.",
      joined({{own("format", "FORMAT", "cloudformation terraform json", run, "cloudformation"),
               {"output-dir", 'o', "DIR", "write files there", run, "", FlagKind::text,
                FlagReach::command_line},
               toggle("import", "Terraform: import blocks for what is there", run)},
              stack_flags(),
              aws_flags(),
              screen_flags()}),
      run_provision_export};
}

}  // namespace

std::vector<Command> provision_commands() {
  return {plan_command(),    apply_command(),       destroy_command(), verify_command(),
          outputs_command(), permissions_command(), export_command()};
}

}  // namespace bedrocklog::cli
