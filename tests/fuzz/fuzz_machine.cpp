// Machine files from nowhere: each is accepted or refused with a reason, and what is accepted is a
// machine: with pCPUs, prices in order, and a way from every socket to every other.
#include <cstdint>
#include <string>

#include "scenarios/run/contradictions.hpp"
#include "scenarios/run/machine_reader.hpp"
#include "sim/hw/pcpu_set.hpp"
#include "sim/hw/topology.hpp"
#include "tests/fuzz/require.hpp"

namespace {

void try_out(const std::string& text) {
  const hvsim::MachineSpec spec = hvsim::read_machine_text(text, "fuzz.json", "fuzz");
  hvsim::fuzz::require(spec.pcpus() >= 1 && spec.pcpus() <= hvsim::max_pcpus, "pCPUs");
  hvsim::fuzz::require(hvsim::contradictions(spec).empty(), "prices that fit together");
  const hvsim::Topology topology(spec);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  hvsim::fuzz::accept_or_refuse(data, size, try_out);
  return 0;
}
