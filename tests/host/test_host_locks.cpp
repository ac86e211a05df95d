// The lock families on real threads, the very objects that run on the simulator.
//
// Twice each: as a named lock, whose ghost checks are on; and bare, guarding plain objects, where
// nothing but the algorithm's own verbs keeps two threads apart, and a race detector sees whether
// they do.
#include <gtest/gtest.h>

#include "models/hypervisor/locks/rwlock.hpp"
#include "models/hypervisor/locks/ticket_spinlock.hpp"
#include "sim/hw/host_machine.hpp"

namespace hvsim {
namespace {

// Fewer if threads may have to wait for a processor each time that a lock is handed on.
constexpr std::uint64_t turns_of(unsigned threads) {
  return threads <= 2 ? HVSIM_HOST_TURNS : HVSIM_HOST_TURNS / 5;
}

struct Kept {
  std::uint64_t writes = 0;
  std::uint64_t torn = 0;
};

Kept sum(const std::vector<Kept>& each) {
  Kept all;
  for (const Kept& one : each) {
    all.writes += one.writes;
    all.torn += one.torn;
  }
  return all;
}

struct Record {
  Shared<std::uint64_t> first;
  Shared<std::uint64_t> second;
};

// Named locks a and b; one section in four writes, one read in four nests inside one of b.
void storm(const std::string& kind, unsigned threads) {
  const std::uint64_t turns = turns_of(threads);
  HostMachine machine({.cores_per_socket = threads});
  const auto algorithm = make_rwlock(kind, "test", machine);
  auto words = machine.memory().make_array<RwLockWords>("locks", 2, SocketId{0});
  RwLock a("a", words[0], *algorithm, machine);
  RwLock b("b", words[1], *algorithm, machine);
  auto& record = machine.memory().make<Record>("record", SocketId{0});
  std::vector<Kept> kept(threads);
  for (unsigned n = 0; n < threads; ++n) {
    machine.start(PcpuId{n}, [&, n](Cpu& cpu) {
      Random random = machine.random(n);
      for (std::uint64_t i = 0; i < turns; ++i) {
        const std::uint32_t choice = random.below(16);
        if (choice < 4) {
          a.write_lock(cpu);
          cpu.store(record.first, cpu.load(record.first) + 1);
          cpu.store(record.second, cpu.load(record.second) + 1);
          a.write_unlock(cpu);
          ++kept[n].writes;
        } else {
          const bool nested = choice < 8;
          if (nested) {
            b.read_lock(cpu);
          }
          a.read_lock(cpu);
          const std::uint64_t before = cpu.load(record.first);
          kept[n].torn += cpu.load(record.second) == before ? 0 : 1;
          a.read_unlock(cpu);
          if (nested) {
            b.read_unlock(cpu);
          }
        }
        cpu.progress();
      }
    });
  }
  machine.run();
  EXPECT_EQ(sum(kept).torn, 0u) << kind;
  EXPECT_EQ(record.second.peek(), sum(kept).writes) << kind;
  EXPECT_EQ(a.read_pairs() + a.write_pairs(), turns * threads) << kind;
  EXPECT_EQ(machine.lock_stat("a").acquisitions, turns * threads) << kind;
  a.check_free(machine.cpu(PcpuId{0}));
  b.check_free(machine.cpu(PcpuId{0}));
}

struct PlainRecord {
  std::uint64_t first = 0;
  std::uint64_t second = 0;
};

// One thread's work on a plain record, guarded by the algorithm itself.
Kept bare_turns(Cpu& cpu, RwLockAlgorithm& algorithm, std::span<RwLockWords> words,
                std::uint64_t turns, PlainRecord& record, Random random) {
  Kept kept;
  for (std::uint64_t i = 0; i < turns; ++i) {
    const std::uint32_t choice = random.below(16);
    if (choice < 4) {
      algorithm.write_lock(cpu, words[0]);
      ++record.first;
      ++record.second;
      algorithm.write_unlock(cpu, words[0]);
      ++kept.writes;
    } else {
      const bool nested = choice < 8;
      if (nested) {
        algorithm.read_lock(cpu, words[1]);
      }
      algorithm.read_lock(cpu, words[0]);
      kept.torn += record.first == record.second ? 0 : 1;
      algorithm.read_unlock(cpu, words[0]);
      if (nested) {
        algorithm.read_unlock(cpu, words[1]);
      }
    }
    cpu.progress();
  }
  return kept;
}

void bare_storm(const std::string& kind, unsigned threads) {
  const std::uint64_t turns = turns_of(threads);
  HostMachine machine({.cores_per_socket = threads});
  const auto algorithm = make_rwlock(kind, "test", machine);
  auto words = machine.memory().make_array<RwLockWords>("locks", 2, SocketId{0});
  PlainRecord record;
  std::vector<Kept> kept(threads);
  for (unsigned n = 0; n < threads; ++n) {
    machine.start(PcpuId{n}, [&, n](Cpu& cpu) {
      kept[n] = bare_turns(cpu, *algorithm, words, turns, record, machine.random(n));
    });
  }
  machine.run();
  EXPECT_EQ(sum(kept).torn, 0u) << kind;
  EXPECT_EQ(record.first, sum(kept).writes) << kind;
  EXPECT_EQ(record.second, sum(kept).writes) << kind;
}

class HostLocks : public testing::TestWithParam<std::string> {};

TEST_P(HostLocks, BreakNoRuleOnTwoThreads) {
  storm(GetParam(), 2);
}
TEST_P(HostLocks, BreakNoRuleOnMoreThreadsThanProcessorsPerhaps) {
  storm(GetParam(), 4);
}
TEST_P(HostLocks, KeepPlainObjectsApartByTheirOwnVerbsOnTwoThreads) {
  bare_storm(GetParam(), 2);
}
TEST_P(HostLocks, KeepPlainObjectsApartByTheirOwnVerbsOnFourThreads) {
  bare_storm(GetParam(), 4);
}

std::vector<std::string> correct_kinds() {
  std::vector<std::string> names;
  for (const RwLockKind& kind : rwlock_kinds()) {
    if (!kind.broken) {
      names.push_back(kind.name);
    }
  }
  return names;
}

INSTANTIATE_TEST_SUITE_P(All, HostLocks, testing::ValuesIn(correct_kinds()),
                         [](const auto& test) { return test.param; });

TEST(HostTicketSpinlock, KeepsPlainObjectsApartByItsOwnVerbs) {
  for (const unsigned threads : {2u, 4u}) {
    const std::uint64_t turns = turns_of(threads);
    HostMachine machine({.cores_per_socket = threads});
    auto& word = machine.memory().make<TicketWord>("ticket", SocketId{0});
    std::uint64_t count = 0;
    for (unsigned n = 0; n < threads; ++n) {
      machine.start(PcpuId{n}, [&](Cpu& cpu) {
        for (std::uint64_t i = 0; i < turns; ++i) {
          ticket_lock(cpu, word);
          ++count;
          ticket_unlock(cpu, word);
          cpu.progress();
        }
      });
    }
    machine.run();
    EXPECT_EQ(count, turns * threads);
    const std::uint32_t served = static_cast<std::uint32_t>(count) & 0xffffu;
    EXPECT_EQ(word.peek(), served << 16 | served);
  }
}

TEST(HostTicketSpinlock, BreaksNoRule) {
  const std::uint64_t turns = turns_of(3);
  HostMachine machine({.cores_per_socket = 3});
  auto& word = machine.memory().make<TicketWord>("ticket", SocketId{0});
  TicketSpinlock lock("ticket", word, machine);
  auto& count = machine.memory().make<Shared<std::uint64_t>>("count", SocketId{0});
  for (unsigned n = 0; n < 3; ++n) {
    machine.start(PcpuId{n}, [&](Cpu& cpu) {
      for (std::uint64_t i = 0; i < turns; ++i) {
        lock.lock(cpu);
        cpu.store(count, cpu.load(count) + 1);
        lock.unlock(cpu);
        cpu.progress();
      }
    });
  }
  machine.run();
  EXPECT_EQ(count.peek(), turns * 3);
  EXPECT_FALSE(lock.held());
}

}  // namespace
}  // namespace hvsim
