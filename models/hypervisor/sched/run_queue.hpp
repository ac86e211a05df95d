// A pCPU's run queue: vCPUs that wait for it, in a list through their own words in memory.
//
// What it is: the words of the queue and the operations on it. A walk loads the line of each vCPU
// that it passes, as a walk of a list does; vCPUs that sleep are in no queue and cost nothing.
// What you must promise: the caller holds the pCPU's scheduler lock; a vCPU is in one queue at a
// time. What it guarantees: the first in, first out among vCPUs of one priority.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "models/hypervisor/sched/vcpu.hpp"

namespace hvsim {

// By id, from 1 up.
using AllVcpus = std::vector<std::unique_ptr<Vcpu>>;

class RunQueue {
 public:
  struct alignas(line_bytes) Words {
    Shared<std::uint32_t> head;
    Shared<std::uint32_t> tail;
    Shared<std::uint32_t> length;
  };

  RunQueue(Words& words, const AllVcpus& vcpus) : words_(words), vcpus_(vcpus) {}

  // Behind all of its priority, before all of a smaller one.
  void insert(Cpu& cpu, Vcpu& vcpu);
  // Behind all.
  void push_back(Cpu& cpu, Vcpu& vcpu);
  // Null: nobody waits.
  Vcpu* first(Cpu& cpu) const { return vcpu(cpu.load(words_.head)); }
  Vcpu* after(Cpu& cpu, const Vcpu& it) const { return vcpu(cpu.load(it.words.next)); }
  // Takes `it` out; `before` is the one before it, or null.
  void take(Cpu& cpu, Vcpu* before, Vcpu& it);
  Vcpu* pop(Cpu& cpu);
  // Also without the lock: how many wait, as of now.
  std::uint32_t length(Cpu& cpu) const { return cpu.load(words_.length); }

 private:
  Vcpu* vcpu(std::uint32_t id) const { return id == 0 ? nullptr : vcpus_[id - 1].get(); }
  void link(Cpu& cpu, Vcpu* before, Vcpu& it, std::uint32_t next);

  Words& words_;
  const AllVcpus& vcpus_;
};

}  // namespace hvsim
