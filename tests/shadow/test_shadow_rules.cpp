// Every rule of the shadows can fail: loaders with defects that have no name, and programs that do
// what they must not.
#include "models/hypervisor/shadow/copy_every_switch.hpp"
#include "models/hypervisor/shadow/mru_cache.hpp"
#include "tests/shadow/shadow_lab.hpp"

namespace hvsim {
namespace {

template <class Loader>
ShadowLab::Make make() {
  return [](Host& host, CrossCall& calls, L4Frames& frames, const LoaderOptions& options) {
    return std::make_unique<Loader>(host, calls, frames, options);
  };
}

void enter(ShadowLab& lab, Cpu& cpu, unsigned process) {
  lab.loader->switch_tables(cpu, nullptr, lab.a, lab.process_of_a(process));
}

class TakingNobodyToShareTables : public CopyEverySwitch {
 public:
  using CopyEverySwitch::CopyEverySwitch;

 protected:
  bool need_shadow(const PvDomainTables&) const override { return false; }
};

TEST(ShadowRules, NoTwoPcpusRunOnOneTable) {
  ShadowLab lab(make<TakingNobodyToShareTables>());
  lab.on(0, [&](Cpu& cpu) {
    enter(lab, cpu, 0);
    cpu.compute(microseconds(20));
  });
  lab.on(1, [&](Cpu& cpu) {
    cpu.compute(microseconds(10));
    enter(lab, cpu, 0);
  });
  expect_rule(lab.find(), "SC-S1", "a.l4.0 goes into cr3 of pCPU 1 while that of pCPU 0 names it");
}

class FindingNothing : public MruCache {
 public:
  using MruCache::MruCache;

 protected:
  std::size_t look_up(Cpu&, Pcpu& mine, Address, Where) override { return mine.words.size(); }
};

TEST(ShadowRules, NoTableIsTwiceInACache) {
  ShadowLab lab(make<FindingNothing>());
  lab.on(0, [&](Cpu& cpu) {
    enter(lab, cpu, 0);
    enter(lab, cpu, 0);
  });
  expect_rule(lab.find(), "SC-S3", "entries 0 and 1 of the cache of pCPU 0 mirror the same L4");
}

class ReturningAnotherFrame : public MruCache {
 public:
  using MruCache::MruCache;

 protected:
  Address shadow_of(Cpu& cpu, Pcpu& mine, Address guest, Where where) override {
    MruCache::shadow_of(cpu, mine, guest, where);
    return mine.base;
  }
};

TEST(ShadowRules, WhatIsLoadedIsWhatTheRecordNames) {
  ShadowLab lab(make<ReturningAnotherFrame>());
  lab.on(0, [&](Cpu& cpu) { enter(lab, cpu, 0); });
  expect_rule(lab.find(), "SC-S4", "pCPU 0 is to run on shadow_l4[0].0");
}

TEST(ShadowRules, OnlyTablesOfTheDomainAreLoaded) {
  ShadowLab lab("mru_cache");
  lab.on(0,
         [&](Cpu& cpu) { lab.loader->switch_tables(cpu, nullptr, lab.a, lab.process_of_b(0)); });
  expect_rule(lab.find(), "SC-S5", "b.l4.0, which is no L4 of domain 1");
}

class CopyingHalf : public CopyEverySwitch {
 public:
  using CopyEverySwitch::CopyEverySwitch;

 protected:
  void copy(Cpu& cpu, Address guest, Address shadow, Where where) override {
    cpu.copy_words(frames().entries(shadow), frames().entries(guest), 256, 1, where);
  }
};

TEST(ShadowRules, AShadowIsWhatTheTableIs) {
  ShadowLab lab(make<CopyingHalf>());
  lab.on(0, [&](Cpu& cpu) { enter(lab, cpu, 0); });
  expect_rule(lab.find(), "SC-S7", "slot 256 of shadow_l4[0]");
}

class LeavingChangesToOthers : public MruCache {
 public:
  using MruCache::MruCache;

 protected:
  void take_write(Cpu&, Pcpu&, const Change&) override {}
};

TEST(ShadowRules, AChangeIsDoneWhenEverybodyHasIt) {
  ShadowLab lab(make<LeavingChangesToOthers>());
  lab.on(1, [&](Cpu& cpu) {
    enter(lab, cpu, 0);
    cpu.compute(microseconds(40));
  });
  lab.on(0, [&](Cpu& cpu) {
    cpu.compute(microseconds(20));
    lab.loader->l4_write(cpu, lab.a, lab.l4_of_a(0), 3, 4097);
  });
  expect_rule(lab.find(), "SC-S8", "slot 3 of shadow_l4[1].3, the shadow of a.l4.0 on pCPU 1");
}

// Goes back to the guest in the middle of a copy.
class CopyingTheRestLater : public CopyEverySwitch {
 public:
  using CopyEverySwitch::CopyEverySwitch;

 protected:
  void copy(Cpu& cpu, Address guest, Address shadow, Where where) override {
    cpu.copy_words(frames().entries(shadow), frames().entries(guest), 256, 1, where);
    check_guest(cpu, where);
    cpu.copy_words(frames().entries(shadow) + 258, frames().entries(guest) + 258, 254, 1, where);
  }
};

TEST(ShadowRules, NoGuestRunsOnWhatIsStillBeingCopied) {
  ShadowLab lab(make<CopyingTheRestLater>());
  lab.on(0, [&](Cpu& cpu) { enter(lab, cpu, 0); });
  expect_rule(lab.find(), "SC-S9", "while a.l4.0 is still being copied into shadow_l4[0]");
}

TEST(ShadowRules, NobodyFreesATableThatAnotherPcpuRunsOn) {
  for (const char* kind : {"mru_cache", "copy_every_switch"}) {
    ShadowLab lab(kind);
    lab.on(1, [&](Cpu& cpu) {
      enter(lab, cpu, 0);
      cpu.compute(microseconds(40));
    });
    lab.on(0, [&](Cpu& cpu) {
      cpu.compute(microseconds(20));
      lab.loader->l4_free(cpu, lab.a, lab.l4_of_a(0));
    });
    if (std::string(kind) == "mru_cache") {
      expect_rule(lab.find(), "SC-S12", "an L4 is freed that pCPU 1 runs a vCPU on");
    } else {
      expect_rule(lab.find(), "SC-S11", "a.l4.0 is freed");
    }
  }
}

// The last paragraph of the sheet: interrupts are on during a copy, and its entry can be seen.
// pCPU 1 copies a table and, `interrupted` after it began, is away for 3 us by something else;
// meanwhile pCPU 0 changes a slot. What pCPU 1 has in registers then goes over the change.
std::optional<Finding> change_during_a_copy(const std::string& kind, unsigned block,
                                            Duration interrupted) {
  LoaderOptions options;
  options.block = block;
  ShadowLab lab(kind, options);
  lab.machine.on_interrupt(Vector::event_check, [](Cpu& cpu) { cpu.compute(microseconds(3)); });
  const Duration begins = microseconds(20);
  lab.on(1, [&](Cpu& cpu) {
    cpu.compute(begins);
    lab.a.dirty_mask.set(cpu, cpu.id());
    lab.loader->load_cr3(cpu, lab.a, lab.l4_of_a(0));
    cpu.compute(microseconds(20));
  });
  lab.on(2, [&](Cpu& cpu) {
    PcpuSet copier;
    copier.add(PcpuId{1});
    cpu.compute(begins + interrupted);
    cpu.send_ipi(copier, Vector::event_check);
  });
  lab.on(0, [&](Cpu& cpu) {
    cpu.compute(begins + interrupted + microseconds(1));
    lab.loader->l4_write(cpu, lab.a, lab.l4_of_a(0), 100, 4097);
  });
  return lab.find();
}

std::optional<Finding> change_during_a_copy(const std::string& kind, unsigned block) {
  for (Duration after{}; after < microseconds(3); after += nanoseconds(10)) {
    if (const auto finding = change_during_a_copy(kind, block, after)) {
      return finding;
    }
  }
  return std::nullopt;
}

TEST(ShadowRules, ACopyOfOneEntryAtATimeIsSafeWithInterruptsOnAndOneOfManyIsNot) {
  for (const char* kind : {"mru_cache", "copy_every_switch"}) {
    EXPECT_FALSE(change_during_a_copy(kind, 1).has_value()) << kind;
    for (const unsigned block : {8u, 512u}) {
      const auto finding = change_during_a_copy(kind, block);
      expect_rule(finding, "SC-S8", "slot 100 of shadow_l4[1]");
      EXPECT_NE(finding->what.find("holds 0 and the guest's 4097"), std::string::npos)
          << finding->what;
    }
  }
}

TEST(ShadowRules, ACopyThatIsMadeAgainIfTheFlagIsUpIsSafeWhateverIsInRegisters) {
  for (const unsigned block : {1u, 8u, 512u}) {
    EXPECT_FALSE(change_during_a_copy("copy_if_changed", block).has_value()) << block;
  }
}

}  // namespace
}  // namespace hvsim
