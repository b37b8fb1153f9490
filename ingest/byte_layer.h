// One layer of unwrapping, and the window through which the layer above reads it.
//
// An object is a stack of layers: the source, gzip over it, a tar over that, gzip of one member and
// so on. Each layer takes packed bytes from the window below and delivers plain ones upwards.
// Windows are always filled as far as they go, so that what a layer sees, and with it the result,
// does not depend on how a source cuts its reads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "ingest/document_reader.h"

namespace bedrocklog::ingest {

/// One at a time: a layer belongs to one DocumentReader and is reused from object to object.
class ByteLayer {
 public:
  ByteLayer() = default;
  ByteLayer(const ByteLayer&) = delete;
  ByteLayer& operator=(const ByteLayer&) = delete;
  ByteLayer(ByteLayer&&) = delete;
  ByteLayer& operator=(ByteLayer&&) = delete;
  virtual ~ByteLayer() = default;

  /// Sets the count back to zero for the next object, whose packed bytes `packed` counts; null
  /// for the layer that delivers the packed bytes themselves and so has no limit.
  void begin_object(const ByteLayer* packed);

  /// Fills the front of `into` and says how much; 0 at the end and after damage, however often
  /// asked. Stops with DamageKind::expansion where the object's limit is exceeded.
  [[nodiscard]] std::size_t read(std::span<char> into);

  /// Why read() ended; nothing if the layer ended well or goes on. Settled when read() gave 0.
  [[nodiscard]] std::optional<DamageKind> damage() const { return damage_; }

  /// Since begin_object().
  [[nodiscard]] std::uint64_t delivered_bytes() const { return delivered_bytes_; }

 protected:
  void set_damage(DamageKind kind) { damage_ = kind; }
  void clear_damage() { damage_.reset(); }

 private:
  /// As read(), without counting. What came before damage is delivered by an earlier call.
  [[nodiscard]] virtual std::size_t deliver(std::span<char> into) = 0;

  const ByteLayer* packed_ = nullptr;
  std::uint64_t delivered_bytes_ = 0;
  std::optional<DamageKind> damage_;
};

/// Delivers the bytes of a ByteSource as they are.
class SourceLayer final : public ByteLayer {
 public:
  void attach(std::unique_ptr<ByteSource> source);
  void detach() { source_.reset(); }

 private:
  std::size_t deliver(std::span<char> into) override;

  std::unique_ptr<ByteSource> source_;  // Null before the first object and at the end.
};

/// Most packed objects are smaller, so one system call reads one.
inline constexpr std::size_t window_bytes = 128U << 10U;

/// Unread bytes of a layer, kept in one buffer that is allocated on first use and then reused.
class ByteWindow {
 public:
  /// Forgets everything and reads from `below`, which must outlive the use.
  void attach(ByteLayer& below);

  /// The first unread bytes, `count` of them unless the layer ends before. Reads no more than
  /// that, so that the rest can go straight to where read() is told. Requires count <=
  /// window_bytes.
  [[nodiscard]] std::span<char> peek(std::size_t count);

  /// All unread bytes; when there are none, fills the whole window first. Empty at the end only.
  [[nodiscard]] std::span<char> fill();

  /// Takes `count` of the unread bytes away; they stay where they are until the next fill().
  void consume(std::size_t count);

  /// Unread bytes first, then straight from the layer, until `into` is full or the layer ends.
  [[nodiscard]] std::size_t read(std::span<char> into);

 private:
  [[nodiscard]] std::size_t unread() const { return end_ - begin_; }
  void extend_to(std::size_t count);

  std::unique_ptr<char[]> bytes_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  ByteLayer* below_ = nullptr;
};

}  // namespace bedrocklog::ingest
