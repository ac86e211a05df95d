// What every way to load an L4 does: what is copied when, and that changes reach the copies.
#include "tests/shadow/shadow_lab.hpp"

namespace hvsim {
namespace {

constexpr const char* shadowing[] = {"copy_every_switch", "mru_cache", "copy_if_changed"};

// Into a process of domain a on this pCPU; the tables it then has.
L4Tables enter(ShadowLab& lab, Cpu& cpu, unsigned process) {
  const L4Tables tables = lab.process_of_a(process);
  lab.loader->switch_tables(cpu, nullptr, lab.a, tables);
  return tables;
}

// The copies that `calls` system calls of one process make once it is warm.
std::uint64_t copies_of_calls(const std::string& kind, unsigned calls) {
  ShadowLab lab(kind);
  std::uint64_t copies = 0;
  lab.on(0, [&](Cpu& cpu) {
    L4Tables tables = enter(lab, cpu, 0);
    lab.loader->toggle(cpu, lab.a, tables);
    const std::uint64_t before = lab.loader->counts().sync_full;
    for (unsigned i = 0; i < calls; ++i) {
      lab.loader->toggle(cpu, lab.a, tables);
      lab.loader->check_guest(cpu);
      lab.loader->toggle(cpu, lab.a, tables);
      lab.loader->check_guest(cpu);
    }
    copies = lab.loader->counts().sync_full - before;
  });
  lab.run();
  return copies;
}

TEST(L4Loader, ASystemCallCopiesInBothDirectionsButForTheCache) {
  EXPECT_EQ(copies_of_calls("copy_every_switch", 10), 20u);
  EXPECT_EQ(copies_of_calls("copy_if_changed", 10), 20u);
  EXPECT_EQ(copies_of_calls("mru_cache", 10), 0u);
  EXPECT_EQ(copies_of_calls("direct", 10), 0u);
}

// Goes round so many L4s three times; the copies of the last round.
std::uint64_t copies_of_a_round(unsigned live, const LoaderOptions& options) {
  ShadowLab lab("mru_cache", options);
  std::uint64_t copies = 0;
  lab.on(0, [&](Cpu& cpu) {
    enter(lab, cpu, 0);
    for (unsigned round = 0; round < 3; ++round) {
      const std::uint64_t before = lab.loader->counts().sync_full;
      for (unsigned i = 0; i < live; ++i) {
        lab.loader->load_cr3(cpu, lab.a, lab.l4_of_a(i));
      }
      copies = lab.loader->counts().sync_full - before;
    }
  });
  lab.run();
  return copies;
}

TEST(L4Loader, TheCacheHoldsAsManyTablesAsItHasFramesAndNoneOfACycleOfMore) {
  for (const unsigned entries : {1u, 2u, 4u, 8u}) {
    LoaderOptions options;
    options.entries = entries;
    EXPECT_EQ(copies_of_a_round(entries, options), 0u) << entries;
    EXPECT_EQ(copies_of_a_round(entries + 1, options), entries + 1) << entries;
  }
}

TEST(L4Loader, ACycleThatIsTooLongHitsSometimesIfAnyEntryMayGo) {
  LoaderOptions fifo;
  fifo.replacement = Replacement::fifo;
  EXPECT_EQ(copies_of_a_round(4, fifo), 0u);
  EXPECT_EQ(copies_of_a_round(5, fifo), 5u);
  LoaderOptions random;
  random.replacement = Replacement::random;
  EXPECT_EQ(copies_of_a_round(4, random), 0u);
  EXPECT_LT(copies_of_a_round(5, random), 5u);
  EXPECT_GT(copies_of_a_round(5, random), 0u);
}

TEST(L4Loader, AChangeReachesWhoeverMirrorsTheTable) {
  for (const char* kind : shadowing) {
    ShadowLab lab(kind);
    for (const unsigned pcpu : {1u, 5u}) {
      lab.on(pcpu, [&](Cpu& cpu) {
        enter(lab, cpu, 0);
        cpu.compute(microseconds(40));
        lab.loader->check_guest(cpu);
      });
    }
    lab.on(0, [&](Cpu& cpu) {
      cpu.compute(microseconds(20));
      lab.loader->l4_write(cpu, lab.a, lab.l4_of_a(0), 3, 4097);
    });
    lab.run();
    EXPECT_EQ(lab.calls.interrupts(), 2u) << kind;
    EXPECT_EQ(lab.loader->counts().ipi_write, 2u) << kind;
    for (const unsigned pcpu : {1u, 5u}) {
      EXPECT_EQ(lab.frames.entry(lab.live(pcpu), 3).peek(), 4097u) << kind;
    }
  }
}

TEST(L4Loader, AChangeIsNoneOfTheBusinessOfOtherDomainsAndTables) {
  ShadowLab lab("mru_cache");
  lab.on(0, [&](Cpu& cpu) {
    cpu.compute(microseconds(20));
    lab.loader->l4_write(cpu, lab.a, lab.l4_of_a(0), 3, 4097);
  });
  lab.on(1, [&](Cpu& cpu) {
    enter(lab, cpu, 1);
    cpu.compute(microseconds(40));
  });
  lab.on(2, [&](Cpu& cpu) {
    lab.loader->switch_tables(cpu, nullptr, lab.b, lab.process_of_b(0));
    cpu.compute(microseconds(40));
  });
  lab.run();
  EXPECT_EQ(lab.calls.interrupts(), 1u);
  EXPECT_EQ(lab.loader->counts().ipi_cache_miss, 1u);
  EXPECT_EQ(lab.loader->counts().ipi_write, 0u);
}

TEST(L4Loader, TheCacheIsToldOfAFreedTableAndTheBaselineNeedsNotBe) {
  for (const char* kind : shadowing) {
    ShadowLab lab(kind);
    lab.on(0, [&](Cpu& cpu) {
      L4Tables tables = enter(lab, cpu, 0);
      lab.loader->toggle(cpu, lab.a, tables);
      tables.in_kernel = true;
      lab.loader->new_base(cpu, lab.a, tables, lab.l4_of_a(2), lab.l4_of_a(3));
      lab.loader->l4_free(cpu, lab.a, lab.l4_of_a(0));
      lab.loader->l4_free(cpu, lab.a, lab.l4_of_a(1));
    });
    lab.on(1, [&](Cpu& cpu) {
      enter(lab, cpu, 1);
      cpu.compute(microseconds(40));
    });
    lab.run();
    const bool cache = std::string(kind) == "mru_cache";
    EXPECT_EQ(lab.calls.calls(), cache ? 2u : 0u) << kind;
    EXPECT_EQ(lab.loader->counts().ipi_invlpg, cache ? 2u : 0u) << kind;
  }
}

TEST(L4Loader, ADroppedFrameIsTheNextToBeUsed) {
  ShadowLab lab("mru_cache");
  lab.on(0, [&](Cpu& cpu) {
    enter(lab, cpu, 0);
    for (const unsigned i : {1u, 2u, 3u}) {
      lab.loader->load_cr3(cpu, lab.a, lab.l4_of_a(i));
    }
    lab.loader->l4_free(cpu, lab.a, lab.l4_of_a(1));
    lab.loader->load_cr3(cpu, lab.a, lab.l4_of_a(4));
    const std::uint64_t before = lab.loader->counts().sync_full;
    for (const unsigned i : {0u, 2u, 3u, 4u}) {
      lab.loader->load_cr3(cpu, lab.a, lab.l4_of_a(i));
    }
    EXPECT_EQ(lab.loader->counts().sync_full, before);
  });
  lab.run();
}

TEST(L4Loader, AnotherDomainOnThePcpuEmptiesTheCache) {
  ShadowLab lab("mru_cache");
  lab.on(0, [&](Cpu& cpu) {
    enter(lab, cpu, 0);
    lab.loader->switch_tables(cpu, &lab.a, lab.b, lab.process_of_b(0));
    EXPECT_FALSE(lab.a.dirty_mask.peek().has(PcpuId{0}));
    EXPECT_TRUE(lab.b.dirty_mask.peek().has(PcpuId{0}));
    lab.loader->switch_tables(cpu, &lab.b, lab.a, lab.process_of_a(0));
    EXPECT_EQ(lab.loader->counts().sync_full, 3u);
    lab.loader->leave_tables(cpu, lab.a);
    EXPECT_TRUE(lab.a.dirty_mask.peek().empty());
  });
  lab.run();
}

TEST(L4Loader, ADomainOfOneVcpuRunsOnItsOwnTablesAndCallsNobody) {
  ShadowLab lab("mru_cache", {}, 1);
  lab.on(0, [&](Cpu& cpu) {
    enter(lab, cpu, 0);
    EXPECT_EQ(lab.live(0), lab.l4_of_a(0));
    lab.loader->l4_write(cpu, lab.a, lab.l4_of_a(0), 3, 4097);
    lab.loader->check_guest(cpu);
  });
  lab.run();
  EXPECT_EQ(lab.loader->counts().sync_none, 1u);
  EXPECT_EQ(lab.calls.calls(), 0u);
}

TEST(L4Loader, VcpusOfOneProcessRunOnShadowsOfTheirOwn) {
  for (const char* kind : shadowing) {
    ShadowLab lab(kind);
    for (const unsigned pcpu : {0u, 1u, 4u}) {
      lab.on(pcpu, [&](Cpu& cpu) {
        L4Tables tables = enter(lab, cpu, 0);
        for (int i = 0; i < 6; ++i) {
          lab.loader->toggle(cpu, lab.a, tables);
          cpu.compute(nanoseconds(300));
        }
      });
    }
    lab.run();
    EXPECT_NE(lab.live(0), lab.live(1)) << kind;
    EXPECT_NE(lab.live(0), lab.live(4)) << kind;
  }
}

}  // namespace
}  // namespace hvsim
