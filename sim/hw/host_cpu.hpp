// A pCPU on a real thread: the verbs of cpu.hpp done by the processor that runs hvsim.
//
// The arena of a Memory is ordinary memory, so a verb is one atomic operation on it. What x86-TSO
// promises of each verb is what a race detector is told, no more and no less:
//
//   verb           as an atomic                          on x86-64
//   load           acquire                               mov
//   store          release                               mov
//   fence          exchange of a word of this thread     xchg: drains the store buffer
//   xchg, ...      sequentially consistent               a locked instruction
//
// The fence. Race detectors do not model fences, so it is a locked instruction, and on a word that
// no other thread touches: it then orders this thread's own accesses on the processor and tells
// the detector nothing. That is right, for a fence alone hands nothing over in C++ either: whoever
// may use what another thread wrote has read a word that this thread stored afterwards, and that
// load and store are an acquire and a release already. A fence on a word that all threads share
// would make each fence happen before the next, and so hide races.
//
// Ghost points. From ghost_point() to its next verb, or the end of its worker, a thread holds a
// lock that all ghost checks share. So they read and write ghost state one at a time. What others
// did before is no longer exact: a check and the verb beside it are two steps, and others act in
// between. What follows for those who write checks:
//   - note that something is taken after the verb that takes it, and that it is given back before
//     the verb that gives it back; then what ghost state says is held is held, and two holders in
//     ghost state are two holders. All checks of models/hypervisor do.
//   - compare two words only if nobody may change either while the caller holds what it holds.
//   - the lock orders the threads around a section like a lock would. A test that looks for races
//     in the sections calls the bare algorithm, which has no ghost points.
//
// Interrupts are delivered by a word that the target looks at between two verbs; there is no
// nesting, and a timer is looked at likewise. A translation is never kept: each walks the tables
// of this run, which the processor itself knows nothing of. copy() and
// clear() move nothing, as in simulation. now() is the host's monotonic clock from the start of
// the run, and never the same twice on a pCPU: for accounting, and for order between threads only
// where one of them has seen what the other did before it asked for the time.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "sim/hw/cpu.hpp"
#include "sim/hw/memory.hpp"

namespace hvsim {

class HostCpu;

// What the threads of a HostMachine share.
struct HostThreads {
  Memory& memory;
  std::vector<std::unique_ptr<HostCpu>> cpus{};
  std::array<std::function<void(Cpu&)>, vectors> handlers{};
  std::chrono::steady_clock::time_point started{};
  std::mutex ghosts{};               // held from a ghost point to the thread's next verb
  std::atomic<unsigned> working{0};  // workers that have not returned
  std::atomic<bool> stopping{false};
  bool over = false;  // the run is: nothing is ordered any more
};

// Thrown out of a verb when another thread has ended the run.
struct HostRunEnded {};

// The processor's hint that this is a wait loop.
void pause_processor();
// A hint, and every so many turns lets another thread run.
void wait_a_turn(unsigned& turns);

class HostCpu final : public Cpu {
 public:
  HostCpu(PcpuId id, HostThreads& threads) : Cpu(id), threads_(threads) {}

  // On the thread: the worker, then interrupts until every worker has returned.
  void live(const std::function<void(Cpu&)>& worker);
  // Ends what ghost_point() began. Every verb does.
  void leave_ghosts();

  // Before the run: a worker is put here.
  void gets_worker() { has_worker_ = true; }
  bool has_worker() const { return has_worker_; }
  std::uint64_t finished_work() const { return finished_work_.load(std::memory_order_relaxed); }
  // After the run.
  const std::string& waiting_for() const { return waiting_for_; }
  PcpuId holder() const { return holder_; }
  Where last_place() const { return last_place_; }

  Time now() const override;
  void fence(Where where) override;
  void relax(Where where) override;
  bool relax_until_interrupt(Where where) override {
    relax(where);
    return true;
  }
  void compute(Duration length) override;
  Duration compute_until_interrupt(Duration length) override;
  void copy(Address to, Address from, std::uint64_t bytes, Where where) override;
  void clear(Address to, std::uint64_t bytes, Where where) override;
  void copy_words(Shared<std::uint64_t>* to, const Shared<std::uint64_t>* from, std::size_t words,
                  std::size_t block, Where where) override;
  void hypercall() override { begin(last_place_); }
  void syscall() override { begin(last_place_); }
  void sysret() override { begin(last_place_); }
  void switch_registers() override { begin(last_place_); }
  void write_cr3(Address root, Pcid pcid, bool flush) override;
  std::optional<Address> translate(Linear linear, Where where) override;
  void invlpg(Linear linear) override;
  void flush_tlb_all() override;
  void flush_tlb() override { begin(last_place_); }
  void set_timer(Time at) override;
  void end_of_interrupt() override {}
  void send_ipi(const PcpuSet& targets, Vector vector, Where where) override;
  bool set_interrupts(bool on) override;
  void take_interrupts() override;
  void halt(Time until) override;
  void progress() override { finished_work_.fetch_add(1, std::memory_order_relaxed); }
  void ghost_point() override;
  [[noreturn]] void violated(const std::string& rule, const std::string& what, const void* word,
                             Where where) override;
  void waits_for(const std::string& what, PcpuId holder) override;
  void waits_for_nothing() override;

 private:
  std::uint64_t load_word(const void* word, unsigned bytes, Where where) override;
  void store_word(void* word, unsigned bytes, std::uint64_t value, Where where) override;
  std::uint64_t rmw_word(void* word, unsigned bytes, Rmw op, std::uint64_t operand,
                         std::uint64_t expected, Where where) override;

  // Before each verb.
  void begin(Where where) {
    if (in_ghosts_) {
      leave_ghosts();
    }
    last_place_ = where;
    if (threads_.stopping.load(std::memory_order_relaxed)) {
      throw HostRunEnded();
    }
    if (timer_ != Time::never() && timer_ <= now()) {
      fire_timer();
    }
    if (interrupts_on_ && pending_.load(std::memory_order_relaxed) != 0) {
      take_pending();
    }
  }
  void take_pending();
  void fire_timer();
  void locked_operation_of_no_effect() { fence_word_.exchange(1, std::memory_order_seq_cst); }

  // Own thread only, but for what is atomic and what `saying_` guards.
  HostThreads& threads_;
  alignas(line_bytes) std::atomic<unsigned> pending_{0};  // vectors to take, a bit each
  std::atomic<std::uint64_t> fence_word_{0};
  std::atomic<std::uint64_t> finished_work_{0};
  mutable Time last_now_{};
  Time timer_ = Time::never();
  std::optional<Address> root_;  // of cr3
  Where last_place_;
  unsigned turns_ = 0;
  bool has_worker_ = false;
  bool in_ghosts_ = false;
  bool interrupts_on_ = true;
  std::uint64_t interrupts_taken_ = 0;
  std::mutex saying_;  // another pCPU may say what this one waits for
  std::string waiting_for_;
  PcpuId holder_{};
};

}  // namespace hvsim
