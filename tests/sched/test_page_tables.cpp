// Guests on page tables: what a switch, a system call and another process load.
#include <gtest/gtest.h>

#include "models/hypervisor/shadow/catalog.hpp"
#include "tests/sched/sched_lab.hpp"

namespace hvsim {
namespace {

// Two domains of two vCPUs each on as many pCPUs as asked for, every vCPU with a process.
struct TablesLab {
  explicit TablesLab(const std::string& loader_kind, unsigned pcpus)
      : machine(unloaded_toy(), {}),
        calls(machine),
        frames(machine),
        loader(make_l4_loader(loader_kind, machine, calls, frames, {})),
        scheduler(machine, {.kind = "round_robin",
                            .times = {.timeslice = ns(50'000)},
                            .pcpus = pcpus,
                            .loader = loader.get()}) {
    for (unsigned d = 0; d < 2; ++d) {
      scheduler.add_domain({.name = "d" + std::to_string(d + 1)});
    }
  }
  Vcpu& on(unsigned pcpu, unsigned domain, std::function<void(GuestCpu&)> body) {
    PvDomain& of = *scheduler.domains()[domain];
    const Address tables = frames.allocate(of.name + ".l4", 2, SocketId{0});
    Vcpu& vcpu = scheduler.add_vcpu(of, {.processor = PcpuId{pcpu}}, std::move(body));
    vcpu.tables = {tables, tables + page_bytes, true};
    return vcpu;
  }
  void run() {
    for (const PcpuId pcpu : scheduler.pcpus()) {
      machine.start(pcpu, [this](Cpu& cpu) {
        if (cpu.id().n == 0) {
          for (const auto& vcpu : scheduler.vcpus()) {
            loader->typed(cpu, vcpu->domain.tables, vcpu->tables.kernel);
            loader->typed(cpu, vcpu->domain.tables, vcpu->tables.user);
          }
        } else {
          cpu.compute(ns(100'000));
        }
        scheduler.run(cpu);
      });
    }
    machine.run();
    scheduler.check(machine.cpu(PcpuId{0}));
    loader->check(machine.cpu(PcpuId{0}));
  }

  Machine machine;
  CrossCall calls;
  L4Frames frames;
  std::unique_ptr<L4Loader> loader;
  Scheduler scheduler;
};

class GuestTables : public testing::TestWithParam<std::string> {};

TEST_P(GuestTables, SwitchesAndSystemCallsOfTwoDomainsBreakNoRule) {
  TablesLab lab(GetParam(), 2);
  for (unsigned v = 0; v < 4; ++v) {
    lab.on(v % 2, v / 2, [](GuestCpu& guest) {
      for (unsigned turn = 0; turn < 20; ++turn) {
        guest.leave_kernel();
        guest.compute(ns(5'000));
        guest.enter_kernel();
        guest.compute(ns(2'000));
      }
    });
  }
  lab.run();
}

TEST(GuestTablesOfTheCache, ASystemCallCopiesNothingOnceBothTablesAreThere) {
  TablesLab lab("mru_cache", 1);
  for (unsigned v = 0; v < 2; ++v) {
    lab.on(0, 0, [](GuestCpu& guest) {
      for (unsigned turn = 0; turn < 50; ++turn) {
        guest.leave_kernel();
        guest.enter_kernel();
      }
    });
  }
  lab.run();
  EXPECT_EQ(lab.loader->counts().sync_full, 4u);
}

TEST(GuestTablesOfTheCache, ALazySwitchToIdleKeepsTheTablesAndTheBitInTheMask) {
  TablesLab lab("mru_cache", 1);
  bool kept = true;
  for (unsigned v = 0; v < 2; ++v) {
    lab.on(0, 0, [&, v](GuestCpu& guest) {
      if (v == 1) {
        return;  // the domain has two, so its tables are shadowed
      }
      for (unsigned turn = 0; turn < 10; ++turn) {
        guest.block_until(guest.now() + ns(50'000));
        kept = kept && guest.vcpu().domain.tables.dirty_mask.peek().has(PcpuId{0});
      }
    });
  }
  lab.run();
  EXPECT_TRUE(kept);
  EXPECT_LE(lab.loader->counts().sync_noshuffle + lab.loader->counts().sync_shuffle, 2u);
}

std::vector<std::string> correct_loaders() {
  std::vector<std::string> names;
  for (const L4LoaderKind& kind : l4_loader_kinds()) {
    if (!kind.broken) {
      names.push_back(kind.name);
    }
  }
  return names;
}

INSTANTIATE_TEST_SUITE_P(Loaders, GuestTables, testing::ValuesIn(correct_loaders()),
                         [](const auto& tested) { return tested.param; });

}  // namespace
}  // namespace hvsim
