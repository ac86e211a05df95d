// The winner tree against a sorted list, at its limits and at ties.
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "sim/base/random.hpp"
#include "sim/time/tournament.hpp"

namespace hvsim {
namespace {

Time first_time(const Tournament& tree) {
  return Tournament::time_of(tree.first());
}
Rank first_rank(const Tournament& tree) {
  return Tournament::rank_of(tree.first());
}

TEST(Tournament, IsEmptyUntilAnInstantIsSet) {
  Tournament tree(5);
  EXPECT_EQ(tree.first(), Tournament::never);
  EXPECT_EQ(tree.key(Rank{4}), Tournament::never);
  tree.set(Rank{4}, Time{7});
  EXPECT_EQ(first_time(tree), Time{7});
}

TEST(Tournament, TheEarliestWinsAndTheSmallerRankAtOneInstant) {
  Tournament tree(4);
  tree.set(Rank{3}, Time{100});
  tree.set(Rank{2}, Time{101});
  EXPECT_EQ(first_rank(tree), Rank{3});
  tree.set(Rank{2}, Time{100});
  EXPECT_EQ(first_rank(tree), Rank{2});
  tree.set(Rank{2}, Time::never());
  EXPECT_EQ(first_rank(tree), Rank{3});
}

TEST(Tournament, TakesOutOneAfterTheOtherUntilItIsEmpty) {
  Tournament tree(3);
  for (std::uint32_t rank = 0; rank < 3; ++rank) {
    tree.set(Rank{rank}, Time{50 - rank});
  }
  for (std::uint32_t left = 3; left > 0; --left) {
    EXPECT_EQ(first_rank(tree), Rank{left - 1});
    tree.take_first();
  }
  EXPECT_EQ(tree.first(), Tournament::never);
}

TEST(Tournament, NeverIsLaterThanAnyInstant) {
  EXPECT_GT(Tournament::time_of(Tournament::never), Time{(std::int64_t{1} << 53) - 1});
}

TEST(Tournament, HoldsOneRankAndTheMostRanks) {
  Tournament one(1);
  one.set(Rank{0}, Time{7});
  EXPECT_EQ(first_rank(one), Rank{0});
  EXPECT_EQ(first_time(one), Time{7});
  one.take_first();
  EXPECT_EQ(one.first(), Tournament::never);
  Tournament most(1024);
  most.set(Rank{1023}, Time{7});
  EXPECT_EQ(first_rank(most), Rank{1023});
  EXPECT_THROW(Tournament(1025), InternalError);
}

TEST(Tournament, HasRoomForInstantsBelowItsLimitAndRefusesThoseAtIt) {
  Tournament tree(1024);
  const std::int64_t limit = std::int64_t{1} << 53;
  tree.set(Rank{1023}, Time{limit - 1});
  EXPECT_EQ(first_time(tree), Time{limit - 1});
  EXPECT_EQ(first_rank(tree), Rank{1023});
  EXPECT_THROW(tree.set(Rank{0}, Time{limit}), InternalError);
}

TEST(Tournament, AgreesWithASortedListWhateverIsSetAndTaken) {
  for (const unsigned ranks : {2u, 3u, 8u, 13u, 100u}) {
    Random random(ranks, 1);
    Tournament tree(ranks);
    std::vector<Time> times(ranks, Time::never());
    for (int step = 0; step < 2000; ++step) {
      const auto first = std::min_element(times.begin(), times.end());
      if (*first != Time::never()) {
        ASSERT_EQ(first_time(tree), *first);
        ASSERT_EQ(first_rank(tree).n, first - times.begin());
      } else {
        ASSERT_EQ(tree.first(), Tournament::never);
      }
      if (*first != Time::never() && random.chance(1, 3)) {
        tree.take_first();
        *first = Time::never();
        continue;
      }
      const std::uint32_t rank = random.below(ranks);
      const bool never = random.chance(1, 4);
      times[rank] = never ? Time::never() : Time{random.below(50)};
      tree.set(Rank{rank}, times[rank]);
      ASSERT_EQ(tree.key(Rank{rank}) == Tournament::never, never);
    }
  }
}

}  // namespace
}  // namespace hvsim
