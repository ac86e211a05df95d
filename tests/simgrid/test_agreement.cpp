// The fibers and SimGrid make one history of everything.
#include <gtest/gtest.h>

#include "sim/time/fiber_engine.hpp"
#include "sim/time/s4u_engine.hpp"
#include "tests/hw/random_program.hpp"
#include "tests/sched/random_guests.hpp"
#include "tests/time/random_strands.hpp"

namespace hvsim {
namespace {

TEST(EnginesAgree, OnStrandsThatWaitAndWakeEachOtherAtRandom) {
  std::uint64_t switches = 0;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const Log reference = history_of_random_strands(make_s4u_engine, seed, false, switches);
    ASSERT_FALSE(reference.empty());
    ASSERT_EQ(history_of_random_strands(make_fiber_engine, seed, false, switches), reference);
    ASSERT_EQ(history_of_random_strands(make_fiber_engine, seed, true, switches), reference);
  }
}

void agree_on_random_programs(std::uint64_t first, std::uint64_t last) {
  for (std::uint64_t seed = first; seed < last; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const std::string reference = play_random_program(seed, false, true, make_s4u_engine);
    ASSERT_EQ(play_random_program(seed, false, false, make_s4u_engine), reference)
        << "SimGrid, sleeping while spinning";
    ASSERT_EQ(play_random_program(seed, false, false), reference) << "fibers";
  }
}

TEST(EnginesAgree, OnRandomPrograms) {
  agree_on_random_programs(0, 100);
}

TEST(EnginesAgree, OnGuestsThatMoveBetweenPcpus) {
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    ASSERT_EQ(play_random_guests(seed, false, true, make_s4u_engine),
              play_random_guests(seed, false, false));
  }
}

TEST(EnginesAgreeSlow, OnManyRandomPrograms) {
  agree_on_random_programs(100, 1000);
}

}  // namespace
}  // namespace hvsim
