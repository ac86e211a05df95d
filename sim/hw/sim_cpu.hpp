// A simulated pCPU: its clock, its store buffer, its interrupts, and the verbs on top of them.
//
// Everything that happens on a pCPU happens on its own strand in its own time order. `t_` is its
// clock. A verb that hits in its own caches only moves the clock; one that leaves the core waits
// in the engine and acts at the right instants. While it waits, or before its next verb, it also
// does what else is due: the steps of a store's commit, then interrupts.
//   sim_cpu.cpp         before a verb, interrupts, time without memory, findings
//   sim_cpu_memory.cpp  load, store, locked operations, fence, commits
//   sim_cpu_bulk.cpp    copy, clear
//   sim_cpu_words.cpp   copy_words
//   sim_cpu_paging.cpp  cr3, translations, page walks
//   sim_cpu_spin.cpp    relax: polling, or sleeping exactly as long as polling would
//   sim_cpu_faults.cpp  what a wrong model of x86-TSO does otherwise, for tests
#pragma once

#include <algorithm>
#include <bit>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "sim/base/digest.hpp"
#include "sim/hw/accounting.hpp"
#include "sim/hw/cpu.hpp"
#include "sim/hw/history.hpp"
#include "sim/hw/home_agent.hpp"
#include "sim/hw/lapic.hpp"
#include "sim/hw/noise.hpp"
#include "sim/hw/quiet_writes.hpp"
#include "sim/hw/request.hpp"
#include "sim/hw/run_limits.hpp"
#include "sim/hw/store_buffer.hpp"
#include "sim/hw/tlb.hpp"
#include "sim/hw/verb_log.hpp"
#include "sim/time/engine.hpp"

namespace hvsim {

class SimCpu;

// What the pCPUs of a machine share.
struct Hardware {
  const MachineSpec& spec;
  Engine& engine;
  Memory& memory;
  Coherence& coherence;
  HomeAgent& home_agent;
  Noise* noise = nullptr;
  History* history = nullptr;
  OrderFault fault = OrderFault::none;
  bool poll_while_spinning = false;
  RunLimits limits{};
  std::uint64_t verbs = 0;  // executed so far, as far as the pCPUs have told
  std::vector<std::unique_ptr<SimCpu>> cpus{};
  std::vector<std::function<void(Cpu&)>> handlers{};  // by vector
  std::vector<Rank> ranks{};                          // by strand
  QuietWrites quiet_writes{};
  unsigned working = 0;  // workers that have not returned
  bool over = false;     // the run is: nothing is ordered any more
  Time finished{};       // when the last one did
};

// The last verbs of all pCPUs on a line, oldest first, a line of text each.
std::vector<std::string> last_verbs_on(const Hardware& hardware, LineId line);

class SimCpu final : public Cpu {
 public:
  SimCpu(PcpuId id, CoreId core, Rank rank, Hardware& hardware);

  // Whose strand this pCPU runs on. Once, before the run.
  void runs_on(StrandId strand);
  bool has_strand() const { return has_strand_; }
  Rank rank() const { return rank_; }
  // The strand's body: the worker, then interrupts until every worker has returned.
  void live(const std::function<void(Cpu&)>& worker);

  // From another pCPU, acting: an interrupt for `at`; a line that this core could read is gone.
  void deliver(Vector vector, Time at);
  void line_lost(LineId line, Time at);

  const Accounting& accounting() const { return accounting_; }
  std::uint64_t digest() const { return digest_.value(); }
  std::uint64_t verbs() const { return verbs_; }
  const VerbLog& log() const { return log_; }
  const StoreBuffer& stores() const { return stores_; }
  const std::string& waiting_for() const { return waiting_for_; }
  PcpuId holder() const { return holder_; }
  Where last_place() const { return last_place_; }

  Time now() const override { return t_; }
  void fence(Where where) override;
  void relax(Where where) override;
  bool relax_until_interrupt(Where where) override { return take_turn(where, true); }
  void compute(Duration length) override;
  Duration compute_until_interrupt(Duration length) override;
  void copy(Address to, Address from, std::uint64_t bytes, Where where) override;
  void clear(Address to, std::uint64_t bytes, Where where) override;
  void copy_words(Shared<std::uint64_t>* to, const Shared<std::uint64_t>* from, std::size_t words,
                  std::size_t block, Where where) override;
  void hypercall() override;
  void syscall() override;
  void sysret() override;
  void switch_registers() override;
  void write_cr3(Address root, Pcid pcid, bool flush) override;
  std::optional<Address> translate(Linear linear, Where where) override;
  void invlpg(Linear linear) override;
  void flush_tlb_all() override;
  void flush_tlb() override;
  void send_ipi(const PcpuSet& targets, Vector vector, Where where) override;
  void set_timer(Time at) override;
  void end_of_interrupt() override;
  bool set_interrupts(bool on) override;
  void take_interrupts() override {
    if (t_ >= hw_.engine.quiet_limit() || t_ >= due_) {
      settle();
    }
  }
  void halt(Time until) override;
  void progress() override;
  void ghost_point() override;
  [[noreturn]] void violated(const std::string& rule, const std::string& what, const void* word,
                             Where where) override;
  void waits_for(const std::string& what, PcpuId holder) override;
  void waits_for_nothing() override { waiting_for_.clear(); }

 private:
  std::uint64_t load_word(const void* word, unsigned bytes, Where where) override;
  void store_word(void* word, unsigned bytes, std::uint64_t value, Where where) override;
  std::uint64_t rmw_word(void* word, unsigned bytes, Rmw op, std::uint64_t operand,
                         std::uint64_t expected, Where where) override;

  // Before each verb.
  [[gnu::always_inline]] void begin(Where where) {
    last_place_ = where;
    ++verbs_;
    if (t_ >= hw_.engine.quiet_limit() || t_ >= due_) {
      settle_for_verb();
    }
  }
  void settle_for_verb();
  void settle();
  void catch_up();
  void stay_within_limits();
  void act_now();
  [[gnu::always_inline]] void park_until(Time t) {
    hw_.engine.park_until(t);
    find_due();
  }
  void quiet_until(Time t);
  void find_due() {
    if (hw_.quiet_writes.hiding()) [[unlikely]] {
      hw_.quiet_writes.show();
    }
    const Time interrupt = lapic_.next();
    due_ = interrupts_on_ && interrupt < commit_.next ? interrupt : commit_.next;
  }
  Time sleep(Time until, Cause cause, bool until_interrupt);
  bool interrupt_due() const { return interrupts_on_ && lapic_.next() <= t_; }
  void take_one_interrupt();
  Duration apic_access() const;
  void spend(Cause cause, Duration length) {
    accounting_.spend(cause, length);
    t_ += length;
  }
  void wait_for_others();

  // Memory.
  std::uint64_t load_at(Address address, unsigned bytes, Verb verb, Where where);
  std::uint64_t load_entry(Address address, Where where);
  std::optional<std::uint64_t> load_own_store(Address address, unsigned bytes);
  void access(LineId line, bool own, Duration hold, Where where);
  void count(const Request& request, Duration queued);
  void start_commit(Time now);
  bool hold_commit(Time now);
  void step_commit(Time now);
  void commit_oldest(Time now);
  void wait_for_commit();
  void drain();
  std::uint64_t read(Address address, unsigned bytes) const;
  void write(Address address, unsigned bytes, std::uint64_t value);
  void about_to_write_quietly(Address address, unsigned bytes) {
    if (t_ > hw_.engine.now()) {
      hw_.quiet_writes.add(hw_.engine.now(), t_, rank_, hw_.memory.host(address), bytes);
    }
  }
  void mix(Verb verb, Time at, Address address, std::uint64_t value) {
    digest_.mix(static_cast<std::uint64_t>(at.ps) ^ static_cast<std::uint64_t>(verb) << 60,
                address ^ std::rotl(value, 32));
  }
  // In line, which the compiler does not do by itself in a large piece (HVSIM_UNITY).
  [[gnu::always_inline]] void record(Verb verb, Time at, Address address, std::uint64_t value,
                                     Where where, unsigned locked_bytes = 0) {
    mix(verb, at, address, value);
    log_.add(verb, at, address, value, where);
    if (hw_.history != nullptr) [[unlikely]] {
      keep_in_history(verb, at, address, value, where, locked_bytes);
    }
  }
  void keep_in_history(Verb verb, Time at, Address address, std::uint64_t value, Where where,
                       unsigned locked_bytes);

  // Wrong models. Without a fault each of these is what its caller does anyway.
  StoreBuffer::Lookup look_up(Address address, unsigned bytes, std::uint64_t& value) const;
  std::uint64_t own_view(Address address, unsigned bytes) const;
  bool skips_drain(Address address, unsigned bytes, Rmw op, std::uint64_t expected) const;
  std::uint64_t faulty_locked_read(Address address, unsigned bytes);
  void faulty_locked_write(Address address, unsigned bytes, std::uint64_t value, Where where);

  // Bulk.
  struct BulkCost {
    Duration l3{}, same{}, cross{}, memory{}, link{};
    Duration total() const { return l3 + same + cross + memory + link; }
  };
  struct BulkTime {  // what one takes, its start-up included
    Duration startup{}, core{};
    BulkCost extra{};
  };
  void bulk(Verb verb, Address to, const Address* from, std::uint64_t bytes, Where where);
  BulkTime start_bulk(Address to, const Address* from, std::uint64_t bytes);
  void spend_part(const BulkTime& time, std::int64_t part, std::int64_t parts);
  void load_block(const Shared<std::uint64_t>* from, std::span<std::uint64_t> values, Where where);
  void store_block(Shared<std::uint64_t>* to, std::span<const std::uint64_t> values, Where where);
  void bulk_lines(Address first, std::uint64_t bytes, bool own, BulkCost& cost);

  // Paging.
  std::uint64_t walk(Linear linear, Where where);
  void serialising(Duration price);

  // Spinning.
  struct Spin {
    unsigned loads = 0;  // verbs since the last relax; more than one cannot be slept through
    bool hit = false;    // ... and it was a load that hit L1
    Address address = 0;
    std::uint64_t value = 0;
    bool parked = false;
    Time since{};  // start of the first pause of the sleep
    Time lost = Time::never();
  };
  bool may_sleep_spinning() const;
  bool take_turn(Where where, bool until_interrupt);
  bool sleep_spinning(bool until_interrupt);
  Time first_load_from(Time t) const;
  void poll_in_sleep(std::int64_t times);
  void not_only_a_load() { spin_.loads = 2; }

  Hardware& hw_;
  const Prices& prices_;
  CoreId core_;
  Rank rank_;
  StrandId strand_{};
  bool has_strand_ = false;
  Time t_{};
  Time due_ = Time::never();  // the next commit step or interrupt
  bool interrupts_on_ = true;
  std::uint64_t interrupts_taken_ = 0;
  Lapic lapic_;
  std::optional<Address> root_;  // of cr3
  Pcid pcid_;
  Tlb tlb_;
  StoreBuffer stores_;
  Request access_;            // the running verb's
  Request commit_;            // the oldest store's
  bool commit_held_ = false;  // it has not asked for its line yet: by the noise, or a fault
  bool waits_for_commit_ = false;
  Spin spin_;
  Accounting accounting_;
  Digest digest_;
  VerbLog log_;
  std::uint64_t verbs_ = 0;
  std::uint64_t verbs_told_ = 0;
  Where last_place_;
  std::string waiting_for_;
  PcpuId holder_{};
};

// An access that left the core, in the columns of perf c2c.
inline void SimCpu::count(const Request& request, Duration queued) {
  LineCounts& counts = hw_.coherence.counters(request.line, request.where);
  ++(request.own ? counts.stores : counts.loads);
  counts.local_hitm += request.move.hitm == Hitm::local ? 1 : 0;
  counts.remote_hitm += request.move.hitm == Hitm::remote ? 1 : 0;
  counts.queued_ps += queued.ps;
}

// Gets a line that is not in the own caches, and accounts for the time it took. In line: who comes
// back from another strand finds that the host has guessed each return on its way wrong.
[[gnu::always_inline]] inline void SimCpu::access(LineId line, bool own, Duration hold,
                                                  Where where) {
  access_.line = line;
  access_.own = own;
  access_.hold = hold;
  access_.where = where;
  hw_.home_agent.issue(access_, t_);
  bool arrived = false;
  while (!arrived) {
    park_until(std::min(access_.next, commit_.next));
    const Time now = hw_.engine.now();
    if (commit_.next <= now) {
      step_commit(now);
    } else if (access_.next <= now) {
      arrived = hw_.home_agent.act(access_, now);
    }
  }
  const Duration whole = hw_.engine.now() - t_;
  const Move& move = access_.move;
  const Duration way = prices_.l3_request.value + move.latency;
  const Duration queued = whole - way - move.link_wait - hold;
  accounting_.spend(move.cause, way);
  accounting_.spend(Cause::link_queue, move.link_wait);
  accounting_.spend(Cause::line_queue, queued);
  accounting_.spend(Cause::drain, hold);
  t_ += whole;
  count(access_, queued);
  if (!stores_.empty()) {
    find_due();  // our own commit may have been next in line
  }
}

}  // namespace hvsim
