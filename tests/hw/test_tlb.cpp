// The table of translations by itself: whose they are, how many it holds, and what dropping drops.
#include <gtest/gtest.h>

#include "sim/hw/tlb.hpp"

namespace hvsim {
namespace {

constexpr Pcid one{1};
constexpr Pcid two{2};

TEST(Tlb, KnowsWhatItWasFilledWithAndNothingElse) {
  Tlb tlb(4, 2);
  EXPECT_EQ(tlb.look_up(one, 7), std::nullopt);
  tlb.fill(one, 7, 0x5000, false);
  EXPECT_EQ(tlb.look_up(one, 7), 0x5000u);
  EXPECT_EQ(tlb.look_up(one, 8), std::nullopt);
  EXPECT_EQ(tlb.look_up(two, 7), std::nullopt);
}

TEST(Tlb, GivesUpTheLeastRecentlyUsedOfASet) {
  Tlb tlb(4, 2);
  tlb.fill(one, 0, 0x1000, false);
  tlb.fill(one, 4, 0x2000, false);
  tlb.fill(one, 1, 0x3000, false);  // of another set
  tlb.look_up(one, 0);
  tlb.fill(one, 8, 0x4000, false);
  EXPECT_EQ(tlb.look_up(one, 0), 0x1000u);
  EXPECT_EQ(tlb.look_up(one, 4), std::nullopt);
  EXPECT_EQ(tlb.look_up(one, 8), 0x4000u);
  EXPECT_EQ(tlb.look_up(one, 1), 0x3000u);
}

TEST(Tlb, TakesTheRoomOfWhatWasDroppedFirst) {
  Tlb tlb(1, 2);
  tlb.fill(one, 0, 0x1000, false);
  tlb.fill(two, 1, 0x2000, false);
  tlb.drop(two);
  tlb.look_up(one, 0);
  tlb.fill(one, 2, 0x3000, false);
  EXPECT_EQ(tlb.look_up(one, 0), 0x1000u);
}

TEST(Tlb, OfAnAddressSpaceThatIsDroppedKeepsTheGlobalPagesAndTheOtherSpaces) {
  Tlb tlb(4, 4);
  tlb.fill(one, 1, 0x1000, false);
  tlb.fill(one, 2, 0x2000, true);
  tlb.fill(two, 3, 0x3000, false);
  tlb.drop(one);
  EXPECT_EQ(tlb.look_up(one, 1), std::nullopt);
  EXPECT_EQ(tlb.look_up(one, 2), 0x2000u);
  EXPECT_EQ(tlb.look_up(two, 2), 0x2000u);  // global
  EXPECT_EQ(tlb.look_up(two, 3), 0x3000u);
  tlb.fill(one, 1, 0x4000, false);
  EXPECT_EQ(tlb.look_up(one, 1), 0x4000u);
}

TEST(Tlb, DropsEverythingGlobalPagesToo) {
  Tlb tlb(4, 4);
  tlb.fill(one, 1, 0x1000, false);
  tlb.fill(two, 2, 0x2000, true);
  tlb.drop_all();
  EXPECT_EQ(tlb.look_up(one, 1), std::nullopt);
  EXPECT_EQ(tlb.look_up(two, 2), std::nullopt);
}

TEST(Tlb, DropsAPageOfOneAddressSpaceOnly) {
  Tlb tlb(4, 4);
  tlb.fill(one, 1, 0x1000, false);
  tlb.fill(two, 1, 0x2000, false);
  tlb.fill(one, 5, 0x3000, false);
  tlb.drop_page(one, 1);
  EXPECT_EQ(tlb.look_up(one, 1), std::nullopt);
  EXPECT_EQ(tlb.look_up(two, 1), 0x2000u);
  EXPECT_EQ(tlb.look_up(one, 5), 0x3000u);
}

TEST(Tlb, DropsAGlobalPageWhoeverAsks) {
  Tlb tlb(4, 4);
  tlb.fill(one, 1, 0x1000, true);
  tlb.drop_page(two, 1);
  EXPECT_EQ(tlb.look_up(one, 1), std::nullopt);
}

}  // namespace
}  // namespace hvsim
