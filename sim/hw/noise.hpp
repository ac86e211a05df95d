// What holds a run up from outside: a pCPU before a verb, a store before it commits, an interrupt
// on its way.
//
// Nothing here breaks a rule of x86: a pCPU may be slow at any moment, a store may wait in its
// buffer for any time, an interrupt may come late. So whatever a correct algorithm promises holds
// under every noise, and one that leans on the usual timing is found out. With a noise that
// decides who goes on at each step, this is also how every order of verbs and commits is tried.
//
// What an implementer must promise: every hold ends; answers depend on the calls alone.
// What it can rely on: calls are made in the order of (time, rank), by the strand of the pCPU
// asked for. A pCPU that is told to wait asks again when the instant has come. With a noise no
// strand runs ahead and no wait loop sleeps, so a verb in a loop is asked for each time.
#pragma once

#include "sim/base/ids.hpp"
#include "sim/base/time.hpp"

namespace hvsim {

class Noise {
 public:
  virtual ~Noise() = default;

  // From when on the pCPU may begin its next verb. At or before `now`: it begins at once.
  virtual Time verb(PcpuId pcpu, Time now) = 0;
  // From when on the oldest store in its buffer may ask for its line, or, owning it, commit.
  virtual Time commit(PcpuId pcpu, Time now) = 0;
  // How much later than usual an interrupt that is sent now reaches this pCPU.
  virtual Duration interrupt(PcpuId target, Time now) = 0;
};

}  // namespace hvsim
