// Every probe there is, and every part of a machine file that has none.
#include "scenarios/probes/probe.hpp"

namespace hvsim::probes {

std::vector<Probe> all_probes(const MachineSpec& file) {
  std::vector<Probe> all;
  for (const auto group :
       {load_probes, ownership_probes, store_probes, instruction_probes, paging_probes,
        bulk_probes, capacity_probes, interrupt_probes, bandwidth_probes}) {
    for (Probe& probe : group(file)) {
      all.push_back(std::move(probe));
    }
  }
  return all;
}

std::span<const Unpriced> unpriced_fields() {
  static constexpr Unpriced fields[] = {
      {"$schema", "for editors"},
      {"title", "for people"},
      {"shape.sockets", "says which probes there are, and costs nothing by itself"},
      {"shape.cores_per_socket", "says which probes there are, and costs nothing by itself"},
      {"shape.threads_per_core", "says which probes there are, and costs nothing by itself"},
      {"shape.clock", "turns cycles into time as the file is read; the machine does not have it"},
      {"hand_over.policy",
       "who is next, not what it costs: the closed forms hold for every policy"},
      {"lapic.mode", "says which prices an interrupt has; their formulas are of the file's mode"},
      {"*.source", "for people"},
      {"*.low", "the end of a band: used where a scenario sets the price to it"},
      {"*.high", "the end of a band: used where a scenario sets the price to it"},
  };
  return fields;
}

}  // namespace hvsim::probes
