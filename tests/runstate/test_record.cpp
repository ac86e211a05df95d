// The record alone, on one pCPU: what changes add up to, what a guest is shown, and in which
// bytes.
#include <gtest/gtest.h>

#include "tests/runstate/runstate_lab.hpp"

namespace hvsim {
namespace {

std::uint64_t peek_word(RunstateLab& lab, unsigned offset) {
  std::uint64_t value = 0;
  std::memcpy(&value, lab.machine.memory().host(lab.area + offset), 8);
  return value;
}

TEST(RunstateRecord, AddsTheTimeToTheStateThatEnds) {
  RunstateLab lab("update_flag");
  lab.on(0, [&](Cpu& cpu) {
    cpu.compute(microseconds(1));
    lab.wake(cpu);
    cpu.compute(microseconds(10));
    lab.enter(cpu);
    cpu.compute(microseconds(100));
    lab.leave(cpu, RunState::blocked);
    cpu.compute(microseconds(1000));
    lab.wake(cpu);
  });
  ASSERT_FALSE(lab.find().has_value());
  const RunstateInfo& info = lab.v->ledger().expected();
  EXPECT_EQ(info.state, RunState::runnable);
  EXPECT_EQ(info.in(RunState::offline) / 1000, 1u);
  EXPECT_EQ(info.in(RunState::runnable) / 1000, 10u);
  EXPECT_EQ(info.in(RunState::running) / 1000, 100u);
  EXPECT_EQ(info.in(RunState::blocked) / 1000, 1000u);
  EXPECT_EQ(info.total(), info.entry);
}

TEST(RunstateRecord, HasTheBytesOfThePublicInterface) {
  RunstateLab lab("update_flag", 40);  // across two lines
  lab.on(0, [&](Cpu& cpu) {
    lab.boot(cpu);
    cpu.compute(microseconds(5));
    lab.leave(cpu, RunState::blocked);
  });
  ASSERT_FALSE(lab.find().has_value());
  const RunstateInfo& info = lab.v->ledger().expected();
  EXPECT_EQ(peek_word(lab, 0), 2u);
  EXPECT_EQ(peek_word(lab, 8), info.entry);
  for (unsigned i = 0; i < run_states; ++i) {
    EXPECT_EQ(peek_word(lab, 16 + 8 * i), info.time[i]);
  }
}

TEST(RunstateRecord, Of32BitGuestsHasNoPadding) {
  RunstateLab lab("update_flag", 0, RecordLayout::x86_32);
  lab.on(0, [&](Cpu& cpu) {
    lab.boot(cpu);
    cpu.compute(microseconds(5));
    lab.leave(cpu, RunState::blocked);
  });
  ASSERT_FALSE(lab.find().has_value());
  const RunstateInfo& info = lab.v->ledger().expected();
  EXPECT_EQ(peek_word(lab, 0) & 0xffffffffu, 2u);
  EXPECT_EQ(peek_word(lab, 4), info.entry);
  for (unsigned i = 0; i < run_states; ++i) {
    EXPECT_EQ(peek_word(lab, 12 + 8 * i), info.time[i]);
  }
}

TEST(RunstateRecord, AWakeIsNotShownBeforeTheVcpuRuns) {
  for (const char* kind : {"plain_copy", "update_flag", "flagged_area"}) {
    RunstateLab lab(kind);
    lab.on(0, [&](Cpu& cpu) {
      lab.boot(cpu);
      lab.leave(cpu, RunState::blocked);
      cpu.compute(microseconds(3));
      lab.wake(cpu);
      cpu.compute(microseconds(3));
      EXPECT_EQ(peek_word(lab, 0), 2u) << kind;
      const std::uint64_t steal = peek_word(lab, 24) + peek_word(lab, 40);
      lab.enter(cpu);
      cpu.fence();
      EXPECT_EQ(peek_word(lab, 0), 0u) << kind;
      EXPECT_GT(peek_word(lab, 24) + peek_word(lab, 40), steal + 3000) << kind;
    });
    EXPECT_FALSE(lab.find().has_value());
  }
}

TEST(RunstateRecord, AChangeThatTheClockDidNotSeeKeepsTheEntry) {
  RunstateLab lab("update_flag");
  lab.on(0, [&](Cpu& cpu) {
    lab.boot(cpu);
    cpu.compute(microseconds(1));
    lab.lock.lock(cpu);
    const Time now = cpu.now();
    lab.v->change(cpu, RunState::blocked, now);
    const RunstateInfo before = lab.v->ledger().expected();
    lab.v->change(cpu, RunState::runnable, now);
    const RunstateInfo after = lab.v->ledger().expected();
    EXPECT_EQ(after.entry, before.entry);
    EXPECT_EQ(after.time, before.time);
    EXPECT_EQ(after.state, RunState::runnable);
    lab.lock.unlock(cpu);
    lab.v->update(cpu);  // RS-C1 holds
  });
  EXPECT_FALSE(lab.find().has_value());
}

TEST(RunstateRecord, GetAddsTheCurrentInterval) {
  RunstateLab lab("update_flag");
  lab.on(0, [&](Cpu& cpu) {
    lab.boot(cpu);
    cpu.compute(microseconds(7));
    const RunstateInfo own = lab.v->get(cpu, nullptr);
    EXPECT_GE(own.in(RunState::running), 7000u);
    EXPECT_LE(own.total(), system_ns(cpu.now()));
    lab.leave(cpu, RunState::runnable);
    cpu.compute(microseconds(9));
    const RunstateInfo other = lab.v->get(cpu, &lab.lock);
    EXPECT_GE(other.in(RunState::runnable), own.in(RunState::runnable) + 9000);
  });
  EXPECT_FALSE(lab.find().has_value());
}

}  // namespace
}  // namespace hvsim
