// Counting, the first rejects, and joining the accounts of all workers.
#include "analytics/account_keeper.h"

#include <algorithm>
#include <numeric>
#include <tuple>

#include "ingest/ensure.h"

namespace bedrocklog::analytics {

namespace {

std::size_t index_of(auto kind) {
  return static_cast<std::size_t>(kind);
}

}  // namespace

void AccountKeeper::open(std::size_t index, const std::string& name) {
  object_ = index;
  name_ = &name;
}

void AccountKeeper::note_record(const ingest::RecordView& record) {
  ++seen_;
  ++account_.layouts[index_of(record.layout)];
  account_.absent.note(record);
  const UnixMillis next{record.at.value + 1};
  if (!account_.seen) {
    account_.seen = TimeRange{record.at, next};
  } else {
    account_.seen->begin = std::min(account_.seen->begin, record.at);
    account_.seen->end = std::max(account_.seen->end, next);
  }
  const std::int64_t hour = record.at.value / hour_ms - (record.at.value % hour_ms < 0 ? 1 : 0);
  std::int64_t& last = last_hours_[static_cast<std::uint64_t>(hour) % last_hours_.size()];
  if (hour != last) {
    account_.hours_seen.insert(hour);
    last = hour;
  }
}

void AccountKeeper::note_reject(ingest::RecordFault fault, const ingest::RecordOrigin& origin) {
  ++seen_;
  ++account_.rejected[index_of(fault)];
  if (rejects_kept_max_ == 0) {
    return;
  }
  if (rejects_.size() == rejects_kept_max_) {
    if (std::pair(object_, origin.ordinal) >= rejects_.front().origin()) {
      return;
    }
    std::pop_heap(rejects_.begin(), rejects_.end(), is_earlier);
    rejects_.pop_back();
  }
  rejects_.push_back(
      KeptReject{object_, RejectSample{*name_, std::string(origin.member), origin.ordinal,
                                       origin.line, origin.byte_offset, fault}});
  std::push_heap(rejects_.begin(), rejects_.end(), is_earlier);
}

void AccountKeeper::note_skip(ingest::SkipKind kind) {
  ++seen_;
  ++account_.skipped[index_of(kind)];
}

void AccountKeeper::close_unreadable(const Fault& fault) {
  account_.unreadable.push_back(ingest::UnreadableObject{*name_, fault.message});
}

void AccountKeeper::note_bytes(const ingest::DocumentReader& reader) {
  account_.packed_bytes += reader.packed_bytes();
  account_.plain_bytes += reader.plain_bytes();
}

void AccountKeeper::close(const std::optional<ingest::SkipKind>& whole,
                          const ingest::DocumentReader& reader) {
  note_bytes(reader);
  for (const ingest::Damage& damage : reader.damages()) {
    damages_.push_back(KeptDamage{object_, ObjectDamage{*name_, damage}});
  }
  if (whole && reader.damages().empty()) {
    ++account_.objects_skipped[index_of(*whole)];
  } else {
    ++account_.objects_read;
  }
}

void AccountKeeper::close_stopped(const ingest::DocumentReader& reader) {
  note_bytes(reader);
}

InputAccount finish_account(std::span<AccountKeeper* const> keepers,
                            const ingest::Manifest& manifest) {
  InputAccount account;
  std::vector<AccountKeeper::KeptReject> rejects;
  std::vector<AccountKeeper::KeptDamage> damages;
  std::uint64_t seen = 0;
  std::size_t rejects_kept_max = 0;
  for (AccountKeeper* keeper : keepers) {
    account.merge(keeper->account_);
    std::move(keeper->rejects_.begin(), keeper->rejects_.end(), std::back_inserter(rejects));
    std::move(keeper->damages_.begin(), keeper->damages_.end(), std::back_inserter(damages));
    seen += keeper->seen_;
    rejects_kept_max = keeper->rejects_kept_max_;
  }
  std::sort(rejects.begin(), rejects.end(), AccountKeeper::is_earlier);
  rejects.resize(std::min(rejects.size(), rejects_kept_max));
  for (AccountKeeper::KeptReject& reject : rejects) {
    account.rejects.push_back(std::move(reject.sample));
  }
  // Stable: an object has one keeper, which saw its documents in order.
  std::stable_sort(damages.begin(), damages.end(),
                   [](const auto& left, const auto& right) { return left.object < right.object; });
  for (AccountKeeper::KeptDamage& damage : damages) {
    account.damages.push_back(std::move(damage.damage));
  }
  account.objects_listed =
      manifest.objects.size() + manifest.skipped.size() + manifest.unreadable.size();
  if (manifest.is_pruned) {
    account.hours_listed = manifest.window;
  }
  for (const ingest::SkippedObject& skipped : manifest.skipped) {
    ++account.objects_skipped[index_of(skipped.kind)];
  }
  account.unreadable.insert(account.unreadable.end(), manifest.unreadable.begin(),
                            manifest.unreadable.end());
  std::sort(account.unreadable.begin(), account.unreadable.end(),
            [](const auto& left, const auto& right) {
              return std::tie(left.name, left.message) < std::tie(right.name, right.message);
            });
  const std::uint64_t parsed =
      std::accumulate(account.layouts.begin(), account.layouts.end(), std::uint64_t{0});
  ensure(account.counted + account.duplicate + account.out_of_range + account.filtered == parsed);
  ensure(account.records_seen() == seen);
  return account;
}

}  // namespace bedrocklog::analytics
