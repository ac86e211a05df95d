// The generator against its published vectors, and what is built on it against exact counts.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <numeric>
#include <vector>

#include "sim/base/check.hpp"
#include "sim/base/random.hpp"

namespace hvsim {
namespace {

using Block = std::array<std::uint32_t, 4>;

// From the known-answer file that its authors ship (Random123, philox4x32-10).
TEST(Philox, GivesThePublishedBlockForAllZeros) {
  const Block expected = {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8};
  EXPECT_EQ(philox4x32({0, 0, 0, 0}, {0, 0}), expected);
}

TEST(Philox, GivesThePublishedBlockForAllOnes) {
  const std::uint32_t ones = 0xffffffff;
  const Block expected = {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd};
  EXPECT_EQ(philox4x32({ones, ones, ones, ones}, {ones, ones}), expected);
}

TEST(Philox, GivesThePublishedBlockForTheDigitsOfPi) {
  const Block counter = {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344};
  const Block expected = {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1};
  EXPECT_EQ(philox4x32(counter, {0xa4093822, 0x299f31d0}), expected);
}

TEST(Random, DrawsTheWordsOfSuccessiveBlocksInOrder) {
  const std::uint64_t seed = 0x0123456789abcdef;
  const std::uint64_t stream = 0xfedcba9876543210;
  Random random(seed, stream);
  for (std::uint32_t block = 0; block < 3; ++block) {
    for (const std::uint32_t word :
         philox4x32({block, 0, 0x76543210, 0xfedcba98}, {0x89abcdef, 0x01234567})) {
      EXPECT_EQ(random.next(), word) << "block " << block;
    }
  }
}

TEST(Random, GivesEveryStreamAndSeedDrawsOfItsOwn) {
  Random first(1, 0);
  Random other_stream(1, 1);
  Random other_seed(2, 0);
  const std::uint32_t drawn = first.next();
  EXPECT_NE(drawn, other_stream.next());
  EXPECT_NE(drawn, other_seed.next());
}

TEST(Random, StaysBelowItsBoundAndReachesEveryValue) {
  for (const std::uint32_t bound : {1u, 2u, 3u, 7u, 64u}) {
    Random random(7, bound);
    std::vector<unsigned> seen(bound);
    for (unsigned draw = 0; draw < 4000; ++draw) {
      const std::uint32_t value = random.below(bound);
      ASSERT_LT(value, bound);
      ++seen[value];
    }
    EXPECT_EQ(std::count(seen.begin(), seen.end(), 0u), 0) << "bound " << bound;
  }
}

// A remainder instead of a rejection would draw the lower third twice as often for this bound.
TEST(Random, DrawsAllThirdsOfAnAwkwardBoundAlike) {
  const std::uint32_t third = 0x40000000;
  Random random(11, 0);
  std::array<int, 3> thirds{};
  for (int draw = 0; draw < 30000; ++draw) {
    ++thirds[random.below(3 * third) / third];
  }
  for (const int count : thirds) {
    EXPECT_NEAR(count, 10000, 400);  // five standard deviations; the seed is fixed
  }
}

TEST(Random, RefusesAnEmptyRange) {
  Random random(1, 0);
  EXPECT_THROW(random.below(0), InternalError);
}

TEST(Random, TakesAChanceAsOftenAsItSays) {
  Random random(5, 0);
  int taken = 0;
  for (int draw = 0; draw < 10000; ++draw) {
    taken += random.chance(1, 100) ? 1 : 0;
    EXPECT_FALSE(random.chance(0, 100));
    EXPECT_TRUE(random.chance(100, 100));
  }
  EXPECT_NEAR(taken, 100, 50);
}

TEST(Random, ShufflesIntoAPermutation) {
  std::vector<int> items(52);
  std::iota(items.begin(), items.end(), 0);
  std::vector<int> shuffled = items;
  Random(3, 9).shuffle(shuffled);
  EXPECT_NE(shuffled, items);
  std::vector<int> sorted = shuffled;
  std::stable_sort(sorted.begin(), sorted.end());
  EXPECT_EQ(sorted, items);
}

TEST(Random, ShufflesIntoEveryOrderAboutEquallyOften) {
  std::array<int, 6> orders{};
  Random random(4, 0);
  for (int round = 0; round < 6000; ++round) {
    std::vector<int> items = {0, 1, 2};
    random.shuffle(items);
    ++orders[static_cast<std::size_t>(items[0] * 2 + (items[1] > items[2] ? 1 : 0))];
  }
  for (const int count : orders) {
    EXPECT_NEAR(count, 1000, 150);
  }
}

// Written down once: these numbers may never change, or every accepted result changes with them.
TEST(Random, KeepsItsOrderOfDrawsForEver) {
  std::vector<int> items = {0, 1, 2, 3, 4, 5, 6, 7};
  Random(1, 0).shuffle(items);
  const std::vector<int> expected = {1, 0, 4, 2, 5, 3, 6, 7};
  EXPECT_EQ(items, expected);
}

}  // namespace
}  // namespace hvsim
