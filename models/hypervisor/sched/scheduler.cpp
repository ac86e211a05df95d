#include "models/hypervisor/sched/scheduler.hpp"

#include <algorithm>
#include <utility>

#include "sim/base/check.hpp"

namespace hvsim {

namespace {

class LockOfPcpu : public SchedulerLock {
 public:
  explicit LockOfPcpu(SchedPcpu& pcpu) : pcpu_(pcpu) {}
  void lock(Cpu& cpu) override { pcpu_.lock.lock(cpu); }
  void unlock(Cpu& cpu) override { pcpu_.lock.unlock(cpu); }

 private:
  SchedPcpu& pcpu_;
};

RunState state_for(std::uint32_t flags) {
  return flags == 0                           ? RunState::runnable
         : (flags & pause_flag::blocked) != 0 ? RunState::blocked
                                              : RunState::offline;
}

unsigned pcpus_of(const Host& host, const SchedulerOptions& options) {
  return options.pcpus == 0 ? host.pcpus() : options.pcpus;
}

}  // namespace

Scheduler::Scheduler(Host& host, const SchedulerOptions& options)
    : host_(host),
      options_(options),
      runstate_(make_runstate(options.runstate, options.copy_order)),
      shared_{host, {}, {}, Idlers(host, pcpus_of(host, options))},
      policy_(scheduler_kind(options.kind).make(shared_, options.times)),
      living_(host.memory().make<Shared<std::uint32_t>>("living_vcpus", SocketId{0})),
      online_(host.memory().make<Shared<std::uint32_t>>("online_pcpus", SocketId{0})) {
  const unsigned pcpus = pcpus_of(host, options);
  hvsim::check(pcpus <= host.pcpus(), "pCPUs of this host");
  for (std::uint32_t p = 0; p < pcpus; ++p) {
    shared_.pcpus.push_back(std::make_unique<SchedPcpu>(host, PcpuId{p}, shared_.vcpus));
  }
  online_.poke(pcpus);
  for (const Vector vector : {Vector::event_check, Vector::timer}) {
    host.on_interrupt(vector, [this](Cpu& cpu) { of(cpu.id()).attention = true; });
  }
}

Scheduler::~Scheduler() = default;

PvDomain& Scheduler::add_domain(const PvDomainOptions& options) {
  const DomainId id{static_cast<std::uint32_t>(domains_.size())};
  return *domains_.emplace_back(std::make_unique<PvDomain>(host_, id, options));
}

Vcpu& Scheduler::add_vcpu(PvDomain& domain, const VcpuOptions& options,
                          std::function<void(GuestCpu&)> body) {
  hvsim::check(options.processor.n < shared_.pcpus.size(), "a pCPU of this scheduler");
  hvsim::check(shared_.vcpus.size() < most_vcpus_a_pcpu * shared_.pcpus.size(),
               "not too many vCPUs");
  const VcpuId id{static_cast<std::uint32_t>(shared_.vcpus.size() + 1)};
  Vcpu& vcpu = *shared_.vcpus.emplace_back(
      std::make_unique<Vcpu>(host_, *this, id, domain, options, *runstate_, std::move(body)));
  vcpu.words.credit.poke(static_cast<std::int32_t>(options_.times.timeslice.ps / 1'000'000));
  domain.vcpus.push_back(&vcpu);
  ++domain.tables.vcpus;
  of(options.processor).starts.push_back(&vcpu);
  living_.poke(static_cast<std::uint32_t>(shared_.vcpus.size()));
  return vcpu;
}

std::vector<PcpuId> Scheduler::pcpus() const {
  std::vector<PcpuId> pcpus;
  for (const auto& pcpu : shared_.pcpus) {
    pcpus.push_back(pcpu->id);
  }
  return pcpus;
}

// The pCPU's own stack: the hypervisor's idle loop, from which it goes into guests.
void Scheduler::run(Cpu& cpu) {
  static const std::string work = "a vCPU to run";
  SchedPcpu& self = of(cpu.id());
  self.cpu = &cpu;
  start_vcpus(cpu, self);
  raise(cpu, self.id, softirq::schedule);
  while (!self.stopped) {
    if (self.attention) {
      do_softirqs(cpu, self);
    } else if (self.current != nullptr) {
      enter_guest(cpu, self);
    } else {
      cpu.waits_for(work, self.id);
      cpu.halt(Time::never());
      cpu.waits_for_nothing();
    }
  }
}

void Scheduler::start_vcpus(Cpu& cpu, SchedPcpu& self) {
  for (Vcpu* vcpu : self.starts) {
    cpu.fetch_and(vcpu->words.flags, ~pause_flag::down);
    wake(cpu, *vcpu);
  }
}

void Scheduler::enter_guest(Cpu& cpu, SchedPcpu& self) {
  Vcpu& vcpu = *self.current;
  cpu.ghost_point();
  if (vcpu.words.processor.peek() != self.id.n) {
    cpu.violated("SCHED-S2",
                 vcpu.name + " runs on pCPU " + std::to_string(self.id.n) +
                     " but belongs to pCPU " + std::to_string(vcpu.words.processor.peek()),
                 &vcpu.words);
  }
  vcpu.guest.comes_to(self);
  vcpu.context->resume();
  if (!vcpu.context->over()) {
    return;
  }
  cpu.fetch_or(vcpu.words.flags, pause_flag::down);
  raise(cpu, self.id, softirq::schedule);
  if (cpu.fetch_add(living_, ~0u) == 1) {
    for (const auto& pcpu : shared_.pcpus) {
      raise(cpu, pcpu->id, softirq::stop);
    }
  }
}

void Scheduler::do_softirqs(Cpu& cpu, SchedPcpu& self) {
  self.attention = false;
  if (self.timer <= cpu.now()) {
    self.timer = Time::never();  // it has fired
  }
  const std::uint32_t pending = cpu.xchg(self.own.softirqs, 0);
  fire_timers(cpu, self);
  if ((pending & softirq::save_registers) != 0 && self.current == nullptr) {
    leave_lazily_held(cpu, self);
  }
  if ((pending & softirq::schedule) != 0 || cpu.now() >= self.slice_ends) {
    schedule(cpu, self);
  }
  if ((pending & softirq::go_offline) != 0) {
    go_offline(cpu, self);
  }
  if ((pending & softirq::come_online) != 0) {
    come_online(cpu, self);
  }
  self.stopped = self.stopped || (pending & softirq::stop) != 0;
  program_timer(cpu, self);
}

// For the first thing that is due here: a poll timer, or the end of the slice.
void Scheduler::program_timer(Cpu& cpu, SchedPcpu& self) {
  const Time at = std::min(self.slice_ends, self.timers.first());
  if (at != self.timer) {
    self.timer = at;
    cpu.set_timer(at);
  }
}

void Scheduler::fire_timers(Cpu& cpu, SchedPcpu& self) {
  while (self.timers.first() <= cpu.now()) {
    const PollTimers::Timer timer = self.timers.pop(cpu);
    Vcpu& vcpu = *shared_.vcpus[timer.vcpu - 1];
    if (cpu.load(vcpu.words.poll) == timer.poll) {
      unblock(cpu, vcpu);
    }
  }
}

void Scheduler::schedule(Cpu& cpu, SchedPcpu& self) {
  const bool interrupts = cpu.set_interrupts(false);
  LockOfPcpu lock(self);
  Vcpu* const prev = self.current;
  const Time now = runstate_->lock_and_sample(cpu, lock);
  std::uint32_t flags = 0;
  if (prev != nullptr) {
    policy_->charge(cpu, *prev, now - prev->charged_until);
    prev->charged_until = now;
    flags = cpu.load(prev->words.flags);
  }
  Vcpu* const staying = flags == 0 ? prev : nullptr;
  const SchedulerPolicy::Choice choice =
      self.online ? policy_->choose(cpu, self, staying, now) : choose_none(cpu, self, staying);
  self.slice_ends = choice.slice_ends;
  if (prev != nullptr) {
    prev->yields = false;
  }
  if (choice.next != prev) {
    if (prev != nullptr) {
      flags = flags_at_choice(cpu, *prev, flags);
    }
    change_current(cpu, self, state_for(flags), choice.next, now);
  }
  lock.unlock(cpu);
  cpu.set_interrupts(interrupts);
  if (choice.next != prev) {
    context_switch(cpu, self, prev, choice.next);
  }
}

// This pCPU goes offline: whoever may run waits to be taken elsewhere.
SchedulerPolicy::Choice Scheduler::choose_none(Cpu& cpu, SchedPcpu& self, Vcpu* staying) {
  cpu.store(self.words.offline, 1);
  shared_.idlers.set(cpu, false);
  if (staying != nullptr) {
    self.queue.push_back(cpu, *staying);
  }
  return {};
}

// Run states and who is current, under the lock. `left_for`: what the one that runs is then. It
// is told, because its flags may have changed since the choice was made: it was left out of the
// queue, and a waker that is about to take the lock must find it so.
void Scheduler::change_current(Cpu& cpu, SchedPcpu& self, RunState left_for, Vcpu* next,
                               Time now) {
  if (Vcpu* const prev = self.current; prev != nullptr) {
    prev->runstate.change(cpu, left_for, now);
    prev->ran += now - prev->runs_since;
    prev->waits_since = now;
  }
  if (next != nullptr) {
    check_choice(cpu, self, *next);
    next->running_on = self.id;
    // One from another pCPU's queue may have become runnable since `now`, under that one's lock.
    const Time from = std::max(now, next->taken_at);
    next->runstate.change(cpu, RunState::running, from);
    cpu.store(next->words.is_running, 1);
    next->runs_since = next->charged_until = from;
    next->longest_wait = std::max(next->longest_wait, from - next->waits_since);
    ++next->switched_to;
  }
  cpu.store(self.words.current, next == nullptr ? 0 : next->id.n);
  self.current = next;
}

void Scheduler::check_choice(Cpu& cpu, const SchedPcpu& self, const Vcpu& next) const {
  cpu.ghost_point();
  if (next.running_on.has_value()) {
    cpu.violated("SCHED-S1",
                 next.name + " begins to run on pCPU " + std::to_string(self.id.n) +
                     " while pCPU " + std::to_string(next.running_on->n) + " has not left it",
                 &next.words);
  }
}

std::uint64_t Scheduler::switches() const {
  std::uint64_t sum = 0;
  for (const auto& vcpu : shared_.vcpus) {
    sum += vcpu->switched_to;
  }
  return sum;
}

std::uint64_t Scheduler::wakes() const {
  std::uint64_t sum = 0;
  for (const auto& vcpu : shared_.vcpus) {
    sum += vcpu->wakes;
  }
  return sum;
}

void Scheduler::check(Cpu& cpu) {
  cpu.ghost_point();
  for (const auto& vcpu : shared_.vcpus) {
    vcpu->runstate.check_end(cpu);
  }
}

}  // namespace hvsim
