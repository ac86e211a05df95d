// The parameters and metrics of pt_cache, declared once.
#pragma once

#include <vector>

#include "models/workload/workload.hpp"

namespace hvsim {

std::vector<Parameter> pt_cache_parameters();
std::vector<MetricInfo> pt_cache_metrics();

}  // namespace hvsim
