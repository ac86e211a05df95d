// Stacks of fibers: one that is too small, and getting them back.
#include <gtest/gtest.h>

#include <cstdint>
#include <set>
#include <vector>

#include "sim/time/fiber_engine.hpp"
#include "sim/time/stack_pool.hpp"

namespace hvsim {
namespace {

// Each frame is a kilobyte that is used again after the call, so no compiler makes it a loop.
int overflow(int depth) {
  volatile char frame[1024];
  frame[0] = static_cast<char>(depth);
  frame[1023] = static_cast<char>(depth);
  const int below = depth > 0 ? overflow(depth - 1) : 0;
  return below + frame[0] + frame[1023];
}

int use_stack(int kilobytes) {
  const auto engine = make_fiber_engine(1, {});
  int result = 0;
  engine->spawn(Rank{0}, [&] { result = overflow(kilobytes); });
  engine->run();
  return result;
}

TEST(FiberEngineDeathTest, AStackThatOverflowsFaultsAtOnce) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_NE(use_stack(100), 1);  // that much there is
  EXPECT_DEATH(use_stack(100'000), "");
}

TEST(StackPool, GivesOutAgainWhatCameBack) {
  StackPool pool;
  boost::context::stack_context first = pool.allocate();
  boost::context::stack_context second = pool.allocate();
  EXPECT_NE(first.sp, second.sp);
  const boost::context::stack_context freed = first;
  pool.deallocate(first);
  boost::context::stack_context third = pool.allocate();
  EXPECT_EQ(third.sp, freed.sp);
  EXPECT_EQ(third.size, freed.size);
  pool.deallocate(second);
  pool.deallocate(third);
}

TEST(StackPool, StacksBeginAtDifferentPlacesOfAPageAndEndAtTheirGuard) {
  constexpr std::uintptr_t page = 4096;
  StackPool pool;
  std::vector<boost::context::stack_context> stacks;
  std::set<std::uintptr_t> places;
  for (int i = 0; i < 7; ++i) {
    stacks.push_back(pool.allocate());
    const auto top = reinterpret_cast<std::uintptr_t>(stacks.back().sp);
    places.insert(top % page);
    EXPECT_EQ(top % 16, 0u);
    EXPECT_EQ((top - stacks.back().size) % page, 0u);
    EXPECT_GT(stacks.back().size, 250u * 1024);
  }
  EXPECT_GT(places.size(), stacks.size() / 2);  // some may be from other tests' pools
  for (boost::context::stack_context& stack : stacks) {
    pool.deallocate(stack);
  }
}

}  // namespace
}  // namespace hvsim
