// The steal workload: guests on fewer pCPUs than they have vCPUs, whose kernels share out the CPU
// time that the hypervisor leaves them.
//
// Every vCPU of a domain has a run queue with tasks. Hogs run in bursts and share their CPU by
// virtual run time; a server sleeps until a hog of another CPU wakes it, which updates that CPU's
// clocks from outside. What is measured is how fair the hogs' shares really are, and how far the
// guest's idea of its own time is from the truth. Source: runstate sheet, F (scenario recipe).
#pragma once

#include "models/workload/workload.hpp"

namespace hvsim {

WorkloadKind steal_kind();

}  // namespace hvsim
