// Reads bills: CUR 2.0, legacy CUR and FOCUS exports in CSV, packed or plain, row by row.
//
// Only lines of Bedrock are handed on: by product code, and by the product name of models that
// are sold through the Marketplace. What is left out is counted.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "analytics/finance/bill_line.h"
#include "ingest/byte_source.h"
#include "ingest/document_reader.h"
#include "ingest/fault.h"

namespace bedrocklog::finance {

/// Why a row of Bedrock could not be used.
enum class BillRowFault : std::uint8_t {
  fields,    // Another number of fields than the header.
  cut,       // The file ends inside the row.
  account,   // No usage account.
  time,      // Begin or end is no time, or the end is not behind the begin.
  amount,    // Quantity is no decimal number, too large, or has over 18 decimals.
  cost,      // The same for money.
  decimals,  // More than 18 decimals of money: they could not be kept exactly.
};
inline constexpr std::size_t bill_row_fault_count = 7;
[[nodiscard]] std::string_view name_of(BillRowFault fault);

inline constexpr std::size_t bill_reject_samples_max = 5;  // Per kind.

struct BillReject {
  std::string file;
  std::size_t line = 0;
  BillRowFault fault = BillRowFault::fields;
};

struct BillFile {
  std::string name;
  BillForm form = BillForm::cur2;
  std::uint64_t rows = 0;  // But the header.
};

/// rows of the files == lines + other_services + rejected.
struct BillAccount {
  std::vector<BillFile> files;  // In the order read.
  std::uint64_t rows = 0;
  std::uint64_t lines = 0;           // Of Bedrock, handed on.
  std::uint64_t other_services = 0;  // Skipped.
  std::array<std::uint64_t, bill_row_fault_count> rejected{};
  std::vector<BillReject> rejects;  // The first of each kind.
  struct Damaged {
    std::string file;
    ingest::Damage damage;
  };
  std::vector<Damaged> damages;

  [[nodiscard]] std::uint64_t rejected_total() const;
  /// Nothing was rejected or damaged.
  [[nodiscard]] bool complete() const { return damages.empty() && rejected_total() == 0; }
};

/// A Fault ends the reading and becomes its result.
using TakeBillLine = std::function<Result<void>(const BillLineView& line)>;

/// Reads one file (or every member of an archive) and adds to `account`. Fails for a file that is
/// empty, no bill, without columns that are needed, or no CSV; and for money of another currency
/// than USD. `name` is the subject of faults, with the line.
[[nodiscard]] Result<void> read_bill(std::unique_ptr<ingest::ByteSource> source,
                                     const std::string& name, BillAccount& account,
                                     const TakeBillLine& take);

}  // namespace bedrocklog::finance
