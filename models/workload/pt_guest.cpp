#include "models/workload/pt_guest.hpp"

namespace hvsim {

void PtGuest::run(GuestCpu& guest) {
  start_somewhen(guest, random_);
  for (unsigned t = 0; guest.now() < setting_.window.end; ++t) {
    if (setting_.turns != 0 && t == setting_.turns) {
      break;
    }
    turn(guest);
  }
}

void PtGuest::turn(GuestCpu& guest) {
  const bool shares = random_.chance(setting_.shared_fraction, parts_per_billion);
  current_ = picker_.next(current_, random_);
  Process& process = shares ? common_ : processes_[current_];
  switch_to(guest, process);
  if (setting_.calls == 0) {
    guest.compute(setting_.kernel);
    guest.progress();
  }
  for (unsigned call = 0; call < setting_.calls; ++call) {
    system_call(guest);
  }
  if (random_.chance(setting_.write_fraction, parts_per_billion)) {
    write(guest, process);
  }
  if (random_.chance(setting_.exit_fraction, parts_per_billion) && !process.shared) {
    end(guest, process);
  }
}

void PtGuest::system_call(GuestCpu& guest) {
  toggle(guest, false);
  if (setting_.touch > 0) {
    guest.clear(memory_, setting_.touch, Where::here());
  }
  guest.compute(setting_.user);
  toggle(guest, true);
  guest.compute(setting_.kernel);
  counts_.calls += setting_.window.has(guest.now()) ? 1 : 0;
  guest.progress();
}

template <class Load>
void PtGuest::loads(Cpu& cpu, Histogram& times, Load load) {
  const ShadowCounts& counts = setting_.loader.counts(cpu.id());
  const std::uint64_t copies = counts.sync_full;
  const Time began = cpu.now();
  load();
  const Duration took = cpu.now() - began;
  setting_.loader.check_guest(cpu);
  if (!setting_.window.has(began)) {
    return;
  }
  times.add(took.ps);
  ++counts_.loads;
  const bool copied = counts.sync_full != copies;
  counts_.copies += copied ? 1 : 0;
  (copied ? counts_.copied : counts_.hit) += took;
}

void PtGuest::toggle(GuestCpu& guest, bool to_kernel) {
  guest.hypercall([&](Cpu& cpu) {
    loads(cpu, counts_.call, [&] { guest.scheduler().toggle(cpu, guest.vcpu(), to_kernel); });
  });
}

void PtGuest::switch_to(GuestCpu& guest, const Process& process) {
  guest.hypercall([&](Cpu& cpu) {
    loads(cpu, counts_.process_switch,
          [&] { guest.scheduler().new_base(cpu, guest.vcpu(), process.kernel, process.user); });
  });
  counts_.switches += setting_.window.has(guest.now()) ? 1 : 0;
}

// Present, accessed, and a frame of its own.
std::uint64_t PtGuest::next_entry() {
  return (++entries_ << 12) + 0x21;
}

void PtGuest::write(GuestCpu& guest, Process& process) {
  const bool in_user = random_.chance(1, 2);
  const unsigned n = random_.below(setting_.write_slots);
  const std::uint64_t value = next_entry();
  (in_user ? process.in_user : process.in_kernel)[n] = value;
  guest.hypercall([&](Cpu& cpu) {
    const Time began = cpu.now();
    setting_.loader.l4_write(cpu, guest.vcpu().domain.tables,
                             in_user ? process.user : process.kernel, Process::slot(n), value);
    if (setting_.window.has(began)) {
      counts_.write.add((cpu.now() - began).ps);
      ++counts_.writes;
    }
  });
  ++all_writes_;
}

// The guest goes to another process first: nobody runs on what is freed.
void PtGuest::end(GuestCpu& guest, Process& process) {
  current_ = picker_.next(current_, random_);
  const bool alone = &processes_[current_] == &process;
  switch_to(guest, alone ? common_ : processes_[current_]);
  for (const Address table : {process.user, process.kernel}) {
    guest.hypercall([&](Cpu& cpu) {
      const Time began = cpu.now();
      setting_.loader.l4_free(cpu, guest.vcpu().domain.tables, table);
      if (setting_.window.has(began)) {
        counts_.exit.add((cpu.now() - began).ps);
        counts_.freeing += cpu.now() - began;
        ++counts_.frees;
      }
    });
    ++all_frees_;
  }
  make_tables(guest, process);
}

void PtGuest::make_tables(GuestCpu& guest, Process& process) {
  for (unsigned n = 0; n < Process::slots; ++n) {
    process.in_user[n] = next_entry();
    process.in_kernel[n] = next_entry();
  }
  for (const Address table : {process.user, process.kernel}) {
    const auto& held = table == process.user ? process.in_user : process.in_kernel;
    // As any page of the guest: a shadow that was kept would be stale now.
    for (unsigned n = 0; n < Process::slots; ++n) {
      guest.store(setting_.frames.entry(table, Process::slot(n)), held[n]);
    }
    guest.hypercall(
        [&](Cpu& cpu) { setting_.loader.typed(cpu, guest.vcpu().domain.tables, table); });
  }
}

void PtGuest::check(Cpu& cpu) const {
  for (const Process& process : processes_) {
    check_table(cpu, process.kernel, process.in_kernel);
    check_table(cpu, process.user, process.in_user);
  }
}

void PtGuest::check_table(Cpu& cpu, Address table,
                          const std::array<std::uint64_t, Process::slots>& held) const {
  for (unsigned n = 0; n < Process::slots; ++n) {
    const L4Entry& entry = setting_.frames.entry(table, Process::slot(n));
    if (entry.peek() != held[n]) {
      cpu.violated("conservation",
                   "slot " + std::to_string(Process::slot(n)) + " of a process's table holds " +
                       std::to_string(entry.peek()) + ", the guest put " +
                       std::to_string(held[n]) + " there",
                   &entry);
    }
  }
}

}  // namespace hvsim
