// Pieces come in order, whoever made them and however long it took.
#include "cli/ordered_pieces.h"

#include <string>

#include <gtest/gtest.h>

namespace bedrocklog::cli {
namespace {

constexpr std::size_t pieces = 200;

// Pieces of very different length, so that workers overtake each other.
std::string piece(std::size_t number) {
  return std::to_string(number) + std::string(number % 7 == 0 ? 50'000 : number, 'x') + '\n';
}

void make_piece(std::size_t number, TextBuffer& into) {
  for (const char character : piece(number)) {
    into.append({&character, 1});
  }
}

TEST(OrderedPieces, AreTheSameTextForAnyNumberOfWorkers) {
  std::string expected;
  for (std::size_t number = 0; number < pieces; ++number) {
    expected += piece(number);
  }
  for (const std::size_t workers : {1U, 2U, 5U}) {
    std::string text;
    EXPECT_TRUE(append_in_order(workers, pieces, make_piece, [&text](std::string_view one) {
      text += one;
      return true;
    }));
    EXPECT_EQ(text, expected) << workers;
  }
}

TEST(OrderedPieces, EndWhenNoMoreAreWanted) {
  for (const std::size_t workers : {1U, 3U}) {
    std::size_t taken = 0;
    EXPECT_FALSE(append_in_order(workers, pieces, make_piece,
                                 [&taken](std::string_view) { return ++taken < 5; }));
    EXPECT_EQ(taken, 5U);
  }
}

TEST(OrderedPieces, NoPiecesAreNoText) {
  EXPECT_TRUE(append_in_order(2, 0, make_piece, [](std::string_view) { return false; }));
}

}  // namespace
}  // namespace bedrocklog::cli
