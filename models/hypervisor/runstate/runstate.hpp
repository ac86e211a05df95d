// The run state of one vCPU: the hypervisor's record, the guest's copy, and who may do what.
//
// `Runstate` is one vCPU's: the master record and the registered area's address in memory, and the
// ghost ledger around them. `RunstateAlgorithm` is how a record is changed, published and read.
// What you must promise: change() is called by the holder of the scheduler lock that guards the
// vCPU, with `now` sampled after that lock was taken (lock_and_sample does both). Only one pCPU at
// a time calls update(): the one that the vCPU leaves or comes to. A guest that reads does not let
// another of its threads onto the vCPU meanwhile; the hypervisor may take the vCPU away at any
// verb.
// What it guarantees: the invariants of the sheet's section D, checked at every call. Hypercalls
// (registration, get_runstate_info) are in hypercalls.hpp.
// Source: runstate sheet, B, C, D; xen 2529c850ea, f28c4c4c10, e1ddb822ca.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "models/hypervisor/runstate/guest_area.hpp"
#include "models/hypervisor/runstate/ledger.hpp"
#include "models/hypervisor/runstate/record.hpp"
#include "models/hypervisor/runstate/vm_assist.hpp"
#include "sim/hw/cpu.hpp"
#include "sim/hw/host.hpp"

namespace hvsim {

// The lock that guards a vCPU's master record now: that of its pCPU's scheduler.
class SchedulerLock {
 public:
  virtual ~SchedulerLock() = default;
  virtual void lock(Cpu& cpu) = 0;
  virtual void unlock(Cpu& cpu) = 0;
};

// What an update works on. take_copy() is its step 2: the private copy of the master.
class RunstateUpdate {
 public:
  virtual ~RunstateUpdate() = default;
  virtual RunstateInfo take_copy(Cpu& cpu) = 0;

  RunstateRecord& master;
  GuestArea area;
  VmAssist& assist;
  unsigned reachable;  // bytes of the area that the page tables in use map

 protected:
  RunstateUpdate(RunstateRecord& of, const GuestArea& at, VmAssist& of_domain, unsigned mapped)
      : master(of), area(at), assist(of_domain), reachable(mapped) {}
};

class RunstateAlgorithm {
 public:
  enum class Remote : std::uint8_t { never, with_assist, always };
  struct Updated {
    bool flagged;
    bool complete;  // false: the copy faulted
  };

  explicit RunstateAlgorithm(CopyOrder order = CopyOrder::ascending) : order_(order) {}
  virtual ~RunstateAlgorithm() = default;

  // Who may read the record of another vCPU without a hypercall.
  virtual Remote remote() const = 0;
  // The 2023 area is mapped for good: it must lie in one page, at a multiple of 8.
  virtual bool mapped_for_good() const { return false; }

  // rs_change. The same for all but twins.
  virtual void change(Cpu& cpu, RunstateRecord& master, RunState to, std::uint64_t now);
  // Takes the lock and samples the time, in this order.
  virtual Time lock_and_sample(Cpu& cpu, SchedulerLock& lock);
  virtual Updated update(Cpu& cpu, RunstateUpdate& update) = 0;
  virtual Reading read(Cpu& cpu, const GuestArea& area) = 0;

 protected:
  CopyOrder order() const { return order_; }

 private:
  CopyOrder order_;
};

struct RunstateKind {
  std::string name;  // "update_flag"
  std::string doc;
  bool broken;  // a twin with one named defect, for tests
  std::unique_ptr<RunstateAlgorithm> (*make)(CopyOrder order);
};

// Every algorithm and twin (catalog.cpp); the twins come last.
std::span<const RunstateKind> runstate_kinds();
std::vector<std::string> runstate_names();
// An unknown name is an InternalError (names are checked when read).
std::unique_ptr<RunstateAlgorithm> make_runstate(const std::string& kind,
                                                 CopyOrder order = CopyOrder::ascending);

// Where a guest may have memory of its own, and the layout of its records.
struct RunstateGuest {
  RecordLayout layout = RecordLayout::x86_64;
  Address first = 0;  // its memory
  std::uint64_t bytes = 0;
};

class Runstate {
 public:
  // `vcpu` is the name in reports: "vcpu[3]". The vCPU is born offline, at `birth`.
  Runstate(Host& host, const std::string& vcpu, SocketId node, RunstateAlgorithm& algorithm,
           VmAssist& assist, const RunstateGuest& guest, Time birth = Time{});
  Runstate(const Runstate&) = delete;
  Runstate& operator=(const Runstate&) = delete;

  // The state, for who holds the lock.
  RunState state(Cpu& cpu, Where where = Where::here()) const {
    return cpu.load(words_.master.state, where);
  }
  // rs_change: `to` differs from the state that the vCPU is in.
  void change(Cpu& cpu, RunState to, Time now, Where where = Where::here());
  Time lock_and_sample(Cpu& cpu, SchedulerLock& lock) {
    return algorithm_.lock_and_sample(cpu, lock);
  }
  // rs_get: a copy with the current interval added. `lock` is null if the vCPU is current here.
  RunstateInfo get(Cpu& cpu, SchedulerLock* lock, Where where = Where::here());

  // Publishes the record in the guest's copy. `mapped` is false while a 64-bit PV guest is in user
  // mode, whose page tables lack the area: the copy then faults and is made up for by
  // back_in_kernel(). `reachable` bytes of a mapped area can be written before a fault.
  void update(Cpu& cpu, bool mapped = true, unsigned reachable = ~0u, Where where = Where::here());
  // The kernel/user toggle, after the kernel's page tables are in use.
  void back_in_kernel(Cpu& cpu, Where where = Where::here());

  // A guest's read of its copy: `own` by the vCPU itself; `reader` is a number of the guest's.
  Reading read(Cpu& cpu, unsigned reader, bool own, Where where = Where::here());
  // Torn reads are counted in their Reading, not findings. Before the run.
  void count_torn_reads() { count_torn_ = true; }

  // Every update stops for so long in the middle of its copy. Before the run.
  void hold_updates_up(Duration stall) { stall_ = stall; }

  // Ghost, and for hypercalls.hpp.
  bool registered() const { return area_registered_; }
  Memory& memory() const { return memory_; }
  const GuestArea& area() const { return area_; }
  const RunstateGuest& guest() const { return guest_; }
  const RunstateAlgorithm& algorithm() const { return algorithm_; }
  const RunstateLedger& ledger() const { return ledger_; }
  void set_area(Cpu& cpu, Address handle);  // 0: none
  // Registration's copy into the area, by the vCPU itself or (`lock`) by another one.
  void publish_at_registration(Cpu& cpu, SchedulerLock* lock, Where where);
  // get_runstate_info's copy: rs_get, and a plain copy to `to`.
  void copy_info_to(Cpu& cpu, Address to, SchedulerLock* lock, Where where);
  // After the run.
  void check_end(Cpu& cpu) const;

 private:
  struct Words {
    RunstateRecord master;
    Shared<Address> handle;  // where the guest's copy is; 0: nowhere
    Shared<std::uint8_t> need_update;
  };
  bool try_update(Cpu& cpu, unsigned reachable, Where where);
  RunstateInfo get(Cpu& cpu, SchedulerLock* lock, bool publish, Where where);

  Memory& memory_;
  Words& words_;
  RunstateAlgorithm& algorithm_;
  VmAssist& assist_;
  RunstateGuest guest_;
  RunstateLedger ledger_;
  bool area_registered_ = false;  // ghost
  GuestArea area_;                // ghost: where the guest looks
  bool count_torn_ = false;
  Duration stall_{};
};

}  // namespace hvsim
