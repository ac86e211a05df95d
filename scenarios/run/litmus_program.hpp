// The threads of a litmus test as programs for a Cpu, simulated or real.
//
// One source for every way of running: the verbs are those that the algorithms use. What you must
// promise: the cells are in the memory of the machine whose pCPUs run the threads.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "scenarios/run/litmus_test.hpp"
#include "sim/hw/cpu.hpp"

namespace hvsim {

// A location: 8 bytes at the start of a line of its own, which may be reached in parts.
union alignas(line_bytes) LitmusCell {
  LitmusCell() : whole() {}
  Shared<std::uint64_t> whole;
  Shared<std::uint32_t> words[2];
  Shared<std::uint16_t> halves[4];
  Shared<std::uint8_t> bytes[8];
};

// How far a thread has come. On a line of its own, for real threads.
struct alignas(line_bytes) LitmusProgress {
  std::vector<std::int64_t> registers;
  unsigned done = 0;  // operations
};

// One run of a test: its cells and its threads' registers.
class LitmusProgram {
 public:
  // `cells`: one for each location.
  LitmusProgram(const LitmusTest& test, std::span<LitmusCell> cells);

  // Everything as it is before a run.
  void reset();
  // All operations of a thread.
  void run(Cpu& cpu, unsigned thread);
  const LitmusProgress& progress(unsigned thread) const { return progress_[thread]; }
  // What the cells hold now.
  std::int64_t value_of(unsigned location) const;
  // After the run.
  LitmusOutcome outcome() const;

 private:
  void step(Cpu& cpu, const LitmusOp& op, std::vector<std::int64_t>& registers);
  template <class T>
  void step_on(Cpu& cpu, Shared<T>& word, const LitmusOp& op,
               std::vector<std::int64_t>& registers);

  const LitmusTest* test_;
  std::span<LitmusCell> cells_;
  std::vector<LitmusProgress> progress_;
};

}  // namespace hvsim
