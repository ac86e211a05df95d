// Each broken twin must be caught, by the rule it breaks and in words that show the defect; the
// algorithm it is a twin of must not be.
#include "tests/shadow/shadow_lab.hpp"

namespace hvsim {
namespace {

constexpr Time begun = Time{} + microseconds(40);  // everybody's caches are warm

void wait_until(Cpu& cpu, Time t) {
  ASSERT_LT(cpu.now(), t);
  cpu.compute(t - cpu.now());
}

// Two domains take turns on a pCPU.
std::optional<Finding> take_turns(const std::string& kind) {
  ShadowLab lab(kind);
  lab.on(0, [&](Cpu& cpu) {
    lab.loader->switch_tables(cpu, nullptr, lab.a, lab.process_of_a(0));
    lab.loader->switch_tables(cpu, &lab.a, lab.b, lab.process_of_b(0));
    lab.loader->switch_tables(cpu, &lab.b, lab.a, lab.process_of_a(0));
  });
  return lab.find();
}

TEST(ShadowTwins, ThatSetTheirBitAfterTheLoadWouldMissChanges) {
  expect_rule(take_turns("mru_cache_setting_mask_after_load"), "SC-S6",
              "pCPU 0 shadows tables of domain 1 without being in its dirty mask");
  EXPECT_FALSE(take_turns("mru_cache").has_value());
}

TEST(ShadowTwins, ThatKeepEntriesShadowTablesOfADomainThatIsGone) {
  expect_rule(take_turns("mru_cache_keeping_entries"), "SC-S5",
              "keeps a shadow of a.l4.0, which is no L4 of domain 2");
}

TEST(ShadowTwins, ThatZeroWholeEntriesHaveTwoEntriesForOneFrame) {
  expect_rule(take_turns("mru_cache_zeroing_whole_entries"), "SC-S2",
              "names shadow frame 0, as another one does");
}

TEST(ShadowTwins, ThatCopySlot257PutAnotherEntryUnderThePcpuThatRunsOnIt) {
  const auto toggle = [](const std::string& kind) {
    ShadowLab lab(kind);
    lab.on(3, [&](Cpu& cpu) {
      L4Tables tables = lab.process_of_a(0);
      lab.loader->switch_tables(cpu, nullptr, lab.a, tables);
      lab.loader->toggle(cpu, lab.a, tables);
    });
    return lab.find();
  };
  expect_rule(toggle("copy_every_switch_with_percpu_slot"), "SC-S10",
              "pCPU 3 runs on shadow_l4[3] whose slot 257 is not its own");
  EXPECT_FALSE(toggle("copy_every_switch").has_value());
}

TEST(ShadowTwins, ThatFreeWithoutACallLeaveAShadowOfWhatIsNoTableAnyMore) {
  const auto free = [](const std::string& kind) {
    ShadowLab lab(kind);
    lab.on(1, [&](Cpu& cpu) {
      L4Tables tables = lab.process_of_a(0);
      lab.loader->switch_tables(cpu, nullptr, lab.a, tables);
      lab.loader->new_base(cpu, lab.a, tables, lab.l4_of_a(2), lab.l4_of_a(3));
      cpu.compute(microseconds(40));
    });
    lab.on(0, [&](Cpu& cpu) {
      cpu.compute(microseconds(20));
      lab.loader->l4_free(cpu, lab.a, lab.l4_of_a(0));
    });
    return lab.find();
  };
  expect_rule(free("mru_cache_without_free_call"), "SC-S11",
              "a.l4.0 is freed and pCPU 1 still has a shadow of it, shadow_l4[1].3");
  EXPECT_FALSE(free("mru_cache").has_value());
}

// pCPU 1 looks for the last entry of its cache when the second one is freed, at ever other
// distances.
std::optional<Finding> free_while_searching(const std::string& kind, Time when) {
  ShadowLab lab(kind);
  lab.on(1, [&](Cpu& cpu) {
    lab.a.dirty_mask.set(cpu, cpu.id());
    for (const unsigned table : {2u, 1u, 3u, 0u}) {
      lab.loader->load_cr3(cpu, lab.a, lab.l4_of_a(table));
    }
    wait_until(cpu, begun);
    lab.loader->load_cr3(cpu, lab.a, lab.l4_of_a(2));
    lab.loader->load_cr3(cpu, lab.a, lab.l4_of_a(1));
  });
  lab.on(0, [&](Cpu& cpu) {
    wait_until(cpu, when);
    lab.loader->l4_free(cpu, lab.a, lab.l4_of_a(3));
  });
  return lab.find();
}

std::optional<Finding> free_at_many_distances(const std::string& kind) {
  for (Time when = begun - microseconds(2); when < begun; when += nanoseconds(4)) {
    if (const auto finding = free_while_searching(kind, when)) {
      return finding;
    }
  }
  return std::nullopt;
}

TEST(ShadowTwins, ThatSearchWithInterruptsOnMixUpTheirEntries) {
  const auto finding = free_at_many_distances("mru_cache_scanning_with_interrupts_on");
  expect_rule(finding, "SC-S3", "of the cache of pCPU 1 mirror the same L4");
  EXPECT_FALSE(free_at_many_distances("mru_cache").has_value());
}

// pCPU 0 has stored its value and is away by something else, if the distance is right, when
// pCPU 1 stores another one to the same slot and makes it known.
std::optional<Finding> change_one_slot(const std::string& kind, Duration after) {
  ShadowLab lab(kind);
  lab.machine.on_interrupt(Vector::event_check, [](Cpu& cpu) { cpu.compute(microseconds(5)); });
  const auto change = [&lab](unsigned pcpu, Time when, std::uint64_t value) {
    lab.on(pcpu, [&lab, when, value](Cpu& cpu) {
      lab.loader->switch_tables(cpu, nullptr, lab.a, lab.process_of_a(0));
      wait_until(cpu, when);
      lab.loader->l4_write(cpu, lab.a, lab.l4_of_a(0), 3, value);
    });
  };
  change(0, begun + after, 4097);
  change(1, begun + after + microseconds(1), 8193);
  lab.on(2, [&](Cpu& cpu) {
    PcpuSet first;
    first.add(PcpuId{0});
    wait_until(cpu, begun);
    cpu.send_ipi(first, Vector::event_check);
  });
  return lab.find();
}

std::optional<Finding> change_one_slot_at_many_distances(const std::string& kind) {
  for (Duration after = nanoseconds(400); after < nanoseconds(800); after += nanoseconds(2)) {
    if (const auto finding = change_one_slot(kind, after)) {
      return finding;
    }
  }
  return std::nullopt;
}

TEST(ShadowTwins, ThatCarryTheValueLetTheOlderOfTwoChangesWin) {
  expect_rule(change_one_slot_at_many_distances("mru_cache_carrying_value"), "SC-S8",
              "slot 3 of shadow_l4[");
  EXPECT_FALSE(change_one_slot_at_many_distances("mru_cache").has_value());
}

}  // namespace
}  // namespace hvsim
