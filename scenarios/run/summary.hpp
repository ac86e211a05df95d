// A result as people read it: one row a point, the seeds merged, and how much faster than the
// first.
//
// What it guarantees: the tables on the terminal and in Markdown show these numbers and no others.
#pragma once

#include <string>
#include <vector>

#include "scenarios/run/grid.hpp"
#include "scenarios/run/result.hpp"

namespace hvsim {

// The rows of one point of the axes, one a seed; at least one.
struct PointRows {
  Point at;
  std::vector<const Row*> rows;
};

// In the order of the sweep; points of which no cell was run are left out.
std::vector<PointRows> by_point(const Result& result);

// The axes, the workload's own metrics (the median over the seeds, and [lowest..highest] if they
// differ). If an axis chooses among algorithms, `relative` comes after the first metric: this
// metric as a multiple of that of the axis's first value, the other axes being equal.
Grid points_grid(const Result& result);

// What the one machine of the scenario is called; "" if an axis sets it.
std::string machine_name(const Scenario& scenario);

// A claim's parts in words.
std::string standing_text(const Verdict& verdict);  // "PASS", "FAIL", "NOT MEASURED"
std::string measured_text(const Verdict& verdict);  // "3.412 [3.4..3.42]", or "-"
std::string bounds_text(const Claim& claim);        // "2.5 to 4", "at least 2.5"
std::string headroom_text(const Verdict& verdict);  // "14.7 %", or "-"
std::string subject_text(const Claim& claim);       // the metric, its rows, what it is divided by

// "at 12.345678 us on pCPU 3, models/...:45" and the like, a finding's every line.
std::string finding_text(const Scenario& scenario, const Row& row, const Finding& finding);

}  // namespace hvsim
