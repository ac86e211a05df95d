// vm_assist, registration and get_runstate_info: what they do and which errors they return.
#include <gtest/gtest.h>

#include "tests/runstate/runstate_lab.hpp"

namespace hvsim {
namespace {

TEST(VmAssist, RefusesTypesThatAreNotValidAndUnknownCommands) {
  RunstateLab lab("update_flag");
  VmAssist arm(lab.machine, "arm", SocketId{0}, arm_assists);
  lab.on(0, [&](Cpu& cpu) {
    EXPECT_EQ(lab.assist.vm_assist(cpu, 0, 6), einval);
    EXPECT_EQ(lab.assist.vm_assist(cpu, 0, 64), einval);
    EXPECT_EQ(lab.assist.vm_assist(cpu, 0, ~0u), einval);
    EXPECT_EQ(lab.assist.vm_assist(cpu, 2, 5), enosys);
    EXPECT_EQ(lab.assist.vm_assist(cpu, 2, 64), einval);  // the type is looked at first
    EXPECT_EQ(arm.vm_assist(cpu, 0, 4), einval);
    EXPECT_EQ(arm.vm_assist(cpu, 0, 5), hypercall_okay);
    EXPECT_FALSE(lab.assist.has(cpu, 5));
    EXPECT_EQ(lab.assist.vm_assist(cpu, 0, 5), hypercall_okay);
    EXPECT_TRUE(lab.assist.has(cpu, 5));
    EXPECT_TRUE(lab.assist.promised(5));
    EXPECT_EQ(lab.assist.vm_assist(cpu, 0, 5), hypercall_okay);
    EXPECT_EQ(lab.assist.vm_assist(cpu, 1, 5), hypercall_okay);
    EXPECT_FALSE(lab.assist.has(cpu, 5));
    EXPECT_FALSE(lab.assist.promised(5));
  });
  EXPECT_FALSE(lab.find().has_value());
}

TEST(Registration, RefusesWhatItCannotReadOrWrite) {
  RunstateLab lab("update_flag");
  const Address end = lab.memory_of_guest + 2 * page_bytes;
  lab.on(0, [&](Cpu& cpu) {
    lab.wake(cpu);
    lab.enter(cpu);
    const auto asked = [&](std::optional<Address> at) {
      return register_runstate_area(cpu, *lab.v, at, nullptr);
    };
    EXPECT_EQ(asked(std::nullopt), efault);
    EXPECT_EQ(asked(lab.area + 4), efault);
    EXPECT_EQ(asked(lab.memory_of_guest - 8), efault);
    EXPECT_EQ(asked(end - 40), efault);
    EXPECT_EQ(asked(~Address{7}), efault);
    EXPECT_FALSE(lab.v->registered());
    EXPECT_EQ(asked(end - 48), hypercall_okay);
    EXPECT_EQ(asked(lab.memory_of_guest + page_bytes - 8), hypercall_okay);  // across pages
    EXPECT_TRUE(lab.v->registered());
  });
  EXPECT_FALSE(lab.find().has_value());
}

TEST(Registration, OfAnAreaThatIsMappedForGoodKeepsToOnePage) {
  RunstateLab lab("flagged_area");
  lab.on(0, [&](Cpu& cpu) {
    lab.wake(cpu);
    lab.enter(cpu);
    const auto asked = [&](std::optional<Address> at) {
      return register_runstate_area(cpu, *lab.v, at, nullptr);
    };
    EXPECT_EQ(asked(lab.area + 4), enxio);
    EXPECT_EQ(asked(lab.memory_of_guest + page_bytes - 8), enxio);
    EXPECT_EQ(asked(lab.memory_of_guest + page_bytes - 48), hypercall_okay);
    EXPECT_EQ(asked(lab.memory_of_guest + 2 * page_bytes - 40), enxio);
    EXPECT_EQ(asked(lab.memory_of_guest + 2 * page_bytes), efault);
  });
  EXPECT_FALSE(lab.find().has_value());
}

TEST(Registration, OfZeroEndsTheUpdates) {
  RunstateLab lab("update_flag");
  lab.on(0, [&](Cpu& cpu) {
    lab.boot(cpu);
    const std::uint64_t updates = lab.v->ledger().updates();
    EXPECT_EQ(register_runstate_area(cpu, *lab.v, Address{0}, nullptr), hypercall_okay);
    lab.leave(cpu, RunState::blocked);
    EXPECT_EQ(lab.v->ledger().updates(), updates);
  });
  EXPECT_FALSE(lab.find().has_value());
}

// By the vCPU itself the record is copied as it is; by another one the interval is added.
TEST(Registration, ShowsARecordAtOnceBothForItselfAndForAnother) {
  for (const bool self : {true, false}) {
    RunstateLab lab("update_flag");
    lab.on(0, [&](Cpu& cpu) {
      lab.wake(cpu);
      lab.enter(cpu);
      cpu.compute(microseconds(20));
      SchedulerLock* const lock = self ? nullptr : &lab.lock;
      ASSERT_EQ(register_runstate_area(cpu, *lab.v, lab.area, lock), hypercall_okay);
      const Reading reading = lab.v->read(cpu, 0, true);
      EXPECT_EQ(reading.info.state, RunState::running);
      EXPECT_EQ(reading.info.in(RunState::running) >= 20000, !self);
      lab.leave(cpu, RunState::runnable);
      lab.enter(cpu);
      EXPECT_GE(lab.v->read(cpu, 0, true).info.in(RunState::running), 20000u);
    });
    const auto finding = lab.find();
    EXPECT_FALSE(finding.has_value()) << finding->what;
  }
}

TEST(GetRunstateInfo, CopiesTheRecordOfNow) {
  RunstateLab lab("update_flag");
  const Address result = lab.memory_of_guest + 1024;
  lab.on(0, [&](Cpu& cpu) {
    lab.boot(cpu);
    lab.leave(cpu, RunState::runnable);
    cpu.compute(microseconds(30));
    EXPECT_EQ(get_runstate_info(cpu, *lab.v, std::nullopt, &lab.lock), efault);
    EXPECT_EQ(get_runstate_info(cpu, *lab.v, lab.memory_of_guest - 48, &lab.lock), efault);
    ASSERT_EQ(get_runstate_info(cpu, *lab.v, result, &lab.lock), hypercall_okay);
    const RunstateInfo got = GuestArea(lab.machine.memory(), result, lab.guest.layout).load(cpu);
    EXPECT_EQ(got.state, RunState::runnable);
    EXPECT_GE(got.steal(), 30000u);
    EXPECT_GT(got.steal(), lab.v->read(cpu, 0, false).info.steal() + 29000);
  });
  EXPECT_FALSE(lab.find().has_value());
}

}  // namespace
}  // namespace hvsim
