// Broken free lists of maptrack handles: each is the algorithm with one defect.
#pragma once

#include "models/hypervisor/grants/maptrack.hpp"

namespace hvsim {

// Gives back without the cmpxchg: of two at the same time, one is overwritten.
class AppendingBlindly : public Maptrack {
 public:
  using Maptrack::Maptrack;

 protected:
  void append(Cpu& cpu, const MaptrackVcpu& owner, Handle handle) override {
    cpu.store(entry(handle).ref, end);
    const Handle tail = cpu.load(owner.words->maptrack_tail);
    cpu.store(owner.words->maptrack_tail, handle);
    cpu.store(entry(tail).ref, handle);
  }
};

// Takes without the cmpxchg: a thief and the owner get the same entry.
class TakingBlindly : public Maptrack {
 public:
  using Maptrack::Maptrack;

 protected:
  std::optional<Handle> take(Cpu& cpu, const MaptrackVcpu& owner) override {
    const Handle head = cpu.load(owner.words->maptrack_head);
    const Handle next = head == end ? end : cpu.load(entry(head).ref);
    if (next == end) {
      return std::nullopt;
    }
    cpu.store(owner.words->maptrack_head, next);
    return head;
  }
};

}  // namespace hvsim
