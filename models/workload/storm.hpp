// What the storms share: on which pCPUs their workers run, and which part of a run is measured.
//
// A storm starts `threads` workers that all do the same thing as fast as they can. Each runs from
// the start to the end of the window; only what is finished inside the window counts, so caches
// are warm and every worker is busy all the time that is measured.
#pragma once

#include <vector>

#include "models/workload/parameters.hpp"
#include "sim/base/ids.hpp"
#include "sim/base/random.hpp"
#include "sim/base/time.hpp"
#include "sim/hw/cpu.hpp"
#include "sim/hw/host.hpp"
#include "sim/hw/metrics.hpp"

namespace hvsim {

// threads, sockets, spread, think, warm_up, duration: append a storm's own to these.
std::vector<Parameter> storm_parameters();

// The pCPUs of `threads` workers on the first `sockets` sockets (0: all of them), socket 0 first
// or, if `spread`, the sockets in turn. Cores come before second hardware threads either way.
// Errors: more threads or sockets than the host has throw BadParameter.
std::vector<PcpuId> place_workers(const Host& host, const Values& values);

struct Window {
  Time begin;
  Time end;

  explicit Window(const Values& values);
  bool has(Time t) const { return begin <= t && t < end; }
  Duration length() const { return end - begin; }
};

// Lets a worker start at a random instant of the first microsecond, so that equal workers do not
// march in step.
void start_somewhen(Cpu& cpu, Random& random);

// The metrics of every storm: operations finished in the window, by worker.
void measure_rate(Metrics& metrics, const Window& window, const std::vector<std::int64_t>& done);
// Adds one histogram to another: exact.
void merge(Histogram& into, const Histogram& from);

}  // namespace hvsim
