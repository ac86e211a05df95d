// A simulated multi-socket host: everything of sim/hw put together, for one run.
//
//   Machine machine(spec, options);
//   auto placement = workload.setup(machine);
//   for (...) machine.start(placement[i], [&](Cpu& cpu) { workload.run(cpu, i); });
//   machine.run();
//
// Errors: a broken rule, a deadlock and a run without progress throw RuleViolated out of run(); a
// run beyond its limits throws LimitReached (run_limits.hpp), out of the constructor, start() or
// memory() if it can be known there; a defect of the simulator throws InternalError. In each case
// the machine is done for.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/hw/accounting.hpp"
#include "sim/hw/finding.hpp"
#include "sim/hw/host.hpp"
#include "sim/hw/line_report.hpp"
#include "sim/hw/machine_spec.hpp"
#include "sim/hw/order_fault.hpp"
#include "sim/hw/run_limits.hpp"
#include "sim/time/fiber_engine.hpp"

namespace hvsim {

class History;
class Noise;
class StoreBuffer;

struct RunOptions {
  std::uint64_t seed = 1;
  std::optional<std::uint64_t> rank_seed{};     // shuffles the ranks, if not `seed` is to
  EngineMaker make_engine = make_fiber_engine;  // same history with any
  // For tests of the engine: a switch at every verb, and spinning by polling. Same history.
  bool step_every_verb = false;
  bool poll_while_spinning = false;
  // For tests of the memory model: what is wrong with it.
  OrderFault order_fault = OrderFault::none;
  // Simulated time without any Cpu::progress() after which the run ends as a finding.
  Duration no_progress_after = milliseconds(100);
  // Neither is owned; both outlive the machine.
  Noise* noise = nullptr;      // what holds the run up (noise.hpp)
  History* history = nullptr;  // who is told of every verb (history.hpp)
  RunLimits limits = {};
};

class Machine : public Host {
 public:
  Machine(const MachineSpec& spec, const RunOptions& options);
  ~Machine() override;

  Memory& memory() override;
  unsigned sockets() const override;
  unsigned cores_per_socket() const override;
  unsigned threads_per_core() const override;
  Random random(std::uint64_t stream) const override;
  void on_interrupt(Vector vector, std::function<void(Cpu&)> handler) override;
  LockStat& lock_stat(const std::string& name) override;

  // Puts a worker on a pCPU that has none. Before run().
  void start(PcpuId pcpu, std::function<void(Cpu&)> body);
  // Runs until every worker has returned. pCPUs whose worker has returned go on taking interrupts.
  void run();
  // The pCPU itself, for a workload's check() after run(): ghost_point() and violated() only.
  Cpu& cpu(PcpuId pcpu);
  // What waits in a pCPU's store buffer: for a Noise that looks where the run is.
  const StoreBuffer& stores(PcpuId pcpu) const;

  // After run(). All in the order of pCPU numbers or names, never of time or address.
  std::uint64_t digest() const;
  Time finished() const;        // when the last worker returned
  std::uint64_t verbs() const;  // verbs executed by the simulator (not a result: see RunOptions)
  std::uint64_t switches() const;
  const Accounting& accounting(PcpuId pcpu) const;
  std::vector<LineReport> lines() const;       // every named line that moved, most moved first
  std::vector<const LockStat*> locks() const;  // by name
  const Traffic& traffic() const;

 private:
  struct Parts;
  Finding describe(const Stuck& stuck) const;

  std::unique_ptr<Parts> parts_;
};

}  // namespace hvsim
