// What a sweep's cells are run by.
//
// A file of its own, and compiled on its own: the program that the determinism gate plants its
// faults in (tests/gate/planted_faults.cpp) is linked with another definition.
#pragma once

#include "scenarios/run/sweep.hpp"
#include "sim/hw/machine.hpp"

namespace hvsim {

CellRunner cell_runner(bool keep_lines, const RunOptions& options);

}  // namespace hvsim
