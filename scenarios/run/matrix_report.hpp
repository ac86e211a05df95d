// Metrics of pairs, "one_way_ps[3,21]", as the triangle that a core-to-core tool prints.
#pragma once

#include <string>

#include "scenarios/run/result.hpp"

namespace hvsim {

// One triangle a row that has such metrics: a line for the larger number of each pair, a column
// for the smaller. Times are in nanoseconds, cut off after a tenth. "" if no row has any.
std::string matrix_report(const Result& result);

}  // namespace hvsim
