// What an access costs, by the state of the line and how far away it is: each by formula.
#include <gtest/gtest.h>

#include "tests/hw/rig.hpp"

namespace hvsim {
namespace {

// What `before` left behind on its pCPU (or pCPUs) is found by pCPU 0 ten microseconds later.
class Price {
 public:
  explicit Price(const MachineSpec& spec = unloaded_toy()) : rig_(spec) {}

  Word& word(unsigned node = 0) { return word_ = &rig_.word("word", node), *word_; }
  Price& after(unsigned pcpu, std::function<void(Cpu&)> before) {
    rig_.on(pcpu, [this, before = std::move(before)](Cpu& cpu) {
      wait_until(cpu, at_ns(1'000 * ++started_));
      before(cpu);
    });
    return *this;
  }
  Duration of(std::function<void(Cpu&)> verbs, std::function<void(Cpu&)> first = {}) {
    Duration took;
    rig_.on(0, [&](Cpu& cpu) {
      if (first) {
        first(cpu);
      }
      wait_until(cpu, at_ns(10'000));
      took = taken(cpu, [&] { verbs(cpu); });
    });
    rig_.run();
    return took;
  }
  Duration of_load() {
    return of([this](Cpu& cpu) { cpu.load(*word_); });
  }
  Duration of_add() {
    return of([this](Cpu& cpu) { cpu.fetch_add(*word_, 1); });
  }

 private:
  Rig rig_;
  Word* word_ = nullptr;
  int started_ = 0;
};

const Prices toy = unloaded_toy().prices;

TEST(Prices, OfALoadFromMemoryNearAndFar) {
  Price near;
  near.word(0);
  EXPECT_EQ(near.of_load(), toy.dram_local.value);
  Price far;
  far.word(1);
  EXPECT_EQ(far.of_load(), toy.dram_remote.value);
}

TEST(Prices, OfALoadOfALineInAnotherCoreOfTheSocket) {
  Price clean;
  Word& read = clean.word();
  clean.after(1, [&](Cpu& cpu) { cpu.load(read); });
  EXPECT_EQ(clean.of_load(), toy.clean_same.value);
  Price dirty;
  Word& written = dirty.word();
  dirty.after(1, [&](Cpu& cpu) { cpu.store(written, 1); });
  EXPECT_EQ(dirty.of_load(), toy.dirty_same.value);
}

TEST(Prices, OfALoadOfALineThatTwoCoresShareIsThatOfTheL3) {
  Price price;
  Word& word = price.word();
  price.after(1, [&](Cpu& cpu) { cpu.load(word); });
  price.after(2, [&](Cpu& cpu) { cpu.load(word); });
  EXPECT_EQ(price.of_load(), toy.l3_hit.value);
}

TEST(Prices, OfALoadOfALineInTheOtherSocket) {
  Price clean;
  Word& read = clean.word();
  clean.after(4, [&](Cpu& cpu) { cpu.load(read); });
  EXPECT_EQ(clean.of_load(), toy.clean_remote.value);
  Price dirty;
  Word& written = dirty.word();
  dirty.after(4, [&](Cpu& cpu) { cpu.store(written, 1); });
  EXPECT_EQ(dirty.of_load(), toy.dirty_remote.value);
  Price shared;
  Word& word = shared.word();
  shared.after(4, [&](Cpu& cpu) { cpu.load(word); });
  shared.after(5, [&](Cpu& cpu) { cpu.load(word); });
  EXPECT_EQ(shared.of_load(), toy.clean_remote.value);
}

TEST(Prices, OfALockedOperationOnAnOwnedLineIsItsOwn) {
  Price price;
  Word& word = price.word();
  EXPECT_EQ(price.of([&](Cpu& cpu) { cpu.fetch_add(word, 1); },
                     [&](Cpu& cpu) { cpu.fetch_add(word, 1); }),
            toy.locked_rmw.value);
}

// A lone access first travels to the L3; in a hand-over that is under way already.
TEST(Prices, OfALockedOperationOnALineOwnedElsewhere) {
  Price near;
  Word& here = near.word();
  near.after(1, [&](Cpu& cpu) { cpu.store(here, 1); });
  EXPECT_EQ(near.of_add(), toy.l3_request.value + toy.hand_over_same.value);
  Price far;
  Word& there = far.word();
  far.after(4, [&](Cpu& cpu) { cpu.store(there, 1); });
  EXPECT_EQ(far.of_add(), toy.l3_request.value + toy.hand_over_remote.value);
}

TEST(Prices, OfALockedOperationOnALineFromMemory) {
  Price price;
  price.word();
  EXPECT_EQ(price.of_add(), toy.dram_local.value + toy.locked_rmw.value);
}

TEST(Prices, OfTakingALineFromSharersGoesByTheFarthest) {
  const auto upgrade = [](const std::vector<unsigned>& others) {
    Price price;
    Word& word = price.word();
    for (const unsigned other : others) {
      price.after(other, [&](Cpu& cpu) { cpu.load(word); });
    }
    return price.of([&](Cpu& cpu) { cpu.fetch_add(word, 1); }, [&](Cpu& cpu) { cpu.load(word); });
  };
  EXPECT_EQ(upgrade({1}), toy.l3_request.value + toy.hand_over_same.value);
  EXPECT_EQ(upgrade({4}), toy.l3_request.value + toy.hand_over_remote.value);
  EXPECT_EQ(upgrade({1, 2, 5, 6}), toy.l3_request.value + toy.hand_over_remote.value);
}

TEST(Prices, OfAFenceIsItsOwnAndTheWaitForTheStoresBeforeIt) {
  Price empty;
  EXPECT_EQ(empty.of([](Cpu& cpu) { cpu.fence(); }), toy.fence.value);
  // The store's own nanosecond is a part of its way; no locked instruction holds the line.
  const auto store_and_fence = [](unsigned owner) {
    Price price;
    Word& word = price.word();
    price.after(owner, [&](Cpu& cpu) { cpu.store(word, 1); });
    return price.of([&](Cpu& cpu) {
      cpu.store(word, 2);
      cpu.fence();
    });
  };
  const Duration request = toy.l3_request.value - toy.locked_rmw.value;
  EXPECT_EQ(store_and_fence(1), request + toy.hand_over_same.value + toy.fence.value);
  EXPECT_EQ(store_and_fence(4), request + toy.hand_over_remote.value + toy.fence.value);
}

TEST(Prices, OfAStoreIsItsIssueWhereverItsLineIs) {
  Price price;
  Word& word = price.word();
  price.after(4, [&](Cpu& cpu) { cpu.store(word, 1); });
  EXPECT_EQ(price.of([&](Cpu& cpu) { cpu.store(word, 2); }), toy.store.value);
}

TEST(Prices, OfVerbsWithoutMemory) {
  Price price;
  EXPECT_EQ(price.of([](Cpu& cpu) { cpu.hypercall(); }), toy.hypercall.value);
  EXPECT_EQ(Price().of([](Cpu& cpu) { cpu.flush_tlb(); }), toy.tlb_flush.value);
  EXPECT_EQ(Price().of([](Cpu& cpu) { cpu.relax(); }), toy.pause.value);
  EXPECT_EQ(Price().of([](Cpu& cpu) { cpu.compute(ns(123)); }), ns(123));
}

// Sockets 0 - 1 - 2 - 3 in a row, two cores each.
class Hops : public testing::TestWithParam<unsigned> {
 protected:
  unsigned socket() const { return GetParam(); }
  unsigned core() const { return socket() * 2; }
  Duration further() const { return toy.hop.value * (socket() - 1); }
};

TEST_P(Hops, AddToMemoryToTransfersAndToHandOvers) {
  Price memory(chain_of_four());
  memory.word(socket());
  EXPECT_EQ(memory.of_load(), toy.dram_remote.value + further());
  Price dirty(chain_of_four());
  Word& written = dirty.word();
  dirty.after(core(), [&](Cpu& cpu) { cpu.store(written, 1); });
  EXPECT_EQ(dirty.of_load(), toy.dirty_remote.value + further());
  Price shared(chain_of_four());
  Word& read = shared.word();
  shared.after(core(), [&](Cpu& cpu) { cpu.load(read); });
  shared.after(core() + 1, [&](Cpu& cpu) { cpu.load(read); });
  EXPECT_EQ(shared.of_load(), toy.clean_remote.value + further());
  Price owned(chain_of_four());
  Word& own = owned.word();
  owned.after(core(), [&](Cpu& cpu) { cpu.store(own, 1); });
  EXPECT_EQ(owned.of_add(), toy.l3_request.value + toy.hand_over_remote.value + further());
}

TEST_P(Hops, OfSeveralSharersTheFarthestCounts) {
  Price price(chain_of_four());
  Word& word = price.word();
  for (unsigned sharer = 1; sharer <= socket(); ++sharer) {
    price.after(sharer * 2, [&](Cpu& cpu) { cpu.load(word); });
  }
  const Duration took =
      price.of([&](Cpu& cpu) { cpu.fetch_add(word, 1); }, [&](Cpu& cpu) { cpu.load(word); });
  EXPECT_EQ(took, toy.l3_request.value + toy.hand_over_remote.value + further());
}

INSTANTIATE_TEST_SUITE_P(Sockets, Hops, testing::Values(1u, 2u, 3u));

// A snoop sets out for socket 3, three hops away; when it gets its turn the line is one hop away.
// What it has already travelled is more than all it would have to: it never arrives in the past.
TEST(SnoopOverHops, ForAFarOwnerThatFindsANearOneIsNotServedInThePast) {
  MachineSpec spec = chain_of_four();
  spec.prices.hop.value = ns(400);
  Rig rig(spec);
  Word& word = rig.word("word");
  Time stored;
  rig.on(6, [&](Cpu& cpu) { cpu.fetch_add(word, 1); });
  rig.on(2, [&](Cpu& cpu) {
    wait_until(cpu, at_ns(2'000));
    cpu.fetch_add(word, 1);
  });
  rig.on(0, [&](Cpu& cpu) {
    wait_until(cpu, at_ns(1'990));
    cpu.store(word, 7);
    cpu.fence();
    stored = cpu.now();
  });
  rig.run();
  EXPECT_GE(stored, at_ns(2'010));
  EXPECT_TRUE(word.peek() == 7 || word.peek() == 8);
}

TEST(FalseSharing, TwoWordsOfOneLineCostAsMuchAsOneWord) {
  struct Both {
    Word mine;
    Word yours;
  };
  const auto end = [](bool one_word, bool one_line) {
    Rig rig;
    Both& both = rig.machine.memory().make<Both>("both", SocketId{0});
    Word& apart = rig.word("apart");
    rig.on(0, [&](Cpu& cpu) {
      for (int i = 0; i < 100; ++i) {
        cpu.fetch_add(both.mine, 1);
      }
    });
    rig.on(4, [&](Cpu& cpu) {
      for (int i = 0; i < 100; ++i) {
        cpu.fetch_add(one_word ? both.mine : one_line ? both.yours : apart, 1);
      }
    });
    rig.run();
    EXPECT_EQ(both.mine.peek(), one_word ? 200u : 100u);
    return rig.machine.finished();
  };
  EXPECT_EQ(end(false, true), end(true, true));
  // Apart, each pays for its first access and then for its own locked operations.
  EXPECT_EQ(end(false, false), Time{} + toy.dram_remote.value + toy.locked_rmw.value * 100);
}

}  // namespace
}  // namespace hvsim
