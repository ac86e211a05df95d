// Running ahead and sleeping while spinning are exact: they save work and change nothing.
#include <gtest/gtest.h>

#include "tests/hw/random_program.hpp"
#include "tests/hw/rig.hpp"

namespace hvsim {
namespace {

class Exactness : public testing::TestWithParam<unsigned> {};

TEST_P(Exactness, ARandomProgramHasOneHistoryHoweverItIsRun) {
  for (std::uint64_t seed = GetParam() * 200; seed < (GetParam() + 1) * 200; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const std::string reference = play_random_program(seed, true, true);
    ASSERT_EQ(play_random_program(seed, true, false), reference) << "sleeping while spinning";
    ASSERT_EQ(play_random_program(seed, false, true), reference) << "running ahead";
    ASSERT_EQ(play_random_program(seed, false, false), reference) << "both";
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, Exactness, testing::Range(0u, 8u));

}  // namespace
}  // namespace hvsim
