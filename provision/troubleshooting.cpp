// The two tables.
#include "provision/troubleshooting.h"

#include <array>

namespace bedrocklog::provision {
namespace {

constexpr std::array checks = {
    CheckHelp{"alarm-has-data", "Does the alarm get data",
              "An alarm without data for days watches a metric that nothing writes. Call a model, "
              "then look at metrics-known; where CloudWatch has the metric per model only, apply "
              "with --alarm-source metrics_insights."},
    CheckHelp{"archive-lifecycle", "Are old logs deleted when archive_days says so",
              "Apply: it writes the lifecycle rules again. With versions a rule for old versions "
              "is needed beside the expiration."},
    CheckHelp{"archive-written", "Has Bedrock written to the bucket",
              "Look at bucket-policy-lets-bedrock-write and key-policy-serves, then save the "
              "logging configuration again (apply, or `provision logging enable`): Bedrock checks "
              "its rights when it is saved."},
    CheckHelp{
        "archive-young", "Are there calls of the last hours in the archive",
        "Either nobody called a model in this region, or delivery stopped: look at the alarms "
        "bedrock-log-delivery-*, then at bucket policy and key. Only calls of bedrock-runtime "
        "(InvokeModel, Converse and their streaming forms) are logged."},
    CheckHelp{"as-planned", "Is the thing there, as it should be",
              "`provision plan` shows what differs; `provision apply` puts it right. A conflict "
              "names the flag that decides it."},
    CheckHelp{"bucket-denies-insecure", "Does the bucket refuse requests without TLS",
              "Apply writes the statement. For a bucket of others ask its owner for a Deny of s3:* "
              "where aws:SecureTransport is false."},
    CheckHelp{"bucket-in-region", "Is the bucket in the region it serves",
              "Bedrock writes to buckets of its own region only: give another name, or a bucket of "
              "this region with --use-bucket."},
    CheckHelp{"bucket-policy-lets-bedrock-write", "May Bedrock write the archive",
              "Apply writes the statement AmazonBedrockLogsWrite. For a bucket of others give its "
              "owner the statement that the finding shows."},
    CheckHelp{"confused-deputy-prevented", "Do services act for this account only",
              "Every trust and bucket policy that names a service must ask for aws:SourceAccount "
              "or aws:SourceArn. Apply puts ours right; of a statement of others ask its author."},
    CheckHelp{"customer-managed-key", "Is all data encrypted with a key of yours",
              "Apply with profile secure, or with --use-key. What was written before stays as it "
              "was encrypted."},
    CheckHelp{"dashboard-shows-managed-regions", "Does the dashboard show the stack's regions only",
              "Dashboards are global: apply of another stack or region list has written it. Apply "
              "this one again, or give one of them another name."},
    CheckHelp{"dashboards-there", "Are all dashboards there", "Apply makes them."},
    CheckHelp{"dns-attributes", "Do private names work in the VPC",
              "Switch on enableDnsSupport and enableDnsHostnames of the VPC: without both, "
              "endpoints with private names cannot be made and do not resolve."},
    CheckHelp{"endpoint-available", "Is the endpoint available",
              "A pending endpoint takes some minutes. One that was rejected or failed: delete it "
              "and apply; the metrics of AWS/PrivateLinkEndpoints show its traffic."},
    CheckHelp{"guardrail-filters-high", "Are all content filters at HIGH",
              "Set them in secure.guardrail.filters and apply. PROMPT_ATTACK has no strength for "
              "answers: AWS takes only NONE there."},
    CheckHelp{"guardrail-ready", "Is the guardrail ready",
              "Wait while it is creating or updating; of one that failed the console shows the "
              "reason. Apply again."},
    CheckHelp{"guardrail-used", "Do calls name the guardrail",
              "A guardrail protects calls that name it. Give its id and version (outputs) to those "
              "who call models, or demand it with secure.access.guardrail_arn."},
    CheckHelp{"guardrail-versioned", "Has the guardrail a version",
              "Apply makes one. Callers name it, so that a change of rules reaches them only when "
              "they take the next."},
    CheckHelp{"invocation-logging", "Are model invocations logged",
              "`provision logging status` shows what is set; apply, or `provision logging enable`, "
              "sets it. Somebody else's configuration: --logging merge or --logging replace."},
    CheckHelp{"key-policy-serves", "Does the key's policy let the services use it",
              "Apply writes the policy. For a key of others (--use-key) ask its owner to let the "
              "services of the finding do kms:GenerateDataKey and kms:Decrypt. Without it alarms "
              "ring and nobody hears, and logs are not delivered."},
    CheckHelp{"key-rotates", "Is the key's material renewed",
              "Apply switches rotation on; of a key of others its owner does."},
    CheckHelp{"key-usable", "Is the key enabled",
              "Enable it, or cancel its deletion within the waiting time (`aws kms "
              "cancel-key-deletion`): without it nothing it encrypted can be read."},
    CheckHelp{
        "large-bodies-kept", "Are bodies above 100 KB kept",
        "Apply sets largeDataDeliveryS3Config; without it CloudWatch Logs gets no more than a "
        "reference to what is lost."},
    CheckHelp{"log-group-in-region", "Is the log group in the region of the configuration",
              "Apply makes it; with --use-log-group give one of the same region and account."},
    CheckHelp{"log-stream-there", "Has Bedrock written to the log group",
              "Bedrock makes the stream when the configuration is saved, if its role may: look at "
              "role-trusts-bedrock-only and at the key of the group, then save it again."},
    CheckHelp{"logging-type", "Is this kind of logging on, and where does it go",
              "Apply with profile observability. Application and security logs come from your own "
              "programs."},
    CheckHelp{"metrics-known", "Has CloudWatch the metrics of Bedrock",
              "They come with the first call and go two weeks after the last. Where they are there "
              "per model only, apply with --alarm-source metrics_insights."},
    CheckHelp{
        "network-reachable", "Does somebody get through to the endpoint",
        "Look at the ranges in secure.network (management_cidrs, runtime_cidrs, vpc_cidr), at "
        "the security group of the caller (out to port 443), at network ACLs and at the "
        "subnets of the endpoint."},
    CheckHelp{"permissions-boundaries", "Have all roles the permissions boundary",
              "Give secure.access.permissions_boundary_arn and apply. A boundary does not limit "
              "what a bucket policy grants."},
    CheckHelp{"pii-masked", "Is personal data masked",
              "Set secure.guardrail.pii_action to ANONYMIZE or BLOCK and list the kinds in "
              "pii_entities."},
    CheckHelp{"role-trusts-bedrock-only", "May Bedrock assume the logging role, and nobody else",
              "Apply writes the trust policy."},
    CheckHelp{"secure-transport", "Do buckets refuse requests without TLS 1.2",
              "Apply with profile secure writes both statements."},
    CheckHelp{
        "somebody-is-notified", "Does somebody listen to the topic",
        "Give --alert-email or, with profile secure, subscribers of the class; apply; confirm "
        "the mail."},
    CheckHelp{"subscription-confirmed", "Is the subscription confirmed",
              "The recipient opens the link in AWS's mail; it is good for two days and may be in a "
              "junk folder. To have it sent again delete the pending subscription and apply."},
    CheckHelp{
        "trail-delivers", "Do the trail's records arrive",
        "Look at the trail bucket's policy (AWSCloudTrailAclCheck, AWSCloudTrailWrite), at the "
        "role that writes the log group, and at the key's policy; apply puts ours right."},
    CheckHelp{"trail-insights", "Are CloudTrail Insights on",
              "Apply switches them on. The first findings take up to 36 hours."},
    CheckHelp{"trail-logging", "Does the trail record",
              "Apply starts it. Who stopped it, the alarm bedrock-critical-logging-tampered-* and "
              "the query trail-config-changes tell."},
    CheckHelp{"trail-selectors",
              "Does the trail record management events and Bedrock's data events",
              "Apply writes the selectors. Of a trail of others ask its owner, or take the data "
              "event types out of observability.data_event_types."},
    CheckHelp{"vpc-isolation", "Do calls stay in the VPC",
              "Give secure.network.vpc_id and subnet_ids and apply. Whether there is another way "
              "out, the route tables say: this program does not change them. Traffic of security "
              "groups is seen in VPC flow logs only."},
    CheckHelp{"widgets-have-data", "Have all widgets something to show",
              "Metrics come 5 to 15 minutes after the first call; those of errors, throttles, "
              "agents, knowledge bases and guardrails after the first of their kind."},
};

constexpr std::array messages = {
    MessageHelp{
        "`bedrocklog provision permissions` prints what is needed",
        "AWS refused the call: a right is missing.",
        "`bedrocklog provision permissions --mode plan|apply|destroy` prints the least that "
        "is needed; a service control policy or a permissions boundary may deny it, too."},
    MessageHelp{"may not be asked", "AWS refused a read that a check or a plan makes.",
                "Give the right that is named (`bedrocklog provision permissions --mode plan`)."},
    MessageHelp{"could not be asked", "A service did not answer, or not as it should.",
                "Run it again; look at the network and at AWS Health."},
    MessageHelp{"still so after",
                "AWS did not come to agree with itself within the time that is waited.",
                "Run it again: what is done already is kept."},
    MessageHelp{
        "the list does not end", "AWS went on giving pages beyond any sensible number.",
        "Run it again; if it stays, there are more of these things in the account than this "
        "program looks through."},
    MessageHelp{"has been changed by somebody since the plan",
                "The thing is not any more what the plan was made from.",
                "Plan again, and look at what is different."},
    MessageHelp{"has come to be there meanwhile and is not ours",
                "Somebody made a thing of the same name between plan and apply.",
                "Plan again: it is a conflict now, which --adopt or another name decides."},
    MessageHelp{", which is not known",
                "A step needs an id that AWS makes up, and the thing that has it was not seen.",
                "Run it again: the next look finds it."},
    MessageHelp{"objects stay, the first with",
                "S3 did not delete some objects: a lock, a legal hold or a missing right.",
                "See what the first one says; give s3:DeleteObjectVersion, or lift the lock."},
    MessageHelp{"no answer of S3", "What answered is not S3.", "Check --endpoint-url and proxies."},
    MessageHelp{"could not make the guardrail", "Bedrock says that the guardrail failed.",
                "The reason is beside it; most often the key's policy or a setting. Change it and "
                "apply again."},
    MessageHelp{"the guardrail is not ready after", "Bedrock takes longer than is waited.",
                "Run it again."},
    MessageHelp{"the kind of a key cannot be changed",
                "There is a key of the stack of another kind.",
                "Use it with --use-key, or schedule its deletion and give the stack another name."},
    MessageHelp{"of a group cannot be changed",
                "AWS changes neither name nor VPC of a security group.",
                "Destroy the component network with the setting as it was (--only network), then "
                "apply again."},
    MessageHelp{"has an endpoint of this service already",
                "A VPC has room for one endpoint of a service with private names.",
                "Use that one, or say secure.network.has_private_dns = false."},
    MessageHelp{"stays: ", "EC2 did not delete the endpoint.",
                "Run it again; its reason is beside it."},
    MessageHelp{"was made, and", "The endpoint is there and not available.",
                "Wait some minutes and run it again; one that was rejected or failed is to be "
                "deleted first."},
    MessageHelp{"was made and", "AWS took the creation and did not show the thing afterwards.",
                "Run it again: the next look finds it."},
    MessageHelp{"something still writes to it", "The bucket was emptied and is not empty.",
                "Stop what writes to it (the logging configuration goes first), and run it again."},
    MessageHelp{"is filled faster than it can be emptied",
                "Objects come in while the bucket is emptied.",
                "Stop what writes to it, and run it again."},
    MessageHelp{"holds logs; --delete-data deletes them with it", "Data is not deleted by the way.",
                "Leave it, or give --delete-data, which asks for the stack's name."},
    MessageHelp{"left out, because", "Something that it needs failed before.",
                "See to that first; run it again."},
    MessageHelp{"answered without",
                "AWS, or what stands in its place, gave an answer that lacks what it must have.",
                "Check --endpoint-url and proxies; run it again."},
    MessageHelp{"saved plan", "The file is no plan of this program, or of another version.",
                "`bedrocklog provision plan --out FILE` writes one."},
    MessageHelp{"is no alarm of this stack",
                "Only alarms of the stack are made to ring for a test.",
                "`bedrocklog provision outputs` lists their names."},
    MessageHelp{"the amount is too large",
                "A unit price multiplied by its count is beyond what is computed.",
                "Check the price."},
    MessageHelp{"must be a decimal below a million", "A unit price is no plain decimal.",
                "Write it as 0.10, without currency."},
    MessageHelp{"is no charge", "No thing of that name is counted.",
                "Use one of the names in the message."},
    MessageHelp{", not in ", "A subnet that was given belongs to another VPC.",
                "Give subnets of secure.network.vpc_id."},
    MessageHelp{
        "is there and does not carry our mark",
        "A thing of that name is there and is not the stack's.",
        "--adopt KIND:NAME takes it over, --use-... uses it as it is, another name leaves it "
        "alone."},
    MessageHelp{"belongs to the stack", "Another stack of this program has it.",
                "Use that stack, or give this one another name for it."},
    MessageHelp{"the name is taken in another account", "Names of buckets are global.",
                "Give another name, or a bucket of yours with --use-bucket."},
    MessageHelp{"the account's one logging configuration",
                "A region has one logging configuration, and it is somebody else's.",
                "--logging merge keeps its destinations and adds ours; --logging replace puts ours "
                "in its place and keeps the old one in a file."},
    MessageHelp{"is needed and not there",
                "With --only, or with something of others, a thing that is needed is missing.",
                "Create it, or apply its component first."},
    MessageHelp{"which is in conflict", "The step needs something that is in conflict.",
                "Decide that conflict first."},
    MessageHelp{"what is older would be deleted",
                "The settings keep logs for a shorter time than the account does now.",
                "--allow-shorten lets it, or raise the setting."},
};

}  // namespace

std::span<const CheckHelp> check_help() {
  return checks;
}

std::span<const MessageHelp> message_help() {
  return messages;
}

}  // namespace bedrocklog::provision
