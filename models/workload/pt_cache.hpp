// Guests that make system calls, switch processes, change their L4s and let processes end.
#pragma once

#include "models/workload/workload.hpp"

namespace hvsim {

WorkloadKind pt_cache_kind();

}  // namespace hvsim
