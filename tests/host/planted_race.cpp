// A program with a data race in it, for the test that the race detector sees one: two workers
// count on a plain object that nothing guards. Built and run under the thread sanitizer only.
#include "sim/hw/host_machine.hpp"

int main() {
  hvsim::HostMachine machine({.cores_per_socket = 2});
  std::uint64_t count = 0;
  for (std::uint32_t n = 0; n < 2; ++n) {
    machine.start(hvsim::PcpuId{n}, [&count](hvsim::Cpu& cpu) {
      for (int i = 0; i < 1000; ++i) {
        count = count + 1;
        cpu.fence();
        cpu.relax();
      }
    });
  }
  machine.run();
  return 0;
}
