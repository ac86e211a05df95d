// Many pCPUs on two locks of a class, mixed and nested, under several seeds: nobody meets a
// writer, every change is kept, and the locks are free in the end.
#include <gtest/gtest.h>

#include "tests/locks/lab.hpp"

namespace hvsim {
namespace {

struct Record {
  Shared<std::uint64_t> first;
  Shared<std::uint64_t> second;
};

struct Storm {
  std::uint64_t writes = 0;
  std::uint64_t torn = 0;
  std::uint64_t counted = 0;
  std::uint64_t digest = 0;
};

Storm storm(const std::string& kind, std::uint64_t seed, int turns) {
  Lab lab(kind, seed);
  Storm out;
  auto& record = lab.machine.memory().make<Record>("record", SocketId{1});
  std::vector<Storm> mine(8);
  for (unsigned n = 0; n < 8; ++n) {
    lab.on(n, [&, n](Cpu& cpu) {
      Random random = lab.machine.random(n);
      for (int i = 0; i < turns; ++i) {
        const bool write = random.chance(1, 4);
        const bool nested = random.chance(1, 4);
        const auto inside = nanoseconds(random.below(300));
        const auto outside = nanoseconds(random.below(300));
        if (write) {
          lab.a->write_lock(cpu);
          cpu.store(record.first, cpu.load(record.first) + 1);
          cpu.compute(inside);
          cpu.store(record.second, cpu.load(record.second) + 1);
          lab.a->write_unlock(cpu);
          ++mine[n].writes;
        } else {
          if (nested) {
            lab.b->read_lock(cpu);
          }
          lab.a->read_lock(cpu);
          const std::uint64_t before = cpu.load(record.first);
          cpu.compute(inside);
          mine[n].torn += cpu.load(record.second) == before ? 0 : 1;
          lab.a->read_unlock(cpu);
          if (nested) {
            lab.b->read_unlock(cpu);
          }
        }
        cpu.compute(outside);
        cpu.progress();
      }
    });
  }
  lab.run();
  for (const Storm& worker : mine) {
    out.writes += worker.writes;
    out.torn += worker.torn;
  }
  out.counted = record.second.peek();
  out.digest = lab.machine.digest();
  lab.a->check_free(lab.machine.cpu(PcpuId{0}));
  lab.b->check_free(lab.machine.cpu(PcpuId{0}));
  EXPECT_EQ(lab.a->read_pairs() + lab.a->write_pairs(), 8u * static_cast<unsigned>(turns));
  return out;
}

void expect_exclusion(int turns, std::uint64_t seeds) {
  for (const RwLockKind& kind : rwlock_kinds()) {
    for (std::uint64_t seed = 1; seed <= seeds && !kind.broken; ++seed) {
      const Storm out = storm(kind.name, seed, turns);
      EXPECT_EQ(out.torn, 0u) << kind.name;
      EXPECT_EQ(out.counted, out.writes) << kind.name;
    }
  }
}

TEST(LockStorms, EveryCorrectLockKeepsWritersAlone) {
  expect_exclusion(200, 3);
}

TEST(LockStormsSlow, EveryCorrectLockKeepsWritersAloneForLong) {
  expect_exclusion(1500, 10);
}

TEST(LockStorms, TheSameSeedIsTheSameHistoryAndAnotherIsAnother) {
  for (const RwLockKind& kind : rwlock_kinds()) {
    if (kind.broken) {
      continue;
    }
    const std::uint64_t once = storm(kind.name, 7, 50).digest;
    EXPECT_EQ(once, storm(kind.name, 7, 50).digest) << kind.name;
    EXPECT_NE(once, storm(kind.name, 8, 50).digest) << kind.name;
  }
}

}  // namespace
}  // namespace hvsim
