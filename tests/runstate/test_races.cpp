// Several pCPUs at one record: who may read what, and the races that the published design has.
#include <gtest/gtest.h>

#include <memory>

#include "models/hypervisor/runstate/flagged_area.hpp"
#include "models/hypervisor/runstate/plain_copy.hpp"
#include "tests/runstate/runstate_lab.hpp"

namespace hvsim {
namespace {

constexpr unsigned near = 1;  // a pCPU of the switching one's socket
constexpr unsigned far = 4;   // and of the other socket

// One pCPU switches, two others read the record all the time.
std::optional<Finding> read_while_it_changes(RunstateLab& lab) {
  bool over = false;
  lab.on(0, [&](Cpu& cpu) {
    lab.boot(cpu);
    for (int i = 0; i < 100; ++i) {
      cpu.compute(nanoseconds(300 + 7 * i));
      lab.leave(cpu, RunState::runnable);
      cpu.compute(nanoseconds(200));
      lab.enter(cpu);
      lab.v->read(cpu, 0, true);
      cpu.progress();
    }
    over = true;
  });
  for (const unsigned reader : {near, far}) {
    lab.on(reader, [&, reader](Cpu& cpu) {
      cpu.compute(microseconds(3));
      while (!over) {
        lab.v->read(cpu, reader, false);
        cpu.compute(nanoseconds(13 * reader));
      }
    });
  }
  return lab.find();
}

TEST(RemoteReads, AreNeverTornWithTheFlagWhereverTheRecordLies) {
  for (const CopyOrder order : {CopyOrder::ascending, CopyOrder::descending}) {
    for (const unsigned offset : {0u, 16u, 40u, 56u}) {
      for (const char* kind : {"update_flag", "flagged_area"}) {
        RunstateLab lab(make_runstate(kind, order), offset);
        const auto finding = read_while_it_changes(lab);
        EXPECT_FALSE(finding.has_value()) << kind << " at " << offset << ": " << finding->what;
      }
    }
  }
}

TEST(RemoteReads, AreNeverTornWithTheFlagIn32BitGuests) {
  for (const CopyOrder order : {CopyOrder::ascending, CopyOrder::descending}) {
    for (const unsigned offset : {0u, 36u, 52u}) {
      RunstateLab lab(make_runstate("update_flag", order), offset, RecordLayout::x86_32);
      const auto finding = read_while_it_changes(lab);
      EXPECT_FALSE(finding.has_value()) << offset << ": " << finding->what;
    }
  }
}

// The vCPU comes to a pCPU, an NMI holds the update up half way, and somebody reads meanwhile.
std::optional<Finding> read_half_way(RunstateLab& lab, std::uint64_t& torn) {
  lab.v->hold_updates_up(microseconds(1));
  lab.on(0, [&](Cpu& cpu) {
    lab.boot(cpu);
    lab.leave(cpu, RunState::runnable);
    cpu.compute(Time{} + microseconds(10) - cpu.now());
    lab.enter(cpu);
  });
  lab.on(far, [&](Cpu& cpu) {
    cpu.compute(nanoseconds(10'500));
    torn += lab.v->read(cpu, far, false).torn ? 1 : 0;
  });
  return lab.find();
}

TEST(RemoteReads, AreTornByTheOldReader) {
  for (const CopyOrder order : {CopyOrder::ascending, CopyOrder::descending}) {
    for (const unsigned offset : {0u, 40u}) {
      const auto read = [&](const std::string& kind, bool count, std::uint64_t& torn) {
        RunstateLab lab(make_runstate(kind, order), offset);
        if (count) {
          lab.v->count_torn_reads();
        }
        return read_half_way(lab, torn);
      };
      std::uint64_t torn = 0;
      expect_finding(read("plain_copy_read_remotely", false, torn), "RS-S1",
                     "got a record of vcpu[0] that never was");
      EXPECT_FALSE(read("plain_copy_read_remotely", true, torn).has_value());
      EXPECT_EQ(torn, 1u);
      EXPECT_FALSE(read("update_flag", false, torn).has_value());
      EXPECT_FALSE(read("flagged_area", false, torn).has_value());
      EXPECT_EQ(torn, 1u);
    }
  }
}

TEST(RemoteReads, AreTornIfTheFlagIsClearedBeforeTheDataIsThere) {
  RunstateLab lab("update_flag_cleared_before_data");
  std::uint64_t torn = 0;
  expect_finding(read_half_way(lab, torn), "RS-S1", "got a record of vcpu[0] that never was");
}

// The update begins when the reader has seen that there is none.
TEST(RemoteReads, AreTornIfTheReaderLooksAtTheEntryOnce) {
  for (int late = 0; late < 400; ++late) {
    RunstateLab lab("update_flag_read_once");
    lab.on(0, [&](Cpu& cpu) {
      lab.boot(cpu);
      cpu.compute(Time{} + microseconds(10) - cpu.now());
      lab.leave(cpu, RunState::runnable);
    });
    lab.on(far, [&, late](Cpu& cpu) {
      cpu.compute(nanoseconds(9800 + late));
      lab.v->read(cpu, far, false);
    });
    if (const auto finding = lab.find()) {
      expect_finding(finding, "RS-S1", "got a record of vcpu[0] that never was");
      return;
    }
  }
  FAIL() << "no read was torn";
}

// The vCPU blocks, and its update begins when the rest of schedule() is done; another pCPU does
// `meanwhile`, ever later.
template <class Meanwhile>
std::optional<Finding> during_an_update(const std::string& kind, Meanwhile meanwhile,
                                        std::uint64_t* mixed = nullptr) {
  for (int late = 0; late < 1400; ++late) {
    RunstateLab lab(kind);
    bool blocks = false;
    lab.on(0, [&](Cpu& cpu) {
      lab.boot(cpu);
      cpu.compute(microseconds(5));
      lab.change(cpu, RunState::blocked);
      blocks = true;
      cpu.compute(nanoseconds(500));
      lab.v->update(cpu);
    });
    lab.on(near, [&, late](Cpu& cpu) {
      while (!blocks) {
        cpu.compute(nanoseconds(10));
      }
      cpu.compute(picoseconds(500 * late));
      meanwhile(lab, cpu);
    });
    if (const auto finding = lab.find()) {
      return finding;
    }
    if (mixed != nullptr) {
      *mixed += lab.v->ledger().mixed_copies();
    }
  }
  return std::nullopt;
}

TEST(FlagInTheMaster, IsTakenForATimeByAWakeAndByAHypercall) {
  const auto wake = [](RunstateLab& lab, Cpu& cpu) { lab.wake(cpu); };
  const auto ask = [](RunstateLab& lab, Cpu& cpu) { lab.v->get(cpu, &lab.lock); };
  expect_finding(during_an_update("update_flag_in_master", wake), "RS-S3", "own record");
  expect_finding(during_an_update("update_flag_in_master", ask), "RS-S3", "a hypercall returns");
  EXPECT_FALSE(during_an_update("update_flag", wake).has_value());
  EXPECT_FALSE(during_an_update("update_flag", ask).has_value());
}

// The update takes no lock, so a wake may change the record under its hands. What it publishes
// then mixes two states: of one the entry, of the other the times. That is so in the hypervisor,
// too.
TEST(AWakeDuringAnUpdate, MayMixTheCopyOfEveryKind) {
  const auto wake = [](RunstateLab& lab, Cpu& cpu) { lab.wake(cpu); };
  for (const char* kind : {"plain_copy", "update_flag", "flagged_area"}) {
    std::uint64_t mixed = 0;
    EXPECT_FALSE(during_an_update(kind, wake, &mixed).has_value());
    EXPECT_GT(mixed, 0u) << kind;
  }
}

// A wake must not take the time of before the lock: the vCPU may block while it waits.
TEST(TimeBeforeTheLock, IsFoundWhenAWakeWaitsForTheVcpuToBlock) {
  const auto wake_early = [](const std::string& kind) -> std::optional<Finding> {
    for (int late = 0; late < 2000; late += 20) {
      RunstateLab lab(kind);
      lab.on(0, [&](Cpu& cpu) {
        lab.boot(cpu);
        cpu.compute(microseconds(1));
        lab.leave(cpu, RunState::blocked);
      });
      lab.on(near, [&, late](Cpu& cpu) {
        cpu.compute(microseconds(1) + nanoseconds(late));
        const Time now = lab.v->lock_and_sample(cpu, lab.lock);
        if (lab.v->state(cpu) == RunState::blocked) {
          lab.v->change(cpu, RunState::runnable, now);
        }
        lab.lock.unlock(cpu);
      });
      if (auto finding = lab.find()) {
        return finding;
      }
    }
    return std::nullopt;
  };
  expect_finding(wake_early("update_flag_time_before_lock"), "RS-S7", "before the lock was taken");
  EXPECT_FALSE(wake_early("update_flag").has_value());
}

// Registration by another vCPU is a second writer that knows nothing of the flag.
TEST(RegistrationByAnother, MixesWithAnUpdateThatIsUnderWay) {
  RunstateLab lab("update_flag");
  lab.v->hold_updates_up(microseconds(1));
  lab.on(0, [&](Cpu& cpu) {
    lab.boot(cpu);
    cpu.compute(Time{} + microseconds(10) - cpu.now());
    lab.leave(cpu, RunState::blocked);
  });
  lab.on(near, [&](Cpu& cpu) {
    cpu.compute(nanoseconds(10'500));
    lab.wake(cpu);
    register_runstate_area(cpu, *lab.v, lab.area, &lab.lock);
    cpu.compute(microseconds(2));
    lab.v->read(cpu, near, false);
  });
  expect_finding(lab.find(), "RS-S1", "got a record of vcpu[0] that never was");
}

// The second page of the area is not mapped: the copy ends half way, and the flag is cleared.
TEST(AFaultHalfWay, LeavesAMixtureUntilTheKernelIsBack) {
  for (const bool back : {false, true}) {
    RunstateLab lab("update_flag");
    lab.on(0, [&](Cpu& cpu) {
      lab.boot(cpu);
      cpu.compute(microseconds(1));
      lab.leave(cpu, RunState::runnable);
      cpu.compute(microseconds(1));
      lab.change(cpu, RunState::running);
      lab.v->update(cpu, true, 24);
      if (back) {
        lab.v->back_in_kernel(cpu);
      }
      cpu.fence();
      EXPECT_FALSE(lab.v->area().flagged());
      lab.v->read(cpu, 1, false);
    });
    const auto finding = lab.find();
    EXPECT_EQ(finding.has_value(), !back);
    if (finding) {
      expect_finding(finding, "RS-S1", "got a record of vcpu[0] that never was");
    }
  }
}

TEST(AnAreaMappedForGood, IsUpdatedInUserModeToo) {
  for (const bool for_good : {false, true}) {
    RunstateLab lab(for_good ? "flagged_area" : "update_flag");
    lab.on(0, [&](Cpu& cpu) {
      lab.boot(cpu);
      cpu.compute(microseconds(1));
      lab.change(cpu, RunState::runnable);
      lab.v->update(cpu, false);
      cpu.fence();
      EXPECT_EQ(lab.v->area().load(cpu) == lab.v->ledger().expected(), for_good);
    });
    EXPECT_FALSE(lab.find().has_value());
  }
}

// Steps 3 to 5 of an update are held up, as by an NMI: who reads meanwhile waits for its end. A
// hypercall does not.
TEST(AnUpdateThatIsHeldUp, MakesReadersWaitButNoHypercall) {
  const auto longest_read = [](Duration stall, bool by_hypercall) {
    RunstateLab lab("update_flag");
    lab.v->hold_updates_up(stall);
    Duration longest{};
    bool over = false;
    lab.on(0, [&](Cpu& cpu) {
      lab.boot(cpu);
      cpu.compute(microseconds(5));
      lab.leave(cpu, RunState::runnable);
      over = true;
    });
    lab.on(near, [&](Cpu& cpu) {
      cpu.compute(microseconds(3));
      while (!over) {
        const Time asked = cpu.now();
        if (by_hypercall) {
          lab.v->get(cpu, &lab.lock);
        } else {
          lab.v->read(cpu, near, false);
        }
        longest = std::max(longest, cpu.now() - asked);
      }
    });
    EXPECT_FALSE(lab.find().has_value());
    return longest;
  };
  EXPECT_GT(longest_read(microseconds(10), false), microseconds(10));
  EXPECT_GT(longest_read(microseconds(40), false), microseconds(40));
  EXPECT_LT(longest_read(microseconds(40), true), microseconds(2));
}

}  // namespace
}  // namespace hvsim
