// Each worker makes a piece, waits for its turn, hands it on.
#include "cli/ordered_pieces.h"

#include <condition_variable>
#include <mutex>
#include <vector>

#include "analytics/workers.h"

namespace bedrocklog::cli {
namespace {

class Turns {
 public:
  explicit Turns(const AppendPiece& append) : append_(append) {}

  /// Waits until all pieces before `number` were handed on.
  void hand_on(std::size_t number, std::string_view piece) {
    std::unique_lock lock(guard_);
    is_next_.wait(lock, [&] { return next_ == number; });
    if (is_wanted_) {
      is_wanted_ = append_(piece);
    }
    ++next_;
    is_next_.notify_all();
  }
  [[nodiscard]] bool is_wanted() {
    const std::scoped_lock lock(guard_);
    return is_wanted_;
  }

 private:
  const AppendPiece& append_;
  std::mutex guard_;  // Guards what follows, and calls of append_.
  std::condition_variable is_next_;
  std::size_t next_ = 0;
  bool is_wanted_ = true;
};

}  // namespace

bool append_in_order(std::size_t workers, std::size_t pieces, const MakePiece& make,
                     const AppendPiece& append) {
  Turns turns(append);
  std::vector<TextBuffer> buffers(workers);
  // Pieces are begun in order, and who has begun one waits only for earlier ones: no deadlock.
  analytics::share_items(workers, pieces, [&](std::size_t worker, std::size_t number) {
    TextBuffer& piece = buffers[worker];
    piece.clear();
    if (turns.is_wanted()) {
      make(number, piece);
    }
    turns.hand_on(number, piece.text());
  });
  return turns.is_wanted();
}

}  // namespace bedrocklog::cli
