// A small concurrent program, run many thousand times on real threads, each time started together.
//
//   struct Cells { Shared<std::uint64_t> x; alignas(line_bytes) Shared<std::uint64_t> y; };
//   HostMachine machine({.cores_per_socket = 2});
//   auto cells = machine.memory().make_array<Cells>("cells", shape.batch, SocketId{0});
//   run_batches(machine, {
//       .bodies = {[&](Cpu& cpu, unsigned i) { cpu.store(cells[i].x, 1); r0[i] = cpu.load(...); },
//                  [&](Cpu& cpu, unsigned i) { cpu.store(cells[i].y, 1); r1[i] = cpu.load(...);
//                  }},
//       .before = [&](unsigned count) { for (...) cells[i].x.poke(0); },
//       .after = [&](unsigned count) { for (...) ++seen[{r0[i], r1[i]}]; }}, {.runs = 100'000});
//
// What it is: one thread a body. The threads are started once; instances are laid out a batch at a
// time, each with cells of its own, and the threads walk through them side by side. If the host
// has a processor for every thread they meet before each instance by plain stores and loads, which
// leaves no store buffer empty that would be full, then wait for a few turns, different ones each
// time; otherwise they meet once a batch, which must then last longer than it takes the host to
// wake a thread, or they hardly run at once.
// What you must promise: the machine has no workers yet and as many pCPUs as there are bodies;
// body t writes, of plain objects, only what no other body touches; what a body waits for comes.
// What it guarantees: before(count) and after(count) run on one thread while the others wait; what
// they see is what the bodies have done, and the other way round. Errors: those of
// HostMachine::run(), which it calls.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "sim/hw/host_machine.hpp"

namespace hvsim {

struct BatchProgram {
  std::vector<std::function<void(Cpu& cpu, unsigned instance)>> bodies;
  std::function<void(unsigned count)> before;  // instances 0 to count - 1 are to be laid out
  std::function<void(unsigned count)> after;   // ... have been run
};

struct BatchShape {
  std::uint64_t runs = 100'000;  // in all
  unsigned batch = 1000;         // instances that are laid out at once
};

void run_batches(HostMachine& machine, const BatchProgram& program, const BatchShape& shape);

}  // namespace hvsim
