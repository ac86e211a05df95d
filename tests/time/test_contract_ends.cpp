// How runs of an engine end: well, stuck, by an exception. True of every engine.
#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>

#include "tests/time/stage.hpp"

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

TEST(EngineContractEnds, WithoutStrandsARunIsOverAtOnce) {
  const auto engine = make_engine_under_test(4, {});
  engine->run();
  EXPECT_EQ(engine->switches(), 0u);
}

TEST(EngineContractEnds, AnExceptionOfABodyComesOutOfRunAndTheOthersAreUnwound) {
  int ends = 0;
  bool went_on = false;
  auto engine = make_engine_under_test(3, {});
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

TEST(EngineContractEnds, AnEngineThatNeverRanUnwindsNothing) {
  int ends = 0;
  {
    const auto engine = make_engine_under_test(1, {});
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

TEST(EngineContractEnds, EveryStrandParkedForEverIsADeadlock) {
  int ends = 0;
  auto engine = make_engine_under_test(2, {});
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
TEST(EngineContractEnds, TooLongWithoutProgressIsStuckAtTheFirstInstantPastTheLimit) {
  const auto engine = make_engine_under_test(1, {.no_progress_after = Duration{100}});
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

TEST(EngineContractEnds, ProgressInThePastDoesNotTakeAnythingBack) {
  const auto engine = make_engine_under_test(1, {.no_progress_after = Duration{100}});
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
TEST(EngineContractEnds, OneThatRunsQuietlyForEverIsFoundOut) {
  const auto engine =
      make_engine_under_test(1, {.lookahead = Duration{10}, .no_progress_after = Duration{1000}});
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

}  // namespace
}  // namespace hvsim
