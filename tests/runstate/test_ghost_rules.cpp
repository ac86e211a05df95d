// Each rule of the ledger can fail: one planted violation a rule, on one pCPU.
#include <gtest/gtest.h>

#include "models/hypervisor/runstate/update_flag.hpp"
#include "models/workload/guest_steal.hpp"
#include "tests/runstate/left_by_fault.hpp"
#include "tests/runstate/runstate_lab.hpp"

namespace hvsim {
namespace {

// Boots, runs, blocks, is woken and runs again, reading its own record.
std::optional<Finding> live(RunstateLab& lab) {
  lab.on(0, [&](Cpu& cpu) {
    lab.boot(cpu);
    for (int i = 0; i < 2; ++i) {
      cpu.compute(microseconds(2));
      lab.v->read(cpu, 0, true);
      lab.leave(cpu, RunState::blocked);
      cpu.compute(microseconds(1));
      lab.wake(cpu);
      cpu.compute(microseconds(1));
      lab.enter(cpu);
      lab.v->read(cpu, 0, true);
    }
  });
  return lab.find();
}

template <class Algorithm>
std::optional<Finding> live_by() {
  RunstateLab lab(std::make_unique<Algorithm>());
  return live(lab);
}

TEST(RunstateRules, HoldForEveryCorrectKind) {
  for (const RunstateKind& kind : runstate_kinds()) {
    RunstateLab lab(kind.name);
    const auto finding = kind.broken ? std::nullopt : live(lab);
    EXPECT_FALSE(finding.has_value()) << kind.name << ": " << finding->what;
  }
}

class StoresNothing : public UpdateFlag {
  Updated update(Cpu& cpu, RunstateUpdate& update) override {
    update.take_copy(cpu);
    return {true, true};
  }
};

TEST(RunstateRules, S2AVcpuReadsTheLastRecordOfItself) {
  expect_finding(live_by<StoresNothing>(), "RS-S2", "vcpu[0] reads its own record as");
}

class FlagsTheMaster : public UpdateFlag {
  void change(Cpu& cpu, RunstateRecord& master, RunState to, std::uint64_t now) override {
    UpdateFlag::change(cpu, master, to, now);
    cpu.fetch_or(master.entry, runstate_update_flag);
  }
};

TEST(RunstateRules, S3TheMasterNeverHasTheFlag) {
  expect_finding(live_by<FlagsTheMaster>(), "RS-S3", "has the update flag set");
}

TEST(RunstateRules, S3NoHypercallReturnsTheFlag) {
  RunstateLab lab(std::make_unique<FlagsTheMaster>());
  lab.on(0, [&](Cpu& cpu) {
    lab.wake(cpu);
    cpu.fence();
    lab.v->get(cpu, &lab.lock);
  });
  expect_finding(lab.find(), "RS-S3", "a hypercall returns");
}

class LosesTime : public UpdateFlag {
  void change(Cpu& cpu, RunstateRecord& master, RunState to, std::uint64_t now) override {
    cpu.store(master.entry, now);
    cpu.store(master.state, to);
  }
};

TEST(RunstateRules, S4TheTimesAddUpToTheAge) {
  expect_finding(live_by<LosesTime>(), "RS-S4", "add up to 0 ns");
  RunstateLab lab(std::make_unique<LosesTime>());
  lab.on(0, [&](Cpu& cpu) {
    cpu.compute(microseconds(3));
    lab.wake(cpu);
    cpu.fence();
    lab.v->get(cpu, &lab.lock);
  });
  expect_finding(lab.find(), "RS-S4", "at the age of");
}

// Time spent running turns into time spent blocked, once there is some.
class TakesTimeBack : public UpdateFlag {
  void change(Cpu& cpu, RunstateRecord& master, RunState to, std::uint64_t now) override {
    UpdateFlag::change(cpu, master, to, now);
    if (to == RunState::runnable && cpu.load(master.in(RunState::running)) > 0) {
      cpu.fetch_add(master.in(RunState::running), ~std::uint64_t{0});
      cpu.fetch_add(master.in(RunState::blocked), 1);
    }
  }
};

TEST(RunstateRules, S5NoTimeOfARecordGoesBack) {
  RunstateLab lab(std::make_unique<TakesTimeBack>());
  lab.on(0, [&](Cpu& cpu) {
    lab.boot(cpu);
    cpu.compute(microseconds(1));
    lab.leave(cpu, RunState::blocked);
    lab.wake(cpu);
    lab.v->update(cpu);
  });
  expect_finding(lab.find(), "RS-S5", "the records of vcpu[0] go back");
}

TEST(RunstateRules, C1RecordsOfOneEntryDifferInTheStateAlone) {
  RunstateLab lab(std::make_unique<TakesTimeBack>());
  lab.on(0, [&](Cpu& cpu) {
    lab.boot(cpu);
    cpu.compute(microseconds(1));
    lab.lock.lock(cpu);
    const Time now = cpu.now();
    lab.v->change(cpu, RunState::blocked, now);
    lab.v->update(cpu);
    lab.v->change(cpu, RunState::runnable, now);
    lab.v->update(cpu);
  });
  expect_finding(lab.find(), "RS-C1", "the same entry and other times");
}

// Every second reading is the first one ever made.
class Remembers : public UpdateFlag {
  Reading read(Cpu& cpu, const GuestArea& area) override {
    const Reading now = UpdateFlag::read(cpu, area);
    first_ = first_.info.entry == 0 ? now : first_;
    return ++reads_ % 2 == 0 ? first_ : now;
  }
  Reading first_;
  int reads_ = 0;
};

TEST(RunstateRules, S5NoReaderSeesARecordGoBack) {
  RunstateLab lab(std::make_unique<Remembers>());
  lab.on(0, [&](Cpu& cpu) {
    lab.boot(cpu);
    for (int i = 0; i < 5; ++i) {
      lab.v->read(cpu, 0, false);
      cpu.compute(microseconds(1));
      lab.leave(cpu, RunState::runnable);
      lab.enter(cpu);
    }
  });
  expect_finding(lab.find(), "RS-S5", "reader 0 sees the record of vcpu[0] go back");
}

TEST(RunstateRules, S6OnlyEightTransitionsAreLegal) {
  const RunState all[] = {RunState::running, RunState::runnable, RunState::blocked,
                          RunState::offline};
  int legal = 0;
  for (const RunState from : all) {
    for (const RunState to : all) {
      RunstateLab lab("update_flag");
      lab.on(0, [&](Cpu& cpu) {
        if (from != RunState::offline) {
          lab.wake(cpu);
        }
        if (from == RunState::running || from == RunState::blocked) {
          lab.change(cpu, RunState::running);
        }
        if (from == RunState::blocked) {
          lab.change(cpu, RunState::blocked);
        }
        lab.change(cpu, to);
      });
      const auto finding = lab.find();
      legal += finding ? 0 : 1;
      if (finding) {
        expect_finding(finding, "RS-S6", "vcpu[0] goes from " + name_of(from));
      }
    }
  }
  EXPECT_EQ(legal, 8);
}

TEST(RunstateRules, S7ANowFromBeforeTheLastChangeWasNotSampledUnderTheLock) {
  RunstateLab lab("update_flag");
  lab.on(0, [&](Cpu& cpu) {
    cpu.compute(microseconds(1));
    const Time early = cpu.now();
    lab.wake(cpu);
    cpu.compute(microseconds(1));
    lab.lock.lock(cpu);
    lab.v->change(cpu, RunState::running, early);
  });
  expect_finding(lab.find(), "RS-S7", "before the lock was taken");
}

// In user mode the copy faults. A kernel that comes back without making up for it reads old times.
TEST(RunstateRules, S7TheStealClockIsRightWheneverTheVcpuRuns) {
  for (const bool made_up_for : {true, false}) {
    RunstateLab lab("update_flag");
    lab.on(0, [&](Cpu& cpu) {
      lab.boot(cpu);
      lab.change(cpu, RunState::runnable);
      lab.v->update(cpu, false);
      cpu.compute(microseconds(4));
      lab.change(cpu, RunState::running);
      lab.v->update(cpu, false);
      if (made_up_for) {
        lab.v->back_in_kernel(cpu);
      }
      lab.v->read(cpu, 0, true);
    });
    const auto finding = lab.find();
    EXPECT_EQ(finding.has_value(), !made_up_for);
    if (finding) {
      expect_finding(finding, "RS-S7", "the steal clock of vcpu[0] says");
    }
  }
}

TEST(RunstateRules, S8TheFlagIsClearOutsideUpdatesAlsoAfterAFault) {
  const auto fault_half_way = [](std::unique_ptr<RunstateAlgorithm> algorithm) {
    RunstateLab lab(std::move(algorithm));
    lab.on(0, [&](Cpu& cpu) {
      lab.boot(cpu);
      lab.change(cpu, RunState::runnable);
      lab.v->update(cpu, true, 24);
      cpu.fence();
      lab.v->check_end(cpu);
    });
    return lab.find();
  };
  EXPECT_FALSE(fault_half_way(make_runstate("update_flag")).has_value());
  expect_finding(fault_half_way(std::make_unique<LeftByFault>()), "RS-S8", "the flag of vcpu[0]");
}

TEST(RunstateRules, S8APcpuThatGetsAVcpuFindsItsFlagClear) {
  RunstateLab lab(std::make_unique<LeftByFault>());
  lab.on(0, [&](Cpu& cpu) {
    lab.boot(cpu);
    lab.change(cpu, RunState::runnable);
    lab.v->update(cpu, true, 24);
  });
  lab.on(1, [&](Cpu& cpu) {
    cpu.compute(microseconds(20));
    lab.enter(cpu);
  });
  expect_finding(lab.find(), "RS-S8", "nobody updates the record of vcpu[0]");
}

TEST(RunstateRules, S8TwoPcpusDoNotUpdateOneRecordAtATime) {
  RunstateLab lab("update_flag");
  lab.v->hold_updates_up(microseconds(20));
  lab.on(0, [&](Cpu& cpu) {
    lab.boot(cpu);
    cpu.compute(microseconds(2));
    lab.v->update(cpu);
  });
  lab.on(1, [&](Cpu& cpu) {
    cpu.compute(microseconds(5));
    lab.v->update(cpu);
  });
  expect_finding(lab.find(), "RS-S8", "while pCPU");
}

class BeginsAgainForNothing : public UpdateFlag {
  Reading read(Cpu& cpu, const GuestArea& area) override {
    Reading reading = UpdateFlag::read(cpu, area);
    reading.retries += 2;
    return reading;
  }
};

TEST(RunstateRules, L1AReaderBeginsAgainOnlyForUpdates) {
  expect_finding(live_by<BeginsAgainForNothing>(), "RS-L1", "found the entry changed 2 times");
}

TEST(RunstateRules, L2TheNextUpdateAfterTheAssistIsFlagged) {
  RunstateLab lab("update_flag_assist_read_once");
  lab.on(0, [&](Cpu& cpu) {
    lab.wake(cpu);
    lab.change(cpu, RunState::running);
    register_runstate_area(cpu, *lab.v, lab.area, nullptr);
    lab.v->update(cpu);
    EXPECT_EQ(lab.assist.vm_assist(cpu, 0, runstate_update_flag_assist), hypercall_okay);
    lab.leave(cpu, RunState::runnable);
  });
  expect_finding(lab.find(), "RS-L2", "updated without the flag");
}

TEST(RunstateRules, AnAssistThatIsDisabledPromisesNothing) {
  RunstateLab lab("update_flag");
  lab.on(0, [&](Cpu& cpu) {
    lab.boot(cpu);
    EXPECT_EQ(lab.assist.vm_assist(cpu, 1, runstate_update_flag_assist), hypercall_okay);
    lab.leave(cpu, RunState::runnable);
  });
  EXPECT_FALSE(lab.find().has_value());
}

TEST(StealClock, ReadsAnotherCpuOnlyWithTheFlag) {
  for (const char* kind : {"plain_copy", "update_flag", "flagged_area"}) {
    RunstateLab lab(kind);
    Runstate other(lab.machine, "vcpu[1]", SocketId{0}, *lab.algorithm, lab.assist, lab.guest);
    StealClock steal({&other, lab.v.get()});
    lab.on(0, [&](Cpu& cpu) {
      lab.boot(cpu);
      steal.set_up(cpu, lab.assist);
      EXPECT_GT(steal.read(cpu, 1, 1).info.steal(), 0u);
      steal.read(cpu, 0, 1);
    });
    const auto finding = lab.find();
    if (kind == std::string("plain_copy")) {
      expect_finding(finding, "BUG", "CPU 0 reads the run state of CPU 1");
    } else {
      EXPECT_FALSE(finding.has_value()) << finding->what;
    }
  }
}

}  // namespace
}  // namespace hvsim
