// A toy machine with one guest whose vCPUs are switched by hand: a worker stands for a pCPU's
// scheduler, others for vCPUs that read.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "models/hypervisor/locks/ticket_spinlock.hpp"
#include "models/hypervisor/runstate/hypercalls.hpp"
#include "models/hypervisor/runstate/runstate.hpp"
#include "sim/hw/finding.hpp"
#include "sim/hw/machine.hpp"
#include "tests/locks/toy_machine.hpp"

namespace hvsim {

// One lock for all vCPUs, as if all were of one pCPU.
class LabSchedulerLock : public SchedulerLock {
 public:
  explicit LabSchedulerLock(Host& host)
      : lock_("scheduler", host.memory().make<TicketWord>("scheduler.lock", SocketId{0}), host) {}
  void lock(Cpu& cpu) override { lock_.lock(cpu); }
  void unlock(Cpu& cpu) override { lock_.unlock(cpu); }

 private:
  TicketSpinlock lock_;
};

class RunstateLab {
 public:
  // `offset` is where in its line the area of vCPU 0 begins.
  explicit RunstateLab(std::unique_ptr<RunstateAlgorithm> kind, unsigned offset = 0,
                       RecordLayout layout = RecordLayout::x86_64)
      : machine(toy_machine(), options()),
        algorithm(std::move(kind)),
        assist(machine, "guest", SocketId{0}, pv_assists),
        lock(machine) {
    memory_of_guest = machine.memory().reserve("guest", 2 * page_bytes, SocketId{0});
    guest = {layout, memory_of_guest, 2 * page_bytes};
    area = memory_of_guest + offset;
    v = std::make_unique<Runstate>(machine, "vcpu[0]", SocketId{0}, *algorithm, assist, guest);
  }
  explicit RunstateLab(const std::string& kind, unsigned offset = 0,
                       RecordLayout layout = RecordLayout::x86_64)
      : RunstateLab(make_runstate(kind), offset, layout) {}

  void on(unsigned pcpu, std::function<void(Cpu&)> body) {
    machine.start(PcpuId{pcpu}, std::move(body));
  }
  // Runs and returns the finding that ended the run, if one did.
  std::optional<Finding> find() {
    try {
      machine.run();
    } catch (const RuleViolated& violated) {
      return violated.finding();
    }
    return std::nullopt;
  }

  void change(Cpu& cpu, RunState to) {
    const Time now = v->lock_and_sample(cpu, lock);
    v->change(cpu, to, now);
    lock.unlock(cpu);
  }
  // The vCPU comes to this pCPU, leaves it, is woken.
  void enter(Cpu& cpu) {
    change(cpu, RunState::running);
    v->update(cpu);
  }
  void leave(Cpu& cpu, RunState to) {
    change(cpu, to);
    v->update(cpu);
  }
  void wake(Cpu& cpu) { change(cpu, RunState::runnable); }
  // Born, woken, running, registered and with the flag enabled: what a guest's boot comes to.
  void boot(Cpu& cpu) {
    wake(cpu);
    enter(cpu);
    EXPECT_EQ(register_runstate_area(cpu, *v, area, nullptr), hypercall_okay);
    if (algorithm->remote() == RunstateAlgorithm::Remote::with_assist) {
      EXPECT_EQ(assist.vm_assist(cpu, 0, runstate_update_flag_assist), hypercall_okay);
    }
  }

  Machine machine;
  std::unique_ptr<RunstateAlgorithm> algorithm;
  VmAssist assist;
  LabSchedulerLock lock;
  Address memory_of_guest = 0;
  RunstateGuest guest;
  Address area = 0;
  std::unique_ptr<Runstate> v;

 private:
  static RunOptions options() {
    RunOptions options;
    options.no_progress_after = milliseconds(2);
    return options;
  }
};

// What every finding must name: its rule, an instant, a pCPU and a place in a source file.
inline void expect_finding(const std::optional<Finding>& finding, const std::string& rule,
                           const std::string& says) {
  ASSERT_TRUE(finding.has_value());
  EXPECT_EQ(finding->rule, rule) << finding->what;
  EXPECT_GT(finding->at, Time{});
  EXPECT_NE(finding->place.find("pp:"), std::string::npos) << finding->place;
  EXPECT_NE(finding->what.find(says), std::string::npos) << finding->what;
}

}  // namespace hvsim
