// Every kind of workload there is: one line each, in the order `hvsim list` shows them.
#include "models/workload/atomic_storm.hpp"
#include "models/workload/core_to_core.hpp"
#include "models/workload/ipi_broadcast.hpp"
#include "models/workload/lock_storm.hpp"
#include "models/workload/pt_cache.hpp"
#include "models/workload/runstate_storm.hpp"
#include "models/workload/steal.hpp"
#include "models/workload/tlb_shootdown.hpp"
#include "models/workload/vcpu_storm.hpp"
#include "models/workload/vif_transfer.hpp"
#include "models/workload/workload.hpp"

namespace hvsim {

std::span<const WorkloadKind> workload_kinds() {
  static const WorkloadKind kinds[] = {
      lock_storm_kind(),     atomic_storm_kind(),  core_to_core_kind(),  vif_transfer_kind(),
      runstate_storm_kind(), ipi_broadcast_kind(), tlb_shootdown_kind(), steal_kind(),
      pt_cache_kind(),       vcpu_storm_kind(),
  };
  return kinds;
}

}  // namespace hvsim
