// The grant path's free lists on real threads: every handle is in one list or in use, always.
#include <gtest/gtest.h>

#include <iostream>

#include "models/hypervisor/grants/maptrack.hpp"
#include "sim/hw/finding.hpp"
#include "sim/hw/host_machine.hpp"

namespace hvsim {
namespace {

constexpr std::uint64_t turns = HVSIM_HOST_TURNS;

struct Header {
  Shared<std::uint32_t> limit;
  TicketWord lock;
};

struct Mailbox {
  alignas(line_bytes) Shared<std::uint32_t> full;  // handle + 1; 0: empty
};

struct Lists {
  Lists(unsigned vcpus, unsigned max_pages)
      : machine({.cores_per_socket = vcpus}),
        header(machine.memory().make<Header>("header", SocketId{0})),
        maptrack(machine, "maptrack", max_pages, SocketId{0}, header.limit, header.lock),
        boxes(machine.memory().make_array<Mailbox>("boxes", vcpus, SocketId{0})),
        taken(vcpus, 0) {
    for (unsigned v = 0; v < vcpus; ++v) {
      auto& words = machine.memory().make<MaptrackEnds>("vcpu", SocketId{0});
      words.maptrack_head.poke(Maptrack::end);
      words.maptrack_tail.poke(Maptrack::end);
      all.push_back({v, PcpuId{v}, &words});
    }
  }

  // Takes handles and hands every one beyond `hold` to the right-hand neighbour, who gives it back
  // to the list it came from: heads are the owner's, tails everybody's.
  void work(Cpu& cpu, unsigned hold) {
    const unsigned me = cpu.id().n;
    std::vector<Handle> mine;
    for (std::uint64_t i = 0; i < turns; ++i) {
      if (const std::optional<Handle> handle = maptrack.get(cpu, all, all[me])) {
        mine.push_back(*handle);
        ++taken[me];
      }
      if (mine.size() > hold) {
        const std::uint32_t sent = mine.back() + 1;
        Shared<std::uint32_t>& box = boxes[(me + 1) % boxes.size()].full;
        if (cpu.cmpxchg(box, 0, sent) != 0) {
          maptrack.put(cpu, all, mine.back());
        }
        mine.pop_back();
      }
      if (const std::uint32_t got = cpu.xchg(boxes[me].full, 0); got != 0) {
        maptrack.put(cpu, all, got - 1);
      }
      cpu.progress();
    }
    for (const Handle handle : mine) {
      maptrack.put(cpu, all, handle);
    }
  }

  void run(unsigned hold) {
    for (const MaptrackVcpu& vcpu : all) {
      machine.start(vcpu.pcpu, [this, hold](Cpu& cpu) { work(cpu, hold); });
    }
    machine.run();
    unsigned waiting = 0;
    for (const Mailbox& box : boxes) {
      waiting += box.full.peek() != 0 ? 1 : 0;
    }
    EXPECT_EQ(maptrack.in_use(), waiting);
    maptrack.check(machine.cpu(PcpuId{0}), all);
  }

  HostMachine machine;
  Header& header;
  Maptrack maptrack;
  std::span<Mailbox> boxes;
  std::vector<MaptrackVcpu> all;
  std::vector<std::uint64_t> taken;
};

TEST(HostMaptrack, LosesNoHandleWhileEachTakesFromItsOwnList) {
  for (const unsigned vcpus : {2u, 4u}) {
    Lists lists(vcpus, 64);
    lists.run(3);
    for (const std::uint64_t taken : lists.taken) {
      EXPECT_EQ(taken, turns) << "nobody ran out";
    }
  }
}

// Where vCPUs steal, two take from one list. A taker that loads the head and its successor, and is
// then held up until the same entry has come round to be the head again, puts an old successor
// there: the flaw that Xen later fixed (XSA-228). Whether a host shows it is luck.
TEST(HostMaptrack, WhereVcpusStealOnlyTheRuleOfTheListsMayBreak) {
  unsigned broken = 0;
  constexpr unsigned runs = 4;
  for (unsigned i = 0; i < runs; ++i) {
    Lists lists(2, 1);
    try {
      lists.run(125);
    } catch (const RuleViolated& violated) {
      EXPECT_EQ(violated.finding().rule, "GR-S7") << violated.finding().what;
      ++broken;
    }
    EXPECT_GT(lists.taken[0] + lists.taken[1], 200u);
  }
  std::cout << "lists broken by stealing in " << broken << " of " << runs << " runs of " << turns
            << " turns\n";
}

TEST(HostMaptrack, SeesAHandleThatIsGivenBackTwice) {
  Lists lists(1, 2);
  lists.machine.start(PcpuId{0}, [&](Cpu& cpu) {
    const Handle handle = lists.maptrack.get(cpu, lists.all, lists.all[0]).value();
    lists.maptrack.put(cpu, lists.all, handle);
    lists.maptrack.put(cpu, lists.all, handle);
  });
  try {
    lists.machine.run();
    FAIL() << "no finding";
  } catch (const RuleViolated& violated) {
    EXPECT_EQ(violated.finding().rule, "GR-S7");
  }
}

}  // namespace
}  // namespace hvsim
