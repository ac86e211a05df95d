// The triangle of pair metrics in the table.
#include <gtest/gtest.h>

#include "scenarios/run/matrix_report.hpp"

namespace hvsim {
namespace {

TEST(MatrixReport, PairsBecomeATriangleInNanoseconds) {
  Result result;
  Row row;
  row.metrics = {{"one_way_ps[0,1]", 43567},
                 {"one_way_ps[0,2]", 118100},
                 {"one_way_ps[1,2]", 40},
                 {"pairs", 3}};
  result.rows.push_back(row);
  EXPECT_EQ(matrix_report(result),
            "\none_way, ns, seed 1; a line is the larger pCPU, a column the smaller, from 0"
            "\n   1   43.5\n   2  118.1    0.0\n");
}

TEST(MatrixReport, ARowWithoutPairsHasNoTriangle) {
  Result result;
  Row row;
  row.metrics = {{"pairs", 3}, {"odd[name", 1}};
  result.rows.push_back(row);
  EXPECT_EQ(matrix_report(result), "");
}

}  // namespace
}  // namespace hvsim
