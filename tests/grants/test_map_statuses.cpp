// Every status that map can give, and that a failed element leaves nothing behind.
#include "tests/grants/grant_lab.hpp"

namespace hvsim {
namespace {

TEST(GrantStatus, HasTheNumbersOfThePublicInterface) {
  const GrantStatus all[] = {
      GrantStatus::okay,         GrantStatus::general_error,   GrantStatus::bad_domain,
      GrantStatus::bad_gntref,   GrantStatus::bad_handle,      GrantStatus::bad_virt_addr,
      GrantStatus::bad_dev_addr, GrantStatus::no_device_space, GrantStatus::permission_denied,
      GrantStatus::bad_page,     GrantStatus::bad_copy_arg,    GrantStatus::address_too_big,
      GrantStatus::eagain};
  int expected = 0;
  for (const GrantStatus status : all) {
    EXPECT_EQ(static_cast<int>(status), expected--);
  }
}

// Maps one grant that `prepare` may have spoiled; the books must be closed afterwards.
GrantStatus map_after(const std::function<void(GrantLab&, MapOp&)>& prepare) {
  GrantLab lab;
  lab.grant(lab.hvm, 9, 3);
  MapOp op = lab.map_op(lab.hvm, 9, 0);
  prepare(lab, op);
  const unsigned before = 0;
  lab.on(0, [&](Cpu& cpu) { lab.map(cpu, op); });
  lab.run();
  if (op.status != GrantStatus::okay) {
    EXPECT_EQ(lab.dom0_domain.grants->maptrack().in_use(), before);
    EXPECT_EQ(lab.hvm.grants->active(9).pin.peek(), 0u);
    EXPECT_EQ(lab.hvm.grants->ledger().references(9), 0u);
  }
  return op.status;
}

TEST(Map, WorksOnAGrantedPage) {
  EXPECT_EQ(map_after([](GrantLab&, MapOp&) {}), GrantStatus::okay);
}

TEST(Map, NeedsAHostOrADeviceFlag) {
  EXPECT_EQ(map_after([](GrantLab&, MapOp& op) { op.flags = map_flag::readonly; }),
            GrantStatus::bad_gntref);
}

TEST(Map, RefusesAnUnknownDomain) {
  EXPECT_EQ(map_after([](GrantLab&, MapOp& op) { op.granter = DomainId{77}; }),
            GrantStatus::bad_domain);
}

TEST(Map, RefusesWhatThePolicyForbids) {
  EXPECT_EQ(map_after([](GrantLab& lab, MapOp&) { lab.hvm.may_not_map.insert(dom0); }),
            GrantStatus::permission_denied);
}

TEST(Map, RefusesAReferenceBehindTheEndOfTheTable) {
  EXPECT_EQ(map_after([](GrantLab&, MapOp& op) { op.ref = GrantLab::no_such_ref; }),
            GrantStatus::bad_gntref);
}

TEST(Map, RefusesAnEntryGrantedToSomebodyElse) {
  EXPECT_EQ(map_after([](GrantLab& lab, MapOp&) { lab.grant(lab.hvm, 9, 3, false, lab.pv.id); }),
            GrantStatus::general_error);
}

TEST(Map, RefusesAnEntryThatIsNotGranted) {
  EXPECT_EQ(
      map_after([](GrantLab& lab, MapOp&) { lab.hvm.grants->shared(9).flags_domid.poke(0); }),
      GrantStatus::general_error);
}

TEST(Map, RefusesASubPageGrant) {
  EXPECT_EQ(map_after([](GrantLab& lab, MapOp&) {
              Shared<std::uint32_t>& word = lab.hvm.grants->shared(9).flags_domid;
              word.poke(word.peek() | grant_flag::sub_page);
            }),
            GrantStatus::general_error);
}

TEST(Map, RefusesToWriteAReadonlyGrant) {
  EXPECT_EQ(map_after([](GrantLab& lab, MapOp&) { lab.grant(lab.hvm, 9, 3, true); }),
            GrantStatus::general_error);
}

TEST(Map, RefusesAGuestFrameThatDoesNotExist) {
  EXPECT_EQ(map_after([](GrantLab& lab, MapOp&) { lab.grant(lab.hvm, 9, 62); }),
            GrantStatus::bad_page);
  EXPECT_EQ(map_after([](GrantLab& lab, MapOp&) { lab.grant(lab.hvm, 9, 4000); }),
            GrantStatus::bad_page);
}

TEST(Map, AsksToTryAgainForAPageThatIsPagedOut) {
  EXPECT_EQ(map_after([](GrantLab& lab, MapOp&) { lab.grant(lab.hvm, 9, 60); }),
            GrantStatus::eagain);
}

TEST(Map, RefusesAFrameThatAPvGranterDoesNotOwn) {
  GrantLab lab;
  lab.grant(lab.pv, 9, lab.dom0_first.n);
  MapOp op = lab.map_op(lab.pv, 9, 0);
  lab.on(0, [&](Cpu& cpu) { lab.map(cpu, op); });
  lab.run();
  EXPECT_EQ(op.status, GrantStatus::bad_page);
}

TEST(Map, TakesEverythingBackIfThePageCannotBeMapped) {
  EXPECT_EQ(map_after([](GrantLab&, MapOp& op) { op.host_page = 9999; }),
            GrantStatus::general_error);
  EXPECT_EQ(map_after([](GrantLab& lab, MapOp&) {
              // In use as a page table: it cannot become writable.
              PageInfo& page = lab.hypervisor.frames().info(Mfn{3});
              page.type_info.poke((std::uint64_t{1} << 61) | 1);
            }),
            GrantStatus::general_error);
}

TEST(Map, RefusesAGrantPinnedByAnotherDomain) {
  GrantLab lab;
  lab.grant(lab.hvm, 9, 3);
  lab.hvm.grants->active(9).pin.poke(pin::host_read);
  lab.hvm.grants->active(9).domid.poke(static_cast<std::uint16_t>(lab.pv.id.n));
  lab.hvm.grants->ledger().pinned(9, pin::host_read);
  lab.hvm.grants->shared(9).flags_domid.poke(grant_flag::permit_access | grant_flag::reading);
  MapOp op = lab.map_op(lab.hvm, 9, 0);
  lab.on(0, [&](Cpu& cpu) { lab.map(cpu, op); });
  lab.find();
  EXPECT_EQ(op.status, GrantStatus::general_error);
}

TEST(Map, StopsBeforeAPinCounterOverflows) {
  GrantLab lab;
  lab.grant(lab.hvm, 9, 3);
  unsigned worked = 0;
  GrantStatus last = GrantStatus::okay;
  lab.on(0, [&](Cpu& cpu) {
    for (unsigned i = 0; i < 130 && last == GrantStatus::okay; ++i) {
      MapOp op = lab.map_op(lab.hvm, 9, i);
      last = lab.map(cpu, op);
      worked += last == GrantStatus::okay ? 1 : 0;
    }
  });
  lab.run();
  EXPECT_EQ(worked, 128u);
  EXPECT_EQ(last, GrantStatus::general_error);
}

TEST(Map, RunsOutOfHandlesAtTheLimit) {
  GrantLab lab({.maptrack_pages = 1});
  GrantStatus last = GrantStatus::okay;
  unsigned worked = 0;
  for (GrantRef ref = 0; ref < 256; ++ref) {
    lab.grant(lab.hvm, 8 + ref, ref % 60);
  }
  lab.on(0, [&](Cpu& cpu) {
    for (GrantRef ref = 0; ref < 256 && last == GrantStatus::okay; ++ref) {
      MapOp op = lab.map_op(lab.hvm, 8 + ref, ref);
      last = lab.map(cpu, op);
      worked += last == GrantStatus::okay ? 1 : 0;
    }
  });
  lab.run();
  EXPECT_EQ(worked, 255u);  // one entry stays in the list
  EXPECT_EQ(last, GrantStatus::no_device_space);
}

TEST(Map, AnExternalMapperHasNoDeviceAndNoPteForm) {
  for (const std::uint16_t flags : {map_flag::device, map_flag::contains_pte}) {
    GrantLab lab;
    lab.grant(lab.pv, 9, lab.pv_first.n, false, lab.hvm.id);
    MapOp op = lab.map_op(lab.pv, 9, 62, static_cast<std::uint16_t>(map_flag::host | flags));
    lab.on(2, [&](Cpu& cpu) { lab.ops->map(cpu, lab.hvm, lab.hvm.vcpus[0], {&op, 1}); });
    lab.run();
    EXPECT_EQ(op.status, GrantStatus::general_error);
  }
}

TEST(Map, AnExternalMapperGetsThePageIntoItsP2m) {
  GrantLab lab;
  lab.grant(lab.pv, 9, lab.pv_first.n, false, lab.hvm.id);
  MapOp op = lab.map_op(lab.pv, 9, 62);
  lab.on(2, [&](Cpu& cpu) {
    lab.ops->map(cpu, lab.hvm, lab.hvm.vcpus[0], {&op, 1});
    ASSERT_EQ(op.status, GrantStatus::okay);
    UnmapOp undo = GrantLab::unmap_op(op);
    lab.ops->unmap(cpu, lab.hvm, {&undo, 1});
    EXPECT_EQ(undo.status, GrantStatus::okay);
  });
  lab.run();
  EXPECT_EQ(lab.hvm.p2m->lock().write_pairs(), 2u);
  EXPECT_EQ(lab.hvm.grants->maptrack().in_use(), 0u);
}

}  // namespace
}  // namespace hvsim
