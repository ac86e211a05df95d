// The engine's one rule, (time, rank), and the waits that keep it.
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "sim/base/check.hpp"
#include "sim/base/random.hpp"
#include "sim/time/fiber_engine.hpp"

namespace hvsim {
namespace {

using Log = std::vector<std::string>;

// An engine whose strands write down what happens.
struct Stage {
  explicit Stage(const EngineOptions& options = {.lookahead = Duration{10}})
      : engine(make_fiber_engine(8, options)) {}

  void note(const std::string& what) {
    log.push_back(what + "@" + std::to_string(engine->now().ps));
  }
  StrandId spawn(unsigned rank, std::function<void()> body) {
    return engine->spawn(Rank{rank}, std::move(body));
  }

  std::unique_ptr<Engine> engine;
  Log log;
};

TEST(FiberEngine, RunsStrandsInTheOrderOfTime) {
  Stage stage;
  stage.spawn(0, [&] {
    for (const int t : {5, 20, 21}) {
      stage.engine->park_until(Time{t});
      stage.note("a");
    }
  });
  stage.spawn(1, [&] {
    for (const int t : {4, 6, 20}) {
      stage.engine->park_until(Time{t});
      stage.note("b");
    }
  });
  stage.engine->run();
  EXPECT_EQ(stage.log, (Log{"b@4", "a@5", "b@6", "a@20", "b@20", "a@21"}));
}

TEST(FiberEngine, BreaksTiesByRankAndNotByTheOrderOfSpawning) {
  Stage stage;
  for (const unsigned rank : {2u, 0u, 3u, 1u}) {
    stage.spawn(rank, [&stage, rank] {
      stage.note("start of " + std::to_string(rank));
      stage.engine->park_until(Time{7});
      stage.note(std::to_string(rank));
    });
  }
  stage.engine->run();
  EXPECT_EQ(stage.log, (Log{"start of 0@0", "start of 1@0", "start of 2@0", "start of 3@0", "0@7",
                            "1@7", "2@7", "3@7"}));
}

TEST(FiberEngine, ARankUsedTwiceIsRefused) {
  Stage stage;
  stage.spawn(1, [] {});
  stage.spawn(1, [] {});
  EXPECT_THROW(stage.engine->run(), InternalError);
}

TEST(FiberEngine, KnowsWhoRuns) {
  Stage stage;
  std::vector<std::uint32_t> seen(2);
  const StrandId a = stage.spawn(1, [&] { seen[0] = stage.engine->self().n; });
  const StrandId b = stage.spawn(0, [&] { seen[1] = stage.engine->self().n; });
  stage.engine->run();
  EXPECT_EQ(seen, (std::vector<std::uint32_t>{a.n, b.n}));
}

TEST(FiberEngine, UnparkWakesAtTheEarlierInstantAndActsThere) {
  Stage stage;
  const StrandId sleeper = stage.spawn(0, [&] {
    stage.engine->park_until(Time::never());
    stage.note("woken");
    stage.engine->park_until(Time{90});
    stage.note("woken again");
    stage.engine->park_until(Time{100});
    stage.note("own time");
  });
  stage.spawn(1, [&] {
    stage.engine->park_until(Time{30});
    stage.engine->unpark(sleeper, Time{50});
    stage.engine->unpark(sleeper, Time{40});
    stage.engine->unpark(sleeper, Time{60});  // later than 40: no change
    stage.engine->park_until(Time{45});
    stage.engine->unpark(sleeper, Time{89});
    stage.engine->park_until(Time{95});
    stage.engine->unpark(sleeper, Time{101});
  });
  stage.engine->run();
  EXPECT_EQ(stage.log, (Log{"woken@40", "woken again@89", "own time@100"}));
}

TEST(FiberEngine, AWaitForThePastIsRefused) {
  Stage stage;
  stage.spawn(0, [&] {
    stage.engine->park_until(Time{5});
    stage.engine->park_until(Time{4});
  });
  EXPECT_THROW(stage.engine->run(), InternalError);
}

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

TEST(FiberEngine, AQuietStrandThatIsUnparkedEarlierActsThere) {
  Stage stage;
  const StrandId quiet = stage.spawn(0, [&] {
    stage.engine->quiet_until(Time{500});
    stage.note("quiet");
  });
  stage.spawn(1, [&] {
    stage.engine->park_until(Time{30});
    stage.engine->unpark(quiet, Time{40});
    EXPECT_EQ(stage.engine->quiet_limit(), Time{40});
  });
  stage.engine->run();
  EXPECT_EQ(stage.log, (Log{"quiet@40"}));
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

// Strands of random waits, quiet and acting. What acts is written down.
Log history_of(std::uint64_t seed, bool step_every_verb, std::uint64_t& switches) {
  Stage stage({.lookahead = Duration{10}, .step_every_verb = step_every_verb});
  for (unsigned rank = 0; rank < 6; ++rank) {
    stage.spawn(rank, [&stage, rank, seed] {
      Random random(seed, rank);
      Time mine{};
      for (int i = 0; i < 100; ++i) {
        mine += Duration{1 + random.below(6)};
        const bool acts = random.chance(1, 5);
        if (acts) {
          mine += Duration{10};  // a request travels at least that long
          stage.engine->park_until(mine);
          stage.note(std::to_string(rank));
        } else if (mine >= stage.engine->quiet_limit()) {
          stage.engine->quiet_until(mine);
        }
      }
    });
  }
  stage.engine->run();
  switches = stage.engine->switches();
  return stage.log;
}

TEST(FiberEngine, RunningAheadSavesSwitchesAndKeepsTheOrderOfActs) {
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    std::uint64_t few = 0;
    std::uint64_t many = 0;
    const Log ahead = history_of(seed, false, few);
    EXPECT_EQ(ahead, history_of(seed, true, many));
    EXPECT_FALSE(ahead.empty());
    EXPECT_LT(few, many);
  }
}

}  // namespace
}  // namespace hvsim
