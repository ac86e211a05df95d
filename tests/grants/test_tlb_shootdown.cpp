// The TLB flush broadcast, and the page and p2m look-ups beneath grants.
#include "tests/grants/grant_lab.hpp"

namespace hvsim {
namespace {

PcpuSet set_of(std::initializer_list<unsigned> pcpus) {
  PcpuSet set;
  for (const unsigned p : pcpus) {
    set.add(PcpuId{p});
  }
  return set;
}

TEST(TlbShootdown, ReturnsWhenEveryPcpuOfTheMaskHasFlushed) {
  GrantLab lab;
  TlbShootdown& tlb = lab.hypervisor.tlb();
  bool before = true, after = false, outside = true;
  lab.on(0, [&](Cpu& cpu) {
    cpu.compute(microseconds(1));
    const Time began = cpu.now();
    before = tlb.flushed_since(set_of({0, 1, 2}), began);
    tlb.flush(cpu, set_of({0, 1, 2}));
    cpu.ghost_point();
    after = tlb.flushed_since(set_of({0, 1, 2}), began);
    outside = tlb.flushed_since(set_of({3}), began);
  });
  lab.run();
  EXPECT_FALSE(before);
  EXPECT_TRUE(after);
  EXPECT_FALSE(outside);
  EXPECT_EQ(lab.machine.traffic().ipis, 2u);
  EXPECT_EQ(tlb.broadcasts(), 1u);
}

TEST(TlbShootdown, OfItselfAloneSendsNothing) {
  GrantLab lab;
  lab.on(0, [&](Cpu& cpu) { lab.hypervisor.tlb().flush(cpu, set_of({0})); });
  lab.run();
  EXPECT_EQ(lab.machine.traffic().ipis, 0u);
  EXPECT_EQ(lab.hypervisor.tlb().broadcasts(), 0u);
}

TEST(TlbShootdown, InitiatorsThatWaitForEachOtherFlushEachOther) {
  GrantLab lab;
  for (unsigned p = 0; p < 4; ++p) {
    lab.on(p, [&lab](Cpu& cpu) {
      for (unsigned i = 0; i < 20; ++i) {
        const Time began = cpu.now();
        lab.hypervisor.tlb().flush(cpu, set_of({0, 1, 2, 3}));
        cpu.ghost_point();
        EXPECT_TRUE(lab.hypervisor.tlb().flushed_since(set_of({0, 1, 2, 3}), began));
      }
    });
  }
  lab.run();
  EXPECT_EQ(lab.hypervisor.tlb().broadcasts(), 80u);
  EXPECT_EQ(lab.machine.traffic().ipis, 240u);
}

TEST(FrameTable, CountsReferencesOfTheOwnerOnly) {
  GrantLab lab;
  FrameTable& frames = lab.hypervisor.frames();
  bool owner = false, stranger = true;
  lab.on(0, [&](Cpu& cpu) {
    owner = frames.get_page(cpu, Mfn{3}, lab.hvm.id);
    stranger = frames.get_page(cpu, Mfn{3}, lab.pv.id);
  });
  lab.run();
  EXPECT_TRUE(owner);
  EXPECT_FALSE(stranger);
  EXPECT_EQ(frames.info(Mfn{3}).count_info.peek(), PageInfo::allocated | 2);
}

TEST(FrameTable, LosesNoReferenceToAnotherPcpu) {
  GrantLab lab;
  FrameTable& frames = lab.hypervisor.frames();
  for (unsigned p = 0; p < 4; ++p) {
    lab.on(p, [&](Cpu& cpu) {
      for (unsigned i = 0; i < 100; ++i) {
        EXPECT_TRUE(frames.get_page(cpu, Mfn{3}, lab.hvm.id));
        EXPECT_TRUE(frames.get_writable_type(cpu, Mfn{3}));
        if (i % 2 == 0) {
          frames.put_writable_type(cpu, Mfn{3});
          frames.put_page(cpu, Mfn{3});
        }
      }
    });
  }
  lab.run();
  EXPECT_EQ(frames.info(Mfn{3}).count_info.peek(), PageInfo::allocated | 201);
  EXPECT_EQ(frames.info(Mfn{3}).type_info.peek(), PageInfo::writable | 200);
}

TEST(P2m, TakesAReferenceWithTheLookUp) {
  GrantLab lab;
  P2m::Found found, hole, paged;
  lab.on(0, [&](Cpu& cpu) {
    found = lab.hvm.p2m->get_page(cpu, Gfn{5});
    hole = lab.hvm.p2m->get_page(cpu, Gfn{63});
    paged = lab.hvm.p2m->get_page(cpu, Gfn{60});
  });
  lab.run();
  EXPECT_EQ(found.outcome, P2m::Outcome::found);
  EXPECT_EQ(lab.hypervisor.frames().info(found.mfn).count_info.peek(), PageInfo::allocated | 2);
  EXPECT_EQ(hole.outcome, P2m::Outcome::bad);
  EXPECT_EQ(paged.outcome, P2m::Outcome::try_again);
  EXPECT_EQ(lab.hvm.p2m->lock().read_pairs(), 3u);
}

}  // namespace
}  // namespace hvsim
