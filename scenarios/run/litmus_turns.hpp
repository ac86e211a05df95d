// A noise that lets one thing happen at a time, chosen from outside: for trying orders.
//
// What can happen next is a pCPU's next verb, or the commit of the oldest store in its buffer.
// Time is cut into slots. At a slot's start everything that could go on asks, and is told to come
// back an instant later; then one is chosen, and goes on while the others wait for the next slot.
// A slot is far longer than any verb or commit takes with all its misses, so at each choice
// everything rests: before a verb, inside one that waits for its own pCPU's stores, or after the
// last. What you must promise: nothing else runs on the machine, and it has no interrupts.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "sim/hw/noise.hpp"

namespace hvsim {

struct LitmusAgent {
  PcpuId pcpu;
  bool commits = false;  // its oldest store; else its next verb

  bool operator==(const LitmusAgent&) const = default;
};

class LitmusTurns : public Noise {
 public:
  // Returns the index of the one that goes on. May throw, which ends the run.
  using Choose = std::function<std::size_t(std::span<const LitmusAgent>)>;

  LitmusTurns(unsigned pcpus, Choose choose) : choose_(std::move(choose)), begun_(pcpus, 0) {}

  Time verb(PcpuId pcpu, Time now) override { return ask({pcpu, false}, now); }
  Time commit(PcpuId pcpu, Time now) override { return ask({pcpu, true}, now); }
  Duration interrupt(PcpuId, Time) override { return {}; }

  // How many verbs a pCPU has begun.
  unsigned begun(PcpuId pcpu) const { return begun_[pcpu.n]; }

 private:
  Time ask(const LitmusAgent& agent, Time now);

  Choose choose_;
  std::vector<unsigned> begun_;
  std::vector<LitmusAgent> asking_;
  enum class Stage : std::uint8_t { asking, chosen, gone_on };
  Stage stage_ = Stage::asking;  // of the slot
  LitmusAgent chosen_;
  Time slot_{};  // its start
};

}  // namespace hvsim
