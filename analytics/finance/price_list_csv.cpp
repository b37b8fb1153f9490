// The CSV twin of an offer file.
#include <algorithm>
#include <array>
#include <cstddef>
#include <map>

#include "analytics/csv_table.h"
#include "analytics/finance/aws_price_collector.h"
#include "analytics/finance/price_list_forms.h"

namespace bedrocklog::finance {
namespace {

constexpr std::size_t lines_about_the_list = 5;

/// A column of the file and where its text goes.
struct Column {
  std::string_view core;  // name_core() of its name.
  std::string AwsPrice::* member;
  bool is_needed = true;
};

// Attributes that no product of an offer has are no columns of its file.
constexpr std::array columns = {
    Column{"sku", &AwsPrice::sku},
    Column{"ratecode", &AwsPrice::rate_code},
    Column{"termtype", &AwsPrice::term_type},
    Column{"startingrange", &AwsPrice::range_begin},
    Column{"endingrange", &AwsPrice::range_end},
    Column{"unit", &AwsPrice::unit},
    Column{"priceperunit", &AwsPrice::price},
    Column{"currency", &AwsPrice::currency},
    Column{"usagetype", &AwsPrice::usage_type},
    Column{"regioncode", &AwsPrice::region},
    Column{"model", &AwsPrice::model, false},
    Column{"servicename", &AwsPrice::service_name, false},
};

constexpr std::size_t absent = static_cast<std::size_t>(-1);
using Positions = std::array<std::size_t, columns.size()>;

/// Where the header of the table begins: behind five lines.
std::size_t header_begin(std::string_view text) {
  std::size_t at = 0;
  for (std::size_t i = 0; i < lines_about_the_list; ++i) {
    const std::size_t end = text.find('\n', at);
    if (end == std::string_view::npos) {
      return text.size();
    }
    at = end + 1;
  }
  return at;
}

/// `"Publication Date","2026-05-04T20:15:30Z"` and the like, by the core of their names.
std::map<std::string, std::string> facts_of(std::string_view lines, const std::string& file_name) {
  std::map<std::string, std::string> facts;
  for (std::size_t begin = 0; begin < lines.size();) {
    const std::size_t end = std::min(lines.find('\n', begin), lines.size());
    const auto line = analytics::parse_csv(lines.substr(begin, end - begin), file_name);
    if (line && line->header.size() >= 2) {
      facts[name_core(line->header[0])] = line->header[1];
    }
    begin = end + 1;
  }
  return facts;
}

Result<Positions> positions_of(const analytics::CsvTable& table, const std::string& file_name) {
  Positions positions{};
  positions.fill(absent);
  for (std::size_t at = 0; at < table.header.size(); ++at) {
    const std::string core = name_core(table.header[at]);
    const auto* found = std::find_if(columns.begin(), columns.end(),
                                     [&](const Column& column) { return column.core == core; });
    if (found != columns.end()) {
      positions.at(static_cast<std::size_t>(found - columns.begin())) = at;
    }
  }
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns.at(i).is_needed && positions.at(i) == absent) {
      return fault(file_name + ":6", "has no column " + std::string(columns.at(i).core) +
                                         "; an offer file has its header in line 6");
    }
  }
  return positions;
}

}  // namespace

Result<std::vector<PriceImport>> read_csv_price_list(std::string_view text,
                                                     const std::string& file_name,
                                                     const PriceListOptions& options) {
  const std::size_t begin = header_begin(text);
  auto facts = facts_of(text.substr(0, begin), file_name);
  // Blank lines in place of those five keep the numbers of the lines.
  const std::string rest =
      std::string(lines_about_the_list, '\n') + std::string(text.substr(begin));
  const Result<analytics::CsvTable> table = analytics::parse_csv(rest, file_name);
  if (!table) {
    return pass_on(table);
  }
  const Result<Positions> positions = positions_of(*table, file_name);
  if (!positions) {
    return pass_on(positions);
  }
  AwsPriceCollector collector(*options.names);
  for (const analytics::CsvRow& row : table->rows) {
    AwsPrice price;
    price.place = file_name + ':' + std::to_string(row.line);
    price.offer = facts["offercode"];
    price.published = facts["publicationdate"];
    price.version = facts["version"];
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (positions->at(i) != absent) {
        price.*columns.at(i).member = row.fields[positions->at(i)];
      }
    }
    if (const auto good = collector.add(price); !good) {
      return pass_on(good);
    }
  }
  return collector.finish();
}

}  // namespace bedrocklog::finance
