// A toy machine with a scheduler, a domain or more, and guests that are lambdas.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "models/hypervisor/sched/scheduler.hpp"
#include "sim/hw/machine.hpp"
#include "tests/hw/rig.hpp"

namespace hvsim {

struct SchedLab {
  explicit SchedLab(const SchedulerOptions& options, const RunOptions& run = {},
                    const MachineSpec& spec = unloaded_toy())
      : machine(spec, run), scheduler(machine, options), domain(&add_domain()) {}

  PvDomain& add_domain() {
    return scheduler.add_domain({.name = "d" + std::to_string(scheduler.domains().size() + 1)});
  }
  // A vCPU of the first domain.
  Vcpu& on(unsigned pcpu, std::function<void(GuestCpu&)> body) {
    return scheduler.add_vcpu(*domain, {.processor = PcpuId{pcpu}}, std::move(body));
  }
  Word& word(const std::string& name) { return machine.memory().make<Word>(name, SocketId{0}); }
  void run() {
    for (const PcpuId pcpu : scheduler.pcpus()) {
      machine.start(pcpu, [this](Cpu& cpu) { scheduler.run(cpu); });
    }
    machine.run();
    scheduler.check(machine.cpu(PcpuId{0}));
    for (const PcpuId pcpu : scheduler.pcpus()) {
      EXPECT_EQ(machine.accounting(pcpu).total(), machine.cpu(pcpu).now() - Time{})
          << "pCPU " << pcpu.n;
    }
  }

  Machine machine;
  Scheduler scheduler;
  PvDomain* domain;
};

// Runs the lab and returns the finding that ends it.
inline Finding finding_of(SchedLab& lab) {
  try {
    lab.run();
  } catch (const RuleViolated& violated) {
    return violated.finding();
  }
  return {};
}

}  // namespace hvsim
