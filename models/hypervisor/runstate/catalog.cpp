// Every way to publish a run state there is: one line each, the broken twins last.
#include "models/hypervisor/runstate/flagged_area.hpp"
#include "models/hypervisor/runstate/plain_copy.hpp"
#include "models/hypervisor/runstate/runstate.hpp"
#include "models/hypervisor/runstate/twins.hpp"
#include "models/hypervisor/runstate/update_flag.hpp"
#include "sim/base/check.hpp"

namespace hvsim {

namespace {

template <class Algorithm>
std::unique_ptr<RunstateAlgorithm> make_by_order(CopyOrder order) {
  return std::make_unique<Algorithm>(order);
}

}  // namespace

std::span<const RunstateKind> runstate_kinds() {
  static const RunstateKind kinds[] = {
      {"plain_copy", "a copy without a flag, for the vCPU itself alone (until June 2016)", false,
       make_by_order<PlainCopy>},
      {"update_flag", "a flag in the top byte, if the guest asked for it (Xen since June 2016)",
       false, make_by_order<UpdateFlag>},
      {"flagged_area", "always flagged, by 64-bit stores, mapped for good (Xen since 2023)", false,
       make_by_order<FlaggedArea>},
      {"plain_copy_read_remotely", "other vCPUs read what has no flag", true,
       make_plain_copy_read_remotely},
      {"update_flag_cleared_before_data", "the flag is cleared before the copy is made", true,
       make_update_flag_cleared_before_data},
      {"update_flag_in_master", "the flag is set in the hypervisor's own record", true,
       make_update_flag_in_master},
      {"update_flag_time_before_lock", "the time is sampled before the lock is taken", true,
       make_update_flag_time_before_lock},
      {"update_flag_state_before_time",
       "the new state is assigned before the time in the old one is added", true,
       make_update_flag_state_before_time},
      {"update_flag_assist_read_once", "what the guest asked for is looked up once", true,
       make_update_flag_assist_read_once},
      {"update_flag_read_once", "a reader does not look at the entry again", true,
       make_update_flag_read_once},
  };
  return kinds;
}

std::vector<std::string> runstate_names() {
  std::vector<std::string> names;
  for (const RunstateKind& kind : runstate_kinds()) {
    names.push_back(kind.name);
  }
  return names;
}

std::unique_ptr<RunstateAlgorithm> make_runstate(const std::string& kind, CopyOrder order) {
  for (const RunstateKind& known : runstate_kinds()) {
    if (known.name == kind) {
      return known.make(order);
    }
  }
  fail_check("the name of a way to publish a run state", Where::here());
}

}  // namespace hvsim
