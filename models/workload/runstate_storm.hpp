// The runstate_storm workload: one pCPU switches between two vCPUs, others read their records.
#pragma once

#include "models/workload/workload.hpp"

namespace hvsim {

WorkloadKind runstate_storm_kind();

}  // namespace hvsim
