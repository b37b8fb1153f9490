// One pass over the rows: the product code decides first, since most rows are of other services.
#include "analytics/finance/bill_reader.h"

#include <algorithm>
#include <numeric>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "analytics/finance/bill_columns.h"
#include "analytics/finance/csv_stream.h"
#include "analytics/finance/exact_decimal.h"
#include "analytics/in_quotes.h"

namespace bedrocklog::finance {
namespace {

using analytics::Attodollars;
using analytics::Int128;
using Failed = std::optional<Fault>;

/// Per line: sums of 10^10 lines stay far below what 128 bits hold.
constexpr Int128 line_cost_limit = Int128{10'000'000'000} * 1'000'000'000 * 1'000'000'000;
/// Units: more than the tokens of a century.
constexpr Int128 line_quantity_limit =
    Int128{10'000'000'000'000'000} * 1'000'000'000 * 1'000'000'000;

bool is_bedrock(std::string_view code, std::string_view product_name) {
  constexpr auto codes = std::to_array<std::string_view>(
      {"AmazonBedrock", "AmazonBedrockFoundationModels", "AmazonBedrockService", "Amazon Bedrock",
       "Amazon Bedrock Service", "Amazon Bedrock Foundation Models"});
  // Models of the Marketplace are products of their own, with a code that says nothing.
  return std::find(codes.begin(), codes.end(), code) != codes.end() ||
         product_name.ends_with("(Amazon Bedrock Edition)");
}

BillLineKind kind_of(std::string_view text, BillForm form) {
  struct Named {
    std::string_view text;
    BillLineKind kind;
  };
  constexpr auto of_cur = std::to_array<Named>({
      {"Usage", BillLineKind::usage},
      {"DiscountedUsage", BillLineKind::usage},
      {"SavingsPlanCoveredUsage", BillLineKind::usage},
      {"Credit", BillLineKind::credit},
      {"Refund", BillLineKind::refund},
      {"Tax", BillLineKind::tax},
      {"EdpDiscount", BillLineKind::discount},
      {"PrivateRateDiscount", BillLineKind::discount},
      {"BundledDiscount", BillLineKind::discount},
      {"SppDiscount", BillLineKind::discount},
      {"RiVolumeDiscount", BillLineKind::discount},
      {"Discount", BillLineKind::discount},
      {"Fee", BillLineKind::fee},
      {"RIFee", BillLineKind::fee},
      {"SavingsPlanRecurringFee", BillLineKind::fee},
      {"SavingsPlanUpfrontFee", BillLineKind::fee},
  });
  constexpr auto of_focus = std::to_array<Named>({
      {"Usage", BillLineKind::usage},
      {"Purchase", BillLineKind::fee},
      {"Tax", BillLineKind::tax},
      {"Credit", BillLineKind::credit},
  });
  const std::span<const Named> known =
      form == BillForm::focus ? std::span<const Named>(of_focus) : std::span<const Named>(of_cur);
  const auto found =
      std::find_if(known.begin(), known.end(), [&](const Named& one) { return one.text == text; });
  return found == known.end() ? BillLineKind::other : found->kind;
}

/// What the columns leave open and the JSON text of `product` may tell.
struct ProductMap {
  std::string region, name;
};

ProductMap read_product_map(std::string_view text) {
  ProductMap product;
  const nlohmann::json map = nlohmann::json::parse(text, nullptr, false);
  if (!map.is_object()) {
    return product;
  }
  const auto take = [&](std::initializer_list<const char*> names, std::string& into) {
    for (const char* name : names) {
      const auto found = map.find(name);
      if (into.empty() && found != map.end() && found->is_string()) {
        into = found->get<std::string>();
      }
    }
  };
  take({"region_code", "regionCode", "region"}, product.region);
  take({"product_name", "ProductName", "servicename"}, product.name);
  return product;
}

BillRowFault fault_of(DecimalFault fault) {
  return fault == DecimalFault::too_many_decimals ? BillRowFault::decimals : BillRowFault::cost;
}

/// Reads one document.
class DocumentRows {
 public:
  DocumentRows(ReadBytes read, std::string name, BillAccount& account, const TakeBillLine& take)
      : rows_(std::move(read), name), name_(std::move(name)), account_(&account), take_(&take) {}

  Result<void> read() {
    const Result<bool> header = rows_.next();
    if (!header) {
      return pass_on(header);
    }
    if (!*header) {
      return fault(name_, "is empty; a bill begins with the names of its columns");
    }
    Result<BillColumns> columns =
        find_bill_columns(rows_.fields(), name_ + ':' + std::to_string(rows_.line()));
    if (!columns) {
      return pass_on(columns);
    }
    columns_ = *columns;
    account_->files.push_back({name_, columns_.form, 0});
    return read_rows();
  }

 private:
  Result<void> read_rows() {
    for (;;) {
      const Result<bool> row = rows_.next();
      if (!row) {
        return pass_on(row);
      }
      if (!*row) {
        break;
      }
      count_row();
      if (Failed failed = read_row(rows_.fields())) {
        return tl::unexpected(*std::move(failed));
      }
    }
    if (rows_.cut_line()) {
      count_row();
      reject(BillRowFault::cut, *rows_.cut_line());
    }
    return {};
  }

  void count_row() {
    ++account_->rows;
    ++account_->files.back().rows;
  }

  void reject(BillRowFault why, std::size_t line) {
    if (account_->rejected.at(static_cast<std::size_t>(why))++ < bill_reject_samples_max) {
      account_->rejects.push_back({name_, line, why});
    }
  }

  Failed read_row(std::span<const std::string_view> row) {
    if (row.size() != columns_.count) {
      reject(BillRowFault::fields, rows_.line());
      return std::nullopt;
    }
    BillLineView line;
    ProductMap product;
    line.product_name = columns_.text(row, BillField::product_name);
    const std::string_view code = columns_.text(row, BillField::product_code);
    const std::string_view map = columns_.text(row, BillField::product_map);
    const bool may_be_named =
        line.product_name.empty() && map.find("(Amazon Bedrock Edition)") != std::string_view::npos;
    if (!is_bedrock(code, line.product_name) && !may_be_named) {
      ++account_->other_services;
      return std::nullopt;
    }
    line.region = columns_.text(row, BillField::region);
    if (!map.empty() && (line.region.empty() || line.product_name.empty())) {
      product = read_product_map(map);
      line.region = line.region.empty() ? product.region : line.region;
      line.product_name = line.product_name.empty() ? product.name : line.product_name;
    }
    if (!is_bedrock(code, line.product_name)) {
      ++account_->other_services;
      return std::nullopt;
    }
    if (const std::optional<BillRowFault> bad = read_line(row, line)) {
      reject(*bad, rows_.line());
      return std::nullopt;
    }
    return hand_on(row, line);
  }

  Failed hand_on(std::span<const std::string_view> row, const BillLineView& line) {
    const std::string_view currency = columns_.text(row, BillField::currency);
    if (!currency.empty() && currency != "USD") {
      return Fault{fmt::format("{}:{}", name_, rows_.line()),
                   "is in " + analytics::in_quotes(currency) +
                       "; prices are in USD, and nothing is converted: export the bill in USD"};
    }
    ++account_->lines;
    const Result<void> taken = (*take_)(line);
    return taken ? std::nullopt : std::optional(taken.error());
  }

  std::optional<BillRowFault> read_line(std::span<const std::string_view> row,
                                        BillLineView& line) const {
    line.form = columns_.form;
    line.kind_text = columns_.text(row, BillField::line_type);
    line.kind = kind_of(line.kind_text, columns_.form);
    line.account = columns_.text(row, BillField::account);
    line.usage_type = columns_.text(row, BillField::usage_type);
    line.resource = columns_.text(row, BillField::resource);
    if (line.account.empty()) {
      return BillRowFault::account;
    }
    if (!read_times(row, line)) {
      return BillRowFault::time;
    }
    if (!read_quantity(row, line)) {
      return BillRowFault::amount;
    }
    return read_money(row, line);
  }

  bool read_quantity(std::span<const std::string_view> row, BillLineView& line) const {
    std::string_view text = columns_.text(row, BillField::quantity);
    line.unit = columns_.text(row, BillField::unit);
    if (text.empty()) {
      text = columns_.text(row, BillField::other_quantity);
      line.unit = columns_.text(row, BillField::other_unit);
    }
    if (text.empty()) {
      return true;
    }
    const ScaledDecimal quantity = parse_decimal(text, 18, line_quantity_limit);
    line.quantity_e18 = quantity.value;
    return quantity.fault == DecimalFault::none;
  }

  bool read_times(std::span<const std::string_view> row, BillLineView& line) const {
    const auto begin = time_of(columns_.text(row, BillField::used_begin));
    const std::string_view end_text = columns_.text(row, BillField::used_end);
    if (!begin) {
      return false;
    }
    const auto end =
        end_text.empty() ? std::optional(UnixMillis{begin->value + hour_ms}) : time_of(end_text);
    if (!end || *end < *begin) {
      return false;
    }
    line.used = {*begin, *end};
    const std::string_view period_begin = columns_.text(row, BillField::period_begin);
    const std::string_view period_end = columns_.text(row, BillField::period_end);
    if (period_begin.empty() || period_end.empty()) {
      return true;
    }
    const auto first = time_of(period_begin);
    const auto last = time_of(period_end);
    if (!first || !last || *last < *first) {
      return false;
    }
    line.period = TimeRange{*first, *last};
    return true;
  }

  static std::optional<UnixMillis> time_of(std::string_view text) {
    if (text.ends_with(" UTC")) {
      text.remove_suffix(4);
    }
    return parse_timestamp(text);
  }

  std::optional<BillRowFault> read_money(std::span<const std::string_view> row,
                                         BillLineView& line) const {
    const ScaledDecimal cost =
        parse_decimal(columns_.text(row, BillField::cost), 18, line_cost_limit);
    if (cost.fault != DecimalFault::none) {
      return fault_of(cost.fault);
    }
    line.cost = Attodollars{cost.value};
    const std::string_view list_text = columns_.text(row, BillField::list_cost);
    if (!list_text.empty()) {
      const ScaledDecimal list = parse_decimal(list_text, 18, line_cost_limit);
      if (list.fault != DecimalFault::none) {
        return fault_of(list.fault);
      }
      line.list_cost = Attodollars{list.value};
    }
    return std::nullopt;
  }

  CsvStream rows_;
  std::string name_;
  BillAccount* account_;
  const TakeBillLine* take_;
  BillColumns columns_;
};

}  // namespace

std::string_view name_of(BillRowFault fault) {
  constexpr std::array<std::string_view, bill_row_fault_count> names = {
      "other number of fields than the header",
      "cut by the end of the file",
      "without usage account",
      "with an unusable time",
      "with an unusable quantity",
      "with an unusable amount of money",
      "with more than 18 decimals of money"};
  return names.at(static_cast<std::size_t>(fault));
}

std::uint64_t BillAccount::rejected_total() const {
  return std::accumulate(rejected.begin(), rejected.end(), std::uint64_t{0});
}

Result<void> read_bill(std::unique_ptr<ingest::ByteSource> source, const std::string& name,
                       BillAccount& account, const TakeBillLine& take) {
  ingest::DocumentReader documents;
  documents.open(std::move(source));
  bool has_any = false;
  while (documents.next_document()) {
    has_any = true;
    const std::string& member = documents.member_name();
    DocumentRows rows([&](std::span<char> into) { return documents.read(into); },
                      member.empty() ? name : name + '!' + member, account, take);
    const Result<void> done = rows.read();
    if (!done) {
      return pass_on(done);
    }
  }
  for (const ingest::Damage& damage : documents.damages()) {
    account.damages.push_back({name, damage});
  }
  if (!has_any) {
    return fault(name, "holds no bill; name the CSV or CSV.gz file of an export");
  }
  return {};
}

}  // namespace bedrocklog::finance
