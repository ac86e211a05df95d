// Threads that hit one word with one kind of access: what the line itself can carry.
#pragma once

#include "models/workload/workload.hpp"

namespace hvsim {

WorkloadKind atomic_storm_kind();

}  // namespace hvsim
