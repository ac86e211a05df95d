// Guests that move between pCPUs have one history however the run is made.
#include <gtest/gtest.h>

#include "tests/sched/random_guests.hpp"

namespace hvsim {
namespace {

TEST(GuestExactness, RandomGuestsHaveOneHistoryHoweverTheyAreRun) {
  for (std::uint64_t seed = 0; seed < 80; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const std::string reference = play_random_guests(seed, true, true);
    ASSERT_EQ(play_random_guests(seed, true, false), reference) << "sleeping while spinning";
    ASSERT_EQ(play_random_guests(seed, false, true), reference) << "running ahead";
    ASSERT_EQ(play_random_guests(seed, false, false), reference) << "both";
  }
}

}  // namespace
}  // namespace hvsim
