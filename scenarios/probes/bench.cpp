#include "scenarios/probes/bench.hpp"

#include <utility>

#include "sim/base/check.hpp"

namespace hvsim::probes {
namespace {

// More than any one thing that a program does between two steps may take.
Duration step_length(const MachineSpec& file) {
  Duration prices = file.prices.hop.value * file.sockets;
  for (const PriceField& field : price_fields()) {
    prices += (file.prices.*field.price).value;
  }
  return microseconds(prices * 8 / microseconds(1) + 20);
}

}  // namespace

void wait_until(Cpu& cpu, Time t) {
  check(cpu.now() <= t, "an instant that has not passed");
  cpu.compute(t - cpu.now());
}

Word& Row::operator[](std::int64_t line) const {
  const Address at = first + static_cast<Address>(line) * line_bytes;
  return *static_cast<Word*>(memory->host(at));
}

Bench::Bench(Machine& machine, const MachineSpec& file)
    : machine_(machine), file_(file), length_(step_length(file)), programs_(machine.pcpus()) {}

PcpuId Bench::core(unsigned n, unsigned socket) const {
  return PcpuId{socket * file_.cores_per_socket + n};
}

Word& Bench::word(unsigned node) {
  return machine_.memory().make<Word>("word", SocketId{node});
}

Row Bench::row(std::int64_t lines, unsigned node) {
  Memory& memory = machine_.memory();
  const Address first =
      memory.reserve("row", static_cast<std::uint64_t>(lines) * line_bytes, SocketId{node});
  return {&memory, first, lines};
}

void Bench::step(PcpuId pcpu, Program program) {
  ++steps_;
  beside(pcpu, std::move(program));
}

void Bench::beside(PcpuId pcpu, Program program) {
  programs_.at(pcpu.n).push_back({start(), std::move(program)});
}

void Bench::run() {
  for (std::uint32_t n = 0; n < programs_.size(); ++n) {
    if (programs_[n].empty()) {
      continue;
    }
    machine_.start(PcpuId{n}, [&starts = programs_[n]](Cpu& cpu) {
      for (const Start& start : starts) {
        wait_until(cpu, start.at);
        start.program(cpu);
      }
    });
  }
  machine_.run();
}

Duration Bench::time(PcpuId pcpu, const Program& verbs, const Program& before) {
  Duration took;
  step(pcpu, [&](Cpu& cpu) {
    if (before) {
      before(cpu);
    }
    idle(cpu);
    took = taken(cpu, [&] { verbs(cpu); });
  });
  run();
  return took;
}

// A server of links.hpp sees the load of two windows of a microsecond.
void Bench::idle(Cpu& cpu) {
  cpu.compute(microseconds(3));
}

}  // namespace hvsim::probes
