// Running ahead of others: what only the fibers do, and how far they may.
#include <gtest/gtest.h>

#include "sim/time/fiber_engine.hpp"
#include "tests/time/random_strands.hpp"
#include "tests/time/stage.hpp"

namespace hvsim {
namespace {

// A quiet strand goes on without asking up to the limit, which is the earliest act of another or
// lookahead after the earliest quiet run of another, whichever is first.
TEST(FiberEngine, TheQuietLimitIsTheNextActOrLookaheadAfterTheNextQuietRun) {
  Stage stage;
  std::vector<std::int64_t> limits;
  stage.spawn(0, [&] {
    stage.engine->quiet_until(Time{50});
    limits.push_back(stage.engine->quiet_limit().ps);
    stage.engine->quiet_until(Time{64});
    limits.push_back(stage.engine->quiet_limit().ps);
  });
  stage.spawn(1, [&] { stage.engine->quiet_until(Time{70}); });
  stage.spawn(2, [&] { stage.engine->park_until(Time{63}); });
  stage.engine->run();
  EXPECT_EQ(limits, (std::vector<std::int64_t>{63, 80}));
}

TEST(FiberEngine, UnparkingAQuietStrandHoldsOthersBack) {
  Stage stage;
  const StrandId quiet = stage.spawn(0, [&] { stage.engine->quiet_until(Time{500}); });
  stage.spawn(1, [&] {
    stage.engine->park_until(Time{30});
    EXPECT_GT(stage.engine->quiet_limit(), Time{40});
    stage.engine->unpark(quiet, Time{40});
    EXPECT_EQ(stage.engine->quiet_limit(), Time{40});
  });
  stage.engine->run();
}

// It would have run from 100 on without acting before 110; told that it may act at 105, nobody may
// run ahead past 100 any more.
TEST(FiberEngine, UnparkingWithinTheLookaheadOfAQuietStrandHoldsOthersBack) {
  Stage stage;
  Time limit_before;
  Time limit_after;
  const StrandId quiet = stage.spawn(0, [&] {
    stage.engine->quiet_until(Time{100});
    stage.note("quiet");
  });
  stage.spawn(1, [&] {
    stage.engine->park_until(Time{99});
    limit_before = stage.engine->quiet_limit();
    stage.engine->unpark(quiet, Time{110});
    EXPECT_EQ(stage.engine->quiet_limit(), limit_before);
    stage.engine->unpark(quiet, Time{105});
    limit_after = stage.engine->quiet_limit();
  });
  stage.engine->run();
  EXPECT_EQ(limit_before, Time{110});
  EXPECT_EQ(limit_after, Time{100});
  EXPECT_EQ(stage.log, (Log{"quiet@100"}));
}

TEST(FiberEngine, RunningAheadSavesSwitchesAndKeepsTheOrderOfActs) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    std::uint64_t few = 0;
    std::uint64_t many = 0;
    const Log ahead = history_of_random_strands(make_fiber_engine, seed, false, few);
    EXPECT_EQ(ahead, history_of_random_strands(make_fiber_engine, seed, true, many));
    EXPECT_FALSE(ahead.empty());
    EXPECT_LT(few, many);
  }
}

}  // namespace
}  // namespace hvsim
