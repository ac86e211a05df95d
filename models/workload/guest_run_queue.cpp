#include "models/workload/guest_run_queue.hpp"

#include <algorithm>

namespace hvsim {

GuestRunQueue::GuestRunQueue(Memory& memory, const std::string& name, SocketId node, unsigned cpu,
                             unsigned tasks, StealClock& clock, const Runstate& record,
                             const Options& options)
    : name_(name),
      cpu_(cpu),
      clock_(clock),
      record_(record),
      options_(options),
      words_(memory.make<Words>(name, node)),
      tasks_(memory.make_array<Task>(name + ".tasks", tasks, node)),
      ran_(tasks) {
  words_.current.poke(idle);
}

GuestRunQueue::Update GuestRunQueue::update_clocks(Cpu& cpu, unsigned by, const Ask& ask,
                                                   Where where) {
  Update update;
  cpu.ghost_point();
  const std::uint64_t now = system_ns(cpu.now());
  const std::uint64_t true_steal = record_.ledger().true_steal(now);
  if (by == cpu_) {
    sampled_running_ = true_running(now);
    sampled_steal_ = true_steal;
  }
  const std::uint64_t delta = now - cpu.load(words_.clock);
  cpu.store(words_.clock, now);
  const bool own = by == cpu_;
  const bool remotely =
      options_.source == StealSource::remote || options_.source == StealSource::remote_with_wait;
  if (options_.source == StealSource::hypercall && !own) {
    update.read = true;
    update.reading.info = ask();
  } else if (options_.source != StealSource::none && (own || remotely)) {
    update.read = true;
    update.reading = clock_.read(cpu, by, cpu_, where);
  }
  std::uint64_t taken_off = 0;
  if (update.read) {
    const std::uint64_t seen = cpu.load(words_.prev_steal);
    const std::uint64_t clock = steal_of(update.reading.info, now);
    taken_off = std::min(clock > seen ? clock - seen : 0, delta);
    cpu.store(words_.prev_steal,
              options_.excess == ExcessSteal::keep ? seen + taken_off : std::max(clock, seen));
  }
  const std::uint64_t clock_task = cpu.load(words_.clock_task) + (delta - taken_off);
  cpu.store(words_.clock_task, clock_task);

  check_clocks(cpu, now, clock_task, where);
  idle_taken_off_ += runs_ ? 0 : taken_off;
  update.error = static_cast<std::int64_t>(clock_task - (now - true_steal));
  return update;
}

// The steal clock, as of `now` if the source goes on counting a wait that is under way.
std::uint64_t GuestRunQueue::steal_of(const RunstateInfo& info, std::uint64_t now) const {
  const bool waits = info.state == RunState::runnable || info.state == RunState::offline;
  const bool counts = options_.source == StealSource::remote_with_wait;
  return info.steal() + (counts && waits && now > info.entry ? now - info.entry : 0);
}

void GuestRunQueue::check_clocks(Cpu& cpu, std::uint64_t clock, std::uint64_t clock_task,
                                 Where where) {
  if (clock_task < last_clock_task_ || clock_task > clock) {
    cpu.violated("RS-S9",
                 "the task clock of " + name_ + " goes from " + std::to_string(last_clock_task_) +
                     " to " + std::to_string(clock_task) + " ns, when the clock is " +
                     std::to_string(clock) + " ns",
                 &words_.clock_task, where);
  }
  last_clock_task_ = clock_task;
}

void GuestRunQueue::charge(Cpu& cpu) {
  const std::uint32_t current = cpu.load(words_.current);
  if (current == idle) {
    return;
  }
  const std::uint64_t clock_task = cpu.load(words_.clock_task);
  const std::uint64_t ran = clock_task - cpu.load(words_.exec_start);
  cpu.store(words_.exec_start, clock_task);
  Task& task = tasks_[current];
  cpu.store(task.vruntime, cpu.load(task.vruntime) + ran);
  cpu.store(task.runtime, cpu.load(task.runtime) + ran);
  charged_total_ += ran;
}

// What the vCPU really ran until now, when it runs.
std::uint64_t GuestRunQueue::true_running(std::uint64_t now) const {
  const RunstateInfo& info = record_.ledger().expected();
  return info.in(RunState::running) + (now > info.entry ? now - info.entry : 0);
}

bool GuestRunQueue::run_next(Cpu& cpu, unsigned& task) {
  std::uint32_t best = idle;
  std::uint64_t least = 0;
  for (unsigned t = 0; t < tasks(); ++t) {
    if (cpu.load(tasks_[t].runnable) == 0) {
      continue;
    }
    const std::uint64_t vruntime = cpu.load(tasks_[t].vruntime);
    if (best == idle || vruntime < least) {
      best = t;
      least = vruntime;
    }
  }
  if (best == idle) {
    return false;
  }
  cpu.store(words_.current, best);
  cpu.store(words_.exec_start, cpu.load(words_.clock_task));
  running_at_start_ = sampled_running_;
  idle_steal_ += sampled_steal_ - steal_at_stop_;
  runs_ = true;
  task = best;
  return true;
}

void GuestRunQueue::stop(Cpu& cpu, bool sleeps) {
  const std::uint32_t current = cpu.load(words_.current);
  if (sleeps) {
    cpu.store(tasks_[current].runnable, 0);
  }
  cpu.store(words_.current, idle);
  const std::uint64_t prev_steal = cpu.load(words_.prev_steal);
  ran_[current] += sampled_running_ - running_at_start_;
  steal_at_stop_ = sampled_steal_;
  runs_ = false;
  check_charges(cpu, prev_steal, Where::here());
}

// All wall time in which tasks were current is time that the CPU ran or was stolen from. What of
// the latter was not taken off there is yet to be, or was taken off while it was idle.
void GuestRunQueue::check_charges(Cpu& cpu, std::uint64_t prev_steal, Where where) {
  if (!options_.check_charges) {
    return;
  }
  const std::uint64_t running = sampled_running_;
  const std::uint64_t to_come = sampled_steal_ > prev_steal ? sampled_steal_ - prev_steal : 0;
  const std::uint64_t taken_off_idle =
      idle_taken_off_ > idle_steal_ ? idle_taken_off_ - idle_steal_ : 0;
  if (charged_total_ > running + to_come + taken_off_idle) {
    cpu.violated("RS-S9",
                 "the tasks of " + name_ + " were charged " + std::to_string(charged_total_) +
                     " ns, but their CPU ran for " + std::to_string(running) + " ns, with " +
                     std::to_string(to_come) + " ns of steal to be taken off yet",
                 &words_.clock_task, where);
  }
}

bool GuestRunQueue::wake(Cpu& cpu, unsigned task) {
  Task& woken = tasks_[task];
  if (cpu.load(woken.runnable) != 0) {
    return false;
  }
  std::uint64_t least = 0;
  bool alone = true;
  for (const Task& other : tasks_) {
    if (cpu.load(other.runnable) != 0) {
      const std::uint64_t vruntime = cpu.load(other.vruntime);
      least = alone ? vruntime : std::min(least, vruntime);
      alone = false;
    }
  }
  cpu.store(woken.vruntime, std::max(cpu.load(woken.vruntime), least));
  cpu.store(woken.runnable, 1);
  return cpu.load(words_.current) == idle;
}

}  // namespace hvsim
