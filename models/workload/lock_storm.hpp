// Threads that take one reader-writer lock over and over: what the lock costs and whom it favours.
#pragma once

#include "models/workload/workload.hpp"

namespace hvsim {

WorkloadKind lock_storm_kind();

}  // namespace hvsim
