// A machine in round numbers for litmus tests: no file is needed, and it is made in an instant.
//
// 2 sockets of 4 cores of 2 threads, tiny caches. Where one thing happens at a time its prices do
// not matter, only that there are misses; for timed runs they are of the order that real ones are.
#pragma once

#include "sim/hw/machine_spec.hpp"

namespace hvsim {

MachineSpec litmus_spec();

}  // namespace hvsim
