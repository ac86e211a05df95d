// What a scenario may set for steal, and what it gets back.
#pragma once

#include <vector>

#include "models/workload/guest_run_queue.hpp"
#include "models/workload/workload.hpp"

namespace hvsim {

struct StealOptions {
  explicit StealOptions(const Values& values);

  unsigned domains;
  unsigned vcpus;  // of each
  unsigned pcpus;
  unsigned hogs;      // of each vCPU with any
  unsigned io_every;  // every so manieth vCPU has none
  Duration burst;
  Duration service;  // of a server, when it is woken
  std::uint32_t wake_fraction;
  std::string scheduler;
  Duration timeslice;
  Duration ratelimit;
  std::string runstate;
  std::string placement;
  bool count_torn;
  GuestRunQueue::Options queue;
  Time begin;
  Time end;
};

std::vector<Parameter> steal_parameters();
std::vector<MetricInfo> steal_metrics();

}  // namespace hvsim
