// The flag table. Order within a group is the order in the help.
#include "cli/flag.h"

#include <algorithm>
#include <array>

#include "ingest/aws/aws_settings.h"
#include "ingest/ensure.h"
#include "ingest/hour_path.h"

namespace bedrocklog::cli {
namespace {

using enum FlagKind;
using enum FlagReach;

constexpr std::string_view what = "What to count";
constexpr std::string_view when = "Time";
constexpr std::string_view shape = "Shape of the report";
constexpr std::string_view out = "Output";
constexpr std::string_view money = "Prices";
constexpr std::string_view run = "Run";
constexpr std::string_view cloud = "AWS";
constexpr std::string_view screen = "Terminal";

constexpr auto flags = std::to_array<Flag>({
    {"source", '\0', "NAME", "read [source.NAME] of the configuration", what, "", repeated,
     everywhere},
    {"where", '\0', "EXPR", "count only records for which EXPR holds", what, "", text, report},
    {"model", '\0', "GLOB", "shortcut for --where: model id, * and ? allowed", what, "", repeated,
     report},
    {"user", '\0', "GLOB", "shortcut for --where: user of the caller", what, "", repeated, report},
    {"account", '\0', "ID", "shortcut for --where: account id", what, "", repeated, report},
    {"tag", '\0', "KEY=VALUE", "shortcut for --where: request metadata", what, "", repeated,
     report},
    {"teams", '\0', "FILE", "whose calls are: rules for the key team, TOML or CSV", what, "", text,
     everywhere},
    {"accounts", '\0', "FILE", "names, payers and teams of accounts, TOML or CSV", what, "", text,
     everywhere},
    {"dedup", '\0', "request|off", "count a request id once (request) or not (off)", what,
     "request", text, everywhere},

    {"since", '\0', "TIME", "from TIME: 30d, 12h, yesterday, 2026-03, 2026-03-01, RFC 3339, @epoch",
     when, "", text, report},
    {"until", '\0', "TIME", "up to TIME, which is not inside", when, "", text, report},
    {"month", '\0', "MONTH", "2026-03, this or last", when, "", text, report},
    {"week", '\0', "WEEK", "2026-W10", when, "", text, report},
    {"quarter", '\0', "QUARTER", "2026-Q1", when, "", text, report},
    {"day", '\0', "DAY", "2026-03-01", when, "", text, report},
    {"hours", '\0', "N", "the last N hours, 1 to 8784", when, "", text, report},
    {"tz", '\0', "ZONE", "zone of calendar words and buckets: Europe/Berlin, +05:30", when, "UTC",
     text, everywhere},
    {"now", '\0', "TIME", "what relative times count from; default: SOURCE_DATE_EPOCH, the clock",
     when, "", text, everywhere},
    {"delivery-slack", '\0', "HOURS",
     "also read folders of so many hours behind the range: delivery may be late, 0 to 72", when,
     "6", text, everywhere},

    {"by", '\0', "KEYS", "group by a list of keys: model,day,tag:team,...", shape, "model", list,
     report},
    {"metrics", '\0', "NAMES", "columns to compute: invocations,cost,p99.9,...", shape, "", list,
     report},
    {"sort", '\0', "COLUMNS", "cost:desc,model:asc", shape, "", list, report},
    {"top", '\0', "N", "show N rows, fold the rest into one", shape, "", text, report},
    {"having", '\0', "EXPR", "fold rows for which EXPR does not hold", shape, "", text, report},
    {"kind", '\0', "KIND",
     "daily weekly monthly models users errors latency, usage (JSON for older tools)", shape, "",
     text, report},
    {"title", '\0', "TEXT", "heading of the report", shape, "", text, report},
    {"fields", '\0', "NAMES", "columns to write, in this order", shape, "", list, report},

    {"output", 'o', "FILE", "write FILE, format from its ending; repeatable, - is stdout", out, "",
     repeated, report},
    {"format", '\0', "FORMAT", "table csv tsv json ndjson markdown xlsx, focus-csv of cost", out,
     "", text, report},
    {"rejects", '\0', "FILE", "write where rejected records are, as CSV", out, "", text, report},
    {"total-row", '\0', "", "end CSV and TSV with a row of totals", out, "", toggle, report},
    {"csv-bom", '\0', "", "start CSV with a byte order mark", out, "", toggle, report},
    {"csv-delimiter", '\0', "CHAR", "one character, or tab", out, ",", text, report},
    {"csv-raw", '\0', "", "leave cells that look like formulas as they are", out, "", toggle,
     report},

    {"prices", '\0', "FILE", "price rows that win over the shipped ones; repeatable", money, "",
     repeated, everywhere},
    {"no-shipped-prices", '\0', "", "price by --prices files alone", money, "", toggle, everywhere},
    {"price-store", '\0', "DIR",
     "imported price lists; default: ~/.local/share/bedrocklog/prices; none", money, "", text,
     everywhere},
    {"strict-prices", '\0', "", "exit 1 when usage has no price", money, "", toggle, report},
    {"model-map", '\0', "FILE", "TOML: what opaque model ids stand for", money, "", text,
     everywhere},

    {"profile", '\0', "NAME", "AWS profile of ~/.aws; default: AWS_PROFILE", cloud, "", text,
     everywhere},
    {"region", '\0', "REGION", "default: AWS_REGION, the profile; buckets are found anywhere",
     cloud, "", text, everywhere},
    {"endpoint-url", '\0', "URL", "an S3-compatible store; default: AWS_ENDPOINT_URL[_S3]", cloud,
     "", text, everywhere},
    {"no-sign-request", '\0', "", "read public buckets without credentials", cloud, "", toggle,
     everywhere},
    {"request-payer", '\0', "", "pay for requests to a requester-pays bucket", cloud, "", toggle,
     everywhere},
    {"ca-bundle", '\0', "FILE", "certificates to trust, PEM; default: AWS_CA_BUNDLE, the system's",
     cloud, "", text, everywhere},
    {"path-style", '\0', "", "bucket in the path, not in the host name", cloud, "", toggle,
     everywhere},
    {"fips", '\0', "", "FIPS endpoints", cloud, "", toggle, everywhere},
    {"dualstack", '\0', "", "endpoints with IPv6", cloud, "", toggle, everywhere},
    {"connections", '\0', "N", "requests in flight, 1 to 256", cloud, "32", text, everywhere},
    {"max-attempts", '\0', "N", "tries of each request, 1 to 100; default: AWS_MAX_ATTEMPTS, 10",
     cloud, "", text, everywhere},
    {"stall-timeout", '\0', "SECONDS", "give up a transfer without a byte for so long, 1 to 3600",
     cloud, "30", text, everywhere},
    {"dry-run", '\0', "", "list only: objects, bytes and requests of a run, and what they cost",
     cloud, "", toggle, command_line},
    {"s3-prices", '\0', "LIST",
     "USD for --dry-run: list=N,get=N per 1000 requests, gb=N per GB (2^30 bytes)", cloud, "", list,
     everywhere},

    {"allow-partial", '\0', "", "exit 0 although some input was unusable", run, "", toggle, report},
    {"fail-if", '\0', "EXPR", "exit 1 when EXPR holds for the totals: 'cost > 100'", run, "", text,
     report},
    {"jobs", '\0', "N", "worker threads; default: one per processor", run, "", text, everywhere},
    {"memory", '\0', "SIZE", "for telling duplicates, the rest goes to temporary files", run,
     "64MiB", text, everywhere},
    {"max-groups", '\0', "N", "stop when the report would have more groups", run, "1000000", text,
     everywhere},
    {"timings", '\0', "", "print the time of each phase and thread on stderr", run, "", toggle,
     everywhere},
    {"config", '\0', "FILE", "configuration that wins over the other files", run, "", text,
     command_line},

    {"quiet", 'q', "", "no notices on stderr, only errors", screen, "", toggle, everywhere},
    {"verbose", 'v', "", "more notices on stderr", screen, "", toggle, everywhere},
    {"progress", '\0', "MODE", "auto bar json off", screen, "auto", text, everywhere},
    {"color", '\0', "MODE", "auto always never", screen, "auto", text, everywhere},
    {"ascii", '\0', "", "no box drawing", screen, "", toggle, everywhere},
    {"width", '\0', "N", "columns of a table; 0 is unlimited", screen, "", text, everywhere},
});

}  // namespace

std::span<const Flag> report_flags() {
  return flags;
}

// The table spells these numbers as texts.
static_assert(aws::connections_default == 32 && aws::connections_max == 256);
static_assert(ingest::delivery_slack_hours_default == 6);
static_assert(aws::stall_timeout_default_ms == 30'000);

const Flag& report_flag(std::string_view name) {
  const auto found =
      std::find_if(flags.begin(), flags.end(), [&](const Flag& flag) { return flag.name == name; });
  ensure(found != flags.end());
  return *found;
}

std::string variable_of(std::string_view flag_name) {
  std::string result = "BEDROCKLOG_";
  for (const char letter : flag_name) {
    result += letter == '-' ? '_' : static_cast<char>(letter - 'a' + 'A');
  }
  return result;
}

}  // namespace bedrocklog::cli
