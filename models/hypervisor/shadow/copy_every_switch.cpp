#include "models/hypervisor/shadow/copy_every_switch.hpp"

namespace hvsim {

Address CopyEverySwitch::shadow_of(Cpu& cpu, Pcpu& mine, Address guest, Where where) {
  // 4.
  const Address shadow = cpu.load(*mine.shadow_base);
  if (cpu.load(mine.words[shadowing]) == guest) {
    ++mine.counts.sync_noshuffle;
    return shadow;
  }
  // 5.
  ++mine.counts.sync_full;
  copy_begins(cpu, guest, shadow);
  const bool on = cpu.set_interrupts(false);
  map(cpu);
  put(cpu, mine, shadowing, guest, where);
  cpu.set_interrupts(on);
  // 6.
  copy(cpu, guest, shadow, where);
  copy_ends(cpu, guest, shadow, where);
  return shadow;
}

void CopyEverySwitch::forget(Cpu& cpu, Pcpu& mine) {
  put(cpu, mine, shadowing, 0, Where::here());
}

void CopyEverySwitch::take_write(Cpu& cpu, Pcpu& mine, const Change& change) {
  if (cpu.load(mine.words[shadowing]) != change.frame) {
    ++mine.counts.ipi_cache_miss;
    return;
  }
  ++mine.counts.ipi_write;
  map(cpu);
  copy_entry(cpu, change, cpu.load(*mine.shadow_base));
}

CopyEverySwitch::Mirrors CopyEverySwitch::mirrors(const Pcpu& of, bool own_view) const {
  Mirrors all{};
  all[0] = {own_view ? of.own[shadowing] : of.words[shadowing].peek(), of.base};
  return all;
}

}  // namespace hvsim
