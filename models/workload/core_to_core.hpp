// Ping-pong between pairs of pCPUs: the machine's matrix of one-way times.
#pragma once

#include "models/workload/workload.hpp"

namespace hvsim {

WorkloadKind core_to_core_kind();

}  // namespace hvsim
