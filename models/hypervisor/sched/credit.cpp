// credit: who ran less than its share goes before who ran more; who is woken goes before both.
//
// Running costs credits, and every timeslice all that ran lately get the same number of new ones,
// as many as the pCPUs can use up. A vCPU with credits left is under, one without is over its
// share. A wake boosts one that is under, so that it interrupts what runs; the boost lasts until
// the pCPU chooses anew. A pCPU that would go on with one that is over its share takes one that is
// under from another pCPU. Nobody is interrupted before the ratelimit.
// What is left out of Xen's credit scheduler: weights, caps and pools, ticks, and the choice of a
// pCPU by the load of its socket. Credits are handed out by the first pCPU that chooses after the
// period, not by a master's tick. Source: xen common/sched_credit.c of 2016 (recalled).
#include <array>

#include "models/hypervisor/sched/schedulers.hpp"

namespace hvsim {

namespace {

// In the order of the run queue; 0 is the idle vCPU's.
enum CreditPriority : std::uint32_t { over = 1, under = 2, boost = 3 };

std::int32_t microseconds_of(Duration length) {
  return static_cast<std::int32_t>(length.ps / 1'000'000);
}

class Credit : public SchedulerPolicy {
 public:
  Credit(SchedShared& of_all, const SchedulerTimes& slices);

  Choice choose(Cpu& cpu, SchedPcpu& here, Vcpu* staying, Time now) override;
  void insert(Cpu& cpu, SchedPcpu& here, Vcpu& vcpu, bool woken) override;
  std::optional<PcpuId> tickle(Cpu& cpu, SchedPcpu& here, Vcpu& vcpu) override;
  void charge(Cpu& cpu, Vcpu& vcpu, Duration ran) override;

 private:
  struct alignas(line_bytes) Words {
    TicketWord lock;
    Shared<std::uint32_t> first_active;
    Shared<std::uint32_t> active;      // how many there are
    Shared<std::uint32_t> handed_out;  // times that credits were
    Shared<std::uint64_t> next_at;     // when they are next, in nanoseconds
  };
  struct Turn {  // of a pCPU
    Time ends{};
    std::uint32_t sorted = 0;  // after how many times credits were handed out
  };
  Choice start_turn(Cpu& cpu, SchedPcpu& here, Vcpu* next, Time now);
  void account(Cpu& cpu, Time now);
  void hand_out(Cpu& cpu);
  void sort(Cpu& cpu, SchedPcpu& here);
  std::uint32_t by_credit(Cpu& cpu, const Vcpu& vcpu) const {
    return cpu.load(vcpu.words.credit) < 0 ? over : under;
  }

  Words& words_;
  TicketSpinlock lock_;
  std::array<Turn, max_pcpus> turns_;  // guarded by the pCPU's lock
};

Credit::Credit(SchedShared& of_all, const SchedulerTimes& slices)
    : SchedulerPolicy(of_all, slices),
      words_(of_all.host.memory().make<Words>("credit", SocketId{0})),
      lock_("credit_lock", words_.lock, of_all.host),
      turns_{} {
  words_.next_at.poke(system_ns(Time{} + slices.timeslice));
}

SchedulerPolicy::Choice Credit::choose(Cpu& cpu, SchedPcpu& here, Vcpu* staying, Time now) {
  account(cpu, now);
  sort(cpu, here);
  Turn& turn = turns_[here.id.n];
  if (staying != nullptr) {
    const Time rate_limited = staying->runs_since + times().ratelimit;
    if (!staying->yields && now < rate_limited) {
      return {staying, std::min(rate_limited, turn.ends)};
    }
    const std::uint32_t own = by_credit(cpu, *staying);
    cpu.store(staying->words.priority, own);
    const Vcpu* const first = here.queue.first(cpu);
    if (!staying->yields && now < turn.ends && own != over &&
        (first == nullptr || cpu.load(first->words.priority) <= own)) {
      cpu.store(here.words.priority, own);
      return {staying, turn.ends};
    }
    here.queue.insert(cpu, *staying);
  }
  const Vcpu* const first = here.queue.first(cpu);
  Vcpu* next = nullptr;
  if (first != nullptr && cpu.load(first->words.priority) == over) {
    next = steal(cpu, here, under);
  }
  return start_turn(cpu, here, next == nullptr ? pop_or_steal(cpu, here) : next, now);
}

SchedulerPolicy::Choice Credit::start_turn(Cpu& cpu, SchedPcpu& here, Vcpu* next, Time now) {
  if (next == nullptr) {
    return {};
  }
  cpu.store(here.words.priority, cpu.load(next->words.priority));
  Turn& turn = turns_[here.id.n];
  turn.ends = now + times().timeslice;
  return {next, turn.ends};
}

void Credit::insert(Cpu& cpu, SchedPcpu& here, Vcpu& vcpu, bool woken) {
  const std::uint32_t own = by_credit(cpu, vcpu);
  cpu.store(vcpu.words.priority, woken && own == under ? boost : own);
  here.queue.insert(cpu, vcpu);
}

std::optional<PcpuId> Credit::tickle(Cpu& cpu, SchedPcpu& here, Vcpu& vcpu) {
  const bool idle = cpu.load(here.words.current) == 0;
  if (idle && here.queue.length(cpu) == 1) {
    return here.id;
  }
  if (const auto other = claim_idle(cpu, here, vcpu)) {
    return other;
  }
  const bool first = idle || cpu.load(vcpu.words.priority) > cpu.load(here.words.priority);
  return first ? std::optional(here.id) : std::nullopt;
}

// One that has not run lately is none of those that get credits; now it is.
void Credit::charge(Cpu& cpu, Vcpu& vcpu, Duration ran) {
  cpu.fetch_add(vcpu.words.credit, -microseconds_of(ran));
  if (cpu.load(vcpu.words.active) != 0) {
    return;
  }
  lock_.lock(cpu);
  cpu.store(vcpu.words.active, 1);
  cpu.store(vcpu.words.next_active, cpu.load(words_.first_active));
  cpu.store(words_.first_active, vcpu.id.n);
  cpu.store(words_.active, cpu.load(words_.active) + 1);
  lock_.unlock(cpu);
}

void Credit::account(Cpu& cpu, Time now) {
  if (system_ns(now) < cpu.load(words_.next_at) || !lock_.try_lock(cpu)) {
    return;
  }
  if (system_ns(now) >= cpu.load(words_.next_at)) {
    cpu.store(words_.next_at, system_ns(now + times().timeslice));
    hand_out(cpu);
  }
  lock_.unlock(cpu);
}

// Who has more than a timeslice's worth does not use what it gets: it keeps half of it and gets no
// more until it runs again.
void Credit::hand_out(Cpu& cpu) {
  const std::uint32_t active = cpu.load(words_.active);
  if (active == 0) {
    return;
  }
  const std::int32_t most = microseconds_of(times().timeslice);
  const auto pcpus = static_cast<std::int32_t>(shared().pcpus.size());
  const std::int32_t share = std::min(most, most * pcpus / static_cast<std::int32_t>(active));
  std::uint32_t left = 0;
  Shared<std::uint32_t>* link = &words_.first_active;
  for (std::uint32_t id = cpu.load(*link); id != 0;) {
    Vcpu& vcpu = *shared().vcpus[id - 1];
    const std::uint32_t next = cpu.load(vcpu.words.next_active);
    const std::int32_t credit = cpu.fetch_add(vcpu.words.credit, share) + share;
    if (credit > most) {
      cpu.fetch_add(vcpu.words.credit, -credit / 2);
      cpu.store(vcpu.words.active, 0);
      cpu.store(*link, next);
    } else {
      ++left;
      link = &vcpu.words.next_active;
    }
    if (cpu.load(vcpu.words.priority) != boost) {
      cpu.store(vcpu.words.priority, by_credit(cpu, vcpu));
    }
    id = next;
  }
  cpu.store(words_.active, left);
  cpu.store(words_.handed_out, cpu.load(words_.handed_out) + 1);
}

// The queue in the order of the new priorities.
void Credit::sort(Cpu& cpu, SchedPcpu& here) {
  const std::uint32_t handed_out = cpu.load(words_.handed_out);
  Turn& turn = turns_[here.id.n];
  if (turn.sorted == handed_out) {
    return;
  }
  turn.sorted = handed_out;
  std::vector<Vcpu*> those_waiting;
  while (Vcpu* const vcpu = here.queue.pop(cpu)) {
    those_waiting.push_back(vcpu);
  }
  for (Vcpu* const vcpu : those_waiting) {
    here.queue.insert(cpu, *vcpu);
  }
}

}  // namespace

std::unique_ptr<SchedulerPolicy> make_credit(SchedShared& shared, const SchedulerTimes& times) {
  return std::make_unique<Credit>(shared, times);
}

}  // namespace hvsim
