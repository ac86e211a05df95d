// Copy: its statuses, how long it keeps a buffer, and that frames stay pinned while bytes move.
#include "tests/grants/grant_lab.hpp"

namespace hvsim {
namespace {

GrantStatus copy_after(const std::function<void(GrantLab&, CopyOp&)>& prepare) {
  GrantLab lab;
  lab.grant(lab.hvm, 9, 3);
  CopyOp op = lab.copy_op(lab.hvm, 9);
  prepare(lab, op);
  GrantStatus status{};
  lab.on(0, [&](Cpu& cpu) { status = lab.copy(cpu, op); });
  lab.run();
  return status;
}

TEST(Copy, WorksFromAGrantToAFrameOfTheCaller) {
  EXPECT_EQ(copy_after([](GrantLab&, CopyOp&) {}), GrantStatus::okay);
}

TEST(Copy, WorksFromAFrameOfTheCallerToAGrant) {
  EXPECT_EQ(copy_after([](GrantLab&, CopyOp& op) { std::swap(op.source, op.dest); }),
            GrantStatus::okay);
}

TEST(Copy, StaysInsideAPage) {
  EXPECT_EQ(copy_after([](GrantLab&, CopyOp& op) { op.source.offset = 4095; }),
            GrantStatus::bad_copy_arg);
  EXPECT_EQ(copy_after([](GrantLab&, CopyOp& op) { op.dest.offset = 4090; }),
            GrantStatus::bad_copy_arg);
  EXPECT_EQ(copy_after([](GrantLab&, CopyOp& op) { op.source.offset = 4096 - 64; }),
            GrantStatus::okay);
}

TEST(Copy, RefusesAnUnknownDomain) {
  EXPECT_EQ(copy_after([](GrantLab&, CopyOp& op) { op.source.domain = DomainId{9}; }),
            GrantStatus::bad_domain);
}

TEST(Copy, RefusesAForeignFrameWithoutAGrant) {
  EXPECT_EQ(copy_after([](GrantLab&, CopyOp& op) { op.source.by_grant = false; }),
            GrantStatus::permission_denied);
}

TEST(Copy, RefusesWhatThePolicyForbids) {
  EXPECT_EQ(copy_after([](GrantLab& lab, CopyOp&) { lab.hvm.may_not_map.insert(dom0); }),
            GrantStatus::permission_denied);
}

TEST(Copy, RefusesAReferenceBehindTheEndOfTheTable) {
  EXPECT_EQ(copy_after([](GrantLab&, CopyOp& op) { op.source.ref = GrantLab::no_such_ref; }),
            GrantStatus::bad_gntref);
}

TEST(Copy, RefusesToWriteAReadonlyGrant) {
  EXPECT_EQ(copy_after([](GrantLab& lab, CopyOp& op) {
              lab.grant(lab.hvm, 9, 3, true);
              std::swap(op.source, op.dest);
            }),
            GrantStatus::general_error);
}

TEST(Copy, RefusesAPageThatCannotBeWritten) {
  EXPECT_EQ(copy_after([](GrantLab& lab, CopyOp&) {
              PageInfo& page = lab.hypervisor.frames().info(lab.dom0_first);
              page.type_info.poke((std::uint64_t{1} << 61) | 1);
            }),
            GrantStatus::general_error);
}

TEST(Copy, RefusesABadPageAndAsksToTryAgainForOnePagedOut) {
  EXPECT_EQ(copy_after([](GrantLab& lab, CopyOp&) { lab.grant(lab.hvm, 9, 62); }),
            GrantStatus::bad_page);
  EXPECT_EQ(copy_after([](GrantLab& lab, CopyOp&) { lab.grant(lab.hvm, 9, 60); }),
            GrantStatus::eagain);
  EXPECT_EQ(copy_after([](GrantLab& lab, CopyOp& op) { op.dest.gfn = Gfn{lab.pv_first.n}; }),
            GrantStatus::bad_page);
}

TEST(Copy, OneBadElementDoesNotStopTheOthers) {
  GrantLab lab;
  lab.grant(lab.hvm, 9, 3);
  CopyOp ops[3] = {lab.copy_op(lab.hvm, 9), lab.copy_op(lab.hvm, GrantLab::no_such_ref),
                   lab.copy_op(lab.hvm, 9, 1)};
  lab.on(0, [&](Cpu& cpu) { lab.ops->copy(cpu, lab.dom0_domain, ops); });
  lab.run();
  EXPECT_EQ(ops[0].status, GrantStatus::okay);
  EXPECT_EQ(ops[1].status, GrantStatus::bad_gntref);
  EXPECT_EQ(ops[2].status, GrantStatus::okay);
}

// Lock pairs on the table of `hvm` for a batch.
std::uint64_t pairs_for(const std::function<std::vector<CopyOp>(GrantLab&)>& batch) {
  GrantLab lab;
  for (GrantRef ref = 9; ref < 20; ++ref) {
    lab.grant(lab.hvm, ref, ref);
    lab.grant(lab.pv, ref, lab.pv_first.n);
  }
  std::vector<CopyOp> ops = batch(lab);
  lab.on(0, [&](Cpu& cpu) { lab.ops->copy(cpu, lab.dom0_domain, ops); });
  lab.run();
  for (const CopyOp& op : ops) {
    EXPECT_EQ(op.status, GrantStatus::okay);
  }
  return lab.pairs(lab.hvm);
}

TEST(Copy, TakesTwoLockPairsAGrant) {
  EXPECT_EQ(pairs_for([](GrantLab& lab) { return std::vector{lab.copy_op(lab.hvm, 9)}; }), 2u);
  EXPECT_EQ(pairs_for([](GrantLab& lab) {
              return std::vector{lab.copy_op(lab.hvm, 9), lab.copy_op(lab.hvm, 10)};
            }),
            4u);
}

TEST(Copy, KeepsABufferThatTheNextElementUses) {
  EXPECT_EQ(pairs_for([](GrantLab& lab) {
              return std::vector{lab.copy_op(lab.hvm, 9, 0), lab.copy_op(lab.hvm, 9, 1),
                                 lab.copy_op(lab.hvm, 9, 2)};
            }),
            2u);
}

TEST(Copy, GivesBothBuffersBackWhenADomainChanges) {
  // Into one grant of hvm, from dom0, then from a grant of pv: hvm's page is claimed twice.
  EXPECT_EQ(pairs_for([](GrantLab& lab) {
              CopyOp own = lab.copy_op(lab.hvm, 9);
              std::swap(own.source, own.dest);
              CopyOp foreign = own;
              foreign.source = {lab.pv.id, true, 9, {}, 0};
              return std::vector{own, foreign};
            }),
            4u);
}

class WithoutPins : public GrantOperations {
 public:
  using GrantOperations::GrantOperations;
  void set_pins(Cpu&, ActiveEntry&, std::uint32_t) override {}
};

TEST(CopyTwins, MovingBytesOfAPageThatIsNotPinnedIsFound) {
  GrantLab lab;
  lab.grant(lab.hvm, 9, 3);
  lab.ops = std::make_unique<WithoutPins>(lab.hypervisor);
  lab.on(0, [&](Cpu& cpu) { lab.copy(cpu, lab.copy_op(lab.hvm, 9)); });
  expect_rule(lab.find(), "DP-3");
}

}  // namespace
}  // namespace hvsim
