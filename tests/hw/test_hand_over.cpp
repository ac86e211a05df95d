// Who gets a contended line next, and when: the three policies, by formula.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "tests/hw/rig.hpp"

namespace hvsim {
namespace {

const Prices toy = unloaded_toy().prices;
const Duration same = toy.hand_over_same.value;
const Duration remote = toy.hand_over_remote.value;
// A snoop is under way for half of the cross-socket price, the locked instruction's own time
// apart.
const Duration snoop = (remote - toy.locked_rmw.value) / 2;

MachineSpec toy_with(HandOver policy) {
  MachineSpec spec = unloaded_toy();
  spec.hand_over = policy;
  return spec;
}

struct Asker {
  unsigned pcpu;
  std::int64_t at_ns;
};
struct Served {
  unsigned pcpu;
  Time at;
  bool operator==(const Served&) const = default;
};
void PrintTo(const Served& served, std::ostream* out) {
  *out << "pcpu " << served.pcpu << " at " << served.at.ps / 1000 << " ns";
}

// Each asks once for the same word, at its instant; who got it when, in the order of service.
std::vector<Served> service(const MachineSpec& spec, const std::vector<Asker>& askers,
                            std::uint64_t seed = 1) {
  RunOptions options;
  options.seed = seed;
  Rig rig(spec, options);
  Word& word = rig.word("word");
  std::vector<Served> served(askers.size());
  for (const Asker asker : askers) {
    rig.on(asker.pcpu, [&, asker](Cpu& cpu) {
      wait_until(cpu, at_ns(asker.at_ns));
      const std::uint64_t turn = cpu.fetch_add(word, 1);
      served.at(turn) = {asker.pcpu, cpu.now()};
    });
  }
  rig.run();
  return served;
}

// pCPU 0 has it from memory after 110 ns; the others ask meanwhile.
const Time first_done = Time{} + toy.dram_local.value + toy.locked_rmw.value;

TEST(HandOver, FifoServesInTheOrderOfArrivalWhereverTheyAre) {
  const std::vector<Served> served =
      service(toy_with(HandOver::fifo), {{0, 0}, {4, 10}, {1, 20}, {5, 30}, {2, 40}, {3, 41}});
  const std::vector<Served> expected = {{0, first_done},
                                        {4, first_done + remote},
                                        {1, first_done + remote * 2},
                                        {5, first_done + remote * 3},
                                        {2, first_done + remote * 4},
                                        {3, first_done + remote * 4 + same}};
  EXPECT_EQ(served, expected);
}

TEST(HandOver, LocalFirstServesTheOwnSocketUntilTheSnoopArrives) {
  // pCPU 4's snoop arrives at 90 + 10 + 45 = 145 ns, while pCPU 1 is being served.
  const std::vector<Served> served =
      service(toy_with(HandOver::local_first), {{0, 0}, {1, 10}, {2, 20}, {3, 30}, {4, 90}});
  const Time fourth = first_done + same + (remote - snoop);
  // Now the line is over there: pCPU 2 sends a snoop, and pCPU 3 goes with it.
  const std::vector<Served> expected = {{0, first_done},
                                        {1, first_done + same},
                                        {4, fourth},
                                        {2, fourth + remote},
                                        {3, fourth + remote + same}};
  EXPECT_EQ(served, expected);
}

TEST(HandOver, TheSnoopThatArrivesFirstIsServedBeforeOlderLocalRequests) {
  // pCPU 4's snoop arrives at 10 + 10 + 45 = 65 ns: before the line has come from memory.
  const std::vector<Served> served =
      service(toy_with(HandOver::local_first), {{0, 0}, {1, 5}, {4, 10}, {5, 11}});
  const Time fourth = first_done + (remote - snoop);
  // pCPU 1's snoop leaves when the line has arrived over there, and pCPU 5 is through before it.
  const std::vector<Served> expected = {
      {0, first_done}, {4, fourth}, {5, fourth + same}, {1, fourth + remote}};
  EXPECT_EQ(served, expected);
}

// The socket goes on handing the line to its own while a snoop is on its way.
TEST(HandOver, LocalHandOversOverlapTheSnoop) {
  for (const std::int64_t price : {100, 200, 400, 800, 1'000}) {
    MachineSpec spec = toy_with(HandOver::local_first);
    spec.prices.hand_over_remote.value = ns(price);
    Rig rig(spec);
    Word& word = rig.word("word");
    std::uint64_t turn = 0;
    for (unsigned pcpu = 0; pcpu < 4; ++pcpu) {
      rig.on(pcpu, [&](Cpu& cpu) {
        while (cpu.now() < at_ns(10'000)) {
          cpu.fetch_add(word, 1);
        }
      });
    }
    const Time asked = at_ns(5'000);
    Time got;
    rig.on(4, [&](Cpu& cpu) {
      wait_until(cpu, asked);
      turn = cpu.fetch_add(word, 1);
      got = cpu.now();
    });
    rig.run();
    const Duration half = (ns(price) - toy.locked_rmw.value) / 2;
    // One local turn ends every 40 ns from 110 on. The snoop is next at the first end after it
    // came.
    const Time came = asked + toy.l3_request.value + half;
    const std::int64_t turns = (came - first_done + same - picoseconds(1)) / same;
    EXPECT_EQ(turn, static_cast<std::uint64_t>(turns) + 1) << price;
    EXPECT_EQ(got, first_done + same * turns + half + toy.locked_rmw.value) << price;
  }
}

TEST(HandOver, RetryServesAnyOfTheWaitingOnesByASeededDraw) {
  const MachineSpec spec = toy_with(HandOver::local_first_retry);
  const std::vector<Asker> askers = {{0, 0}, {1, 10}, {2, 20}, {3, 30}};
  std::set<std::vector<unsigned>> orders;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    const std::vector<Served> served = service(spec, askers, seed);
    EXPECT_EQ(served, service(spec, askers, seed));
    std::vector<unsigned> order;
    for (std::size_t i = 0; i < served.size(); ++i) {
      EXPECT_EQ(served[i].at, first_done + same * static_cast<std::int64_t>(i));
      order.push_back(served[i].pcpu);
    }
    EXPECT_EQ(order[0], 0u);
    orders.insert(order);
  }
  EXPECT_EQ(orders.size(), 6u);  // all of them
}

TEST(HandOver, RetryServesASnoopThatHasArrivedFirst) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const std::vector<Served> served =
        service(toy_with(HandOver::local_first_retry), {{0, 0}, {1, 5}, {2, 6}, {4, 10}}, seed);
    EXPECT_EQ(served[1].pcpu, 4u);
  }
}

TEST(HandOver, LoadsThatWaitInOneSocketAreServedTogether) {
  for (const HandOver policy : {HandOver::local_first, HandOver::local_first_retry}) {
    Rig rig(toy_with(policy));
    Word& word = rig.word("word");
    rig.on(0, [&](Cpu& cpu) { cpu.fetch_add(word, 1); });
    std::vector<Time> done;
    for (unsigned pcpu = 1; pcpu < 4; ++pcpu) {
      rig.on(pcpu, [&, pcpu](Cpu& cpu) {
        wait_until(cpu, at_ns(10 * pcpu));
        EXPECT_EQ(cpu.load(word), 1u);
        done.push_back(cpu.now());
      });
    }
    rig.run();
    const Duration way = toy.dirty_same.value - toy.l3_request.value;
    EXPECT_EQ(done, std::vector<Time>(3, first_done + way));
  }
}

TEST(HandOver, InFifoALoadDoesNotOvertakeTheStoreBeforeIt) {
  Rig rig(toy_with(HandOver::fifo));
  Word& word = rig.word("word");
  std::vector<std::uint64_t> seen(4);
  rig.on(0, [&](Cpu& cpu) { cpu.fetch_add(word, 1); });
  rig.on(1, [&](Cpu& cpu) { wait_until(cpu, at_ns(10)), seen[1] = cpu.load(word); });
  rig.on(2, [&](Cpu& cpu) { wait_until(cpu, at_ns(20)), cpu.fetch_add(word, 1); });
  rig.on(3, [&](Cpu& cpu) { wait_until(cpu, at_ns(30)), seen[3] = cpu.load(word); });
  rig.run();
  EXPECT_EQ(seen[1], 1u);
  EXPECT_EQ(seen[3], 2u);
}

// Two pCPUs take turns, each going on with something else for less time than a turn takes: the
// request of one is there when the other is done.
class PingPong : public testing::TestWithParam<HandOver> {};

std::vector<Duration> one_ways(HandOver policy, unsigned other, Duration pause) {
  Rig rig(toy_with(policy));
  Word& word = rig.word("ball");
  std::map<std::uint64_t, Time> turns;
  for (const unsigned pcpu : {0u, other}) {
    rig.on(pcpu, [&](Cpu& cpu) {
      for (int i = 0; i < 20; ++i) {
        const std::uint64_t turn = cpu.fetch_add(word, 1);
        turns[turn] = cpu.now();
        cpu.compute(pause);
      }
    });
  }
  rig.run();
  std::vector<Duration> ways;
  for (std::uint64_t turn = 5; turn < 35; ++turn) {  // both are in it
    ways.push_back(turns.at(turn) - turns.at(turn - 1));
  }
  return ways;
}

TEST_P(PingPong, TakesOneHandOverAWayNearAndFar) {
  EXPECT_EQ(one_ways(GetParam(), 1, ns(20)), std::vector<Duration>(30, same));
  EXPECT_EQ(one_ways(GetParam(), 4, ns(80)), std::vector<Duration>(30, remote));
}

INSTANTIATE_TEST_SUITE_P(Policies, PingPong,
                         testing::Values(HandOver::fifo, HandOver::local_first,
                                         HandOver::local_first_retry));

// Eight pCPUs of two sockets want one line all the time.
class Storm : public testing::TestWithParam<HandOver> {};

TEST_P(Storm, NobodyStarves) {
  Rig rig(toy_with(GetParam()));
  Word& word = rig.word("word");
  std::vector<std::uint64_t> counts(8);
  Duration longest{};
  for (unsigned pcpu = 0; pcpu < 8; ++pcpu) {
    rig.on(pcpu, [&, pcpu](Cpu& cpu) {
      while (cpu.now() < at_ns(400'000)) {
        longest = std::max(longest, taken(cpu, [&] { cpu.fetch_add(word, 1); }));
        ++counts[pcpu];
      }
    });
  }
  rig.run();
  const auto [least, most] = std::minmax_element(counts.begin(), counts.end());
  std::uint64_t sum = 0;
  for (const std::uint64_t count : counts) {
    sum += count;
  }
  EXPECT_EQ(word.peek(), sum);
  EXPECT_GT(*least * 3, *most);
  // In order, a turn comes round within two turns of everybody; with draws, it may take longer.
  const std::int64_t rounds = GetParam() == HandOver::local_first_retry ? 20 : 2;
  EXPECT_LT(longest, remote * 8 * rounds);
}

INSTANTIATE_TEST_SUITE_P(Policies, Storm,
                         testing::Values(HandOver::fifo, HandOver::local_first,
                                         HandOver::local_first_retry));

TEST(HandOver, AccountsForTheWaitAsQueueingAtTheLine) {
  Rig rig(toy_with(HandOver::fifo));
  Word& word = rig.word("word");
  rig.on(0, [&](Cpu& cpu) { cpu.fetch_add(word, 1); });
  rig.on(1, [&](Cpu& cpu) { wait_until(cpu, at_ns(50)), cpu.fetch_add(word, 1); });
  rig.run();
  // It arrives at 60, waits until 110, and has it 40 ns later.
  EXPECT_EQ(rig.spent(1, Cause::line_queue), ns(50));
  EXPECT_EQ(rig.spent(1, Cause::transfer_same), toy.l3_request.value + ns(30));
  EXPECT_EQ(rig.spent(1, Cause::drain), toy.locked_rmw.value);
  EXPECT_EQ(rig.machine.lines().at(0).counts.queued_ps, 50'000);
  EXPECT_EQ(rig.machine.lines().at(0).counts.local_hitm, 1u);
}

TEST(HandOver, ASnoopThatLandsAsTheMoveEndsComesBeforeOrAfterItByRank) {
  // pCPU 4's snoop lands at 55 + 10 + 45 = 110 ns, when pCPU 0's move ends and pCPU 1 waits.
  const Time done = first_done;
  const std::vector<Served> snoop_first = {
      {0, done}, {4, done + remote - snoop}, {1, done + remote - snoop + remote}};
  const std::vector<Served> move_first = {
      {0, done}, {1, done + same}, {4, done + same + remote - snoop}};
  std::set<unsigned> second;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const std::vector<Served> served =
        service(toy_with(HandOver::local_first), {{0, 0}, {1, 90}, {4, 55}}, seed);
    second.insert(served[1].pcpu);
    EXPECT_EQ(served, served[1].pcpu == 4 ? snoop_first : move_first) << "seed " << seed;
  }
  EXPECT_EQ(second, (std::set<unsigned>{1, 4}));
}

TEST(HandOver, AVerbOnAContendedWordCostsOneSwitch) {
  for (const HandOver policy :
       {HandOver::fifo, HandOver::local_first, HandOver::local_first_retry}) {
    Rig rig(toy_with(policy));
    Word& word = rig.word("word");
    for (unsigned pcpu = 0; pcpu < 8; ++pcpu) {
      rig.on(pcpu, [&word](Cpu& cpu) {
        for (int turn = 0; turn < 500; ++turn) {
          cpu.fetch_add(word, 1);
        }
      });
    }
    rig.run();
    EXPECT_LE(rig.machine.switches(), rig.machine.verbs() * 102 / 100);
  }
}

}  // namespace
}  // namespace hvsim
