// What a model may know of the host it is set up on: its shape, its memory, its counters.
//
// A workload gets one before the run, to lay out its data and register its interrupt handlers. The
// simulated machine (machine.hpp) is a Host; so is a set of real threads.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "sim/base/ids.hpp"
#include "sim/base/random.hpp"
#include "sim/hw/cpu.hpp"
#include "sim/hw/memory.hpp"
#include "sim/hw/metrics.hpp"

namespace hvsim {

// A stack of its own that any worker may go on with: what a vCPU runs on. resume() enters the
// body, or goes on where it last called suspend(), and comes back when it suspends or is over. The
// whole contract is that of a Coroutine (sim/time/coroutine.hpp).
class Context {
 public:
  virtual ~Context() = default;

  virtual void resume() = 0;
  virtual void suspend() = 0;
  virtual bool over() const = 0;
};

class Host {
 public:
  virtual ~Host() = default;

  virtual Memory& memory() = 0;
  virtual unsigned sockets() const = 0;
  virtual unsigned cores_per_socket() const = 0;
  virtual unsigned threads_per_core() const = 0;

  // pCPUs are numbered thread by thread over all cores: first thread 0 of every core, socket by
  // socket, then thread 1 of every core. (As Linux does on such machines.)
  unsigned pcpus() const { return sockets() * cores_per_socket() * threads_per_core(); }
  CoreId core_of(PcpuId cpu) const { return CoreId{cpu.n % (sockets() * cores_per_socket())}; }
  SocketId socket_of(PcpuId cpu) const { return SocketId{core_of(cpu).n / cores_per_socket()}; }

  // A random stream of the run's seed. Streams below 1000 belong to models, one number a user.
  virtual Random random(std::uint64_t stream) const = 0;

  // Runs `handler` on a pCPU that takes `vector`, with interrupts off.
  virtual void on_interrupt(Vector vector, std::function<void(Cpu&)> handler) = 0;

  // A row of lock statistics that lives as long as the host. Names are unique: "grant_table[1]".
  virtual LockStat& lock_stat(const std::string& name) = 0;

  // What the body refers to must outlive it; a context that is left suspended is unwound when it
  // is destroyed.
  static std::unique_ptr<Context> make_context(std::function<void()> body);
};

}  // namespace hvsim
