// What is particular to the engine on SimGrid: one SimGrid a process, and the end of its clock.
#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <thread>

#include "sim/base/check.hpp"
#include "sim/time/s4u_engine.hpp"
#include "tests/time/stage.hpp"

namespace hvsim {
namespace {

TEST(S4uEngine, RunsOneAfterAnotherEachStartAtTimeZero) {
  for (int run = 0; run < 3; ++run) {
    Stage stage;
    for (const unsigned rank : {1u, 0u}) {
      stage.spawn(rank, [&stage, rank] {
        stage.note(std::to_string(rank));
        stage.engine->park_until(Time{1000});
        stage.note(std::to_string(rank));
      });
    }
    stage.engine->run();
    EXPECT_EQ(stage.log, (Log{"0@0", "1@0", "0@1000", "1@1000"}));
  }
}

TEST(S4uEngine, ARunIsNotDisturbedByOneBeforeThatFailed) {
  for (int run = 0; run < 3; ++run) {
    Stage failing;
    failing.spawn(0, [&] { failing.engine->park_until(Time::never()); });
    failing.spawn(1, [&] { failing.engine->park_until(Time{50}); });
    failing.spawn(2, [&] {
      failing.engine->park_until(Time{40});
      throw std::out_of_range("body");
    });
    EXPECT_THROW(failing.engine->run(), std::out_of_range);
    failing.engine.reset();

    Stage next;
    next.spawn(0, [&] {
      next.engine->park_until(Time{7});
      next.note("next");
    });
    next.engine->run();
    EXPECT_EQ(next.log, (Log{"next@7"}));
  }
}

TEST(S4uEngine, IsOneAtATimeAndOnOneThread) {
  auto engine = make_s4u_engine(1, {});
  EXPECT_THROW(make_s4u_engine(1, {}), InternalError);
  engine.reset();
  std::thread([] { EXPECT_THROW(make_s4u_engine(1, {}), InternalError); }).join();
  EXPECT_NE(make_s4u_engine(1, {}), nullptr);
}

void on_interruption(int) {}

TEST(S4uEngine, LeavesTheHandlersOfTheProcessAlone) {
  std::signal(SIGINT, on_interruption);
  const std::terminate_handler terminate = std::get_terminate();
  Stage stage;
  stage.spawn(0, [&] { stage.engine->park_until(Time{1}); });
  stage.engine->run();
  EXPECT_EQ(std::signal(SIGINT, SIG_DFL), &on_interruption);
  EXPECT_EQ(std::get_terminate(), terminate);
}

constexpr Time last_of_eight_strands{(std::int64_t{1} << 50) - 2};

// In a process of its own: it uses SimGrid's clock up.
void run_to_the_end_of_the_clock() {
  Log log;
  {
    Stage stage;
    stage.spawn(7, [&] {
      stage.engine->park_until(last_of_eight_strands - Duration{1});
      stage.note("b");
    });
    stage.spawn(6, [&] {
      stage.engine->park_until(last_of_eight_strands - Duration{1});
      stage.note("a");
      stage.engine->park_until(last_of_eight_strands);
      stage.note("c");
    });
    stage.engine->progress(last_of_eight_strands - Duration{1});
    stage.engine->run();
    log = stage.log;
  }
  const std::string last = std::to_string(last_of_eight_strands.ps);
  const std::string but_one = std::to_string(last_of_eight_strands.ps - 1);
  if (log != Log{"a@" + but_one, "b@" + but_one, "c@" + last}) {
    std::exit(1);
  }
  Stage beyond;
  beyond.spawn(0, [] {});
  try {
    beyond.engine->run();
  } catch (const ClockEnds&) {
    std::exit(0);
  }
  std::exit(2);
}

TEST(S4uEngineDeathTest, TellsSubTicksApartToTheLastAndThenRefuses) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(run_to_the_end_of_the_clock(), testing::ExitedWithCode(0), "");
}

TEST(S4uEngine, AWaitPastTheLastSubTickIsAnErrorOfTheWait) {
  Stage stage;
  stage.spawn(0, [&] { stage.engine->park_until(Time{std::int64_t{1} << 50}); });
  EXPECT_THROW(stage.engine->run(), ClockEnds);
}

}  // namespace
}  // namespace hvsim
