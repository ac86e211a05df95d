// The run queue of one CPU of a guest, as far as its clocks and its tasks' run times go.
//
// What it is: the guest kernel's words - clock, task clock, steal seen so far, tasks with virtual
// run times - and the update of the clocks, which takes time that the hypervisor stole from the
// task clock. Any CPU of the guest may update them: its own at each tick, another one that wakes
// a task there. How the other one learns of the steal is `StealSource`; what becomes of steal that
// is more than the clock went on is `ExcessSteal`.
// What you must promise: the caller holds the queue's lock; charge() follows update_clocks() in
// one section; run_next() and stop() follow one of the queue's own CPU in the same section. What
// it guarantees, checked at every update (RS-S9): the task clock never goes back and never passes
// the clock. Where all steal is taken off in the end (kept excess, any source but `none`), tasks
// are never charged more than the CPU ran, but for steal that is yet to be taken off. Source:
// runstate sheet, C (run-queue use) and D.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "models/workload/guest_steal.hpp"

namespace hvsim {

// Where an update of the clocks gets the steal of the queue's CPU from.
enum class StealSource : std::uint8_t {
  none,              // nowhere: no run-queue steal accounting
  local,             // its own record, if it is the queue's own CPU; else nowhere
  remote,            // the record of the queue's CPU, from any CPU
  remote_with_wait,  // the same, and the wait that the record says is under way: no guest's way
  hypercall,         // its own record; from another CPU, the hypervisor
};
enum class ExcessSteal : std::uint8_t { keep, drop };

class GuestRunQueue {
 public:
  struct Task {
    Shared<std::uint64_t> vruntime;  // ns, by the task clock
    Shared<std::uint64_t> runtime;   // ns charged in all
    Shared<std::uint32_t> runnable;
  };
  struct Options {
    StealSource source = StealSource::remote;
    ExcessSteal excess = ExcessSteal::keep;
    bool check_charges = true;  // the last part of RS-S9, where it is promised
  };
  // What an update of the clocks was told.
  struct Update {
    bool read = false;  // the record was read, or asked for
    Reading reading{};
    std::int64_t error = 0;  // ns that the task clock is ahead of the truth
  };
  // Gets the record of the queue's CPU from the hypervisor.
  using Ask = std::function<RunstateInfo()>;

  GuestRunQueue(Memory& memory, const std::string& name, SocketId node, unsigned cpu,
                unsigned tasks, StealClock& clock, const Runstate& record, const Options& options);

  // By CPU `by` of the guest. `ask` is used if the source says so.
  Update update_clocks(Cpu& cpu, unsigned by, const Ask& ask, Where where = Where::here());
  // Charges the current task, if there is one, up to the task clock.
  void charge(Cpu& cpu);
  // The runnable task that was charged least, or none; it is the current one from now on.
  bool run_next(Cpu& cpu, unsigned& task);
  // The current task stops, and sleeps or stays runnable.
  void stop(Cpu& cpu, bool sleeps);
  // Makes a task runnable, not behind those that are. Returns whether the CPU is idle.
  bool wake(Cpu& cpu, unsigned task);

  // The lock's word, for the caller.
  Shared<std::uint32_t>& lock_word() { return words_.lock; }
  // Ghost, for measurements: what a task really ran, and what it was charged.
  std::uint64_t true_runtime(unsigned task) const { return ran_[task]; }
  std::uint64_t charged(unsigned task) const { return tasks_[task].runtime.peek(); }
  unsigned tasks() const { return static_cast<unsigned>(tasks_.size()); }

 private:
  static constexpr std::uint32_t idle = ~0u;
  struct alignas(line_bytes) Words {
    Shared<std::uint32_t> lock;
    Shared<std::uint32_t> current;
    Shared<std::uint64_t> clock;
    Shared<std::uint64_t> clock_task;
    Shared<std::uint64_t> prev_steal;
    Shared<std::uint64_t> exec_start;  // of the current task, by the task clock
  };
  std::uint64_t steal_of(const RunstateInfo& info, std::uint64_t now) const;
  std::uint64_t true_running(std::uint64_t now) const;
  void check_clocks(Cpu& cpu, std::uint64_t clock, std::uint64_t clock_task, Where where);
  void check_charges(Cpu& cpu, std::uint64_t prev_steal, Where where);

  std::string name_;
  unsigned cpu_;
  StealClock& clock_;
  const Runstate& record_;
  Options options_;
  Words& words_;
  std::span<Task> tasks_;
  // Ghost.
  std::vector<std::uint64_t> ran_;
  std::uint64_t sampled_running_ = 0;  // true, when its own CPU last sampled the clock
  std::uint64_t sampled_steal_ = 0;
  std::uint64_t running_at_start_ = 0;  // of the current task
  std::uint64_t last_clock_task_ = 0;
  bool runs_ = false;
  std::uint64_t charged_total_ = 0;
  std::uint64_t steal_at_stop_ = 0;  // true steal when the CPU went idle
  std::uint64_t idle_steal_ = 0;     // true steal while it was
  std::uint64_t idle_taken_off_ = 0;
};

}  // namespace hvsim
