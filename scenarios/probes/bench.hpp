// Where a probe's little programs run: an idle machine, one step after the other.
//
//   Word& word = bench.word();
//   bench.step(bench.core(1), [&](Cpu& cpu) { cpu.store(word, 1); });
//   return bench.time(bench.core(0), [&](Cpu& cpu) { cpu.load(word); });
//
// Each step starts at an instant of its own, a whole number of microseconds, long after the step
// before is over and links and channels have forgotten it. A program sees the verbs of Cpu and
// nothing else of the simulator; what a verb took is the difference of two cpu.now().
// What you must promise: `time` or `run` is called once; a program does not outlast its step,
// unless no step comes after it.
#pragma once

#include <functional>
#include <vector>

#include "sim/hw/machine.hpp"

namespace hvsim::probes {

using Word = Shared<std::uint64_t>;
using Program = std::function<void(Cpu&)>;

// How long `verbs` take on this pCPU.
template <class Verbs>
Duration taken(Cpu& cpu, Verbs verbs) {
  const Time start = cpu.now();
  verbs();
  return cpu.now() - start;
}

// Lets a pCPU compute until an instant that has not passed.
void wait_until(Cpu& cpu, Time t);

// Lines one after the other in memory, none of them in a cache yet.
struct Row {
  Memory* memory;
  Address first;
  std::int64_t lines;
  Word& operator[](std::int64_t line) const;
};

class Bench {
 public:
  // `file` says what the programs go by, such as how large the caches are; the machine is asked.
  Bench(Machine& machine, const MachineSpec& file);

  const MachineSpec& file() const { return file_; }
  Machine& machine() { return machine_; }
  // The first thread of the n-th core of a socket.
  PcpuId core(unsigned n, unsigned socket = 0) const;
  // A word on a line of its own, on a node.
  Word& word(unsigned node = 0);
  Row row(std::int64_t lines, unsigned node = 0);

  // A program for a pCPU, in a step of its own; `beside`: in the step of the one before.
  void step(PcpuId pcpu, Program program);
  void beside(PcpuId pcpu, Program program);
  // When the last step starts.
  Time start() const { return Time{} + length_ * steps_; }
  void run();
  // Runs all steps and one more, in which `verbs` are timed, some time after `before`.
  Duration time(PcpuId pcpu, const Program& verbs, const Program& before = {});
  // Lets links and channels forget.
  static void idle(Cpu& cpu);

 private:
  struct Start {
    Time at;
    Program program;
  };

  Machine& machine_;
  const MachineSpec& file_;
  Duration length_;  // of a step
  std::int64_t steps_ = 0;
  std::vector<std::vector<Start>> programs_;  // by pCPU
};

}  // namespace hvsim::probes
