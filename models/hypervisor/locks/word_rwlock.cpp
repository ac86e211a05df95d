#include "models/hypervisor/locks/word_rwlock.hpp"

namespace hvsim {

bool WordRwlock::read_lock(Cpu& cpu, RwLockWords& lock) {
  for (bool contended = false;; contended = true) {
    // 1. Wait until no writer is in or coming.
    std::uint32_t x = cpu.load(lock.word);
    while ((x & writer) != 0) {
      contended = true;
      cpu.relax();
      x = cpu.load(lock.word);
    }
    // 2. One reader more, if nobody was faster.
    if (cpu.cmpxchg(lock.word, x, x + 1) == x) {
      return contended;
    }
  }
}

void WordRwlock::read_unlock(Cpu& cpu, RwLockWords& lock) {
  cpu.fetch_add(lock.word, ~0u);  // lock dec
}

bool WordRwlock::write_lock(Cpu& cpu, RwLockWords& lock) {
  bool contended = false;
  for (;; contended = true) {
    // 1. Wait until no other writer is in or coming.
    std::uint32_t x = cpu.load(lock.word);
    while ((x & writer) != 0) {
      contended = true;
      cpu.relax();
      x = cpu.load(lock.word);
    }
    // 2. Shut out new readers; old ones may still be in.
    if (cpu.cmpxchg(lock.word, x, x | writer) == x) {
      break;
    }
  }
  // 3. Wait until the old readers have left.
  while ((cpu.load(lock.word) & ~writer) != 0) {
    contended = true;
    cpu.relax();
  }
  return contended;
}

void WordRwlock::write_unlock(Cpu& cpu, RwLockWords& lock) {
  if (cpu.xchg(lock.word, 0) != writer) {
    cpu.violated("GR-S1", "the word changed under the writer that releases it", &lock.word);
  }
}

bool WordRwlock::write_locked(const RwLockWords& lock) const {
  return lock.word.peek() == writer;
}

}  // namespace hvsim
