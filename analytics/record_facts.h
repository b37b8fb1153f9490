// What reports ask about one record: its own fields plus what follows from them (canonical model,
// provider, user and role of the identity, billing scope and tier, group of the configuration).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "analytics/expression.h"
#include "analytics/price_table.h"
#include "analytics/report_key.h"
#include "ingest/model_id.h"
#include "ingest/record_view.h"

namespace bedrocklog::analytics {

/// What the user's map says about an opaque model id (application profile, provisioned, imported).
struct MappedModel {
  std::string model;  // Base model id or profile id ("global.anthropic.claude-..."), or ARN.
  std::string label;  // Shown as `profile`; empty keeps the default.
};
using ModelMap = std::map<std::string, MappedModel, std::less<>>;  // By the id as logged.

/// One `[groups]` entry: the first rule in order whose condition holds names the group.
struct GroupRule {
  std::string name;
  Expression condition;
};

/// Follows from a logged model id alone; computed once per distinct id and worker.
struct ModelFacts {
  std::string canonical, family, provider, profile;  // profile: "us", "global", the mapped label,
                                                     // or the kind of an opaque id; empty for none.
  Scope scope = Scope::regional;
  bool covered = false;      // Provisioned capacity.
  std::uint64_t number = 0;  // No other facts of the same cache ever have it; 0: of no cache.
};

/// Follows from an identity ARN alone. user: IAM user name, or ROLE/SESSION, or last path segment.
struct IdentityFacts {
  std::string user, role, session;
  std::uint64_t number = 0;  // As above.
};

[[nodiscard]] ModelFacts facts_of_model(std::string_view logged, const ModelMap& map);
[[nodiscard]] IdentityFacts facts_of_identity(std::string_view arn);

/// Billing tier of a record: priority, flex or reserved as its body says, latency_optimized by
/// performanceConfig, else standard (assumed: most records do not tell).
[[nodiscard]] Tier tier_of(const ingest::RecordView& record);

/// Borrows from the record, the caches it was made from and the object's name.
struct RecordFactsView {
  const ingest::RecordView* record = nullptr;
  const ModelFacts* model = nullptr;
  const IdentityFacts* identity = nullptr;  // Null where nobody asks: see FactsCache.
  std::string_view object;                  // ObjectRef::name.
  std::string_view group;                   // Empty: none.
  std::string_view team;                    // The same.
  std::uint64_t size_bytes = 0;
};

/// Text of a key that is neither a time nor, under evaluation of their rules, `group` or `team`;
/// nothing if absent. Valid as long as what the view borrows from.
[[nodiscard]] std::optional<std::string_view> text_of(const Key& key, const RecordFactsView& facts);

/// Fields of `--where` and of group conditions: every key but the time buckets (except hour_of_day
/// as a number 0 to 23 and weekday as 1 to 7, UTC), and the numbers input output cache_read
/// cache_write cache_write_1h total latency ttft bytes images max_tokens temperature; request_id,
/// error, and guardrail (yes|no). Unknown names get the nearest one suggested.
[[nodiscard]] Result<Field> resolve_record_field(std::string_view name);

/// Evaluates fields made by resolve_record_field().
class RecordFieldValues final : public FieldValues {
 public:
  explicit RecordFieldValues(const RecordFactsView& facts) : facts_(&facts) {}
  [[nodiscard]] std::optional<std::string_view> text(const Field& field) const override;
  [[nodiscard]] std::optional<Int128> number(const Field& field) const override;

 private:
  const RecordFactsView* facts_;
};

}  // namespace bedrocklog::analytics
