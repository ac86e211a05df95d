// Each invariant of the sheet's section D that grants keep, broken on purpose.
#include "tests/grants/grant_lab.hpp"

namespace hvsim {
namespace {

void map_unmap_twice(GrantLab& lab) {
  lab.grant(lab.hvm, 9, 3);
  lab.on(0, [&](Cpu& cpu) {
    for (unsigned i = 0; i < 2; ++i) {
      MapOp op = lab.map_op(lab.hvm, 9, 5);
      lab.map(cpu, op);
      lab.unmap(cpu, GrantLab::unmap_op(op));
    }
  });
}

// Forgets the second change of a pin.
class LosingAPin : public GrantOperations {
 public:
  using GrantOperations::GrantOperations;
  void set_pins(Cpu& cpu, ActiveEntry& entry, std::uint32_t pins) override {
    if (++changes_ != 2) {
      GrantOperations::set_pins(cpu, entry, pins);
    }
  }

 private:
  unsigned changes_ = 0;
};

TEST(GhostRules, ALostPinIsFound) {
  GrantLab lab;
  lab.ops = std::make_unique<LosingAPin>(lab.hypervisor);
  map_unmap_twice(lab);
  expect_rule(lab.find(), "GR-S5");
}

TEST(GhostRules, APinThatNoMappingExplainsIsFoundAfterTheRun) {
  GrantLab lab;
  lab.grant(lab.hvm, 9, 3);
  MapOp op = lab.map_op(lab.hvm, 9, 5);
  lab.on(0, [&](Cpu& cpu) { lab.map(cpu, op); });
  lab.run();
  lab.dom0_domain.grants->maptrack().entry(op.handle).flags.poke(0);
  lab.dom0_domain.grants->maptrack().entry(op.handle).domid.poke(77);
  try {
    lab.hypervisor.check(lab.machine.cpu(PcpuId{0}));
    FAIL() << "no finding";
  } catch (const RuleViolated& violated) {
    EXPECT_EQ(violated.finding().rule, "GR-S5") << violated.what();
  }
}

class KeepingStatusBits : public GrantOperations {
 public:
  using GrantOperations::GrantOperations;
  void drop_status(Cpu&, GrantTable&, GrantRef, std::uint32_t, bool) override {}
};

TEST(GhostRules, AStatusBitLeftBehindIsFound) {
  GrantLab lab;
  lab.ops = std::make_unique<KeepingStatusBits>(lab.hypervisor);
  lab.grant(lab.hvm, 9, 3);
  lab.on(0, [&](Cpu& cpu) { lab.copy(cpu, lab.copy_op(lab.hvm, 9)); });
  expect_rule(lab.find(), "GR-S6");
}

class DroppingStatusTooEarly : public GrantOperations {
 public:
  using GrantOperations::GrantOperations;
  void drop_status(Cpu& cpu, GrantTable& table, GrantRef ref, std::uint32_t, bool w) override {
    GrantOperations::drop_status(cpu, table, ref, 0, w);
  }
};

TEST(GhostRules, AStatusBitClearedUnderALivePinIsFound) {
  GrantLab lab;
  lab.ops = std::make_unique<DroppingStatusTooEarly>(lab.hypervisor);
  lab.grant(lab.hvm, 9, 3);
  lab.on(0, [&](Cpu& cpu) {
    MapOp op = lab.map_op(lab.hvm, 9, 5);
    lab.map(cpu, op);
    lab.copy(cpu, lab.copy_op(lab.hvm, 9));
  });
  expect_rule(lab.find(), "GR-S6");
}

TEST(GhostRules, APageWithFewerReferencesThanMappingsIsFound) {
  GrantLab lab;
  lab.grant(lab.hvm, 9, 3);
  lab.on(0, [&](Cpu& cpu) {
    MapOp first = lab.map_op(lab.hvm, 9, 5);
    MapOp second = lab.map_op(lab.hvm, 9, 6);
    lab.map(cpu, first);
    lab.map(cpu, second);
    Shared<std::uint64_t>& count = lab.hypervisor.frames().info(first.frame).count_info;
    cpu.store(count, (cpu.load(count) & ~PageInfo::count_mask) | 2);  // 1 of the owner's, 1
    lab.unmap(cpu, GrantLab::unmap_op(first));
  });
  expect_rule(lab.find(), "GR-S8");
}

TEST(GhostRules, DroppingTheOwnersReferenceIsFound) {
  GrantLab lab;
  lab.on(0, [&](Cpu& cpu) { lab.hypervisor.frames().put_page(cpu, Mfn{3}); });
  expect_rule(lab.find(), "GR-S8");
}

TEST(GhostRules, ATableLockInsideAnEntryLockIsFound) {
  GrantLab lab;
  lab.on(0, [&](Cpu& cpu) {
    lab.hvm.grants->begin_read(cpu);
    lab.hvm.grants->begin_entry(cpu, 9);
    lab.pv.grants->begin_read(cpu);
  });
  const std::optional<Finding> finding = lab.find();
  ASSERT_TRUE(finding.has_value());
  EXPECT_EQ(finding->rule, "GR-S11");
  EXPECT_NE(finding->place.find("test_ghost_rules.cpp"), std::string::npos) << finding->place;
}

TEST(GhostRules, AnEntryLockInsideAP2mSectionIsFound) {
  GrantLab lab;
  LockOrder& order = lab.hypervisor.order();
  lab.on(0, [&](Cpu& cpu) {
    order.enter(cpu, LockRank::p2m, 0, &lab.hvm.p2m->lock().words().word);
    lab.hvm.grants->begin_entry(cpu, 9);
  });
  expect_rule(lab.find(), "GR-S11");
}

TEST(GhostRules, TwoTablesAgainstTheOrderOfTheirAddressesAreFound) {
  for (const bool in_order : {true, false}) {
    GrantLab lab;
    lab.on(0, [&](Cpu& cpu) {
      GrantTable& low = *lab.dom0_domain.grants;
      GrantTable& high = *lab.hvm.grants;
      ASSERT_LT(low.place(), high.place());
      (in_order ? low : high).begin_write(cpu);
      (in_order ? high : low).begin_write(cpu);
      end_write_both(cpu, low, high);
    });
    const std::optional<Finding> finding = lab.find();
    EXPECT_EQ(finding.has_value(), !in_order);
    if (finding) {
      EXPECT_EQ(finding->rule, "GR-S11");
    }
  }
}

TEST(GhostRules, WriteLockingTheSameTableTwiceTakesItOnce) {
  GrantLab lab;
  lab.on(0, [&](Cpu& cpu) {
    begin_write_both(cpu, *lab.hvm.grants, *lab.hvm.grants);
    end_write_both(cpu, *lab.hvm.grants, *lab.hvm.grants);
    begin_write_both(cpu, *lab.hvm.grants, *lab.dom0_domain.grants);
    end_write_both(cpu, *lab.hvm.grants, *lab.dom0_domain.grants);
  });
  lab.run();
  EXPECT_EQ(lab.hvm.grants->lock().write_pairs(), 2u);
  EXPECT_EQ(lab.dom0_domain.grants->lock().write_pairs(), 1u);
}

}  // namespace
}  // namespace hvsim
