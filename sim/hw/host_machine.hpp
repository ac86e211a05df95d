// A Host of real threads: the same workers as a Machine's, one thread of the host each.
//
//   HostMachine machine({.cores_per_socket = 4});
//   RwLock lock("lock", words, *make_rwlock("percpu_rwlock", "test", machine), machine);
//   for (...) machine.start(PcpuId{i}, [&](Cpu& cpu) { lock.read_lock(cpu); ... });
//   machine.run();
//
// Its shape is what HostOptions say, and decides names and numbers. If the process may use
// a processor for each worker, each stays on one of its own; if not, the host's scheduler decides.
// What you must promise: a worker goes on executing verbs until it returns, for at a verb it takes
// interrupts and learns that another worker has ended the run; what a Cpu must be promised
// (cpu.hpp, host_cpu.hpp). What it guarantees: the workers start together; those that have
// returned go on taking interrupts until all have. No two runs are the same, and no digest is
// kept. Errors: the first finding of a worker ends them all and comes out of run(), as does any
// other exception; so does a finding "no progress" with who waits for whom, if no worker calls
// progress() or returns for as long as `no_progress_after`, which is real time.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "sim/hw/finding.hpp"
#include "sim/hw/host.hpp"

namespace hvsim {

struct HostOptions {
  std::uint64_t seed = 1;
  unsigned sockets = 1;
  unsigned cores_per_socket = 2;
  unsigned threads_per_core = 1;
  Duration no_progress_after = milliseconds(60'000);
};

class HostMachine : public Host {
 public:
  explicit HostMachine(const HostOptions& options);
  ~HostMachine() override;

  Memory& memory() override;
  unsigned sockets() const override;
  unsigned cores_per_socket() const override;
  unsigned threads_per_core() const override;
  Random random(std::uint64_t stream) const override;
  void on_interrupt(Vector vector, std::function<void(Cpu&)> handler) override;
  LockStat& lock_stat(const std::string& name) override;

  // Puts a worker on a pCPU that has none. Before run(), which is once a machine.
  void start(PcpuId pcpu, std::function<void(Cpu&)> body);
  // Runs until every worker has returned.
  void run();
  // The pCPU itself, for checks after run(): ghost_point() and violated() only.
  Cpu& cpu(PcpuId pcpu);

 private:
  struct Parts;

  std::unique_ptr<Parts> parts_;
};

}  // namespace hvsim
