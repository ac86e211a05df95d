// A toy of any size for benchmarks: sockets of 64 cores at most, in a row, caches of usual sizes.
#pragma once

#include <functional>

#include "sim/base/check.hpp"
#include "sim/hw/machine.hpp"
#include "tests/locks/toy_machine.hpp"

namespace hvsim {

inline MachineSpec big_toy(unsigned pcpus) {
  MachineSpec spec = toy_machine();
  spec.sockets = pcpus <= 1 ? 1 : pcpus <= 128 ? 2 : pcpus / 64;
  spec.cores_per_socket = pcpus / spec.sockets;
  check(spec.pcpus() == pcpus, "a number of pCPUs that fills its sockets");
  spec.links.clear();
  for (unsigned socket = 1; socket < spec.sockets; ++socket) {
    spec.links.emplace_back(socket - 1, socket);
  }
  spec.l1 = {32 * 1024, 8};
  spec.l2 = {256 * 1024, 8};
  spec.l3 = {std::uint64_t{16} * 1024 * 1024, 16};
  return spec;
}

// Runs `body` on every pCPU of a big toy and returns the verbs that were executed.
inline std::uint64_t run_everywhere(
    unsigned pcpus, const std::function<std::function<void(Cpu&)>(Machine&)>& make) {
  Machine machine(big_toy(pcpus), RunOptions{});
  const std::function<void(Cpu&)> body = make(machine);
  for (unsigned pcpu = 0; pcpu < pcpus; ++pcpu) {
    machine.start(PcpuId{pcpu}, body);
  }
  machine.run();
  return machine.verbs();
}

}  // namespace hvsim
