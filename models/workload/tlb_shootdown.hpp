// Threads of one address space that map pages, touch them, unmap them and shoot them down.
#pragma once

#include "models/workload/workload.hpp"

namespace hvsim {

WorkloadKind tlb_shootdown_kind();

}  // namespace hvsim
