// Stacks layers of unwrapping over a source until plain text is on top, member after member.
//
// Level 0 is the source; each level above unwraps what the window of the level below it shows. A
// bundle stays on the stack while its members are read one by one on top of it.
#include "ingest/document_reader.h"

#include <array>
#include <utility>
#include <vector>

#include "ingest/archive_stream.h"
#include "ingest/byte_layer.h"
#include "ingest/ensure.h"
#include "ingest/gzip_stream.h"
#include "ingest/lane_stream.h"
#include "ingest/stop_watch.h"
#include "ingest/wrapping.h"

namespace bedrocklog::ingest {
namespace {

constexpr std::size_t level_count = wrapping_depth_max + 1;
/// A bundle with more bad members than this is given up; the damages would fill memory.
constexpr std::size_t damage_count_max = 1'000;

struct Level {
  ByteWindow window;  // Over what `layer` delivers.
  GzipStream gzip;
  ArchiveStream archive;
  ByteLayer* layer = nullptr;  // The one of the two in use; on level 0 the source.
  bool is_bundle = false;
  bool is_settled = false;  // Its damage has been told, or was the effect of one that was.
};

}  // namespace

std::string_view name_of(DamageKind kind) {
  switch (kind) {
    case DamageKind::truncated:
      return "truncated";
    case DamageKind::corrupt:
      return "corrupt";
    case DamageKind::trailing_garbage:
      return "trailing_garbage";
    case DamageKind::too_deep:
      return "too_deep";
    case DamageKind::expansion:
      return "expansion";
    case DamageKind::unreadable:
      return "unreadable";
  }
  ensure(false);
  return {};
}

struct DocumentReader::State {
  void open(std::unique_ptr<ByteSource> object);
  void close();
  bool next_document();
  std::size_t read(std::span<char> into);

  bool unwrap();
  void push(Wrapping wrapping);
  bool next_member();
  void begin_document();
  void tell_damage(std::size_t from, bool bundle_ended);
  void add_damage(DamageKind kind);
  void name_member();

  SourceLayer source;
  LaneStream lane;  // In place of the first level's gzip, if there is a lane.
  std::optional<LaneObject> lane_object;
  bool is_lane_used = false;
  std::array<Level, level_count> levels;
  std::size_t top = 0;
  bool is_opened = false;     // open() was called and its object is not used up.
  bool is_unwrapped = false;  // next_document() has looked at the object.
  bool in_document = false;
  std::string member_name;
  std::vector<Damage> damages;
  std::uint64_t document_bytes = 0;
  std::uint64_t plain_bytes = 0;
  std::uint64_t* spent_ns = nullptr;
};

void DocumentReader::State::open(std::unique_ptr<ByteSource> object) {
  ensure(object != nullptr);
  source.attach(std::move(object));
  lane_object.reset();
  is_lane_used = false;
  lane.begin_object(&source);
  for (Level& level : levels) {
    level.gzip.begin_object(&source);
    level.archive.begin_object(&source);
  }
  Level& bottom = levels.front();
  bottom.layer = &source;
  bottom.is_settled = false;
  bottom.window.attach(source);
  top = 0;
  is_opened = true;
  is_unwrapped = false;
  in_document = false;
  member_name.clear();
  damages.clear();
  document_bytes = 0;
  plain_bytes = 0;
}

void DocumentReader::State::close() {
  source.detach();
  is_opened = false;
  in_document = false;
}

bool DocumentReader::State::next_document() {
  in_document = false;
  member_name.clear();
  if (is_opened && !is_unwrapped) {
    is_unwrapped = true;
    if (unwrap()) {
      return true;
    }
  }
  while (is_opened) {
    while (top > 0 && !levels[top].is_bundle) {
      --top;
    }
    if (top == 0) {
      break;
    }
    if (next_member() && unwrap()) {
      return true;
    }
  }
  is_opened = false;
  return false;
}

/// Opens wrapping after wrapping on the top level. True with a document there; false when a bundle
/// came up, whose members are next.
bool DocumentReader::State::unwrap() {
  for (;;) {
    ByteWindow& window = levels[top].window;
    if (top == 0) {
      (void)window.fill();
    }
    const Wrapping wrapping = wrapping_of(window.peek(wrapping_bytes_needed));
    if (wrapping == Wrapping::none) {
      begin_document();
      return true;
    }
    if (top == wrapping_depth_max) {
      begin_document();
      in_document = false;
      add_damage(DamageKind::too_deep);
      return true;
    }
    push(wrapping);
    if (levels[top].is_bundle) {
      return false;
    }
  }
}

void DocumentReader::State::push(Wrapping wrapping) {
  ByteWindow& below = levels[top].window;
  Level& level = levels[++top];
  level.is_bundle = wrapping == Wrapping::tar || wrapping == Wrapping::zip;
  level.is_settled = false;
  if (wrapping == Wrapping::gzip && top == 1 && lane_object) {
    lane.attach(*lane_object, below);
    is_lane_used = true;
    level.layer = &lane;
  } else if (wrapping == Wrapping::gzip) {
    level.gzip.attach(below);
    level.layer = &level.gzip;
  } else {
    level.archive.attach(below, wrapping);
    level.layer = &level.archive;
  }
  level.window.attach(*level.layer);
}

/// Moves the bundle on top to its next member; leaves it when there is none.
bool DocumentReader::State::next_member() {
  Level& bundle = levels[top];
  if (bundle.archive.next_member()) {
    bundle.window.attach(bundle.archive);
    return true;
  }
  --top;
  name_member();
  document_bytes = 0;
  if (!bundle.archive.is_dead()) {
    // A zip ends with a directory that is not read, but damage of the layers below can hide there.
    ByteWindow& below = levels[top].window;
    for (std::span<char> rest = below.fill(); !rest.empty(); rest = below.fill()) {
      below.consume(rest.size());
    }
  }
  tell_damage(top + 1, /*bundle_ended=*/true);
  member_name.clear();
  return false;
}

void DocumentReader::State::begin_document() {
  in_document = true;
  document_bytes = 0;
  name_member();
}

/// From the bundles on the stack, outermost first.
void DocumentReader::State::name_member() {
  member_name.clear();
  for (std::size_t i = 1; i <= top; ++i) {
    if (levels[i].is_bundle) {
      if (!member_name.empty()) {
        member_name += '/';
      }
      member_name += levels[i].archive.member_name();
    }
  }
}

std::size_t DocumentReader::State::read(std::span<char> into) {
  ensure(!into.empty());
  if (!in_document) {
    return 0;
  }
  const std::size_t count = levels[top].window.read(into);
  document_bytes += count;
  plain_bytes += count;
  if (count == 0) {
    in_document = false;
    tell_damage(top, /*bundle_ended=*/false);
  }
  return count;
}

/// Adds the one damage that explains why the stack ended at level `from`: the lowest, because a
/// layer that is cut short cuts all above it. Bytes behind a gzip's end explain nothing above.
/// A bundle that still works parts its members from what is below, where reading has run ahead.
void DocumentReader::State::tell_damage(std::size_t from, bool bundle_ended) {
  std::optional<DamageKind> cause;
  for (std::size_t i = from + 1; i-- > 0;) {
    Level& level = levels[i];
    const std::optional<DamageKind> damage = level.layer->damage();
    if (damage && !level.is_settled) {
      cause = cause && *damage == DamageKind::trailing_garbage ? cause : damage;
      level.is_settled = true;
    }
    const bool ends_here = bundle_ended && i == from;
    if (level.is_bundle && !level.archive.is_dead() && !ends_here) {
      level.is_settled = false;  // Its next member may have a damage of its own.
      break;
    }
  }
  if (cause) {
    add_damage(*cause);
  }
}

void DocumentReader::State::add_damage(DamageKind kind) {
  damages.push_back({kind, member_name, document_bytes});
  if (kind == DamageKind::expansion || damages.size() >= damage_count_max) {
    is_opened = false;
  }
}

DocumentReader::DocumentReader() : state_(std::make_unique<State>()) {}
DocumentReader::~DocumentReader() = default;
DocumentReader::DocumentReader(DocumentReader&&) noexcept = default;
DocumentReader& DocumentReader::operator=(DocumentReader&&) noexcept = default;

void DocumentReader::open(std::unique_ptr<ByteSource> source) {
  state_->open(std::move(source));
}

void DocumentReader::open(const LaneObject& object) {
  open(open_view(object.packed), object);
}

void DocumentReader::open(std::unique_ptr<ByteSource> source, const LaneObject& object) {
  state_->open(std::move(source));
  state_->lane_object = object;
}

void DocumentReader::close() {
  state_->close();
}

void DocumentReader::measure(std::uint64_t* into_ns) {
  state_->spent_ns = into_ns;
}

bool DocumentReader::next_document() {
  const StopWatch watch(state_->spent_ns);
  return state_->next_document();
}

const std::string& DocumentReader::member_name() const {
  return state_->member_name;
}

std::size_t DocumentReader::read(std::span<char> into) {
  const StopWatch watch(state_->spent_ns);
  return state_->read(into);
}

std::span<const Damage> DocumentReader::damages() const {
  return state_->damages;
}

std::uint64_t DocumentReader::packed_bytes() const {
  return state_->is_lane_used ? state_->lane.packed_bytes() : state_->source.delivered_bytes();
}

std::uint64_t DocumentReader::plain_bytes() const {
  return state_->plain_bytes;
}

}  // namespace bedrocklog::ingest
