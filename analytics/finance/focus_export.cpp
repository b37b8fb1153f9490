// Groups and charges, one row after another.
#include "analytics/finance/focus_export.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "analytics/finance/charge.h"
#include "analytics/finance/focus_columns.h"

namespace bedrocklog::finance {
namespace {

using analytics::Key;
using analytics::KeyKind;

/// Where the keys of the aggregate stand.
class KeyPlaces {
 public:
  explicit KeyPlaces(const std::vector<Key>& by) : by_(&by) {}

  [[nodiscard]] std::optional<std::size_t> of(KeyKind kind) const {
    const auto found =
        std::find_if(by_->begin(), by_->end(), [kind](const Key& key) { return key.kind == kind; });
    return found == by_->end() ? std::nullopt
                               : std::optional(static_cast<std::size_t>(found - by_->begin()));
  }
  [[nodiscard]] std::optional<std::string_view> text(const analytics::Group& group,
                                                     KeyKind kind) const {
    const std::optional<std::size_t> at = of(kind);
    return at ? group.keys[*at] : std::nullopt;
  }
  /// The tags the group has, sorted by name.
  [[nodiscard]] std::string tags(const analytics::Group& group) const {
    std::map<std::string, std::string> sorted;
    for (std::size_t at = 0; at < by_->size(); ++at) {
      if ((*by_)[at].kind == KeyKind::tag && group.keys[at]) {
        sorted.emplace((*by_)[at].tag, *group.keys[at]);
      }
    }
    return nlohmann::json(sorted).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  }

 private:
  const std::vector<Key>* by_;
};

void take_group(const analytics::Group& group, const KeyPlaces& places, FocusFacts& row) {
  row.account = places.text(group, KeyKind::account);
  row.model_id = places.text(group, KeyKind::model_id);
  row.operation = places.text(group, KeyKind::operation);
  row.hour = places.text(group, KeyKind::hour);
  row.team = places.text(group, KeyKind::team);
  row.tags = places.tags(group);
  row.logged = ingest::canonical_model(row.model_id.value_or(std::string_view()));
}

void add_gap(const Charge& charge, FocusGap& gap) {
  gap.tokens += charge.quantity;
  if (++gap.charges == 1) {
    gap.first = charge.key->model + " in " +
                (charge.key->region.empty() ? "no region" : charge.key->region);
  }
}

}  // namespace

Result<FocusVersion> parse_focus_version(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, FocusVersion>, 3> known = {
      {{"1.2", FocusVersion::v1_2}, {"1.3", FocusVersion::v1_3}, {"1.4", FocusVersion::v1_4}}};
  for (const auto& [name, version] : known) {
    if (text == name) {
      return version;
    }
  }
  return fault("--focus-version", fmt::format("takes 1.2, 1.3 or 1.4: {}", text));
}

Result<std::vector<Key>> focus_keys(const std::vector<Key>& by, bool by_hour) {
  std::vector<Key> keys = {{KeyKind::account, ""}, {KeyKind::model_id, ""}};
  keys.push_back({KeyKind::operation, ""});
  if (by_hour) {
    keys.push_back({KeyKind::hour, ""});
  }
  constexpr std::array anyway = {KeyKind::account, KeyKind::model_id, KeyKind::operation,
                                 KeyKind::model,   KeyKind::family,   KeyKind::provider,
                                 KeyKind::region,  KeyKind::tier,     KeyKind::profile,
                                 KeyKind::day,     KeyKind::month};
  for (const Key& key : by) {
    if (key.kind == KeyKind::tag || key.kind == KeyKind::team) {
      keys.push_back(key);
    } else if (std::find(anyway.begin(), anyway.end(), key.kind) == anyway.end()) {
      return fault("--by",
                   fmt::format("FOCUS rows have no place for this key, only for tag:KEY and "
                               "team beside their own: {}",
                               name_of(key)));
    }
  }
  return keys;
}

std::vector<std::string> focus_columns(FocusVersion version, bool with_team) {
  std::vector<std::string> names;
  for (const FocusColumn* column : focus_columns_of(version, with_team)) {
    names.emplace_back(column->name);
  }
  return names;
}

Result<FocusGap> make_focus_rows(const analytics::Aggregate& aggregate,
                                 const analytics::PriceTable& prices, const FocusOptions& options,
                                 const TakeFocusRow& take) {
  static const Discounts no_discounts;
  const Discounts& discounts = options.discounts == nullptr ? no_discounts : *options.discounts;
  const KeyPlaces places(aggregate.by);
  const std::vector<const FocusColumn*> chosen =
      focus_columns_of(options.version, places.of(KeyKind::team).has_value());
  FocusGap gap;
  FocusFacts row;
  row.options = &options;
  row.prices = &prices;
  std::vector<FocusCell> cells(chosen.size());
  std::optional<std::size_t> group;
  for (const Charge& charge : charges_of(aggregate, prices)) {
    if (!charge.list_cost) {
      add_gap(charge, gap);
      continue;
    }
    if (group != charge.group) {
      group = charge.group;
      take_group(aggregate.groups[charge.group], places, row);
    }
    row.charge = &charge;
    const Result<NetCharge> net = net_charge(charge, row.account, discounts);
    if (!net) {
      return pass_on(net);
    }
    row.net = *net;
    std::transform(chosen.begin(), chosen.end(), cells.begin(),
                   [&row](const FocusColumn* column) { return column->cell(row); });
    if (!take(cells)) {
      break;
    }
  }
  return gap;
}

}  // namespace bedrocklog::finance
