// The threads of a virtual interface as guest threads: each on a vCPU of its own, under a
// scheduler.
//
// What it is: the scheduler, a vCPU a worker, in dom0 or a guest, and how workers sleep, wake and
// go into the hypervisor. A worker says that it sleeps, fences, looks for work once more, and
// blocks; whoever has published work fences, looks at the word, and sends an event only if it is
// set. What you must promise: the Cpu that is passed is a worker's own; work is published before
// wake(). What it guarantees: no wake-up is lost. It owns the scheduler's vectors.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "models/hypervisor/sched/scheduler.hpp"
#include "models/workload/vif_options.hpp"

namespace hvsim {

class VifVcpus {
 public:
  // Where a worker begins, and which of the domains dom0, A, B it belongs to.
  struct Thread {
    PcpuId pcpu;
    unsigned domain = 0;
  };
  VifVcpus(Host& host, const VifOptions& options, const std::vector<Thread>& threads,
           const std::function<void(Cpu&, unsigned worker)>& work);

  std::vector<PcpuId> pcpus() const { return scheduler_.pcpus(); }
  void run(Cpu& cpu) { scheduler_.run(cpu); }
  void check(Cpu& cpu) { scheduler_.check(cpu); }

  void wake(Cpu& self, unsigned worker);
  // Sleeps until woken, unless `ready` finds work; returns how long.
  Duration sleep(Cpu& self, unsigned worker, const std::function<bool(Cpu&)>& ready);
  // A hypercall whose body pays for the way in and out.
  static void in_hypervisor(Cpu& self, const std::function<void(Cpu&)>& body);

  std::uint64_t wakeups() const { return wakeups_; }

 private:
  struct alignas(line_bytes) Word {
    Shared<std::uint32_t> asleep;
  };

  Scheduler scheduler_;
  std::vector<Vcpu*> vcpus_;  // by worker
  std::vector<Word*> words_;
  std::uint64_t wakeups_ = 0;
};

}  // namespace hvsim
