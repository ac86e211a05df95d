// What a hypercall costs in locks, and what happens around its elements: preemption, growth,
// IOMMU.
#include "tests/grants/grant_lab.hpp"

namespace hvsim {
namespace {

TEST(GrantHypercalls, TakeTheLockPairsOfTheSheet) {
  GrantLab lab;
  lab.grant(lab.hvm, 9, 3, true);
  std::vector<std::uint64_t> hvm, own, p2m;
  const auto note = [&] {
    hvm.push_back(lab.pairs(lab.hvm));
    own.push_back(lab.pairs(lab.dom0_domain));
    p2m.push_back(lab.hvm.p2m->lock().read_pairs());
  };
  lab.on(0, [&](Cpu& cpu) {
    MapOp op = lab.map_op(lab.hvm, 9, 5, map_flag::host | map_flag::readonly);
    lab.map(cpu, op);
    note();
    lab.copy(cpu, lab.copy_op(lab.hvm, 9));
    note();
    lab.unmap(cpu, GrantLab::unmap_op(op));
    note();
  });
  lab.run();
  EXPECT_EQ(hvm, (std::vector<std::uint64_t>{1, 3, 5}));
  EXPECT_EQ(own, (std::vector<std::uint64_t>{0, 0, 1}));
  EXPECT_EQ(p2m, (std::vector<std::uint64_t>{1, 1, 1}));  // a pinned page is not looked up again
}

TEST(GrantHypercalls, AreContinuedAfterAPreemption) {
  GrantLab lab;
  lab.grant(lab.hvm, 9, 3);
  CopyOp ops[2] = {lab.copy_op(lab.hvm, 9), lab.copy_op(lab.hvm, 9, 1)};
  lab.hypervisor.softirq_pending(PcpuId{0}).poke(1);
  lab.on(0, [&](Cpu& cpu) { lab.ops->copy(cpu, lab.dom0_domain, ops); });
  lab.run();
  EXPECT_EQ(ops[1].status, GrantStatus::okay);
  EXPECT_EQ(lab.pairs(lab.hvm), 4u);  // the buffer is given up and claimed again
  EXPECT_EQ(lab.machine.accounting(PcpuId{0}).spent(Cause::hypercall), nanoseconds(200));
  EXPECT_EQ(lab.hypervisor.softirq_pending(PcpuId{0}).peek(), 0u);
}

TEST(GrantHypercalls, SeeATableThatGrowsUnderTheWriteLock) {
  GrantLab lab({.max_grant_frames = 2});
  const GrantRef beyond = GrantTable::entries_a_frame + 3;
  lab.grant(lab.hvm, beyond, 3);
  GrantStatus before{}, after{};
  bool again = true;
  lab.on(0, [&](Cpu& cpu) {
    MapOp op = lab.map_op(lab.hvm, beyond, 5);
    before = lab.map(cpu, op);
    EXPECT_TRUE(lab.hvm.grants->grow(cpu));
    after = lab.map(cpu, op);
    again = lab.hvm.grants->grow(cpu);
  });
  lab.run();
  EXPECT_EQ(before, GrantStatus::bad_gntref);
  EXPECT_EQ(after, GrantStatus::okay);
  EXPECT_FALSE(again);
}

TEST(GrantHypercalls, KeepTheIommuInStepWithTheLiveMappings) {
  GrantLab lab({.strict_iommu = true});
  lab.grant(lab.hvm, 9, 3);
  std::vector<std::uint64_t> entries;
  const std::uint16_t readonly = map_flag::host | map_flag::readonly;
  lab.on(0, [&](Cpu& cpu) {
    const auto note = [&] { entries.push_back(cpu.load(lab.dom0_domain.iommu[3])); };
    MapOp reader = lab.map_op(lab.hvm, 9, 5, readonly);
    MapOp writer = lab.map_op(lab.hvm, 9, 6);
    lab.map(cpu, reader);
    note();
    lab.map(cpu, writer);
    note();
    lab.unmap(cpu, GrantLab::unmap_op(writer));
    note();
    lab.unmap(cpu, GrantLab::unmap_op(reader));
    note();
  });
  lab.run();
  EXPECT_EQ(entries,
            (std::vector<std::uint64_t>{mapping_entry(Mfn{3}, false), mapping_entry(Mfn{3}, true),
                                        mapping_entry(Mfn{3}, false), 0}));
  // Both tables are write-locked once a map and once an unmap.
  EXPECT_EQ(lab.hvm.grants->lock().write_pairs(), 4u);
  EXPECT_EQ(lab.dom0_domain.grants->lock().write_pairs(), 4u);
}

TEST(GrantHypercalls, KeepTheirBooksOnFourPcpusAtOnce) {
  GrantLab lab({.maptrack_pages = 4});
  for (GrantRef ref = 8; ref < 40; ++ref) {
    lab.grant(lab.hvm, ref, ref, true);
  }
  for (unsigned p = 0; p < GrantLab::dom0_vcpus; ++p) {
    lab.on(p, [&lab, p](Cpu& cpu) {
      Random random = lab.machine.random(200 + p);
      for (unsigned i = 0; i < 60; ++i) {
        const GrantRef own = 8 + p * 8 + random.below(8);  // mapped by this pCPU alone
        MapOp op = lab.map_op(lab.hvm, own, 100 * p + i, map_flag::host | map_flag::readonly);
        ASSERT_EQ(lab.map(cpu, op), GrantStatus::okay);
        ASSERT_EQ(lab.copy(cpu, lab.copy_op(lab.hvm, own, p)), GrantStatus::okay);
        ASSERT_EQ(lab.unmap(cpu, GrantLab::unmap_op(op)), GrantStatus::okay);
      }
    });
  }
  lab.run();
  EXPECT_EQ(lab.ops->maps(), 240u);
  EXPECT_EQ(lab.ops->unmaps(), 240u);
  EXPECT_EQ(lab.ops->copies(), 240u);
  EXPECT_EQ(lab.dom0_domain.grants->maptrack().in_use(), 0u);
  EXPECT_EQ(lab.pairs(lab.hvm), 240 * 5u);
}

}  // namespace
}  // namespace hvsim
