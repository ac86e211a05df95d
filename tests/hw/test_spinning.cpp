// Sleeping in a wait loop: the same clock, causes and history as polling, at every offset.
#include <gtest/gtest.h>

#include <string>

#include "tests/hw/rig.hpp"

namespace hvsim {
namespace {

// What a handler does to the loop it interrupts.
enum class Handler { nothing, loads_the_word, stores_elsewhere, adds_to_the_word };

struct Ending {
  std::uint64_t digest;
  Time finished;
  Time spinner;
  Duration spin;
  std::uint64_t verbs;
};

// pCPU 0 waits for a word; pCPU `sender` interrupts it at `offset` and then ends its wait.
Ending spin(bool poll, Handler handler, unsigned sender, Duration offset, bool interrupts = true) {
  MachineSpec spec = unloaded_toy();
  spec.prices.l1_hit.value = picoseconds(2'300);
  spec.prices.pause.value = picoseconds(5'100);
  RunOptions options;
  options.poll_while_spinning = poll;
  Rig rig(spec, options);
  Word& word = rig.word("word");
  Word& other = rig.word("other");
  rig.machine.on_interrupt(Vector::event_check, [&](Cpu& cpu) {
    switch (handler) {
      case Handler::nothing:
        break;
      case Handler::loads_the_word:
        cpu.load(word);
        break;
      case Handler::stores_elsewhere:
        cpu.store(other, 1);
        break;
      case Handler::adds_to_the_word:
        cpu.fetch_add(word, 2);
        break;
    }
  });
  Time spinner;
  rig.on(0, [&](Cpu& cpu) {
    cpu.set_interrupts(interrupts);
    while ((cpu.load(word) & 1) == 0) {
      cpu.relax();
    }
    spinner = cpu.now();
    cpu.set_interrupts(true);
    cpu.compute(ns(5'000));
  });
  rig.on(sender, [&](Cpu& cpu) {
    wait_until(cpu, at_ns(1'000) + offset);
    PcpuSet target;
    target.add(PcpuId{0});
    cpu.send_ipi(target, Vector::event_check);
    cpu.compute(ns(2'000));
    cpu.fetch_or(word, 1);
  });
  rig.run();
  EXPECT_EQ(rig.machine.accounting(PcpuId{0}).total(), rig.machine.cpu(PcpuId{0}).now() - Time{});
  return {rig.machine.digest(), rig.machine.finished(), spinner, rig.spent(0, Cause::spin),
          rig.machine.verbs()};
}

class Spinning : public testing::TestWithParam<std::tuple<Handler, unsigned>> {};

TEST_P(Spinning, AsleepAnInterruptIsTakenWherePollingTakesIt) {
  const auto [handler, sender] = GetParam();
  // A turn is 7.4 ns: every part of it, to a tenth of a nanosecond.
  for (int tenths = 0; tenths < 80; ++tenths) {
    const Duration offset = picoseconds(100) * tenths;
    const Ending asleep = spin(false, handler, sender, offset);
    const Ending awake = spin(true, handler, sender, offset);
    ASSERT_EQ(asleep.digest, awake.digest) << tenths;
    ASSERT_EQ(asleep.spinner, awake.spinner) << tenths;
    ASSERT_EQ(asleep.spin, awake.spin) << tenths;
    ASSERT_EQ(asleep.finished, awake.finished) << tenths;
    ASSERT_LT(asleep.verbs * 4, awake.verbs) << "it did not sleep";
  }
}

TEST_P(Spinning, WithInterruptsOffNothingButTheWordEndsTheSleep) {
  const auto [handler, sender] = GetParam();
  for (int tenths = 0; tenths < 80; tenths += 3) {
    const Duration offset = picoseconds(100) * tenths;
    const Ending asleep = spin(false, handler, sender, offset, false);
    const Ending awake = spin(true, handler, sender, offset, false);
    ASSERT_EQ(asleep.digest, awake.digest) << tenths;
    ASSERT_EQ(asleep.spinner, awake.spinner) << tenths;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Handlers, Spinning,
    testing::Combine(testing::Values(Handler::nothing, Handler::loads_the_word,
                                     Handler::stores_elsewhere, Handler::adds_to_the_word),
                     testing::Values(1u, 4u)));

// Sees the new value at the first load that starts when the line is gone, and not a turn later.
TEST(SpinningSleep, EndsAtTheFirstLoadThatMisses) {
  Rig rig;
  const Prices& price = rig.price;
  Word& word = rig.word("word");
  Time seen;
  rig.on(0, [&](Cpu& cpu) {
    while (cpu.load(word) == 0) {  // the first is from memory, ends at 100
      cpu.relax();
    }
    seen = cpu.now();
  });
  const Time stored = at_ns(3'003);
  rig.on(1, [&](Cpu& cpu) {
    wait_until(cpu, stored);
    cpu.store(word, 1);
  });
  rig.run();
  const Duration turn = price.pause.value + price.l1_hit.value;
  const Time taken_away = stored + price.l3_request.value;
  const Time arrives = taken_away + price.hand_over_same.value - price.locked_rmw.value;
  // Loads start at 105, 112, ...; the one that misses waits for the store, then for its own copy.
  Time load = Time{} + price.dram_local.value + price.pause.value;
  while (load < taken_away) {
    load += turn;
  }
  EXPECT_LT(load + price.l3_request.value, arrives);
  EXPECT_EQ(seen, arrives + price.dirty_same.value - price.l3_request.value);
  EXPECT_EQ(rig.spent(0, Cause::line_queue), arrives - (load + price.l3_request.value));
}

// Its own store's commit puts another line before the word in L1; a poll uses the word again. What
// a later miss throws out of L1 tells which was used last.
TEST(SpinningSleep, UsesTheWordInL1AsPollingDoes) {
  const auto l2_time = [](bool poll) {
    RunOptions options;
    options.poll_while_spinning = poll;
    Rig rig(unloaded_toy(), options);
    struct Page {
      alignas(8192) Word word;  // all in one set of L1, which has two ways
    };
    const auto column = rig.machine.memory().make_array<Page>("column", 3, SocketId{0});
    rig.machine.on_interrupt(Vector::event_check, [&](Cpu& cpu) { cpu.load(column[2].word); });
    rig.on(0, [&](Cpu& cpu) {
      cpu.load(column[0].word);
      cpu.store(column[1].word, 1);  // commits while the loop runs
      while (cpu.load(column[0].word) == 0) {
        cpu.relax();
      }
    });
    rig.on(1, [&](Cpu& cpu) {
      wait_until(cpu, at_ns(2'000));
      PcpuSet target;
      target.add(PcpuId{0});
      cpu.send_ipi(target, Vector::event_check);
      wait_until(cpu, at_ns(6'000));
      cpu.store(column[0].word, 1);
    });
    rig.run();
    return rig.spent(0, Cause::l2);
  };
  EXPECT_EQ(l2_time(false), l2_time(true));
}

}  // namespace
}  // namespace hvsim
