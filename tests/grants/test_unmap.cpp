// Unmap: its statuses, its two phases, and that no page is given back before the flush.
#include "tests/grants/grant_lab.hpp"

namespace hvsim {
namespace {

TEST(Unmap, GivesEverythingBack) {
  GrantLab lab;
  lab.grant(lab.hvm, 9, 3);
  lab.on(0, [&](Cpu& cpu) {
    MapOp op = lab.map_op(lab.hvm, 9, 5);
    ASSERT_EQ(lab.map(cpu, op), GrantStatus::okay);
    EXPECT_NE(cpu.load(lab.dom0_domain.linear[5]), 0u);
    EXPECT_EQ(lab.unmap(cpu, GrantLab::unmap_op(op)), GrantStatus::okay);
    EXPECT_EQ(cpu.load(lab.dom0_domain.linear[5]), 0u);
  });
  lab.run();
  EXPECT_EQ(lab.hvm.grants->shared(9).flags_domid.peek(), grant_flag::permit_access);
  EXPECT_EQ(lab.hypervisor.frames().info(Mfn{3}).count_info.peek(), PageInfo::allocated | 1);
  EXPECT_EQ(lab.hypervisor.frames().info(Mfn{3}).type_info.peek() & PageInfo::type_count_mask, 0u);
  EXPECT_EQ(lab.dom0_domain.grants->maptrack().in_use(), 0u);
}

TEST(Unmap, RefusesAHandleThatIsNotInUse) {
  GrantLab lab;
  lab.grant(lab.hvm, 9, 3);
  GrantStatus beyond{}, free{}, twice{};
  lab.on(0, [&](Cpu& cpu) {
    UnmapOp op;
    op.handle = 100'000;
    beyond = lab.unmap(cpu, op);
    MapOp mapped = lab.map_op(lab.hvm, 9, 5);
    lab.map(cpu, mapped);
    op.handle = mapped.handle + 1;
    free = lab.unmap(cpu, op);
    lab.unmap(cpu, GrantLab::unmap_op(mapped));
    twice = lab.unmap(cpu, GrantLab::unmap_op(mapped));
  });
  lab.run();
  EXPECT_EQ(beyond, GrantStatus::bad_handle);
  EXPECT_EQ(free, GrantStatus::bad_handle);
  EXPECT_EQ(twice, GrantStatus::bad_handle);
}

TEST(Unmap, RefusesAnAddressWhereSomethingElseIsMapped) {
  GrantLab lab;
  lab.grant(lab.hvm, 9, 3);
  lab.grant(lab.hvm, 10, 4);
  GrantStatus other{}, outside{}, frame{};
  lab.on(0, [&](Cpu& cpu) {
    MapOp first = lab.map_op(lab.hvm, 9, 5);
    MapOp second = lab.map_op(lab.hvm, 10, 6);
    lab.map(cpu, first);
    lab.map(cpu, second);
    UnmapOp op = GrantLab::unmap_op(first);
    op.host_page = 6;
    other = lab.unmap(cpu, op);
    op.host_page = 9999;
    outside = lab.unmap(cpu, op);
    op = GrantLab::unmap_op(first);
    op.device = true;
    op.frame = Mfn{first.frame.n + 1};
    frame = lab.unmap(cpu, op);
  });
  lab.run();
  EXPECT_EQ(other, GrantStatus::general_error);
  EXPECT_EQ(outside, GrantStatus::general_error);
  EXPECT_EQ(frame, GrantStatus::general_error);
  EXPECT_EQ(lab.dom0_domain.grants->maptrack().in_use(), 2u);
}

TEST(Unmap, UndoesTheDeviceMappingAndTheHostMappingEachOnItsOwn) {
  GrantLab lab;
  lab.grant(lab.hvm, 9, 3);
  std::vector<unsigned> in_use;
  lab.on(0, [&](Cpu& cpu) {
    MapOp mapped = lab.map_op(lab.hvm, 9, 5, map_flag::host | map_flag::device);
    ASSERT_EQ(lab.map(cpu, mapped), GrantStatus::okay);
    UnmapOp op = GrantLab::unmap_op(mapped);
    op.host = false;
    op.device = true;
    op.frame = mapped.frame;
    EXPECT_EQ(lab.unmap(cpu, op), GrantStatus::okay);
    in_use.push_back(lab.dom0_domain.grants->maptrack().in_use());
    EXPECT_EQ(lab.unmap(cpu, GrantLab::unmap_op(mapped)), GrantStatus::okay);
    in_use.push_back(lab.dom0_domain.grants->maptrack().in_use());
  });
  lab.run();
  EXPECT_EQ(in_use, (std::vector<unsigned>{1, 0}));
  EXPECT_EQ(lab.hypervisor.frames().info(Mfn{3}).count_info.peek(), PageInfo::allocated | 1);
}

// Maps `count` grants and unmaps them in one hypercall; the number of flush broadcasts.
std::uint64_t flushes_for(unsigned count) {
  GrantLab lab;
  for (GrantRef ref = 0; ref < count; ++ref) {
    lab.grant(lab.hvm, 8 + ref, ref % 60);
  }
  lab.on(0, [&](Cpu& cpu) {
    std::vector<MapOp> maps;
    for (GrantRef ref = 0; ref < count; ++ref) {
      maps.push_back(lab.map_op(lab.hvm, 8 + ref, ref));
    }
    lab.ops->map(cpu, lab.dom0_domain, lab.vcpu(cpu), maps);
    std::vector<UnmapOp> unmaps;
    for (const MapOp& op : maps) {
      EXPECT_EQ(op.status, GrantStatus::okay);
      unmaps.push_back(GrantLab::unmap_op(op));
    }
    lab.ops->unmap(cpu, lab.dom0_domain, unmaps);
  });
  lab.run();
  EXPECT_EQ(lab.ops->unmaps(), count);
  return lab.hypervisor.tlb().broadcasts();
}

TEST(Unmap, FlushesOnceAGroupOf32) {
  EXPECT_EQ(flushes_for(1), 1u);
  EXPECT_EQ(flushes_for(32), 1u);
  EXPECT_EQ(flushes_for(33), 2u);
}

class WithoutFlush : public GrantOperations {
 public:
  using GrantOperations::GrantOperations;
  void flush_mapper(Cpu&, Domain&) override {}
};

// Flushes, but forgets a pCPU that dom0 has run on.
class FlushingTooFew : public GrantOperations {
 public:
  FlushingTooFew(Hypervisor& hypervisor, PcpuId forgotten)
      : GrantOperations(hypervisor), tlb_(hypervisor.tlb()), forgotten_(forgotten) {}
  void flush_mapper(Cpu& cpu, Domain& mapper) override {
    PcpuSet some = mapper.dirty_pcpus;
    some.remove(forgotten_);
    tlb_.flush(cpu, some);
  }

 private:
  TlbShootdown& tlb_;
  PcpuId forgotten_;
};

void map_and_unmap(GrantLab& lab) {
  lab.grant(lab.hvm, 9, 3);
  lab.on(0, [&](Cpu& cpu) {
    MapOp op = lab.map_op(lab.hvm, 9, 5);
    lab.map(cpu, op);
    lab.unmap(cpu, GrantLab::unmap_op(op));
  });
}

TEST(UnmapTwins, GivingBackWithoutAFlushIsFound) {
  GrantLab lab;
  lab.ops = std::make_unique<WithoutFlush>(lab.hypervisor);
  map_and_unmap(lab);
  expect_rule(lab.find(), "GR-S9");
}

TEST(UnmapTwins, ForgettingOnePcpuIsFound) {
  GrantLab lab;
  lab.ops = std::make_unique<FlushingTooFew>(lab.hypervisor, PcpuId{3});
  map_and_unmap(lab);
  expect_rule(lab.find(), "GR-S9");
}

// A hole in the rule itself: status bits follow the pin alone. Two vCPUs unmap two mappings of one
// grant; the first to complete sees no pin and clears the bit while the second has not flushed
// yet.
TEST(Unmap, OfOneGrantOnTwoPcpusCanShowItFreeTooEarly) {
  bool found = false;
  for (unsigned delay = 0; delay < 40 && !found; ++delay) {
    GrantLab lab;
    lab.grant(lab.hvm, 9, 3, true);
    constexpr std::uint16_t flags = map_flag::host | map_flag::readonly;
    for (unsigned p = 0; p < 2; ++p) {
      lab.on(p, [&lab, p, delay](Cpu& cpu) {
        MapOp op = lab.map_op(lab.hvm, 9, p, flags);
        ASSERT_EQ(lab.map(cpu, op), GrantStatus::okay);
        cpu.compute(microseconds(20) + nanoseconds(100) * (p * delay) - (cpu.now() - Time{}));
        EXPECT_EQ(lab.unmap(cpu, GrantLab::unmap_op(op)), GrantStatus::okay);
      });
    }
    const std::optional<Finding> finding = lab.find();
    found = finding.has_value();
    if (found) {
      EXPECT_EQ(finding->rule, "GR-S9") << finding->what;
    }
  }
  EXPECT_TRUE(found);
}

}  // namespace
}  // namespace hvsim
