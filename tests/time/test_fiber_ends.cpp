// How runs of the engine end: well, stuck, by an exception, by a stack that is too small.
#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <vector>

#include "sim/time/fiber_engine.hpp"
#include "sim/time/stack_pool.hpp"

namespace hvsim {
namespace {

struct CountsItsEnd {
  explicit CountsItsEnd(int& ends) : ends_(ends) {}
  ~CountsItsEnd() { ++ends_; }
  CountsItsEnd(const CountsItsEnd&) = delete;
  CountsItsEnd& operator=(const CountsItsEnd&) = delete;

 private:
  int& ends_;
};

TEST(FiberEngineEnds, WithoutStrandsARunIsOverAtOnce) {
  const auto engine = make_fiber_engine(4, {});
  engine->run();
  EXPECT_EQ(engine->switches(), 0u);
}

TEST(FiberEngineEnds, AnExceptionOfABodyComesOutOfRunAndTheOthersAreUnwound) {
  int ends = 0;
  bool went_on = false;
  auto engine = make_fiber_engine(3, {});
  engine->spawn(Rank{0}, [&] {
    const CountsItsEnd mark(ends);
    engine->park_until(Time{1000});
    went_on = true;
  });
  engine->spawn(Rank{1}, [&] {
    const CountsItsEnd mark(ends);
    engine->park_until(Time{10});
    throw std::out_of_range("body");
  });
  engine->spawn(Rank{2}, [&] { engine->park_until(Time{5}); });
  EXPECT_THROW(engine->run(), std::out_of_range);
  EXPECT_EQ(ends, 1);
  engine.reset();
  EXPECT_EQ(ends, 2);
  EXPECT_FALSE(went_on);
}

TEST(FiberEngineEnds, AnEngineThatNeverRanUnwindsNothing) {
  int ends = 0;
  {
    const auto engine = make_fiber_engine(1, {});
    engine->spawn(Rank{0}, [&ends] { const CountsItsEnd mark(ends); });
  }
  EXPECT_EQ(ends, 0);
}

Stuck stuck_in(Engine& engine) {
  try {
    engine.run();
  } catch (const Stuck& stuck) {
    return stuck;
  }
  throw std::logic_error("the run came to an end");
}

TEST(FiberEngineEnds, EveryStrandParkedForEverIsADeadlock) {
  int ends = 0;
  auto engine = make_fiber_engine(2, {});
  for (unsigned rank = 0; rank < 2; ++rank) {
    engine->spawn(Rank{rank}, [&, rank] {
      const CountsItsEnd mark(ends);
      engine->park_until(Time{20 + rank});
      engine->park_until(Time::never());
    });
  }
  const Stuck stuck = stuck_in(*engine);
  EXPECT_EQ(stuck.kind(), Stuck::Kind::deadlock);
  EXPECT_EQ(stuck.at(), Time{21});
  engine.reset();
  EXPECT_EQ(ends, 2);
}

// Ten instants a step: the first one that is more than 100 after the last progress, at 50.
TEST(FiberEngineEnds, TooLongWithoutProgressIsStuckAtTheFirstInstantPastTheLimit) {
  const auto engine = make_fiber_engine(1, {.no_progress_after = Duration{100}});
  Time last;
  engine->spawn(Rank{0}, [&] {
    for (Time t{10};; t += Duration{10}) {
      engine->park_until(t);
      last = t;
      if (t <= Time{50}) {
        engine->progress(t);
      }
    }
  });
  const Stuck stuck = stuck_in(*engine);
  EXPECT_EQ(stuck.kind(), Stuck::Kind::no_progress);
  EXPECT_EQ(last, Time{150});
  EXPECT_EQ(stuck.at(), Time{160});
}

TEST(FiberEngineEnds, ProgressInThePastDoesNotTakeAnythingBack) {
  const auto engine = make_fiber_engine(1, {.no_progress_after = Duration{100}});
  engine->spawn(Rank{0}, [&] {
    engine->park_until(Time{50});
    engine->progress(Time{50});
    engine->progress(Time{3});
    engine->park_until(Time{150});
  });
  engine->run();
  EXPECT_EQ(engine->now(), Time{150});
}

// A strand that polls quietly and alone never has to ask: it must come back to be found out.
TEST(FiberEngineEnds, OneThatRunsQuietlyForEverIsFoundOut) {
  const auto engine =
      make_fiber_engine(1, {.lookahead = Duration{10}, .no_progress_after = Duration{1000}});
  engine->spawn(Rank{0}, [&] {
    Time mine{};
    while (true) {
      mine += Duration{7};
      if (mine >= engine->quiet_limit()) {
        engine->quiet_until(mine);
      }
    }
  });
  const Stuck stuck = stuck_in(*engine);
  EXPECT_EQ(stuck.kind(), Stuck::Kind::no_progress);
  EXPECT_EQ(stuck.at(), Time{1001});
}

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
  void* const freed = first.sp;
  pool.deallocate(first);
  boost::context::stack_context third = pool.allocate();
  EXPECT_EQ(third.sp, freed);
  EXPECT_EQ(third.size, second.size);
  pool.deallocate(second);
  pool.deallocate(third);
}

}  // namespace
}  // namespace hvsim
