// Machines held against their files: those that are shipped, and any that a user may write.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/run/contradictions.hpp"
#include "scenarios/run/machine_files.hpp"
#include "tests/probes/lab.hpp"
#include "tests/probes/random_machine.hpp"

namespace hvsim::probes {
namespace {

using testing::IsEmpty;

constexpr const char* from_here = HVSIM_SOURCE_DIR "/scenarios/none.json";

// What was left out for another reason than these.
std::vector<std::string> left_out_but_for(const std::vector<Checked>& all,
                                          const std::vector<std::string>& excuses) {
  std::vector<std::string> names;
  for (const Checked& checked : all) {
    const bool excused =
        std::find(excuses.begin(), excuses.end(), checked.left_out) != excuses.end();
    if (!checked.left_out.empty() && !excused) {
      names.push_back(checked.name + ": " + checked.left_out);
    }
  }
  return names;
}

class ShippedMachine : public testing::TestWithParam<const char*> {};

TEST_P(ShippedMachine, AgreesWithItsFileInAllThatItsShapeAllows) {
  const MachineSpec spec = read_machine(GetParam(), from_here);
  const std::vector<Checked> checked = check_machine(spec, spec);
  EXPECT_THAT(disagreements(checked), IsEmpty());
  const bool toy = spec.name == "toy-2s4c";
  EXPECT_THAT(left_out_but_for(checked,
                               {"a core has one thread", "no socket is 2 hops away from the first",
                                toy ? "its cores cannot ask for so much in a microsecond" : ""}),
              IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(All, ShippedMachine,
                         testing::Values("haswell-ep-2s12c", "haswell-ep-2s18c",
                                         "sandybridge-ep-2s8c", "toy-2s4c", "toy-8s32c"));

TEST(ShippedMachines, AreTheOnesOfTheTestsAbove) {
  EXPECT_EQ(machine_names(from_here).size(), 5u);
}

TEST(MachineVariants, AgreeUnderEveryPolicy) {
  for (const HandOverName& name : hand_over_names()) {
    MachineSpec spec = chain();
    spec.hand_over = name.policy;
    const std::vector<Checked> checked = check_machine(spec, spec);
    EXPECT_THAT(disagreements(checked), IsEmpty()) << name.name;
    EXPECT_THAT(left_out_but_for(checked, {"a core has one thread"}), IsEmpty());
  }
}

TEST(MachineVariants, OfTwoThreadsACoreAgree) {
  MachineSpec spec = chain();
  spec.threads_per_core = 2;
  const std::vector<Checked> checked = check_machine(spec, spec);
  EXPECT_THAT(disagreements(checked), IsEmpty());
  EXPECT_THAT(left_out_but_for(checked, {}), IsEmpty());
}

TEST(MachineVariants, OfOneCoreAreAskedForWhatOneCoreCanDo) {
  MachineSpec spec = chain();
  spec.sockets = spec.cores_per_socket = 1;
  spec.links.clear();
  const std::vector<Checked> checked = check_machine(spec, spec);
  EXPECT_THAT(disagreements(checked), IsEmpty());
  const std::vector<std::string> names = left_out_but_for(checked, {});
  EXPECT_THAT(names, testing::Contains("ping-pong by cmpxchg, one way, in a socket: a socket has "
                                       "fewer than 2 cores"));
  EXPECT_THAT(names, testing::Not(testing::Contains(testing::HasSubstr("fence, as a store"))));
}

TEST(MachineVariants, OfCachesOfOneLineAgree) {
  MachineSpec spec = chain();
  spec.l1 = spec.l2 = spec.l3 = {64, 1};
  EXPECT_THAT(disagreements(check_machine(spec, spec)), IsEmpty());
}

// A clean line is found long before the answer of a snoop for a dirty one would be due.
TEST(MachineVariants, WhoseDirtyLinesAreMuchDearerThanCleanOnesAgree) {
  MachineSpec spec = chain();
  spec.prices.dirty_remote.value = microseconds(10);
  EXPECT_THAT(disagreements(check_machine(spec, spec)), IsEmpty());
}

TEST(RandomMachines, AgreeWithTheirFiles) {
  for (std::uint64_t n = 0; n < 300; ++n) {
    const MachineSpec spec = random_machine(Random(1, n));
    ASSERT_TRUE(contradictions(spec).empty()) << contradictions(spec)[0].what;
    ASSERT_THAT(disagreements(check_machine(spec, spec)), IsEmpty()) << "machine " << n;
  }
}

}  // namespace
}  // namespace hvsim::probes
