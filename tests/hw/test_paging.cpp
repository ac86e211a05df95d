// Address spaces of a pCPU: what a translation finds, what it costs, and how long it is kept.
#include "sim/base/check.hpp"
#include "tests/hw/rig.hpp"

namespace hvsim {
namespace {

constexpr Linear page = 0x1234'5678'9000;
const Prices price = unloaded_toy().prices;

// Four tables that lead from a root to the entry of `page`.
class PagedRig : public Rig {
 public:
  explicit PagedRig(const MachineSpec& spec = unloaded_toy(), const RunOptions& options = {})
      : Rig(spec, options) {
    for (unsigned level = paging_levels; level > 0; --level) {
      tables[level] = &machine.memory().make<PageTable>("table " + std::to_string(level), {});
    }
    for (unsigned level = paging_levels; level > 1; --level) {
      tables[level]->entry[slot_of(page, level)].poke(entry_for(at(tables[level - 1])));
    }
    root = at(tables[paging_levels]);
    for (Address& frame : frames) {
      frame = machine.memory().reserve("frame", page_bytes, {});
    }
    entry().poke(entry_for(frames[0]));
  }
  Address at(const PageTable* table) { return machine.memory().address_of(table); }
  Word& entry() { return tables[1]->entry[slot_of(page, 1)]; }
  // On a pCPU whose cr3 is that of the tables, under PCID 1.
  void paged(unsigned pcpu, const std::function<void(Cpu&)>& body) {
    on(pcpu, [this, body](Cpu& cpu) {
      cpu.write_cr3(root, Pcid{1}, true);
      body(cpu);
    });
  }

  PageTable* tables[paging_levels + 1] = {};
  Address root = 0;
  Address frames[2] = {};
};

TEST(Paging, AddressesAreFoundThroughFourTables) {
  PagedRig rig;
  rig.paged(0, [&](Cpu& cpu) {
    EXPECT_EQ(cpu.translate(page + 0x10), rig.frames[0] + 0x10);
    EXPECT_EQ(cpu.translate(page + page_bytes), std::nullopt);
    EXPECT_EQ(cpu.translate(page + (Linear{1} << 39)), std::nullopt);
  });
  rig.run();
}

TEST(Paging, AWalkPaysForEachEntryWhereItIs) {
  PagedRig rig;
  const Duration from_memory = price.dram_local.value * 4;
  rig.paged(0, [&](Cpu& cpu) {
    EXPECT_EQ(taken(cpu, [&] { cpu.translate(page); }), price.page_walk.value + from_memory);
    EXPECT_EQ(taken(cpu, [&] { cpu.translate(page); }), price.tlb_hit.value);
    cpu.invlpg(page);
    EXPECT_EQ(taken(cpu, [&] { cpu.translate(page); }),
              price.page_walk.value + price.l1_hit.value * 4);
  });
  rig.run();
  EXPECT_EQ(rig.spent(0, Cause::memory), from_memory);
}

TEST(Paging, AWalkTakesTheEntryFromTheCoreThatHasChangedIt) {
  PagedRig rig;
  rig.paged(0, [&](Cpu& cpu) {
    cpu.translate(page);
    wait_until(cpu, at_ns(5'000));
    cpu.invlpg(page);
    EXPECT_EQ(taken(cpu, [&] { EXPECT_EQ(cpu.translate(page), rig.frames[1]); }),
              price.page_walk.value + price.l1_hit.value * 3 + price.dirty_same.value);
  });
  rig.on(1, [&](Cpu& cpu) {
    wait_until(cpu, at_ns(2'000));
    cpu.store(rig.entry(), entry_for(rig.frames[1]));
  });
  rig.run();
}

// Another core's store asks for the entry's line while the walk is under way: the walk sees it if
// and only if the line is gone when the entry's own load starts.
TEST(Paging, EachLoadOfAWalkSeesWhatHasHappenedByItsOwnInstant) {
  const Time walk = at_ns(3'000);
  const Time loaded = walk + price.page_walk.value + price.l1_hit.value * 3;
  for (const bool step : {true, false}) {
    for (int early = -8; early < 30; ++early) {
      RunOptions options;
      options.step_every_verb = step;
      PagedRig rig(unloaded_toy(), options);
      const Time gone = loaded + picoseconds(500) - ns(early);
      rig.paged(0, [&](Cpu& cpu) {
        cpu.translate(page);
        cpu.invlpg(page);
        wait_until(cpu, walk);
        EXPECT_EQ(cpu.translate(page), rig.frames[gone < loaded ? 1 : 0]) << early << " " << step;
      });
      rig.on(1, [&](Cpu& cpu) {
        wait_until(cpu, gone - price.l3_request.value);
        cpu.store(rig.entry(), entry_for(rig.frames[1]));
      });
      rig.run();
    }
  }
}

TEST(Paging, AWalkSeesTheOwnStoresThatStillWait) {
  PagedRig rig;
  rig.paged(0, [&](Cpu& cpu) {
    cpu.store(rig.entry(), entry_for(rig.frames[1]));
    EXPECT_EQ(cpu.translate(page), rig.frames[1]);
  });
  rig.run();
}

TEST(Paging, ATranslationIsKeptThoughItsEntryHasChanged) {
  PagedRig rig;
  rig.paged(0, [&](Cpu& cpu) {
    cpu.translate(page);
    cpu.store(rig.entry(), 0);
    cpu.fence();
    EXPECT_EQ(cpu.translate(page), rig.frames[0]);
    cpu.invlpg(page);
    EXPECT_EQ(cpu.translate(page), std::nullopt);
  });
  rig.run();
}

TEST(Paging, WhatIsNotPresentIsNotKept) {
  PagedRig rig;
  rig.entry().poke(0);
  rig.paged(0, [&](Cpu& cpu) {
    EXPECT_EQ(cpu.translate(page), std::nullopt);
    cpu.store(rig.entry(), entry_for(rig.frames[0]));
    EXPECT_EQ(cpu.translate(page), rig.frames[0]);
  });
  rig.run();
}

// Whether a translation under PCID 1 outlives what `between` does.
bool outlives(std::uint64_t flags, const std::function<void(Cpu&, Address root)>& between) {
  PagedRig rig;
  rig.entry().poke(entry_for(rig.frames[0], flags));
  bool kept = false;
  rig.paged(0, [&](Cpu& cpu) {
    cpu.translate(page);
    cpu.store(rig.entry(), 0);
    between(cpu, rig.root);
    kept = cpu.translate(page) == rig.frames[0];
  });
  rig.run();
  return kept;
}

TEST(Paging, ACr3WriteThatFlushesDropsTheTranslationsOfItsOwnPcid) {
  EXPECT_FALSE(outlives(0, [](Cpu& cpu, Address root) { cpu.write_cr3(root, Pcid{1}, true); }));
  EXPECT_TRUE(outlives(0, [](Cpu& cpu, Address root) { cpu.write_cr3(root, Pcid{1}, false); }));
  EXPECT_TRUE(outlives(0, [](Cpu& cpu, Address root) {
    cpu.write_cr3(root, Pcid{2}, true);
    cpu.write_cr3(root, Pcid{1}, false);
  }));
}

TEST(Paging, TranslationsOfAnotherPcidAreNotUsed) {
  EXPECT_FALSE(outlives(0, [](Cpu& cpu, Address root) { cpu.write_cr3(root, Pcid{2}, false); }));
}

TEST(Paging, FlushingTheOwnTranslationsIsACr3WriteOfTheSame) {
  EXPECT_FALSE(outlives(0, [](Cpu& cpu, Address) { cpu.flush_tlb(); }));
  EXPECT_TRUE(outlives(entry_global, [](Cpu& cpu, Address) { cpu.flush_tlb(); }));
}

TEST(Paging, AnInvlpgUnderAnotherPcidDropsOnlyAGlobalPage) {
  const auto under_another = [](Cpu& cpu, Address root) {
    cpu.write_cr3(root, Pcid{2}, false);
    cpu.invlpg(page);
    cpu.write_cr3(root, Pcid{1}, false);
  };
  EXPECT_TRUE(outlives(0, under_another));
  EXPECT_FALSE(outlives(entry_global, under_another));
}

TEST(Paging, AFlushOfEverythingDropsEveryPcidAndGlobalPages) {
  const auto under_another = [](Cpu& cpu, Address root) {
    cpu.write_cr3(root, Pcid{2}, false);
    cpu.flush_tlb_all();
    cpu.write_cr3(root, Pcid{1}, false);
  };
  EXPECT_FALSE(outlives(0, under_another));
  EXPECT_FALSE(outlives(entry_global, under_another));
}

TEST(Paging, DroppingTranslationsDrainsTheStoresFirst) {
  const auto drained = [](const std::function<void(Cpu&)>& verb, Duration alone) {
    PagedRig rig;
    Word& word = rig.word("word");
    rig.paged(0, [&](Cpu& cpu) {
      cpu.store(word, 1);
      EXPECT_EQ(taken(cpu, [&] { verb(cpu); }),
                price.dram_local.value - price.store.value + alone);
    });
    rig.run();
  };
  drained([](Cpu& cpu) { cpu.invlpg(page); }, price.invlpg.value);
  drained([](Cpu& cpu) { cpu.flush_tlb_all(); }, price.tlb_flush_all.value);
  drained([](Cpu& cpu) { cpu.write_cr3(0, Pcid{1}, true); }, price.tlb_flush.value);
  drained([](Cpu& cpu) { cpu.write_cr3(0, Pcid{1}, false); }, price.cr3_write.value);
}

// A handler that drops the page comes after the walk that was under way, and drops what it found.
TEST(Paging, NoInterruptIsTakenInTheMiddleOfAWalk) {
  PagedRig rig;
  Time handled;
  rig.machine.on_interrupt(Vector::tlb_flush, [&](Cpu& cpu) {
    handled = cpu.now();
    cpu.flush_tlb();
  });
  Time walked;
  rig.paged(0, [&](Cpu& cpu) {
    wait_until(cpu, at_ns(1'000));
    cpu.translate(page);  // 400 ns of memory
    walked = cpu.now();
    EXPECT_EQ(taken(cpu, [&] { cpu.translate(page); }),
              price.tlb_flush.value + price.interrupt.value + price.page_walk.value +
                  price.l1_hit.value * 4);
  });
  rig.on(1, [&](Cpu& cpu) {
    wait_until(cpu, at_ns(1'200) - price.ipi_delivery.value - price.ipi_send.value);
    PcpuSet target;
    target.add(PcpuId{0});
    cpu.send_ipi(target, Vector::tlb_flush);
  });
  rig.run();
  EXPECT_EQ(handled, walked);
}

TEST(Paging, ThreadsOfACoreKeepTheirOwnTranslations) {
  MachineSpec spec = unloaded_toy();
  spec.threads_per_core = 2;
  PagedRig rig(spec);
  rig.paged(0, [&](Cpu& cpu) { cpu.translate(page); });
  rig.paged(8, [&](Cpu& cpu) {
    wait_until(cpu, at_ns(5'000));
    EXPECT_EQ(taken(cpu, [&] { cpu.translate(page); }),
              price.page_walk.value + price.l1_hit.value * 4);
  });
  rig.run();
}

TEST(Paging, ATranslationBeforeCr3NamesTablesIsRefused) {
  Rig rig;
  rig.on(0, [](Cpu& cpu) { cpu.translate(page); });
  EXPECT_THROW(rig.run(), InternalError);
}

TEST(Paging, SyscallAndSysretTakeTheirPrices) {
  Rig rig;
  rig.on(0, [](Cpu& cpu) {
    EXPECT_EQ(taken(cpu, [&] { cpu.syscall(); }), price.syscall.value);
    EXPECT_EQ(taken(cpu, [&] { cpu.sysret(); }), price.sysret.value);
  });
  rig.run();
  EXPECT_EQ(rig.spent(0, Cause::hypercall), price.syscall.value + price.sysret.value);
}

}  // namespace
}  // namespace hvsim
