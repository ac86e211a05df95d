// What every workload that publishes run states lets a scenario set.
#pragma once

#include "models/workload/parameters.hpp"

namespace hvsim {

// runstate: how the records are published and read.
Parameter runstate_parameter();
// torn_reads: whether a torn read ends the run or is counted.
Parameter torn_reads_parameter();

}  // namespace hvsim
