#include "models/hypervisor/runstate/update_flag.hpp"

namespace hvsim {

RunstateAlgorithm::Updated UpdateFlag::update(Cpu& cpu, RunstateUpdate& update) {
  // 2. A private copy: the master never has the flag.
  RunstateInfo copy = update.take_copy(cpu);
  const bool assist = update.assist.has(cpu, runstate_update_flag_assist);
  // 3. The top byte of the new time goes next to the low bytes of the old one: with the flag in
  //    it, nobody takes that for a time.
  if (assist) {
    copy.entry |= runstate_update_flag;
    update.area.store_top_byte(cpu, copy.entry, update.reachable);
  }
  // 4. All of it, the flag still set.
  const bool complete = update.area.copy(cpu, copy, order(), update.reachable);
  // 5. Also after a fault: else readers would wait for ever.
  if (assist) {
    copy.entry &= ~runstate_update_flag;
    update.area.store_top_byte(cpu, copy.entry, update.reachable);
  }
  return {assist, complete};
}

Reading UpdateFlag::read(Cpu& cpu, const GuestArea& area) {
  Reading reading;
  while (true) {
    const std::uint64_t entry = area.load_entry(cpu);
    reading.info = area.load(cpu);
    const bool changed = area.load_entry(cpu) != entry;
    const bool flagged = (entry & runstate_update_flag) != 0;
    if (!changed && !flagged) {
      return reading;
    }
    ++(flagged ? reading.spins : reading.retries);
  }
}

}  // namespace hvsim
