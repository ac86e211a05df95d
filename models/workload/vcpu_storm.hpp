// vCPUs of many domains compute, wake each other and sleep: what a scheduler and its switches
// cost.
#pragma once

#include "models/workload/workload.hpp"

namespace hvsim {

WorkloadKind vcpu_storm_kind();

}  // namespace hvsim
