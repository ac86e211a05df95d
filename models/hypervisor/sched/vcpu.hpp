// A vCPU: a stack of guest code that pCPUs take turns to run, and what the scheduler keeps of it.
//
// What it is: its words in memory, its run state, and the plain objects that go with it. Words are
// read and written by verbs. Plain members that change are handed over with the scheduler lock of
// the pCPU that `processor` names, or belong to the pCPU that runs it.
// Who may change what: `processor`, and the links of the run queue that it is in, the holder of
// that pCPU's scheduler lock; `flags` anybody, by locked instructions; `is_running` the pCPU that
// runs it. Source: runstate sheet, B; shadow-cache sheet, A and B.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "models/hypervisor/runstate/runstate.hpp"
#include "models/hypervisor/sched/guest_cpu.hpp"
#include "models/hypervisor/sched/pv_domain.hpp"

namespace hvsim {

// Numbers a host's vCPUs, from 1 up; 0 is nobody.
using VcpuId = Id<struct VcpuKind>;

// Why a vCPU is not runnable: bits of `flags`.
namespace pause_flag {
inline constexpr std::uint32_t blocked = 1;  // until an event comes
inline constexpr std::uint32_t down = 2;     // not started yet, or over
}  // namespace pause_flag

struct alignas(line_bytes) VcpuWords {
  Shared<std::uint32_t> next;       // behind it in its run queue
  Shared<std::uint32_t> priority;   // in the run queue: the larger, the sooner
  Shared<std::int32_t> credit;      // what is left, in microseconds of running
  Shared<std::uint32_t> processor;  // the pCPU whose scheduler lock guards it
  Shared<std::uint32_t> flags;      // pause_flag; 0: runnable
  Shared<std::uint32_t> is_running;
  Shared<std::uint32_t>
      registers_on;              // 1 + the pCPU that has not saved them yet; 0: they are saved
  Shared<std::uint32_t> active;  // credit: in the list of those that get credits
  Shared<std::uint32_t> next_active;  // behind it in that list
  Shared<std::uint32_t> poll;         // counts the times it blocked: a timer knows its own
};

// What the guest sees: on a line of its own, in the domain's memory.
struct alignas(line_bytes) VcpuEvents {
  Shared<std::uint32_t> pending;
};

struct VcpuOptions {
  PcpuId processor{};  // where it is woken first
  PcpuSet affinity{};  // where it may run; empty: anywhere
  SocketId node{};     // where the guest's words are
};

class Vcpu {
 public:
  Vcpu(Host& host, Scheduler& scheduler, VcpuId number, PvDomain& of, const VcpuOptions& options,
       RunstateAlgorithm& algorithm, std::function<void(GuestCpu&)> body);

  // Where it may run; empty: anywhere.
  const PcpuSet& affinity() const { return affinity_; }
  bool may_run_on(PcpuId pcpu) const { return affinity_.empty() || affinity_.has(pcpu); }

  const VcpuId id;
  const unsigned index;  // in its domain
  PvDomain& domain;
  const std::string name;  // "d1v0"
  VcpuWords& words;
  VcpuEvents& events;
  Runstate runstate;
  // Its two L4s, and which one it is on: set before the run, then changed by itself alone. Without
  // a loader only the mode counts.
  L4Tables tables;
  GuestCpu guest;
  const std::unique_ptr<Context> context;

  // Of the pCPU that runs it.
  Time runs_since{};
  Time charged_until{};
  bool yields = false;
  // Ghost: from the choice to the end of the switch away.
  std::optional<PcpuId> running_on;
  // Guarded as `processor` is, and for measurements.
  Time taken_at{};     // when the pCPU of `processor` took it over from another
  Time waits_since{};  // when it became runnable
  Duration longest_wait{};
  bool queued = false;
  // Ghost: who is sending it an event.
  unsigned notifiers = 0;
  Duration ran{};
  std::uint64_t switched_to = 0;
  std::uint64_t wakes = 0;
  std::uint64_t migrations = 0;

 private:
  PcpuSet affinity_;
};

}  // namespace hvsim
