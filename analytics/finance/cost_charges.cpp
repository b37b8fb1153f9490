// Names of rows, and what is added to them.
#include "analytics/finance/cost_charges.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "analytics/finance/charge.h"
#include "analytics/finance/seller.h"
#include "ingest/ensure.h"

namespace bedrocklog::finance {
namespace {

using analytics::Aggregate;
using analytics::Attodollars;
using analytics::Group;
using analytics::KeyKind;
using analytics::ListedPriceKey;

constexpr std::int64_t hours_per_day = 24;
constexpr std::string_view hours_class = "model_unit_hours";

using Text = std::optional<std::string_view>;

std::string variant_of(const analytics::PriceKey& key) {
  std::string text(name_of(key.scope));
  if (key.tier != analytics::Tier::standard) {
    text += fmt::format(", {}", name_of(key.tier));
  }
  if (key.context_limit > 0) {
    text += fmt::format(", over {} tokens", key.context_limit);
  }
  return text;
}

std::string source_of(const analytics::PriceRow& row) {
  const bool has_both = !row.source.empty() && !row.as_of.empty();
  return row.source + (has_both ? ", " : "") + row.as_of;
}

Text text_or_absent(const std::string& text) {
  return text.empty() ? Text() : Text(text);
}

/// Texts of a row behind the shown keys, by the names of their columns.
struct Details {
  Text model, token_class, variant, unit, basis, price_source, seller, account;
};

class TableBuilder {
 public:
  TableBuilder(const Aggregate& aggregate, const analytics::PriceTable& prices,
               const CostRequest& request)
      : aggregate_(aggregate), prices_(prices), request_(request), sellers_(prices) {
    ensure(request.shown_keys <= aggregate.by.size());
    table_.detail = request.detail;
    table_.has_capacity = !request.capacities.empty();
    if (request.discounts != nullptr) {
      table_.discounts_name = request.discounts->name();
    }
    add_columns();
  }

  Result<CostTable> build() {
    if (request_.detail != CostDetail::token_class) {
      add_invocations();
    }
    for (const Charge& charge : charges_of(aggregate_, prices_)) {
      if (const std::optional<Fault> failed = add_charge(charge)) {
        return tl::unexpected(*failed);
      }
    }
    add_capacities();
    table_.assumes_seller = sellers_.has_assumed();
    table_.rows = rows_.take();
    table_.sort();
    return std::move(table_);
  }

 private:
  void add_columns() {
    const auto add = [&](std::string name, bool is_attribute = false) {
      table_.columns.push_back({std::move(name), is_attribute});
    };
    add("period");
    for (std::size_t key = 0; key < request_.shown_keys; ++key) {
      const bool is_ours =
          request_.detail != CostDetail::period && aggregate_.by[key].kind == KeyKind::model;
      if (!is_ours) {
        shown_.push_back(key);
        add(name_of(aggregate_.by[key]));
      }
    }
    if (request_.detail != CostDetail::period) {
      add("model");
    }
    if (request_.detail == CostDetail::token_class) {
      add("class");
      for (const char* name : {"variant", "unit", "basis", "price_source"}) {
        add(name, true);
      }
    }
    add("billed_by", request_.detail != CostDetail::period);
    if (shows_account_names()) {
      add("account_name", true);
    }
  }

  [[nodiscard]] bool shows_account_names() const {
    return request_.account_names != nullptr && !request_.account_names->empty() &&
           request_.account_key && *request_.account_key < request_.shown_keys;
  }

  /// What the texts of all rows begin with: period, then `key_text(key)` of each shown key.
  template <class KeyText>
  CostName begin_name(const Period& period, const KeyText& key_text) {
    CostName name;
    name.texts.reserve(table_.columns.size());
    auto label = labels_.find(period);
    if (label == labels_.end()) {
      const std::uint32_t number = table_.texts->number_of(request_.calendar.label_of(period));
      label = labels_.emplace(period, number).first;
    }
    name.texts.push_back(label->second);
    for (const std::size_t key : shown_) {
      name.texts.push_back(table_.texts->number_or_absent(key_text(key)));
    }
    return name;
  }

  void end_name(CostName& name, const Details& details) {
    const auto add = [&](const Text& text) {
      name.texts.push_back(table_.texts->number_or_absent(text));
    };
    if (request_.detail != CostDetail::period) {
      add(details.model);
    }
    if (request_.detail == CostDetail::token_class) {
      add(details.token_class);
      add(details.variant);
      add(details.unit);
      add(details.basis);
      add(details.price_source);
    }
    add(details.seller);
    if (shows_account_names()) {
      add(details.account ? Text(request_.account_names->name_of(*details.account)) : Text());
    }
    ensure(name.texts.size() == table_.columns.size());
  }

  CostName name_of_group(const Group& group, const Period& period) {
    return begin_name(period, [&](std::size_t key) { return group.keys[key]; });
  }

  Details details_of(const std::string& model) {
    const auto capacity = std::find_if(request_.capacities.begin(), request_.capacities.end(),
                                       [&](const Capacity& one) { return one.model == model; });
    Details details;
    details.model = model;
    details.seller =
        sellers_.of(capacity == request_.capacities.end() ? model : capacity->base_model);
    return details;
  }

  /// Calls belong to a model and a period; how many of them used a token class nobody counted.
  void add_invocations() {
    for (const Group& group : aggregate_.groups) {
      for (const auto& [key, tokens] : group.totals.billed) {
        const Period period = request_.calendar.of_day(key->day);
        CostName name = name_of_group(group, period);
        Details details = details_of(key->model);
        details.account = account_of(group);
        end_name(name, details);
        rows_.row(name, period).invocations += tokens.invocations;
      }
    }
  }

  [[nodiscard]] Text account_of(const Group& group) const {
    return request_.account_key ? group.keys[*request_.account_key] : Text();
  }

  Result<NetCharge> net_of_charge(const Charge& charge) {
    if (request_.discounts == nullptr) {
      static const Discounts none;
      return net_charge(charge, std::nullopt, none);
    }
    return net_charge(charge, account_of(aggregate_.groups[charge.group]), *request_.discounts);
  }

  std::optional<Fault> add_charge(const Charge& charge) {
    const Result<NetCharge> net = net_of_charge(charge);
    if (!net) {
      return net.error();
    }
    const ListedPriceKey& key = *charge.key;
    const Period period = request_.calendar.of_day(key.day);
    CostName name = name_of_group(aggregate_.groups[charge.group], period);
    std::string variant;
    std::string source;
    Details details = details_of(key.model);
    details.account = account_of(aggregate_.groups[charge.group]);
    if (request_.detail == CostDetail::token_class) {
      variant = variant_of(key);
      details.token_class = name_of(charge.meter);
      details.variant = variant;
      details.basis = key.covered ? "provisioned" : "unpriced";
      if (charge.row != nullptr) {
        source = source_of(*charge.row);
        details.basis = "on-demand";
        details.unit = charge.row->unit;
        details.price_source = text_or_absent(source);
        name.price_mantissa_e10 = charge.row->unit_price.mantissa_e10;
        name.price_quantity = charge.row->unit_price.unit_quantity;
        name.basis_points = net->basis_points;
      }
    }
    end_name(name, details);
    CostRow& row = rows_.row(name, period);
    row.class_order = static_cast<unsigned>(charge.meter);
    row.quantity += charge.quantity;
    if (const std::optional<NetDollars>& cost = net->cost; charge.list_cost && cost) {
      row.has_price = true;
      row.list += *charge.list_cost;
      row.net += *cost;
    } else {
      row.unpriced_tokens += charge.quantity;
    }
    if (key.covered) {
      add_covered(charge, period);
    }
    return std::nullopt;
  }

  /// Tokens on capacity, as they would have been billed on demand.
  void add_covered(const Charge& charge, const Period& period) {
    const std::int64_t hour = charge.key->day * hours_per_day;
    const auto found =
        std::find_if(request_.capacities.begin(), request_.capacities.end(), [&](const auto& one) {
          return one.model == charge.key->model &&
                 hours_inside(one, hour, hour + hours_per_day) > 0;
        });
    if (found == request_.capacities.end()) {
      table_.loose_tokens += charge.quantity;
      return;
    }
    Value& value = values_[{static_cast<std::size_t>(found - request_.capacities.begin()), period}];
    analytics::PriceKey key = static_cast<const analytics::PriceKey&>(*charge.key);
    key.model = found->base_model;
    key.covered = false;
    const analytics::PriceRow* row = prices_.find(key, charge.meter);
    if (row == nullptr) {
      value.unpriced_tokens += charge.quantity;
      return;
    }
    value.amount += analytics::cost_of(charge.quantity, row->unit_price);
  }

  void add_capacities() {
    for (std::size_t at = 0; at < request_.capacities.size(); ++at) {
      const Capacity& capacity = request_.capacities[at];
      const HourSpan& span = request_.capacity_hours;
      const std::int64_t first = std::max(span.begin, capacity.from_hour);
      const std::int64_t last = std::min(span.end, capacity.to_hour.value_or(span.end));
      for (std::int64_t hour = first; hour < last;) {
        const auto day = static_cast<std::int32_t>(hour / hours_per_day);
        const Period period = request_.calendar.of_day(day);
        const std::int64_t end = std::min(last, period.end * hours_per_day);
        add_hours(at, period, hours_inside(capacity, hour, end));
        hour = end;
      }
    }
  }

  void add_hours(std::size_t at, const Period& period, std::uint64_t hours) {
    const Capacity& capacity = request_.capacities[at];
    CostName name = begin_name(period, [&](std::size_t key) { return key_of(capacity, key); });
    Details details = details_of(capacity.model);
    details.account = text_or_absent(capacity.account);
    if (request_.detail == CostDetail::token_class) {
      details.token_class = hours_class;
      details.variant = text_or_absent(capacity.commitment);
      details.unit = "model-unit hour";
      details.basis = "capacity";
      details.price_source = capacity.place;
      name.price_mantissa_e10 = capacity.usd_per_unit_hour.mantissa_e10;
      name.basis_points = 0;
    }
    end_name(name, details);
    CostRow& row = rows_.row(name, period);
    const std::uint64_t quantity = hours * capacity.units;
    const Attodollars cost = analytics::cost_of(quantity, capacity.usd_per_unit_hour);
    row.has_price = true;
    row.list += cost;
    row.net += net_of(cost, 0);
    if (request_.detail == CostDetail::token_class) {
      row.class_order = hours_class_order;
      row.is_hours = true;
      row.quantity += quantity;
    }
    const auto value = values_.find({at, period});
    if (value == values_.end()) {
      row.add_value({}, Attodollars{} - cost);  // Nothing ran on it: all of it was waste.
    } else if (value->second.unpriced_tokens == 0) {
      row.add_value(value->second.amount, value->second.amount - cost);
    }
  }

  [[nodiscard]] Text key_of(const Capacity& capacity, std::size_t key) const {
    switch (aggregate_.by[key].kind) {
      case KeyKind::account:
        return text_or_absent(capacity.account);
      case KeyKind::region:
        return text_or_absent(capacity.region);
      case KeyKind::model:
        return capacity.model;
      default:
        return std::nullopt;
    }
  }

  struct Value {
    Attodollars amount;
    analytics::Int128 unpriced_tokens = 0;
  };

  const Aggregate& aggregate_;
  const analytics::PriceTable& prices_;
  const CostRequest& request_;
  Sellers sellers_;
  CostTable table_;
  CostRows rows_;
  std::vector<std::size_t> shown_;  // Positions in Aggregate::by.
  std::map<Period, std::uint32_t> labels_;
  std::map<std::pair<std::size_t, Period>, Value> values_;  // By capacity and period.
};

}  // namespace

Result<CostTable> cost_table(const Aggregate& aggregate, const analytics::PriceTable& prices,
                             const CostRequest& request) {
  return TableBuilder(aggregate, prices, request).build();
}

}  // namespace bedrocklog::finance
