// The winner tree against a sorted list, at its limits and at ties.
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "sim/base/random.hpp"
#include "sim/time/tournament.hpp"

namespace hvsim {
namespace {

TEST(Tournament, IsEmptyUntilAnInstantIsSet) {
  const Tournament tree(5);
  EXPECT_EQ(Tournament::time_of(tree.first()), Time::never());
  EXPECT_EQ(Tournament::time_of(tree.second()), Time::never());
}

TEST(Tournament, TheEarliestWinsAndTheSmallerRankAtOneInstant) {
  Tournament tree(4);
  tree.set(Rank{3}, Time{100});
  tree.set(Rank{2}, Time{101});
  EXPECT_EQ(Tournament::rank_of(tree.first()), Rank{3});
  EXPECT_EQ(Tournament::time_of(tree.second()), Time{101});
  tree.set(Rank{2}, Time{100});
  EXPECT_EQ(Tournament::rank_of(tree.first()), Rank{2});
  EXPECT_EQ(Tournament::time_of(tree.second()), Time{100});
  tree.set(Rank{2}, Time::never());
  EXPECT_EQ(Tournament::rank_of(tree.first()), Rank{3});
  EXPECT_EQ(Tournament::time_of(tree.second()), Time::never());
}

TEST(Tournament, HoldsOneRankAndTheMostRanks) {
  Tournament one(1);
  one.set(Rank{0}, Time{7});
  EXPECT_EQ(Tournament::rank_of(one.first()), Rank{0});
  EXPECT_EQ(Tournament::time_of(one.first()), Time{7});
  EXPECT_EQ(Tournament::time_of(one.second()), Time::never());
  Tournament most(1024);
  most.set(Rank{1023}, Time{7});
  EXPECT_EQ(Tournament::rank_of(most.first()), Rank{1023});
  EXPECT_THROW(Tournament(1025), InternalError);
}

TEST(Tournament, HasRoomForInstantsBelowItsLimitAndRefusesThoseAtIt) {
  Tournament tree(1024);
  const std::int64_t limit = std::int64_t{1} << 53;
  tree.set(Rank{1023}, Time{limit - 1});
  EXPECT_EQ(Tournament::time_of(tree.first()), Time{limit - 1});
  EXPECT_EQ(Tournament::rank_of(tree.first()), Rank{1023});
  EXPECT_THROW(tree.set(Rank{0}, Time{limit}), InternalError);
}

TEST(Tournament, AgreesWithASortedListWhateverIsSet) {
  for (const unsigned ranks : {2u, 3u, 8u, 13u, 100u}) {
    Random random(ranks, 1);
    Tournament tree(ranks);
    std::vector<Time> times(ranks, Time::never());
    for (int step = 0; step < 2000; ++step) {
      const std::uint32_t rank = random.below(ranks);
      const bool never = random.chance(1, 4);
      times[rank] = never ? Time::never() : Time{random.below(50)};
      tree.set(Rank{rank}, times[rank]);
      ASSERT_EQ(tree.time(Rank{rank}), times[rank]);
      const auto first = std::min_element(times.begin(), times.end());
      ASSERT_EQ(Tournament::time_of(tree.first()), *first);
      std::vector<Time> others = times;
      if (*first != Time::never()) {
        ASSERT_EQ(Tournament::rank_of(tree.first()).n, first - times.begin());
        others.erase(others.begin() + (first - times.begin()));
        ASSERT_EQ(Tournament::time_of(tree.second()), *std::min_element(others.begin(), others.end()));
      }
    }
  }
}

}  // namespace
}  // namespace hvsim
