// Every verb of a run as it is done: to compare two runs, or to tell one.
//
// What it guarantees: the verbs of one pCPU come in its own order, and equal digests mean equal
// calls. The verbs of different pCPUs come in the order of (time, rank) if the run steps every
// verb. Turns of a wait loop come one by one.
#pragma once

#include "sim/base/ids.hpp"
#include "sim/base/time.hpp"
#include "sim/base/where.hpp"
#include "sim/hw/memory.hpp"
#include "sim/hw/verb_log.hpp"

namespace hvsim {

struct DoneVerb {
  PcpuId pcpu;
  Verb verb;
  Time at;
  Address address;      // of the word; of an interrupt that is sent, the pCPU it goes to
  std::uint64_t value;  // loaded, stored, or from before a locked operation
  Where where;
  std::uint64_t after = 0;  // of a locked operation: what it left there
};

class History {
 public:
  virtual ~History() = default;
  // Before anything else, with the memory that the addresses are of; it outlives the run.
  virtual void begins(const Memory&) {}
  virtual void done(const DoneVerb& verb) = 0;
  // A pCPU has got something done (Cpu::progress()).
  virtual void progress(PcpuId, Time) {}
};

}  // namespace hvsim
