// Address spaces and timers of a pCPU on a real thread: nothing is kept, so nothing is stale.
#include <gtest/gtest.h>

#include <vector>

#include "sim/base/check.hpp"
#include "sim/hw/host_machine.hpp"

namespace hvsim {
namespace {

TEST(HostPaging, EveryTranslationWalksTheTablesAsTheyAre) {
  HostMachine machine({});
  Memory& memory = machine.memory();
  PageTable* tables[paging_levels + 1] = {};
  for (unsigned level = 1; level <= paging_levels; ++level) {
    tables[level] = &memory.make<PageTable>("table", SocketId{0});
    if (level > 1) {
      tables[level]->entry[level].poke(entry_for(memory.address_of(tables[level - 1])));
    }
  }
  const Linear page = Linear{4} << 39 | Linear{3} << 30 | Linear{2} << 21 | Linear{1} << 12;
  Shared<std::uint64_t>& entry = tables[1]->entry[1];
  machine.start(PcpuId{0}, [&](Cpu& cpu) {
    cpu.write_cr3(memory.address_of(tables[paging_levels]), Pcid{1}, true);
    EXPECT_EQ(cpu.translate(page), std::nullopt);
    cpu.store(entry, entry_for(0x7000));
    EXPECT_EQ(cpu.translate(page + 5), 0x7005u);
    EXPECT_EQ(cpu.translate(page + page_bytes), std::nullopt);
    cpu.store(entry, entry_for(0x9000));
    EXPECT_EQ(cpu.translate(page + 5), 0x9005u) << "no invlpg is needed";
    cpu.invlpg(page);
    cpu.flush_tlb_all();
    cpu.syscall();
    cpu.sysret();
  });
  machine.run();
}

TEST(HostPaging, ATranslationBeforeCr3NamesTablesIsRefused) {
  HostMachine machine({});
  machine.start(PcpuId{0}, [](Cpu& cpu) { cpu.translate(0); });
  EXPECT_THROW(machine.run(), InternalError);
}

TEST(HostTimer, EndsAHaltAndFiresOnce) {
  HostMachine machine({});
  unsigned fired = 0;
  machine.on_interrupt(Vector::timer, [&](Cpu& cpu) {
    ++fired;
    cpu.end_of_interrupt();
  });
  machine.start(PcpuId{0}, [](Cpu& cpu) {
    cpu.set_timer(cpu.now() + microseconds(10));
    cpu.halt(Time::never());
    cpu.set_timer(cpu.now() + milliseconds(100'000));
    cpu.set_timer(Time::never());
    cpu.compute(microseconds(50));
  });
  machine.run();
  EXPECT_EQ(fired, 1u);
}

TEST(HostTimer, IsTakenAfterWhatIsMoreUrgent) {
  HostMachine machine({.cores_per_socket = 2});
  auto& sent = machine.memory().make<Shared<std::uint32_t>>("sent", SocketId{0});
  std::vector<Vector> order;
  for (const Vector vector : {Vector::timer, Vector::call_function, Vector::event_check}) {
    machine.on_interrupt(vector, [&order, vector](Cpu&) { order.push_back(vector); });
  }
  machine.start(PcpuId{0}, [&](Cpu& cpu) {
    cpu.set_interrupts(false);
    cpu.set_timer(cpu.now());
    while (cpu.load(sent) == 0) {
      cpu.relax();
    }
    cpu.set_interrupts(true);
    cpu.relax();
  });
  machine.start(PcpuId{1}, [&](Cpu& cpu) {
    PcpuSet first;
    first.add(PcpuId{0});
    cpu.send_ipi(first, Vector::call_function);
    cpu.send_ipi(first, Vector::event_check);
    cpu.store(sent, 1);
  });
  machine.run();
  EXPECT_EQ(order, (std::vector{Vector::event_check, Vector::call_function, Vector::timer}));
}

}  // namespace
}  // namespace hvsim
