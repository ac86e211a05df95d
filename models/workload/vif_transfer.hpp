// Packets from guest A through dom0 to guest B over one virtual interface with many queues.
//
// The workload behind the published figures for the grant table lock (15, 48 and 64 Gbit/s): a
// closed loop of netback's three contexts a queue, each packet taking the grant operations that
// Linux and Xen took in early 2016. The network stacks are a free input (`stack_cost`); everything
// that the hypervisor does is done.
// Source: grant-datapath sheet, B, B2, C and E; xen eede22972f, 66ea5ed478.
#pragma once

#include "models/workload/workload.hpp"

namespace hvsim {

WorkloadKind vif_transfer_kind();

}  // namespace hvsim
