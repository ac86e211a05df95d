// Running a function on many pCPUs and waiting until they have: Xen's on_selected_cpus().
//
// What it is: one ticket lock and one record for the whole host, so calls of all domains wait for
// one another; the function-call interrupt; a bit a pCPU that says who still has to run it.
// What you must promise: interrupts are on, and the caller holds no lock that a function takes: it
// waits for others, who may be waiting for it. A function neither waits nor calls. At most one
// CrossCall a host (it owns Vector::call_function).
// What it guarantees: with `wait`, every selected pCPU has run the function, and all it did is
// visible, when the call returns. Without, every one has seen the call and will run it. Checked
// always: whoever waits does so with interrupts on and without such a lock (SC-L2); a call lasts
// no longer than `bound` for itself and for each that is before it (SC-L1); the lock is served in
// order of arrival (SC-F1). Source: shadow-cache sheet, B and D; xen arch/x86/smp.c of 2018.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "models/hypervisor/dirty_mask.hpp"
#include "models/hypervisor/locks/ticket_spinlock.hpp"
#include "sim/hw/cpu.hpp"
#include "sim/hw/host.hpp"

namespace hvsim {

class CrossCall {
 public:
  using Function = std::function<void(Cpu&)>;

  explicit CrossCall(Host& host);
  // Over another lock of that place in memory, for twins.
  using MakeLock = std::unique_ptr<TicketSpinlock> (*)(TicketWord& word, Host& host);
  CrossCall(Host& host, MakeLock make_lock);

  // With a mask in memory: it is read under the lock. `function` must live until the call is over;
  // without `wait`, until everybody has run it.
  void on_selected(Cpu& cpu, const DirtyMask& mask, const Function& function, bool wait,
                   Where where = Where::here());
  void on_selected(Cpu& cpu, const PcpuSet& selected, const Function& function, bool wait,
                   Where where = Where::here());

  // Says that functions take this lock: nobody may hold it while calling (SC-L2).
  void functions_take(const TicketSpinlock& lock) { taken_by_functions_.push_back(&lock); }
  // How long one call may take, from the lock to its end (SC-L1).
  void set_bound(Duration bound) { bound_ = bound; }

  std::uint64_t calls() const { return calls_; }            // that had to select somebody
  std::uint64_t interrupts() const { return interrupts_; }  // sent for them
  Duration time() const { return time_; }                   // of all, lock wait included

 private:
  static constexpr unsigned words = max_pcpus / 64;
  struct alignas(line_bytes) Record {
    Shared<std::uint64_t> selected[words];
    Shared<std::uint64_t> function;  // what a receiver reads: which function, and who waits
    Shared<std::uint64_t> wait;
  };

  template <class Select>
  void call(Cpu& cpu, Select select, const Function& function, bool wait, Where where);
  void may_call(Cpu& cpu, Where where);
  void store_selected(Cpu& cpu, const PcpuSet& selected);
  void send(Cpu& cpu, const PcpuSet& selected, const Function& function, bool wait);
  bool all_done(Cpu& cpu, PcpuId& last);
  void take_call(Cpu& cpu);

  unsigned used_words_;
  std::unique_ptr<TicketSpinlock> lock_;
  Record& record_;
  const Function* function_ = nullptr;  // handed over through the record
  std::vector<const TicketSpinlock*> taken_by_functions_;
  Duration bound_ = milliseconds(1);

  std::uint16_t served_ = 0;  // ghost, as all below: the ticket whose turn it is
  std::uint64_t calls_ = 0;
  std::uint64_t interrupts_ = 0;
  Duration time_{};
};

}  // namespace hvsim
