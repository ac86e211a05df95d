// The schedulers, one a file, for the catalog; and the broken twins, each with one named defect.
#pragma once

#include <memory>

#include "models/hypervisor/sched/policy.hpp"

namespace hvsim {

std::unique_ptr<SchedulerPolicy> make_pinned(SchedShared& shared, const SchedulerTimes& times);
std::unique_ptr<SchedulerPolicy> make_round_robin(SchedShared& shared,
                                                  const SchedulerTimes& times);
std::unique_ptr<SchedulerPolicy> make_credit(SchedShared& shared, const SchedulerTimes& times);
// Takes a vCPU from another pCPU without a look whether that one is through with it (SCHED-S1).
std::unique_ptr<SchedulerPolicy> make_round_robin_stealing_running(SchedShared& shared,
                                                                   const SchedulerTimes& times);

}  // namespace hvsim
