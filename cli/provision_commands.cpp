// The commands of `bedrocklog provision`: what each is called, takes and is run by.
#include <vector>

#include "cli/command.h"
#include "cli/provision_flags.h"

namespace bedrocklog::cli {
namespace {

Command plan_command() {
  return {"provision plan",
          "",
          0,
          0,
          "what apply would change in AWS",
          "Compares the stack with what is there and prints what apply would do. Changes nothing.\n"
          "Exit 0: nothing to do, 2: changes are pending, 4: something needs a decision.\n\n"
          "  bedrocklog provision plan --region eu-west-1 --alert-email ops@example.com\n"
          "  bedrocklog provision plan --config stack.toml --out stack.plan\n"
          "  bedrocklog provision plan --accounts accounts.csv --out-dir plans",
          joined({{run_flag("out", "FILE", "save the plan for apply"),
                   run_flag("out-dir", "DIR", "save it there as ACCOUNT.plan"),
                   run_toggle("destroy", "plan the removal instead")},
                  removal_flags(),
                  {json_flag()},
                  stack_flags(),
                  aws_flags(),
                  account_flags(),
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
      "anything has changed since (exit 65); with --accounts PLAN is the folder of --out-dir.\n\n"
      "  bedrocklog provision apply --region eu-west-1 --alert-email ops@example.com\n"
      "  bedrocklog provision apply stack.plan",
      joined({{run_toggle("yes", "do not ask"), run_toggle("no-verify", "leave the checks out"),
               run_toggle("rollback-on-failure", "when a step fails, remove what was created"),
               confirm_delete_flag(), json_flag()},
              check_flags(),
              stack_flags(),
              aws_flags(),
              account_flags(),
              screen_flags()}),
      run_provision_apply};
}

Command destroy_command() {
  return {
      "provision destroy",
      "",
      0,
      0,
      "takes the stack away again",
      "Removes what carries the mark of the stack, logging first. Buckets, log groups and keys\n"
      "stay unless --delete-data; what was adopted is released. Asks for the stack's name, with\n"
      "--delete-data for the bucket's; --yes asks nothing and deletes data only of what\n"
      "--confirm-delete names.",
      joined({{run_toggle("yes", "do not ask")},
              removal_flags(),
              {json_flag()},
              stack_flags(),
              aws_flags(),
              account_flags(),
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
          "notification can be seen to arrive. --canary prints one call to a model, for you to\n"
          "make with your own client, and looks for its record.",
          joined({{run_flag("send-test", "ALARM", "make this alarm fire"), json_flag()},
                  canary_flags(),
                  check_flags(),
                  stack_flags(),
                  aws_flags(),
                  account_flags(),
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
          joined({{json_flag()}, stack_flags(), aws_flags(), account_flags(), screen_flags()}),
          run_provision_outputs};
}

Command logging_command() {
  return {"provision logging",
          "status|enable|disable|verify",
          1,
          1,
          "the logging configuration alone",
          "status   prints the configuration of each region, and whose it is.\n"
          "enable   applies the stack with --only logging: what it needs must be there. With\n"
          "         --restore puts back what disable, or apply --logging replace, has saved.\n"
          "disable  saves the configuration to a file, then takes our destinations out.\n"
          "verify   checks the delivery: log stream, archive, age of the newest log.\n"
          "Changes are shown, and agreed to or --yes. What others deliver is never touched, but\n"
          "as --logging says.\n\n"
          "  bedrocklog provision logging status --regions eu-west-1,us-east-1\n"
          "  bedrocklog provision logging enable --restore "
          "bedrocklog-logging-123456789012-eu-west-1.json",
          joined({{run_toggle("yes", "do not ask"),
                   {"restore", '\0', "FILE", "enable: put this back; REGION=FILE for several",
                    run_flag_group, "", FlagKind::repeated, FlagReach::command_line},
                   json_flag()},
                  canary_flags(),
                  check_flags(),
                  stack_flags(),
                  aws_flags(),
                  account_flags(),
                  screen_flags()}),
          run_provision_logging};
}

Flag output_folder_flag(const char* help) {
  return {"output-dir",   'o', "DIR",          help,
          run_flag_group, "",  FlagKind::text, FlagReach::command_line};
}

Command permissions_command() {
  return {
      "provision permissions",
      "",
      0,
      0,
      "the IAM policy an identity needs",
      "Prints the least an identity must be allowed, as a policy document. IAM takes 6,144\n"
      "characters in one: with --output-dir the rights are in as many files as that needs. With\n"
      "--account no connection is opened.\n\n"
      "  bedrocklog provision permissions --mode plan --account 123456789012 --region us-east-1",
      joined({{run_flag("mode", "MODE",
                        "plan apply destroy read-archive finance-reader canary admin", "apply"),
               output_folder_flag("as many policies as the limit of IAM makes of it, there")},
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
      "the stack for CloudFormation, Terraform, people, or as JSON",
      "Writes the stack for other tools, as a configuration of this one, or as a runbook in\n"
      "Markdown. CloudFormation has no type for the logging\n"
      "configuration: it is a file of its own and a step behind the template. With --account no\n"
      "connection is opened, unless --import or --with-state ask for what is there.",
      joined({{run_flag("format", "FORMAT", "cloudformation terraform configuration runbook",
                        "cloudformation"),
               output_folder_flag("write files there"),
               run_toggle("import", "Terraform: import blocks for what is there"),
               run_toggle("with-state", "runbook: with what is there")},
              stack_flags(),
              aws_flags(),
              screen_flags()}),
      run_provision_export};
}

Command suggest_command() {
  return {
      "provision suggest",
      "",
      0,
      0,
      "a configuration that fits the logs of the past",
      "Reads an archive twice and proposes a stack: the models with their latency and prices,\n"
      "thresholds, regions and the key that names teams, each with its reason beside it. Look\n"
      "at it, change it, and give it to plan.\n\n"
      "  bedrocklog provision suggest --from s3://my-logs/bedrock/ --month last --out stack.toml\n"
      "  bedrocklog provision plan --config stack.toml",
      picked_with_aws({"since",          "until",     "month",
                       "week",           "quarter",   "day",
                       "hours",          "tz",        "now",
                       "where",          "model",     "user",
                       "account",        "tag",       "dedup",
                       "delivery-slack", "prices",    "no-shipped-prices",
                       "price-store",    "model-map", "allow-partial",
                       "jobs",           "memory",    "max-groups",
                       "config",         "quiet",     "verbose",
                       "progress",       "dry-run",   "s3-prices"},
                      {{"from", '\0', "SOURCE", "logs to measure; repeatable [the default source]",
                        "Flags", "", FlagKind::repeated, FlagReach::command_line},
                       own_flag("out", "FILE", "write FILE instead of standard output"),
                       own_flag("top", "N", "models, those of most calls", "10")}),
      run_provision_suggest};
}

Command cost_command() {
  return {
      "provision cost",
      "",
      0,
      0,
      "what AWS charges for the stack, counted",
      "Counts what is charged for because the stack is there: alarms, metrics, copies of trail\n"
      "events, endpoint hours, keys. This program has no prices of these: amounts are those of\n"
      "the unit prices you give. With --account no connection is opened.\n\n"
      "  bedrocklog provision cost --config stack.toml --unit-price standard_alarm=0.10",
      joined({{{"unit-price", '\0', "ID=PRICE", "of one unit, exact; repeatable", run_flag_group,
                "", FlagKind::repeated, FlagReach::command_line},
               run_flag("unit-prices", "FILE", "the same as TOML or JSON: ID = \"PRICE\""),
               json_flag()},
              stack_flags(),
              aws_flags(),
              screen_flags()}),
      run_provision_cost};
}

}  // namespace

std::vector<Command> provision_commands() {
  return {plan_command(),        apply_command(),   destroy_command(), verify_command(),
          outputs_command(),     logging_command(), suggest_command(), cost_command(),
          permissions_command(), export_command()};
}

}  // namespace bedrocklog::cli
