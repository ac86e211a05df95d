// Every scheduler there is: one line each, in the order `hvsim list` shows them.
#include <algorithm>

#include "models/hypervisor/sched/schedulers.hpp"
#include "sim/base/check.hpp"

namespace hvsim {

std::span<const SchedulerKind> scheduler_kinds() {
  static const SchedulerKind kinds[] = {
      {"pinned", "a vCPU runs until it blocks or yields, on the pCPU where it was placed", false,
       make_pinned},
      {"round_robin", "the vCPUs of a pCPU take turns; one without any takes from others", false,
       make_round_robin},
      {"credit", "whoever ran less than its share goes first; one that is woken before all", false,
       make_credit},
      {"round_robin_stealing_running", "takes vCPUs from pCPUs that have not left them", true,
       make_round_robin_stealing_running},
  };
  return kinds;
}

std::vector<std::string> scheduler_names() {
  std::vector<std::string> names;
  for (const SchedulerKind& kind : scheduler_kinds()) {
    if (!kind.broken) {
      names.push_back(kind.name);
    }
  }
  return names;
}

const SchedulerKind& scheduler_kind(const std::string& name) {
  const auto kinds = scheduler_kinds();
  const auto found = std::find_if(kinds.begin(), kinds.end(),
                                  [&](const SchedulerKind& kind) { return kind.name == name; });
  check(found != kinds.end(), "a scheduler of the catalog");
  return *found;
}

}  // namespace hvsim
