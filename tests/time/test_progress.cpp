// Who waits for whom: the circle and its text.
#include <gtest/gtest.h>

#include "sim/time/progress.hpp"

namespace hvsim {
namespace {

using Numbers = std::vector<std::uint32_t>;

Waiter waits(const std::string& who, std::optional<std::uint32_t> holder = std::nullopt) {
  return {who, "lock of " + who, holder};
}

TEST(WaitCycle, IsEmptyWhenTheChainEnds) {
  EXPECT_EQ(wait_cycle({}), Numbers{});
  EXPECT_EQ(wait_cycle({waits("a", 1), waits("b", 2), waits("c")}), Numbers{});
}

TEST(WaitCycle, StartsAtItsSmallestIndexAndFollowsTheHolders) {
  EXPECT_EQ(wait_cycle({waits("a", 1), waits("b", 3), waits("c", 1), waits("d", 2)}),
            (Numbers{1, 3, 2}));
}

TEST(WaitCycle, OfSeveralTheOneWithTheSmallestIndex) {
  EXPECT_EQ(wait_cycle({waits("a"), waits("b", 4), waits("c", 3), waits("d", 2), waits("e", 1)}),
            (Numbers{1, 4}));
}

TEST(WaitCycle, OneThatWaitsForItselfIsACircle) {
  EXPECT_EQ(wait_cycle({waits("a", 1), waits("b", 1)}), (Numbers{1}));
}

TEST(DescribeWait, NamesEveryWaiterAndSpellsOutTheCircle) {
  const std::vector<std::string> lines = describe_wait({waits("a", 1), waits("b", 0), waits("c")});
  EXPECT_EQ(lines, (std::vector<std::string>{"a waits for lock of a, held by b",
                                             "b waits for lock of b, held by a",
                                             "c waits for lock of c", "circle: a -> b -> a"}));
}

TEST(DescribeWait, HasNoLineForACircleThatIsNotThere) {
  EXPECT_EQ(describe_wait({waits("a")}), (std::vector<std::string>{"a waits for lock of a"}));
}

}  // namespace
}  // namespace hvsim
