// What must be true when the last packet is through, and what is measured.
#pragma once

#include <array>

#include "models/workload/vif_net.hpp"
#include "sim/hw/metrics.hpp"

namespace hvsim {

struct VifTimes {
  Duration run{};  // all of it: warm-up, window, drain
  std::int64_t pcpus = 0;
  Duration busy{};     // of all pCPUs, as is by_role
  Duration busiest{};  // of one
  std::array<Duration, vif_roles> by_role{};
};

// DP-1, DP-4, DP-5 and the hypervisor's own books, when everything has come back.
void check_vif(Cpu& cpu, VifNet& net);
void measure_vif(Metrics& metrics, VifNet& net, const VifTimes& times);

}  // namespace hvsim
