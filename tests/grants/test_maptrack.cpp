// Maptrack handles under a storm: none is lost, none is handed out twice, whoever frees them.
#include "tests/grants/grant_lab.hpp"
#include "tests/grants/maptrack_twins.hpp"

namespace hvsim {
namespace {

// Four vCPUs take and give back handles. A handle is given back by the vCPU to the right of the
// one that took it, through a mailbox, so that tails are shared and heads are not (until they
// steal).
struct Mailbox {
  Shared<std::uint32_t> full;  // handle + 1; 0: empty
};

struct Storm {
  std::uint64_t taken = 0;
  std::uint64_t refused = 0;
};

void storm_on(GrantLab& lab, std::span<Mailbox> boxes, Storm& storm, unsigned rounds,
              unsigned hold) {
  constexpr unsigned vcpus = GrantLab::dom0_vcpus;
  for (unsigned p = 0; p < vcpus; ++p) {
    lab.on(p, [&lab, boxes, &storm, rounds, hold, p](Cpu& cpu) {
      Maptrack& maptrack = lab.dom0_domain.grants->maptrack();
      const std::span<const MaptrackVcpu> all = lab.dom0_domain.vcpus;
      Random random = lab.machine.random(100 + p);
      std::vector<Handle> mine;
      for (unsigned round = 0; round < rounds; ++round) {
        if (const std::optional<Handle> handle = maptrack.get(cpu, all, all[p])) {
          mine.push_back(*handle);
          ++storm.taken;
        } else {
          ++storm.refused;
        }
        const std::uint32_t pause = random.below(200);
        cpu.compute(nanoseconds(1 + pause));
        if (mine.size() > hold) {
          Mailbox& next = boxes[(p + 1) % vcpus];
          const std::uint32_t sent = mine.back() + 1;
          if (cpu.load(next.full) == 0 && cpu.cmpxchg(next.full, 0, sent) == 0) {
            mine.pop_back();
          }
        }
        if (const std::uint32_t got = cpu.xchg(boxes[p].full, 0); got != 0) {
          maptrack.put(cpu, all, got - 1);
        }
        cpu.progress();
      }
      for (const Handle handle : mine) {
        maptrack.put(cpu, all, handle);
      }
    });
  }
}

unsigned waiting(std::span<Mailbox> boxes) {
  unsigned n = 0;
  for (const Mailbox& box : boxes) {
    n += box.full.peek() != 0 ? 1 : 0;
  }
  return n;
}

TEST(Maptrack, LosesNoHandleUnderAStorm) {
  GrantLab lab({.maptrack_pages = 8});
  auto boxes = lab.machine.memory().make_array<Mailbox>("boxes", 4, SocketId{0});
  Storm storm;
  storm_on(lab, boxes, storm, 500, 3);
  lab.run();
  EXPECT_EQ(storm.refused, 0u);
  EXPECT_EQ(storm.taken, 2000u);
  EXPECT_EQ(lab.dom0_domain.grants->maptrack().in_use(), waiting(boxes));
  // Each vCPU grew a page of its own; nobody had to steal.
  EXPECT_EQ(lab.dom0_domain.grants->header().maptrack_limit.peek(), 4 * 256u);
}

TEST(Maptrack, StealsAtItsLimitAndStillLosesNone) {
  GrantLab lab({.maptrack_pages = 1});
  auto boxes = lab.machine.memory().make_array<Mailbox>("boxes", 4, SocketId{0});
  Storm storm;
  storm_on(lab, boxes, storm, 400, 70);
  lab.run();
  EXPECT_GT(storm.taken, 256u);
  EXPECT_GT(storm.refused, 0u);
  EXPECT_EQ(lab.dom0_domain.grants->maptrack().in_use(), waiting(boxes));
  // Entries moved to other vCPUs' lists.
  Maptrack& maptrack = lab.dom0_domain.grants->maptrack();
  std::set<std::uint32_t> owners;
  for (Handle h = 0; h < 256; ++h) {
    owners.insert(maptrack.entry(h).vcpu.peek());
  }
  EXPECT_EQ(owners.size(), 4u);
}

template <class Twin>
std::optional<Finding> storm_with(unsigned pages, unsigned hold) {
  GrantLab lab({.maptrack_pages = pages});
  GrantTable& table = *lab.dom0_domain.grants;
  table.replace_maptrack(std::make_unique<Twin>(lab.machine, "twin", pages, SocketId{0},
                                                table.header().maptrack_limit,
                                                table.header().maptrack_lock));
  auto boxes = lab.machine.memory().make_array<Mailbox>("boxes", 4, SocketId{0});
  Storm storm;
  storm_on(lab, boxes, storm, 400, hold);
  return lab.find();
}

TEST(MaptrackTwins, GivingBackWithoutCmpxchgLosesAHandle) {
  expect_rule(storm_with<AppendingBlindly>(1, 20), "GR-S7");
}

TEST(MaptrackTwins, TakingWithoutCmpxchgHandsOneOutTwice) {
  expect_rule(storm_with<TakingBlindly>(1, 70), "GR-S7");
}

TEST(Maptrack, ReportsAHandleGivenBackTwice) {
  GrantLab lab;
  lab.on(0, [&](Cpu& cpu) {
    Maptrack& maptrack = lab.dom0_domain.grants->maptrack();
    const std::span<const MaptrackVcpu> all = lab.dom0_domain.vcpus;
    const Handle handle = maptrack.get(cpu, all, all[0]).value();
    maptrack.put(cpu, all, handle);
    maptrack.put(cpu, all, handle);
  });
  expect_rule(lab.find(), "GR-S7");
}

}  // namespace
}  // namespace hvsim
