// The cross call: whom it reaches, what it waits for, and what nobody who calls may do.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

#include "models/hypervisor/cross_call.hpp"
#include "sim/hw/finding.hpp"
#include "sim/hw/machine.hpp"
#include "tests/locks/toy_machine.hpp"

namespace hvsim {
namespace {

struct CallLab {
  explicit CallLab(CrossCall::MakeLock make_lock = nullptr)
      : machine(toy_machine(), limits()),
        calls(make_lock == nullptr ? std::make_unique<CrossCall>(machine)
                                   : std::make_unique<CrossCall>(machine, make_lock)),
        mask(machine, "mask", SocketId{0}) {}
  static RunOptions limits() {
    RunOptions options;
    options.no_progress_after = milliseconds(10);
    return options;
  }
  void on(unsigned pcpu, std::function<void(Cpu&)> body) {
    machine.start(PcpuId{pcpu}, std::move(body));
  }
  void idle_on(std::initializer_list<unsigned> pcpus) {
    for (const unsigned pcpu : pcpus) {
      on(pcpu, [](Cpu& cpu) { cpu.compute(microseconds(50)); });
    }
  }
  std::optional<Finding> find() {
    try {
      machine.run();
    } catch (const RuleViolated& violated) {
      return violated.finding();
    }
    return std::nullopt;
  }
  Machine machine;
  std::unique_ptr<CrossCall> calls;
  DirtyMask mask;
};

PcpuSet set_of(std::initializer_list<unsigned> pcpus) {
  PcpuSet set;
  for (const unsigned pcpu : pcpus) {
    set.add(PcpuId{pcpu});
  }
  return set;
}

void expect_rule(const std::optional<Finding>& finding, const std::string& rule,
                 const std::string& says) {
  ASSERT_TRUE(finding.has_value()) << "no finding, " << rule << " expected";
  EXPECT_EQ(finding->rule, rule) << finding->what;
  EXPECT_THAT(finding->what, testing::HasSubstr(says));
}

TEST(DirtyMask, HoldsABitForEachPcpu) {
  CallLab lab;
  lab.on(3, [&](Cpu& cpu) {
    lab.mask.set(cpu, PcpuId{3});
    lab.mask.set(cpu, PcpuId{7});
    lab.mask.clear(cpu, PcpuId{3});
    EXPECT_FALSE(lab.mask.read(cpu).has(PcpuId{3}));
    EXPECT_TRUE(lab.mask.read(cpu).has(PcpuId{7}));
  });
  EXPECT_FALSE(lab.find().has_value());
  EXPECT_EQ(lab.mask.peek().size(), 1u);
}

TEST(CrossCall, RunsTheFunctionOnEveryPcpuOfTheMaskBeforeItReturns) {
  CallLab lab;
  PcpuSet ran;
  const CrossCall::Function note = [&](Cpu& cpu) {
    EXPECT_FALSE(cpu.set_interrupts(false));
    ran.add(cpu.id());
  };
  lab.idle_on({1, 2, 5});
  lab.on(0, [&](Cpu& cpu) {
    for (const unsigned pcpu : {0u, 1u, 5u}) {
      lab.mask.set(cpu, PcpuId{pcpu});
    }
    lab.calls->on_selected(cpu, lab.mask, note, true);
    EXPECT_EQ(ran.size(), 3u);
    EXPECT_FALSE(ran.has(PcpuId{2}));
    EXPECT_TRUE(cpu.set_interrupts(true));
  });
  EXPECT_FALSE(lab.find().has_value());
  EXPECT_EQ(lab.calls->interrupts(), 2u);
}

TEST(CrossCall, OfNobodyTakesTheLockAndSendsNothing) {
  CallLab lab;
  lab.on(0, [&](Cpu& cpu) {
    lab.calls->on_selected(
        cpu, lab.mask, [](Cpu&) { ADD_FAILURE(); }, true);
  });
  EXPECT_FALSE(lab.find().has_value());
  EXPECT_EQ(lab.calls->calls(), 0u);
  EXPECT_EQ(lab.machine.lock_stat("call_lock").acquisitions, 1u);
}

TEST(CrossCall, WithoutWaitingReturnsBeforeTheFunctionsHaveRun) {
  CallLab lab;
  Time ran{};
  const CrossCall::Function slow = [&](Cpu& cpu) {
    cpu.compute(microseconds(5));
    ran = cpu.now();
  };
  lab.idle_on({1});
  Time returned{};
  lab.on(0, [&](Cpu& cpu) {
    lab.calls->on_selected(cpu, set_of({1}), slow, false);
    returned = cpu.now();
  });
  EXPECT_FALSE(lab.find().has_value());
  EXPECT_GT(returned, Time{});
  EXPECT_LT(returned, ran);
}

TEST(CrossCall, OfManyAtATimeServesAllInTurn) {
  CallLab lab;
  unsigned ran = 0;
  const CrossCall::Function note = [&](Cpu&) { ++ran; };
  for (unsigned pcpu = 0; pcpu < 8; ++pcpu) {
    lab.on(pcpu, [&](Cpu& cpu) {
      for (int i = 0; i < 5; ++i) {
        lab.calls->on_selected(cpu, set_of({0, 1, 2, 3, 4, 5, 6, 7}), note, true);
        cpu.compute(nanoseconds(100 * (cpu.id().n + 1)));
      }
    });
  }
  EXPECT_FALSE(lab.find().has_value());
  EXPECT_EQ(ran, 8u * 5u * 8u);
  EXPECT_GT(lab.machine.lock_stat("call_lock").contentions, 20u);
}

TEST(CrossCall, WithInterruptsOffIsRefused) {
  CallLab lab;
  lab.idle_on({1});
  lab.on(0, [&](Cpu& cpu) {
    cpu.set_interrupts(false);
    lab.calls->on_selected(
        cpu, set_of({1}), [](Cpu&) {}, true);
  });
  expect_rule(lab.find(), "SC-L2", "interrupts off");
}

TEST(CrossCall, WithALockThatItsFunctionsTakeIsRefused) {
  CallLab lab;
  TicketWord& word = lab.machine.memory().make<TicketWord>("lock", SocketId{0});
  TicketSpinlock lock("update_lock", word, lab.machine);
  lab.calls->functions_take(lock);
  lab.idle_on({1});
  lab.on(0, [&](Cpu& cpu) {
    lock.lock(cpu);
    lab.calls->on_selected(
        cpu, set_of({1}), [&](Cpu& by) { lock.lock(by); }, true);
  });
  expect_rule(lab.find(), "SC-L2", "update_lock");
}

TEST(CrossCall, ThatWaitsForAPcpuWithInterruptsOffIsTooLong) {
  CallLab lab;
  lab.on(0, [&](Cpu& cpu) {
    lab.calls->on_selected(
        cpu, set_of({1, 3}), [](Cpu&) {}, true);
  });
  lab.idle_on({1});
  lab.on(3, [&](Cpu& cpu) {
    cpu.set_interrupts(false);
    cpu.compute(milliseconds(2));
    cpu.set_interrupts(true);
    cpu.compute(microseconds(1));
  });
  expect_rule(lab.find(), "SC-L1", "the last to answer was pCPU 3");
}

// A lock that anybody gets who finds it free; the number that was drawn says who came first.
class FirstToSee : public TicketSpinlock {
 public:
  FirstToSee(TicketWord& word, Host& host)
      : TicketSpinlock("call_lock", word, host),
        taken_(host.memory().make<Shared<std::uint32_t>>("taken", SocketId{0})) {}

 protected:
  TicketTurn take(Cpu& cpu, TicketWord& word) override {
    const auto mine = static_cast<std::uint16_t>(cpu.fetch_add(word, 1u << 16) >> 16);
    while (cpu.xchg(taken_, 1) != 0) {
      cpu.compute(nanoseconds(300 * (8 - cpu.id().n)));
    }
    return {mine, 0};
  }
  void give(Cpu& cpu, TicketWord&) override { cpu.xchg(taken_, 0); }

 private:
  Shared<std::uint32_t>& taken_;
};

TEST(CrossCall, BehindALockThatDoesNotServeInOrderIsNotFair) {
  CallLab lab([](TicketWord& word, Host& host) -> std::unique_ptr<TicketSpinlock> {
    return std::make_unique<FirstToSee>(word, host);
  });
  const CrossCall::Function work = [](Cpu& cpu) { cpu.compute(microseconds(3)); };
  for (unsigned pcpu = 0; pcpu < 4; ++pcpu) {
    lab.on(pcpu, [&](Cpu& cpu) {
      cpu.compute(nanoseconds(200 * (1 + cpu.id().n)));
      lab.calls->on_selected(cpu, set_of({cpu.id().n}), work, true);
    });
  }
  expect_rule(lab.find(), "SC-F1", "which came first");
}

}  // namespace
}  // namespace hvsim
