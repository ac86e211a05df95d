// What a scenario may set for a runstate_storm, and what it gets back.
#pragma once

#include <vector>

#include "models/workload/workload.hpp"

namespace hvsim {

std::vector<Parameter> runstate_storm_parameters();
std::vector<MetricInfo> runstate_storm_metrics();

}  // namespace hvsim
