// A toy machine under test: words, programs by pCPU, and how long a verb took.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <functional>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "sim/hw/machine.hpp"
#include "tests/locks/toy_machine.hpp"

namespace hvsim {

using Word = Shared<std::uint64_t>;

// How GoogleTest shows the two times.
inline void PrintTo(Duration d, std::ostream* out) {
  *out << d.ps << " ps";
}
inline void PrintTo(Time t, std::ostream* out) {
  *out << "at " << t.ps << " ps";
}

// The toy machine with links and channels that are never busy: prices alone.
inline MachineSpec unloaded_toy() {
  MachineSpec spec = toy_machine();
  spec.loaded_latency.clear();
  return spec;
}

// Four sockets of two cores in a row, 0 - 1 - 2 - 3.
inline MachineSpec chain_of_four() {
  MachineSpec spec = unloaded_toy();
  spec.sockets = 4;
  spec.cores_per_socket = 2;
  spec.links = {{0, 1}, {1, 2}, {2, 3}};
  return spec;
}

inline Duration ns(std::int64_t n) {
  return nanoseconds(n);
}
inline Time at_ns(std::int64_t n) {
  return Time{} + nanoseconds(n);
}

// How long `verbs` take on this pCPU.
template <class Verbs>
Duration taken(Cpu& cpu, Verbs verbs) {
  const Time start = cpu.now();
  verbs();
  return cpu.now() - start;
}

// Lets a pCPU compute until an instant that has not come yet.
inline void wait_until(Cpu& cpu, Time t) {
  EXPECT_LE(cpu.now(), t);
  cpu.compute(t - cpu.now());
}

class Rig {
 public:
  explicit Rig(const MachineSpec& spec = unloaded_toy(), const RunOptions& options = {})
      : machine(spec, options), price(spec.prices) {}

  // A word on a line of its own.
  Word& word(const std::string& name, unsigned node = 0) {
    return machine.memory().make<Word>(name, SocketId{node});
  }
  void on(unsigned pcpu, std::function<void(Cpu&)> body) {
    machine.start(PcpuId{pcpu}, std::move(body));
  }
  void run() { machine.run(); }
  Duration spent(unsigned pcpu, Cause cause) const {
    return machine.accounting(PcpuId{pcpu}).spent(cause);
  }

  Machine machine;
  const Prices price;
};

}  // namespace hvsim
