// Formulas: what they say is what they compute.
#include <gtest/gtest.h>

#include "sim/base/check.hpp"
#include "tests/probes/lab.hpp"

namespace hvsim::probes {
namespace {

TEST(Formula, SaysWhatItComputes) {
  const MachineSpec toy = toy_machine();
  const Formula sum = price("l3_request") + price("hand_over_same");
  EXPECT_EQ(sum.text(), "l3_request + hand_over_same");
  EXPECT_EQ(sum.of(toy), 50'000);
  const Formula product = number(3) * (sum - price("l1_hit")) / limit("line_fill_buffers");
  EXPECT_EQ(product.text(), "3 x (l3_request + hand_over_same - l1_hit) / line_fill_buffers");
  EXPECT_EQ(product.of(toy), 36'000);
  EXPECT_EQ((sum - (price("store") - one_picosecond())).text(),
            "l3_request + hand_over_same - (store - 1 ps)");
  EXPECT_EQ((sum - (price("store") - one_picosecond())).of(toy), 49'001);
}

TEST(Formula, OfTheLargestOfSeveralTakesIt) {
  const Formula largest = largest_of({price("fence"), price("store"), price("pause")});
  EXPECT_EQ((largest + price("hop")).text(), "max(fence, store, pause) + hop");
  EXPECT_EQ(largest.of(toy_machine()), 20'000);
  EXPECT_EQ(largest_of({price("store"), price("fence")}).of(toy_machine()), 20'000);
}

TEST(Formula, OfACacheCountsItsLinesAndWays) {
  EXPECT_EQ(lines_of("l2").of(toy_machine()), 128);
  EXPECT_EQ(ways_of("l3").of(toy_machine()), 8);
  EXPECT_EQ(((lines_of("l1") - ways_of("l1")) * price("l1_hit")).text(),
            "(lines of L1 - ways of L1) x l1_hit");
}

TEST(Formula, KnowsTheFieldsThatItRestsOn) {
  const Formula formula =
      lines_of("l1") * price("l1_hit") + number(1) * limit("line_fill_buffers");
  EXPECT_EQ(formula.fields(), (std::set<std::string>{"caches.l1.size", "limits.line_fill_buffers",
                                                     "prices.l1_hit"}));
}

TEST(Formula, OfANumberThatNoMachineHasIsRefused) {
  EXPECT_THROW(price("l4_hit"), InternalError);
  EXPECT_THROW(limit("l1_hit"), InternalError);
  EXPECT_THROW(lines_of("l4").of(toy_machine()), InternalError);
}

}  // namespace
}  // namespace hvsim::probes
