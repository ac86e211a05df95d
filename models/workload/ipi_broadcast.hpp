// One pCPU that interrupts many and waits for all of them: what a broadcast costs by itself.
#pragma once

#include "models/workload/workload.hpp"

namespace hvsim {

WorkloadKind ipi_broadcast_kind();

}  // namespace hvsim
