// What `hvsim machine check` says of a machine that does not do what its file says.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/run/check_report.hpp"
#include "tests/probes/lab.hpp"

namespace hvsim::probes {
namespace {

using testing::HasSubstr;
using testing::Not;

// A machine whose fences take a nanosecond longer than its file says.
CheckedMachine slow_fences() {
  MachineSpec built = toy_machine();
  built.prices.fence.value += nanoseconds(1);
  return {toy_machine(), check_machine(toy_machine(), built)};
}

CheckedMachine honest() {
  return {toy_machine(), check_machine(toy_machine(), toy_machine())};
}

TEST(CheckReport, SaysWhichProbesAreOff) {
  EXPECT_TRUE(honest().agrees());
  EXPECT_FALSE(slow_fences().agrees());
  const std::string table = check_table({slow_fences()});
  EXPECT_THAT(table, HasSubstr(", 6 off\n"));
  EXPECT_THAT(table, HasSubstr("  fence, no store waiting: 20 ns by the file (fence), 21 ns "
                               "measured\n"));
  EXPECT_THAT(check_table({honest()}), HasSubstr(", 0 off\n"));
}

TEST(CheckReport, SaysWhatWasLeftOutAndWhy) {
  EXPECT_THAT(check_table({honest()}),
              HasSubstr("left out: no socket is 2 hops away from the first"));
  EXPECT_THAT(check_json({honest()}),
              HasSubstr("\"left_out\": \"no socket is 2 hops away from the first\""));
  const std::string markdown = check_markdown({honest()});
  EXPECT_THAT(markdown, HasSubstr("- toy: no socket is 2 hops away from the first\n"));
  EXPECT_THAT(markdown, Not(HasSubstr("| load, memory 2 hops away |")));
}

TEST(CheckReport, ShowsSeveralMachinesSideBySide) {
  CheckedMachine far{chain(), check_machine(chain(), chain())};
  const std::string markdown = check_markdown({honest(), slow_fences(), far});
  EXPECT_THAT(markdown, HasSubstr("| fence, no store waiting | fence | 20 ns | **21 ns** (file: "
                                  "20 ns) | 20 ns |\n"));
  // What only a later machine can do stands where that machine has it.
  EXPECT_THAT(markdown,
              HasSubstr("| load, memory 2 hops away | dram_remote + hop | - | - | 200 ns "
                        "|\n| load, clean line 3 hops away |"));
}

TEST(CheckReport, GivesPicosecondsToPrograms) {
  const std::string json = check_json({slow_fences()});
  EXPECT_THAT(json, HasSubstr("\"file_ps\": 20000,\n          \"measured_ps\": 21000,\n"
                              "          \"agrees\": false"));
  EXPECT_THAT(json, HasSubstr("\"field\": \"shape.clock\""));
}

}  // namespace
}  // namespace hvsim::probes
