#include "models/hypervisor/shadow/copy_if_changed.hpp"

namespace hvsim {

Address CopyIfChanged::shadow_of(Cpu& cpu, Pcpu& mine, Address guest, Where where) {
  const Address shadow = cpu.load(*mine.shadow_base);
  put(cpu, mine, loading, 1, where);
  bool due = cpu.load(mine.words[shadowing]) != guest;
  mine.counts.sync_noshuffle += due ? 0 : 1;
  copy_begins(cpu, guest, shadow);
  if (due) {
    put(cpu, mine, shadowing, guest, where);
  }
  const bool on = cpu.set_interrupts(false);
  // The last look at the flag and the end of loading are one step: nothing comes in between.
  for (; due || cpu.load(mine.words[changed]) != 0; due = false) {
    cpu.set_interrupts(on);
    copy_whole(cpu, mine, guest, where);
    cpu.set_interrupts(false);
  }
  put(cpu, mine, loading, 0, where);
  copy_ends(cpu, guest, shadow, where);
  cpu.set_interrupts(on);
  return shadow;
}

// The flag goes down before the copy: a change that comes after that raises it again.
void CopyIfChanged::copy_whole(Cpu& cpu, Pcpu& mine, Address guest, Where where) {
  ++mine.counts.sync_full;
  put(cpu, mine, changed, 0, where);
  map(cpu);
  copy(cpu, guest, mine.base, where);
}

void CopyIfChanged::forget(Cpu& cpu, Pcpu& mine) {
  put(cpu, mine, shadowing, 0, Where::here());
}

void CopyIfChanged::take_write(Cpu& cpu, Pcpu& mine, const Change&) {
  ++mine.counts.ipi_write;
  const Where where = Where::here();
  put(cpu, mine, changed, 1, where);
  const Address guest = cpu.load(mine.words[shadowing]);
  if (cpu.load(mine.words[loading]) != 0 || guest == 0) {
    return;
  }
  copy_begins(cpu, guest, mine.base);
  copy_whole(cpu, mine, guest, where);
  copy_ends(cpu, guest, mine.base, where);
}

CopyIfChanged::Mirrors CopyIfChanged::mirrors(const Pcpu& of, bool own_view) const {
  Mirrors all{};
  all[0] = {own_view ? of.own[shadowing] : of.words[shadowing].peek(), of.base};
  return all;
}

}  // namespace hvsim
