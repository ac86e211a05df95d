// Coroutines: stacks that strands enter and leave, also when a run ends while one is inside. True
// with every engine.
#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>

#include "sim/base/check.hpp"
#include "sim/time/coroutine.hpp"
#include "tests/time/stage.hpp"

namespace hvsim {
namespace {

struct CountsUnwinding {
  explicit CountsUnwinding(int& ends) : ends_(ends) {}
  ~CountsUnwinding() { ++ends_; }
  CountsUnwinding(const CountsUnwinding&) = delete;
  CountsUnwinding& operator=(const CountsUnwinding&) = delete;

 private:
  int& ends_;
};

TEST(Coroutine, TakesTurnsWithWhoeverResumesIt) {
  Log log;
  std::unique_ptr<Coroutine> coroutine;
  coroutine = std::make_unique<Coroutine>([&] {
    log.push_back("in");
    coroutine->suspend();
    log.push_back("in again");
  });
  EXPECT_TRUE(log.empty());
  coroutine->resume();
  log.push_back("out");
  EXPECT_FALSE(coroutine->over());
  coroutine->resume();
  EXPECT_TRUE(coroutine->over());
  EXPECT_EQ(log, (Log{"in", "out", "in again"}));
}

TEST(Coroutine, ACallAtTheWrongTimeIsRefused) {
  std::unique_ptr<Coroutine> coroutine;
  coroutine = std::make_unique<Coroutine>([&] { coroutine->resume(); });
  EXPECT_THROW(coroutine->suspend(), InternalError);
  EXPECT_THROW(coroutine->resume(), InternalError);  // out of the body: it is inside already
  EXPECT_TRUE(coroutine->over());
  EXPECT_THROW(coroutine->resume(), InternalError);
}

TEST(Coroutine, AnExceptionOfTheBodyComesOutOfResumeAndEndsIt) {
  int ends = 0;
  Coroutine coroutine([&] {
    const CountsUnwinding mark(ends);
    throw std::out_of_range("body");
  });
  EXPECT_THROW(coroutine.resume(), std::out_of_range);
  EXPECT_TRUE(coroutine.over());
  EXPECT_EQ(ends, 1);
}

TEST(Coroutine, OneThatIsDestroyedWhileSuspendedIsUnwound) {
  int ends = 0;
  bool went_on = false;
  std::unique_ptr<Coroutine> coroutine;
  coroutine = std::make_unique<Coroutine>([&] {
    const CountsUnwinding mark(ends);
    coroutine->suspend();
    went_on = true;
  });
  coroutine->resume();
  EXPECT_EQ(ends, 0);
  coroutine.reset();
  EXPECT_EQ(ends, 1);
  EXPECT_FALSE(went_on);
}

TEST(Coroutine, OneThatWasNeverEnteredUnwindsNothing) {
  int ends = 0;
  {
    const Coroutine coroutine([&] { const CountsUnwinding mark(ends); });
  }
  EXPECT_EQ(ends, 0);
}

TEST(Coroutine, OneMayEnterAnother) {
  Log log;
  std::unique_ptr<Coroutine> outer;
  std::unique_ptr<Coroutine> inner;
  inner = std::make_unique<Coroutine>([&] {
    log.push_back("inner");
    inner->suspend();
    throw std::out_of_range("inner");
  });
  outer = std::make_unique<Coroutine>([&] {
    inner->resume();
    outer->suspend();
    inner->resume();
  });
  outer->resume();
  log.push_back("out");
  EXPECT_THROW(outer->resume(), std::out_of_range);
  EXPECT_TRUE(inner->over());
  EXPECT_TRUE(outer->over());
  EXPECT_EQ(log, (Log{"inner", "out"}));
}

TEST(CoroutineContract, AStrandWaitsInsideOneAndAnotherGoesOnWithIt) {
  Stage stage;
  std::unique_ptr<Coroutine> coroutine;
  coroutine = std::make_unique<Coroutine>([&] {
    for (const int t : {10, 20, 30, 40}) {
      stage.engine->park_until(Time{t});
      stage.note("as " + std::to_string(stage.engine->self().n));
      coroutine->suspend();
    }
  });
  for (unsigned strand = 0; strand < 2; ++strand) {
    stage.spawn(strand, [&, strand] {
      stage.engine->park_until(Time{15 * strand});
      for (unsigned turn = 0; turn < 2; ++turn) {
        coroutine->resume();
        stage.note("out");
        stage.engine->park_until(Time{20 * turn + 25 + 7 * strand});
      }
    });
  }
  stage.engine->run();
  EXPECT_EQ(stage.log, (Log{"as 0@10", "out@10", "as 1@20", "out@20", "as 0@30", "out@30",
                            "as 1@40", "out@40"}));
}

// What is true of a run that ends while one strand waits inside a coroutine, another beside one
// that is suspended, and one has not begun.
TEST(CoroutineContract, ARunThatEndsUnwindsBothStacksOfAStrandThatWaitsInside) {
  int inner = 0;
  int outer = 0;
  int suspended = 0;
  bool went_on = false;
  std::unique_ptr<Coroutine> left;
  left = std::make_unique<Coroutine>([&] {
    const CountsUnwinding mark(suspended);
    left->suspend();
    went_on = true;
  });
  auto engine = make_engine_under_test(3, {});
  Coroutine waits([&] {
    const CountsUnwinding mark(inner);
    engine->park_until(Time{1000});
    went_on = true;
  });
  engine->spawn(Rank{0}, [&] {
    const CountsUnwinding mark(outer);
    waits.resume();
    went_on = true;
  });
  engine->spawn(Rank{1}, [&] {
    const CountsUnwinding mark(outer);
    left->resume();
    engine->park_until(Time{1000});
    went_on = true;
  });
  engine->spawn(Rank{2}, [&] {
    engine->park_until(Time{10});
    throw std::out_of_range("body");
  });
  EXPECT_THROW(engine->run(), std::out_of_range);
  EXPECT_EQ(inner + outer + suspended, 0);
  engine.reset();
  EXPECT_EQ(inner, 1);
  EXPECT_EQ(outer, 2);
  EXPECT_TRUE(waits.over());
  EXPECT_EQ(suspended, 0);
  left.reset();
  EXPECT_EQ(suspended, 1);
  EXPECT_FALSE(went_on);
}

TEST(CoroutineContract, AnExceptionFromInsideEndsTheRunAndUnwindsTheOthersFromInsideTheirs) {
  int ends = 0;
  auto engine = make_engine_under_test(2, {});
  Coroutine throws([&] {
    engine->park_until(Time{10});
    throw std::out_of_range("inside");
  });
  Coroutine waits([&] {
    const CountsUnwinding mark(ends);
    engine->park_until(Time::never());
  });
  engine->spawn(Rank{0}, [&] { throws.resume(); });
  engine->spawn(Rank{1}, [&] {
    const CountsUnwinding mark(ends);
    waits.resume();
  });
  EXPECT_THROW(engine->run(), std::out_of_range);
  EXPECT_TRUE(throws.over());
  engine.reset();
  EXPECT_EQ(ends, 2);
}

TEST(CoroutineContract, ADeadlockOfStrandsInsideCoroutinesIsFound) {
  int ends = 0;
  auto engine = make_engine_under_test(1, {});
  Coroutine waits([&] {
    const CountsUnwinding mark(ends);
    engine->park_until(Time::never());
  });
  engine->spawn(Rank{0}, [&] { waits.resume(); });
  EXPECT_THROW(engine->run(), Stuck);
  engine.reset();
  EXPECT_EQ(ends, 1);
}

}  // namespace
}  // namespace hvsim
