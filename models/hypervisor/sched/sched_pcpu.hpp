// What the scheduler keeps of a pCPU: its lock, its run queue, its softirqs, and who runs on it.
//
// What it is: words in memory and plain objects. Who may change what: what the lock guards, the
// holder of the lock; softirqs anybody, by locked instructions; the rest is the pCPU's own.
#pragma once

#include <memory>
#include <vector>

#include "models/hypervisor/locks/ticket_spinlock.hpp"
#include "models/hypervisor/sched/poll_timers.hpp"
#include "models/hypervisor/sched/run_queue.hpp"

namespace hvsim {

// What a pCPU is asked to do when it is about to leave the hypervisor: bits of a word.
namespace softirq {
inline constexpr std::uint32_t schedule = 1;
inline constexpr std::uint32_t save_registers = 2;  // of the vCPU that it left for idle, lazily
inline constexpr std::uint32_t go_offline = 4;
inline constexpr std::uint32_t come_online = 8;
inline constexpr std::uint32_t stop = 16;  // every vCPU has ended
}  // namespace softirq

struct SchedPcpu {
  // Guarded by the lock, which is in the same line.
  struct alignas(line_bytes) LockWords {
    TicketWord lock;
    Shared<std::uint32_t> current;   // 0: idle
    Shared<std::uint32_t> priority;  // of the current one
    Shared<std::uint32_t> offline;
  };
  struct alignas(line_bytes) OwnWords {
    Shared<std::uint32_t> softirqs;
    PollTimers::Word timers;
  };

  SchedPcpu(Host& host, PcpuId number, const AllVcpus& vcpus);

  const PcpuId id;
  LockWords& words;
  OwnWords& own;
  TicketSpinlock lock;
  RunQueue queue;
  std::vector<Vcpu*> starts;  // placed here before the run

  // The pCPU's own.
  Cpu* cpu = nullptr;
  PollTimers timers;
  Vcpu* current = nullptr;        // null: idle
  Vcpu* registers_of = nullptr;   // left for idle, lazily: its registers are still here
  PvDomain* tables_of = nullptr;  // whose page tables are loaded, also while it is idle
  bool attention = false;         // an interrupt asked to look at softirqs and timers
  bool online = true;
  bool stopped = false;
  Time timer = Time::never();       // what the local timer is set to
  Time slice_ends = Time::never();  // when it chooses anew at the latest
};

using AllPcpus = std::vector<std::unique_ptr<SchedPcpu>>;

}  // namespace hvsim
