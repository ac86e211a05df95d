// The clocks of a guest's run queue: what steal does to them, from where, and how tasks are
// charged.
#include <gtest/gtest.h>

#include "models/workload/guest_run_queue.hpp"
#include "tests/runstate/runstate_lab.hpp"

namespace hvsim {
namespace {

class QueueLab : public RunstateLab {
 public:
  explicit QueueLab(const GuestRunQueue::Options& options)
      : RunstateLab("update_flag"),
        steal({v.get()}),
        queue(machine.memory(), "queue", SocketId{0}, 0, 2, steal, *v, options) {}

  // Boots, and lets task 0 run.
  void start(Cpu& cpu) {
    boot(cpu);
    steal.set_up(cpu, assist);
    queue.update_clocks(cpu, 0, {});
    queue.wake(cpu, 0);
    unsigned task = 9;
    EXPECT_TRUE(queue.run_next(cpu, task));
    EXPECT_EQ(task, 0u);
  }
  void wait(Cpu& cpu, Duration length) {
    leave(cpu, RunState::runnable);
    cpu.compute(length);
    enter(cpu);
  }
  void stop(Cpu& cpu) {
    queue.update_clocks(cpu, 0, {});
    queue.charge(cpu);
    queue.stop(cpu, false);
  }

  StealClock steal;
  GuestRunQueue queue;
};

// Runs for 10 us, waits for 30, runs for 10 more; what task 0 was charged, in microseconds.
std::uint64_t charged_after_a_wait(const GuestRunQueue::Options& options) {
  QueueLab lab(options);
  lab.on(0, [&](Cpu& cpu) {
    lab.start(cpu);
    cpu.compute(microseconds(10));
    lab.wait(cpu, microseconds(30));
    cpu.compute(microseconds(10));
    lab.stop(cpu);
  });
  EXPECT_FALSE(lab.find().has_value());
  EXPECT_EQ(lab.queue.true_runtime(0) / 1000, 20u);
  return lab.queue.charged(0) / 1000;
}

TEST(GuestRunQueue, TakesStealOffTheTaskClockIfItIsTold) {
  EXPECT_EQ(charged_after_a_wait({.source = StealSource::local}), 20u);
  EXPECT_EQ(charged_after_a_wait({.source = StealSource::remote}), 20u);
  EXPECT_EQ(charged_after_a_wait({.source = StealSource::hypercall}), 20u);
  EXPECT_EQ(charged_after_a_wait({.source = StealSource::none, .check_charges = false}), 50u);
}

// Another CPU updates the clocks in the middle of a wait of 30 us.
GuestRunQueue::Update updated_in_a_wait(QueueLab& lab, std::uint64_t& charged_us) {
  GuestRunQueue::Update update;
  lab.on(0, [&](Cpu& cpu) {
    lab.start(cpu);
    cpu.compute(microseconds(10));
    lab.leave(cpu, RunState::runnable);
    cpu.compute(microseconds(15));
    update = lab.queue.update_clocks(cpu, 1, [&] { return lab.v->get(cpu, &lab.lock); });
    lab.queue.charge(cpu);
    cpu.compute(microseconds(15));
    lab.enter(cpu);
    cpu.compute(microseconds(20));
    lab.stop(cpu);
  });
  EXPECT_FALSE(lab.find().has_value());
  charged_us = lab.queue.charged(0) / 1000;
  return update;
}

TEST(GuestRunQueue, IsWrongInAWaitByWhatItCannotKnowYet) {
  const auto error_us = [](StealSource source) {
    QueueLab lab({.source = source});
    std::uint64_t charged = 0;
    const auto update = updated_in_a_wait(lab, charged);
    EXPECT_EQ(update.read, source != StealSource::local);
    EXPECT_EQ(charged, 30u);  // in the end all is taken off: 15 + 15 of 35 and 35
    return update.error / 1000;
  };
  EXPECT_EQ(error_us(StealSource::local), 15);
  EXPECT_EQ(error_us(StealSource::remote), 15);  // the wait is not in the record yet
  EXPECT_EQ(error_us(StealSource::remote_with_wait), 0);
  EXPECT_EQ(error_us(StealSource::hypercall), 0);
}

// The wait of 40 us meets 10 us of clock: what is more is taken off later, or never.
std::optional<Finding> after_excess_steal(QueueLab& lab) {
  lab.on(0, [&](Cpu& cpu) {
    lab.start(cpu);
    cpu.compute(microseconds(1));
    lab.leave(cpu, RunState::runnable);
    cpu.compute(microseconds(40));
    lab.queue.update_clocks(cpu, 1, {});
    lab.queue.charge(cpu);
    lab.enter(cpu);
    cpu.compute(microseconds(10));
    lab.queue.update_clocks(cpu, 0, {});
    lab.queue.charge(cpu);
    cpu.compute(microseconds(40));
    lab.stop(cpu);
  });
  return lab.find();
}

TEST(GuestRunQueue, KeepsOrDropsStealThatIsMoreThanTheClockWentOn) {
  QueueLab keeps({.source = StealSource::local, .excess = ExcessSteal::keep});
  EXPECT_FALSE(after_excess_steal(keeps).has_value());
  EXPECT_EQ(keeps.queue.charged(0) / 1000, 51u);
  QueueLab drops(
      {.source = StealSource::local, .excess = ExcessSteal::drop, .check_charges = false});
  EXPECT_FALSE(after_excess_steal(drops).has_value());
  EXPECT_EQ(drops.queue.charged(0) / 1000, 81u);
}

TEST(GuestRunQueue, S9TasksAreNotChargedMoreThanTheirCpuRan) {
  QueueLab lab({.source = StealSource::local, .excess = ExcessSteal::drop, .check_charges = true});
  expect_finding(after_excess_steal(lab), "RS-S9", "the tasks of queue were charged");
}

TEST(GuestRunQueue, RunsWhoWasChargedLeast) {
  QueueLab lab({.source = StealSource::remote});
  lab.on(0, [&](Cpu& cpu) {
    lab.start(cpu);
    cpu.compute(microseconds(10));
    lab.stop(cpu);
    EXPECT_TRUE(lab.queue.wake(cpu, 1));
    EXPECT_FALSE(lab.queue.wake(cpu, 1));  // it is awake
    for (const unsigned expected : {0u, 1u, 1u, 0u}) {
      unsigned task = 9;
      lab.queue.update_clocks(cpu, 0, {});
      ASSERT_TRUE(lab.queue.run_next(cpu, task));
      EXPECT_EQ(task, expected);
      cpu.compute(microseconds(expected == 0 ? 20 : 12));
      lab.stop(cpu);
    }
  });
  EXPECT_FALSE(lab.find().has_value());
}

// The task clock is the third word behind the lock's.
Shared<std::uint64_t>& task_clock(GuestRunQueue& queue) {
  return reinterpret_cast<Shared<std::uint64_t>*>(&queue.lock_word())[2];
}

TEST(GuestRunQueue, S9TheTaskClockNeitherGoesBackNorPassesTheClock) {
  for (const bool back : {true, false}) {
    QueueLab lab({.source = StealSource::remote});
    lab.on(0, [&](Cpu& cpu) {
      lab.start(cpu);
      cpu.compute(microseconds(10));
      lab.queue.update_clocks(cpu, 0, {});
      cpu.store(task_clock(lab.queue), back ? 0 : 1'000'000);
      lab.queue.update_clocks(cpu, 0, {});
    });
    if (back) {
      const auto finding = lab.find();
      expect_finding(finding, "RS-S9", "the task clock of queue goes from");
    } else {
      expect_finding(lab.find(), "RS-S9", "when the clock is");
    }
  }
}

}  // namespace
}  // namespace hvsim
