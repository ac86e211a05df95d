// The engine's one rule, (time, rank), and the waits that keep it: true of every engine.
#include <gtest/gtest.h>

#include "sim/base/check.hpp"
#include "tests/time/stage.hpp"

namespace hvsim {
namespace {

TEST(EngineContract, RunsStrandsInTheOrderOfTime) {
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

TEST(EngineContract, BreaksTiesByRankAndNotByTheOrderOfSpawning) {
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

TEST(EngineContract, ARankUsedTwiceIsRefused) {
  Stage stage;
  stage.spawn(1, [] {});
  stage.spawn(1, [] {});
  EXPECT_THROW(stage.engine->run(), InternalError);
}

TEST(EngineContract, KnowsWhoRuns) {
  Stage stage;
  std::vector<std::uint32_t> seen(2);
  const StrandId a = stage.spawn(1, [&] { seen[0] = stage.engine->self().n; });
  const StrandId b = stage.spawn(0, [&] { seen[1] = stage.engine->self().n; });
  stage.engine->run();
  EXPECT_EQ(seen, (std::vector<std::uint32_t>{a.n, b.n}));
}

TEST(EngineContract, UnparkWakesAtTheEarlierInstantAndActsThere) {
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

TEST(EngineContract, AWaitForThePastIsRefused) {
  Stage stage;
  stage.spawn(0, [&] {
    stage.engine->park_until(Time{5});
    stage.engine->park_until(Time{4});
  });
  EXPECT_THROW(stage.engine->run(), InternalError);
}

TEST(EngineContract, AQuietStrandThatIsUnparkedEarlierActsThere) {
  Stage stage;
  const StrandId quiet = stage.spawn(0, [&] {
    stage.engine->quiet_until(Time{500});
    stage.note("quiet");
  });
  stage.spawn(1, [&] {
    stage.engine->park_until(Time{30});
    stage.engine->unpark(quiet, Time{40});
  });
  stage.engine->run();
  EXPECT_EQ(stage.log, (Log{"quiet@40"}));
}

// Unparked for the present instant by one of a larger rank, it comes right after it, although its
// place in the order of that instant has gone by; and before all that are still to come.
TEST(EngineContract, OneUnparkedForThisInstantRunsNextEvenIfItsRankHasHadItsTurn) {
  Stage stage;
  std::vector<StrandId> ids;
  for (unsigned rank = 0; rank < 3; ++rank) {
    ids.push_back(stage.spawn(rank, [&stage, rank] {
      stage.engine->park_until(Time::never());
      stage.note(std::to_string(rank));
      stage.engine->park_until(Time{7});
      stage.note(std::to_string(rank));
    }));
  }
  stage.spawn(3, [&] {
    stage.engine->park_until(Time{7});
    stage.note("3");
    stage.engine->unpark(ids[2], Time{7});
    stage.engine->unpark(ids[0], Time{7});
    stage.engine->unpark(ids[1], Time{8});
    stage.engine->park_until(Time{7});
    stage.note("3");
    stage.engine->unpark(ids[1], Time{7});
  });
  stage.spawn(4, [&] {
    stage.engine->park_until(Time{7});
    stage.note("4");
  });
  stage.engine->run();
  EXPECT_EQ(stage.log, (Log{"3@7", "0@7", "0@7", "2@7", "2@7", "3@7", "1@7", "1@7", "4@7"}));
}

TEST(EngineContract, AWaitForThePresentInstantComesBackAfterTheSmallerRanksOfIt) {
  Stage stage;
  const StrandId low = stage.spawn(0, [&] {
    stage.engine->park_until(Time::never());
    stage.note("low");
  });
  stage.spawn(1, [&] {
    stage.engine->park_until(Time{5});
    stage.note("high");
    stage.engine->park_until(Time{5});
    stage.note("high again");
    stage.engine->unpark(low, Time{5});
    stage.engine->park_until(Time{5});
    stage.note("high at last");
  });
  stage.engine->run();
  EXPECT_EQ(stage.log, (Log{"high@5", "high again@5", "low@5", "high at last@5"}));
}

TEST(EngineContract, AStrandThatHasEndedLeavesTheOthersTheirOrder) {
  Stage stage;
  for (unsigned rank = 0; rank < 4; ++rank) {
    stage.spawn(rank, [&stage, rank] {
      for (unsigned i = 0; i < 4 - rank; ++i) {
        stage.engine->park_until(Time{10 * (i + 1)});
        stage.note(std::to_string(rank));
      }
    });
  }
  stage.engine->run();
  EXPECT_EQ(stage.log,
            (Log{"0@10", "1@10", "2@10", "3@10", "0@20", "1@20", "2@20", "0@30", "1@30", "0@40"}));
}

}  // namespace
}  // namespace hvsim
