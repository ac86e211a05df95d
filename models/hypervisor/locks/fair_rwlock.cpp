#include "models/hypervisor/locks/fair_rwlock.hpp"

#include "models/hypervisor/locks/ticket_spinlock.hpp"

namespace hvsim {

namespace {

constexpr std::uint32_t reader = 256;        // one reader
constexpr std::uint32_t writer_byte = 0xff;  // the field of the writer
constexpr std::uint32_t waiting = 1;         // ... a writer waits for the readers to leave
constexpr std::uint32_t locked = 0xff;       // ... a writer is in

}  // namespace

bool FairRwlock::read_lock(Cpu& cpu, RwLockWords& lock) {
  // 1. One locked add; if no writer is in or waiting, that was all.
  if ((cpu.fetch_add(lock.word, reader) & writer_byte) == 0) {
    return false;
  }
  queue_to_read(cpu, lock);
  return true;
}

// 2. The slow path.
void FairRwlock::queue_to_read(Cpu& cpu, RwLockWords& lock) {
  cpu.fetch_add(lock.word, 0u - reader);
  ticket_lock(cpu, lock.queue);
  // At the head of the queue: a waiting writer came before us, so it counts like one that is in.
  while ((cpu.load(lock.word) & writer_byte) != 0) {
    cpu.relax();
  }
  // A writer may have taken the free lock in between; one that waits only waits for us.
  std::uint32_t x = cpu.fetch_add(lock.word, reader);
  while ((x & writer_byte) == locked) {
    cpu.relax();
    x = cpu.load(lock.word);
  }
  ticket_unlock(cpu, lock.queue);
}

void FairRwlock::read_unlock(Cpu& cpu, RwLockWords& lock) {
  cpu.fetch_add(lock.word, 0u - reader);
}

bool FairRwlock::write_lock(Cpu& cpu, RwLockWords& lock) {
  // 1. Nobody there: one cmpxchg.
  if (cpu.cmpxchg(lock.word, 0, locked) == 0) {
    return false;
  }
  queue_to_write(cpu, lock);
  return true;
}

// 2. The slow path.
void FairRwlock::queue_to_write(Cpu& cpu, RwLockWords& lock) {
  ticket_lock(cpu, lock.queue);
  const bool free_now = cpu.load(lock.word) == 0 && cpu.cmpxchg(lock.word, 0, locked) == 0;
  if (!free_now) {
    // Say that we wait, so that no new reader comes in.
    for (;; cpu.relax()) {
      const std::uint32_t x = cpu.load(lock.word);
      if ((x & writer_byte) == 0 && cpu.cmpxchg(lock.word, x, x | waiting) == x) {
        break;
      }
    }
    // When the last reader has left, the wait becomes the lock.
    for (;; cpu.relax()) {
      if (cpu.load(lock.word) == waiting && cpu.cmpxchg(lock.word, waiting, locked) == waiting) {
        break;
      }
    }
  }
  ticket_unlock(cpu, lock.queue);
}

void FairRwlock::write_unlock(Cpu& cpu, RwLockWords& lock) {
  cpu.fetch_and(lock.word, ~writer_byte);
}

bool FairRwlock::write_locked(const RwLockWords& lock) const {
  return (lock.word.peek() & writer_byte) == locked;
}

}  // namespace hvsim
