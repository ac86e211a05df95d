// Interrupts between pCPUs: sending, delivery, entry and return, there and back.
#include "scenarios/probes/distance.hpp"
#include "scenarios/probes/lacks.hpp"
#include "scenarios/probes/probe.hpp"

namespace hvsim::probes {
namespace {

constexpr Vector there = Vector::call_function;
constexpr Vector answer = Vector::event_check;

PcpuSet only(PcpuId pcpu) {
  PcpuSet set;
  set.add(pcpu);
  return set;
}

// The way of an interrupt, with so many accesses to the LAPIC more than by x2APIC.
Formula by_lapic(const MachineSpec& file, const char* priced, std::int64_t accesses) {
  return file.apic == ApicMode::xapic ? price(priced) + number(accesses) * price("xapic_access")
                                      : price(priced);
}

Formula send_of(const MachineSpec& file) {
  return largest_of({by_lapic(file, "ipi_send", 2), price("l3_request")});
}

// The sender, the target and the instants of one interrupt, on its way to a pCPU that sleeps.
struct OneIpi {
  Time sent;
  Time handled;   // first instruction of the handler
  Time returned;  // next instruction of what was interrupted
};

OneIpi one_ipi(Bench& bench, PcpuId from, PcpuId to) {
  OneIpi ipi;
  bench.machine().on_interrupt(there, [&](Cpu& cpu) { ipi.handled = cpu.now(); });
  bench.step(to, [&](Cpu& cpu) {
    cpu.halt(Time::never());
    ipi.returned = cpu.now();
  });
  bench.step(from, [&](Cpu& cpu) {
    cpu.send_ipi(only(to), there);
    ipi.sent = cpu.now();
  });
  bench.run();
  return ipi;
}

Duration send_to(Bench& bench, std::uint32_t targets) {
  bench.machine().on_interrupt(there, [](Cpu&) {});
  PcpuSet set;
  for (std::uint32_t n = 1; n <= targets; ++n) {
    set.add(PcpuId{n});
    bench.step(PcpuId{n}, [](Cpu& cpu) { cpu.halt(Time::never()); });
  }
  return bench.time(PcpuId{0}, [&](Cpu& cpu) { cpu.send_ipi(set, there); });
}

Duration round_trip(Bench& bench, PcpuId near, PcpuId far) {
  bench.machine().on_interrupt(there, [&](Cpu& cpu) { cpu.send_ipi(only(near), answer); });
  bench.machine().on_interrupt(answer, [](Cpu&) {});
  bench.step(far, [](Cpu& cpu) { cpu.halt(Time::never()); });
  return bench.time(near, [&](Cpu& cpu) {
    cpu.send_ipi(only(far), there);
    cpu.halt(Time::never());
  });
}

// An interrupt is taken between two verbs: not before one that began earlier is over. The target
// starts a load `after_due`; from the send to the handler.
Duration delivery_around_load(Bench& bench, Duration after_due) {
  const Prices& prices = bench.file().prices;
  const Duration sending{send_of(bench.file()).of(bench.file())};
  Word& word = bench.word();
  Time sent;
  Time handled;
  bench.machine().on_interrupt(there, [&](Cpu& cpu) { handled = cpu.now(); });
  bench.step(PcpuId{1}, [&](Cpu& cpu) { cpu.load(word); });
  bench.step(PcpuId{0}, [&](Cpu& cpu) {
    cpu.send_ipi(only(PcpuId{1}), there);
    sent = cpu.now();
  });
  bench.beside(PcpuId{1}, [&, start = bench.start()](Cpu& cpu) {
    wait_until(cpu, start + sending + prices.ipi_delivery.value + after_due);
    cpu.load(word);
    cpu.compute(picoseconds(1));
  });
  bench.run();
  return handled - sent;
}

}  // namespace

std::vector<Probe> interrupt_probes(const MachineSpec& file) {
  const std::string lacks = lacks_pcpus(file, 2);
  const PcpuId here{0};
  const PcpuId near{1};
  const PcpuId far{socket_at(file, 1).value_or(0) * file.cores_per_socket};
  const Formula send = send_of(file);
  const Formula handling = by_lapic(file, "interrupt", 1);
  const Formula there_and_back = number(2) * (send + price("ipi_delivery")) + handling;
  const auto delivery = [here](PcpuId to) {
    return [here, to](Bench& bench) {
      const OneIpi ipi = one_ipi(bench, here, to);
      return ipi.handled - ipi.sent;
    };
  };
  return {
      {"interrupt to one pCPU, sending", send, lacks,
       [](Bench& bench) { return send_to(bench, 1); }},
      {"interrupt to two pCPUs, sending", number(2) * send, lacks_pcpus(file, 3),
       [](Bench& bench) { return send_to(bench, 2); }},
      {"interrupt, from sent to handled", price("ipi_delivery"), lacks, delivery(near)},
      {"interrupt, from sent to handled in another socket", price("ipi_delivery"),
       lacks_distance(file, 1), delivery(far)},
      {"interrupt, from handled to the next instruction", handling, lacks,
       [here, near](Bench& bench) {
         const OneIpi ipi = one_ipi(bench, here, near);
         return ipi.returned - ipi.handled;
       }},
      {"interrupt, from sent to handled, as a load would start", price("ipi_delivery"), lacks,
       [](Bench& bench) { return delivery_around_load(bench, Duration{}); }},
      {"interrupt, from sent to handled, 1 ps after a load started",
       price("ipi_delivery") - one_picosecond() + price("l1_hit"), lacks,
       [](Bench& bench) { return delivery_around_load(bench, Duration{} - picoseconds(1)); }},
      {"interrupt there and back, until the sender goes on", there_and_back, lacks,
       [here, near](Bench& bench) { return round_trip(bench, here, near); }},
  };
}

}  // namespace hvsim::probes
