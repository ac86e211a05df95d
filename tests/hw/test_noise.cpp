// What holds a run up from outside (noise.hpp), and who is told of what was done (history.hpp).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "sim/hw/history.hpp"
#include "sim/hw/noise.hpp"
#include "tests/hw/rig.hpp"

namespace hvsim {
namespace {

// Holds the first verb, the first commit and every interrupt of pCPU 0 up until an instant each.
struct Holding : Noise {
  Time verb(PcpuId pcpu, Time now) override { return pcpu.n == 0 ? verbs_from : now; }
  Time commit(PcpuId pcpu, Time now) override { return pcpu.n == 0 ? commits_from : now; }
  Duration interrupt(PcpuId, Time) override { return later; }

  Time verbs_from{};
  Time commits_from{};
  Duration later{};
};

struct Recording : History {
  void done(const DoneVerb& verb) override { verbs.push_back(verb); }
  void progress(PcpuId pcpu, Time at) override { finished.push_back({pcpu, at}); }

  std::vector<DoneVerb> verbs;
  std::vector<std::pair<PcpuId, Time>> finished;
};

TEST(Noise, AVerbBeginsAtTheInstantItIsHeldUntilAndNoSooner) {
  Holding noise;
  noise.verbs_from = at_ns(700);
  Rig rig(unloaded_toy(), {.noise = &noise});
  Word& word = rig.word("word");
  Time loaded;
  rig.on(0, [&](Cpu& cpu) {
    cpu.load(word);
    loaded = cpu.now();
  });
  rig.run();

  Rig free;
  Word& same = free.word("word");
  Duration alone;
  free.on(0, [&](Cpu& cpu) { alone = taken(cpu, [&] { cpu.load(same); }); });
  free.run();
  EXPECT_EQ(loaded, at_ns(700) + alone);
  EXPECT_EQ(rig.spent(0, Cause::idle), ns(700));
}

TEST(Noise, AHeldStoreIsSeenByItsOwnPcpuAtOnceAndByOthersOnlyAfterwards) {
  Holding noise;
  noise.commits_from = at_ns(5000);
  Rig rig(unloaded_toy(), {.noise = &noise});
  Word& word = rig.word("word");
  std::vector<std::uint64_t> seen;
  rig.on(0, [&](Cpu& cpu) {
    cpu.xchg(word, 1);  // the line is owned: without noise the store would commit as it executes
    cpu.store(word, 2);
    EXPECT_EQ(cpu.load(word), 2u);
    cpu.fence();
    EXPECT_GE(cpu.now(), at_ns(5000));
  });
  rig.on(1, [&](Cpu& cpu) {
    wait_until(cpu, at_ns(4000));
    seen.push_back(cpu.load(word));
    wait_until(cpu, at_ns(6000));
    seen.push_back(cpu.load(word));
  });
  rig.run();
  EXPECT_THAT(seen, testing::ElementsAre(1, 2));
}

TEST(Noise, AnInterruptThatIsHeldUpArrivesThatMuchLater) {
  const auto arrival = [](Duration later) {
    Holding noise;
    noise.later = later;
    Rig rig(unloaded_toy(), {.noise = &noise});
    Time taken_at;
    rig.machine.on_interrupt(Vector::tlb_flush, [&](Cpu& cpu) { taken_at = cpu.now(); });
    rig.on(0, [&](Cpu& cpu) {
      PcpuSet targets;
      targets.add(PcpuId{1});
      cpu.send_ipi(targets, Vector::tlb_flush);
    });
    rig.on(1, [&](Cpu& cpu) { cpu.halt(Time::never()); });
    rig.run();
    return taken_at;
  };
  EXPECT_EQ(arrival(ns(333)), arrival(ns(0)) + ns(333));
}

TEST(Noise, NoneAtAllIsTheHistoryOfARunWithoutIt) {
  const auto values = [](Noise* noise) {
    Rig rig(unloaded_toy(), {.noise = noise});
    Word& word = rig.word("word");
    std::vector<std::uint64_t> before;
    for (unsigned n = 0; n < 4; ++n) {
      rig.on(n, [&](Cpu& cpu) {
        for (int i = 0; i < 20; ++i) {
          before.push_back(cpu.fetch_add(word, 1 + cpu.id().n));
        }
      });
    }
    rig.run();
    return std::pair(before, rig.machine.digest());
  };
  Holding nothing;
  EXPECT_EQ(values(&nothing), values(nullptr));
}

TEST(History, IsToldOfEveryVerbInOrder) {
  Recording history;
  Rig rig(unloaded_toy(), {.history = &history});
  Word& word = rig.word("word");
  rig.on(0, [&](Cpu& cpu) {
    cpu.store(word, 7);
    cpu.fence();
    cpu.fetch_add(word, 1);
    cpu.load(word);
  });
  rig.run();
  std::vector<Verb> verbs;
  std::vector<std::uint64_t> values;
  for (const DoneVerb& done : history.verbs) {
    verbs.push_back(done.verb);
    values.push_back(done.value);
  }
  EXPECT_THAT(verbs,
              testing::ElementsAre(Verb::store, Verb::commit, Verb::fence, Verb::rmw, Verb::load));
  EXPECT_THAT(values, testing::ElementsAre(7, 7, 0, 7, 8));
}

TEST(History, IsToldWhatALockedOperationLeftAndWhenSomethingGotDone) {
  Recording history;
  Rig rig(unloaded_toy(), {.history = &history});
  Word& word = rig.word("word");
  Time done;
  rig.on(0, [&](Cpu& cpu) {
    cpu.xchg(word, 7);
    cpu.cmpxchg(word, 8, 9);
    cpu.fetch_add(word, 2);
    cpu.progress();
    done = cpu.now();
  });
  rig.run();
  ASSERT_EQ(history.verbs.size(), 3u);
  EXPECT_EQ(history.verbs[0].after, 7u);
  EXPECT_EQ(history.verbs[1].after, 7u);
  EXPECT_EQ(history.verbs[2].after, 9u);
  EXPECT_THAT(history.finished, testing::ElementsAre(std::pair(PcpuId{0}, done)));
}

TEST(RankSeed, ShufflesTheRanksInPlaceOfTheSeedAndNothingElse) {
  const auto first_of_two = [](std::uint64_t seed, std::optional<std::uint64_t> rank_seed) {
    Rig rig(unloaded_toy(), {.seed = seed, .rank_seed = rank_seed});
    Word& word = rig.word("word");
    std::vector<std::uint64_t> order;
    for (unsigned n = 0; n < 4; ++n) {
      rig.on(n, [&, n](Cpu& cpu) {
        cpu.fetch_add(word, 1);
        order.push_back(n);
      });
    }
    rig.run();
    order.push_back(rig.machine.random(3).next());
    return order;
  };
  const std::uint64_t draw = first_of_two(1, {}).back();
  bool moved = false;
  for (std::uint64_t rank_seed = 0; rank_seed < 8; ++rank_seed) {
    const auto order = first_of_two(1, rank_seed);
    EXPECT_EQ(order.back(), draw);
    moved = moved || order != first_of_two(1, {});
  }
  EXPECT_TRUE(moved);
  EXPECT_EQ(first_of_two(5, 5), first_of_two(5, {}));
}

}  // namespace
}  // namespace hvsim
