// Keeps the account of the input while objects are read: what a worker saw, before it is judged.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "analytics/input_account.h"
#include "ingest/document_reader.h"
#include "ingest/manifest.h"
#include "ingest/object_scanner.h"
#include "ingest/record_view.h"
#include "ingest/skip_kind.h"

namespace bedrocklog::analytics {

/// One per worker; objects in any order. Joined by finish_account().
class AccountKeeper {
 public:
  explicit AccountKeeper(std::size_t rejects_kept_max) : rejects_kept_max_(rejects_kept_max) {}

  /// Starts on the object at `index` of the manifest. Refers to `name` until the next call.
  void open(std::size_t index, const std::string& name);

  /// A record was parsed; the caller counts what becomes of it in account().
  void note_record(const ingest::RecordView& record);
  void note_reject(ingest::RecordFault fault, const ingest::RecordOrigin& origin);
  void note_skip(ingest::SkipKind kind);

  /// The object could not be opened.
  void close_unreadable(const Fault& fault);
  /// The object was read to its end or damage; `whole` if it was passed over as a whole. Damage
  /// beats passing over: what is missing might have been records.
  void close(const std::optional<ingest::SkipKind>& whole, const ingest::DocumentReader& reader);
  /// We stopped in the middle of the object: bytes and records count, a ragged end does not.
  void close_stopped(const ingest::DocumentReader& reader);

  [[nodiscard]] InputAccount& account() { return account_; }
  [[nodiscard]] const InputAccount& account() const { return account_; }

 private:
  friend InputAccount finish_account(std::span<AccountKeeper* const> keepers,
                                     const ingest::Manifest& manifest);
  struct KeptReject {
    std::size_t object = 0;
    RejectSample sample;
    [[nodiscard]] std::pair<std::size_t, std::uint64_t> origin() const {
      return {object, sample.ordinal};
    }
  };
  struct KeptDamage {
    std::size_t object = 0;
    ObjectDamage damage;
  };

  void note_bytes(const ingest::DocumentReader& reader);
  [[nodiscard]] static bool is_earlier(const KeptReject& left, const KeptReject& right) {
    return left.origin() < right.origin();
  }

  InputAccount account_;  // Without its lists.
  std::uint64_t seen_ = 0;
  std::size_t rejects_kept_max_;
  std::vector<KeptReject> rejects_;  // A heap, latest on top: the earliest ones stay.
  std::vector<KeptDamage> damages_;  // In document order for each object.
  std::size_t object_ = 0;
  const std::string* name_ = nullptr;
  // Hours of the account, each at its place; files read in turn alternate between a few.
  std::array<std::int64_t, 16> last_hours_ = none_seen();

  [[nodiscard]] static constexpr std::array<std::int64_t, 16> none_seen() {
    std::array<std::int64_t, 16> hours{};
    hours.fill(INT64_MIN);
    return hours;
  }
};

/// The account of all keepers and of what the manifest knows already. Checks its identity.
[[nodiscard]] InputAccount finish_account(std::span<AccountKeeper* const> keepers,
                                          const ingest::Manifest& manifest);

}  // namespace bedrocklog::analytics
