#include "models/hypervisor/locks/ticket_spinlock.hpp"

namespace hvsim {

namespace {

constexpr std::uint32_t one_ticket = 1u << 16;
constexpr std::uint32_t serving_mask = one_ticket - 1;

// The low half of the word, at its own address: x86 is little-endian.
Shared<std::uint16_t>& serving_half(TicketWord& word) {
  return reinterpret_cast<Shared<std::uint16_t>&>(word);
}

}  // namespace

TicketTurn ticket_lock(Cpu& cpu, TicketWord& word) {
  const std::uint32_t before = cpu.fetch_add(word, one_ticket);
  const std::uint32_t mine = before >> 16;
  const std::uint32_t ahead = (mine - before) & serving_mask;
  if (ahead == 0) {
    return {static_cast<std::uint16_t>(mine), 0};
  }
  while ((cpu.load(word) & serving_mask) != mine) {
    cpu.relax();
  }
  return {static_cast<std::uint16_t>(mine), static_cast<std::uint16_t>(ahead)};
}

bool ticket_try_lock(Cpu& cpu, TicketWord& word) {
  const std::uint32_t seen = cpu.load(word);
  return (seen >> 16) == (seen & serving_mask) &&
         cpu.cmpxchg(word, seen, seen + one_ticket) == seen;
}

void ticket_unlock(Cpu& cpu, TicketWord& word) {
  // Only the holder moves `serving`, so a plain store of that half will do, and wraps by itself.
  Shared<std::uint16_t>& serving = serving_half(word);
  cpu.store(serving, static_cast<std::uint16_t>(cpu.load(serving) + 1u));
}

TicketSpinlock::TicketSpinlock(const std::string& name, TicketWord& word, Host& host)
    : name_(name), word_(word), stat_(host.lock_stat(name)) {}

TicketTurn TicketSpinlock::lock(Cpu& cpu, Where where) {
  cpu.ghost_point();
  if (held_by(cpu.id())) {
    cpu.violated("spinlock", "takes " + name_ + ", which it holds already", &word_, where);
  }
  cpu.waits_for(name_, held_ ? holder_ : cpu.id());
  const Time asked = cpu.now();

  const TicketTurn turn = take(cpu, word_);

  taken(cpu, turn.ahead != 0, asked, where);
  return turn;
}

bool TicketSpinlock::try_lock(Cpu& cpu, Where where) {
  const Time asked = cpu.now();
  if (!ticket_try_lock(cpu, word_)) {
    return false;
  }
  taken(cpu, false, asked, where);
  return true;
}

void TicketSpinlock::taken(Cpu& cpu, bool contended, Time asked, Where where) {
  cpu.ghost_point();
  if (held_) {
    cpu.violated("spinlock", name_ + " is held by pCPU " + std::to_string(holder_.n) + " as well",
                 &word_, where);
  }
  held_ = true;
  holder_ = cpu.id();
  cpu.waits_for_nothing();
  since_ = cpu.now();
  stat_.acquired(cpu.id(), contended, since_ - asked);
}

void TicketSpinlock::unlock(Cpu& cpu, Where where) {
  cpu.ghost_point();
  if (!held_by(cpu.id())) {
    cpu.violated("spinlock", "releases " + name_ + ", which it does not hold", &word_, where);
  }
  held_ = false;
  stat_.released(cpu.now() - since_);

  give(cpu, word_);
}

}  // namespace hvsim
