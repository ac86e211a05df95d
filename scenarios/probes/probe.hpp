// A microbenchmark inside the simulator, with the closed form of what it must measure.
//
// The closed form is made of the numbers in the machine file alone; the measurement is what a
// program on the simulated machine sees of its own clock. They must be equal to the picosecond.
// Every number of a machine file is in the closed form of a probe, or is in unpriced_fields() with
// the reason; tests/probes holds that true.
#pragma once

#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "scenarios/probes/bench.hpp"
#include "scenarios/probes/formula.hpp"

namespace hvsim::probes {

struct Probe {
  std::string name;
  Formula formula;
  std::string lacks;  // what this machine lacks for it; "" if nothing
  std::function<Duration(Bench&)> measure;
};

// Thrown by a measurement: what it needs cannot be brought about on this machine. what() says why.
class OutOfReach : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// All probes for a machine, also those it lacks something for, in the order tables show them.
std::vector<Probe> all_probes(const MachineSpec& file);

// One group a file.
std::vector<Probe> load_probes(const MachineSpec& file);
std::vector<Probe> ownership_probes(const MachineSpec& file);
std::vector<Probe> store_probes(const MachineSpec& file);
std::vector<Probe> instruction_probes(const MachineSpec& file);
std::vector<Probe> paging_probes(const MachineSpec& file);
std::vector<Probe> bulk_probes(const MachineSpec& file);
std::vector<Probe> capacity_probes(const MachineSpec& file);
std::vector<Probe> interrupt_probes(const MachineSpec& file);
std::vector<Probe> bandwidth_probes(const MachineSpec& file);

// A part of a machine file that no probe can ask about.
struct Unpriced {
  const char* field;  // "shape.sockets"; "*.source" is every source
  const char* reason;
};
std::span<const Unpriced> unpriced_fields();

}  // namespace hvsim::probes
