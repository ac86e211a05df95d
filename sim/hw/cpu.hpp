// A processor as an algorithm sees it: some two dozen verbs, each one x86 idiom.
//
// Algorithms in models/ are written against this class and Shared<T> alone, so the same source
// runs on a simulated pCPU and on a real thread. Every verb takes simulated time, is ordered by
// x86-TSO and is counted against the line of source that issued it.
//
//   verb               Xen / Linux                                  x86
//   load, store        ACCESS_ONCE(x), write_atomic(x, v)           mov
//   fence              smp_mb()                                     mfence
//   xchg, cmpxchg      xchg(), cmpxchg()                            lock xchg, lock cmpxchg
//   fetch_add, ...     atomic_add_return() - n                      lock xadd, lock or, lock and
//   test_and_set_bit   test_and_set_bit()                           lock bts
//   copy_words         memcpy(), a loop of assignments            rep movsq; mov, mov, ...
//   relax              cpu_relax()                                  pause
//   set_interrupts     local_irq_enable/disable()                   sti, cli
//   send_ipi           send_IPI_mask()                              ICR write
//   end_of_interrupt   ack_APIC_irq()                               EOI write
//   set_timer          reprogram_timer()                            TSC deadline
//   syscall, sysret    the way into the kernel and back             syscall, sysret
//   write_cr3          write_cr3(), switch_cr3()                    mov to cr3
//   translate          any access by a linear address               TLB look-up, page walk
//   invlpg             flush_tlb_one_local()                        invlpg
//   flush_tlb_all      flush_tlb_local() with global pages          cr4.PGE off and on
//
// What you must promise: words live in the Memory of the same machine; a plain (not Shared) object
// that two workers touch is handed over through a Shared word, as in any data-race-free program.
// What it guarantees: a verb returns when it is done on this pCPU; interrupts are taken between
// two verbs; a verb may throw (a finding elsewhere ends the run), so callers are never noexcept.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>

#include "sim/base/ids.hpp"
#include "sim/base/time.hpp"
#include "sim/base/where.hpp"
#include "sim/hw/memory.hpp"
#include "sim/hw/paging.hpp"
#include "sim/hw/pcpu_set.hpp"
#include "sim/hw/shared.hpp"

namespace hvsim {

// An interrupt vector: an index into the handlers of a Host (host.hpp). Of several that wait,
// tlb_flush is taken first, then event_check, call_function and timer.
enum class Vector : std::uint8_t { tlb_flush, call_function, event_check, timer };
inline constexpr unsigned vectors = 4;

// The locked read-modify-write instructions.
enum class Rmw : std::uint8_t { xchg, add, bit_or, bit_and, cmpxchg };

class Cpu {
 public:
  virtual ~Cpu() = default;

  PcpuId id() const { return id_; }
  virtual Time now() const = 0;

  template <class T>
  T load(const Shared<T>& word, Where where = Where::here()) {
    return from_bits<T>(load_word(&word, sizeof(T), where));
  }
  template <class T>
  void store(Shared<T>& word, std::type_identity_t<T> value, Where where = Where::here()) {
    store_word(&word, sizeof(T), to_bits(value), where);
  }
  // Waits until every earlier store of this pCPU is visible to all.
  virtual void fence(Where where = Where::here()) = 0;

  // Locked: atomic, a full fence, and an ownership transfer if another core holds the line. They
  // return the value from before.
  template <class T>
  T xchg(Shared<T>& word, std::type_identity_t<T> value, Where where = Where::here()) {
    return from_bits<T>(rmw_word(&word, sizeof(T), Rmw::xchg, to_bits(value), 0, where));
  }
  template <class T>
  T fetch_add(Shared<T>& word, std::type_identity_t<T> value, Where where = Where::here()) {
    return from_bits<T>(rmw_word(&word, sizeof(T), Rmw::add, to_bits(value), 0, where));
  }
  template <class T>
  T fetch_or(Shared<T>& word, std::type_identity_t<T> value, Where where = Where::here()) {
    return from_bits<T>(rmw_word(&word, sizeof(T), Rmw::bit_or, to_bits(value), 0, where));
  }
  template <class T>
  T fetch_and(Shared<T>& word, std::type_identity_t<T> value, Where where = Where::here()) {
    return from_bits<T>(rmw_word(&word, sizeof(T), Rmw::bit_and, to_bits(value), 0, where));
  }
  // Stores `desired` if the word holds `expected`, and returns what it held: equal to `expected`
  // means done. A failed one still moves the line and drains the store buffer.
  template <class T>
  T cmpxchg(Shared<T>& word, std::type_identity_t<T> expected, std::type_identity_t<T> desired,
            Where where = Where::here()) {
    return from_bits<T>(
        rmw_word(&word, sizeof(T), Rmw::cmpxchg, to_bits(desired), to_bits(expected), where));
  }
  template <class T>
  bool test_and_set_bit(Shared<T>& word, unsigned bit, Where where = Where::here()) {
    const T mask = static_cast<T>(T{1} << bit);
    return (fetch_or(word, mask, where) & mask) != 0;
  }
  template <class T>
  bool test_and_clear_bit(Shared<T>& word, unsigned bit, Where where = Where::here()) {
    const T mask = static_cast<T>(T{1} << bit);
    return (fetch_and(word, static_cast<T>(~mask), where) & mask) != 0;
  }

  // One turn of a wait loop: `while (cpu.load(x) != want) cpu.relax();` Only there: a loop that
  // ends for another reason than the value it loads (a count, the time) may never come back from
  // it.
  virtual void relax(Where where = Where::here()) = 0;
  // The same for who may lose the processor to an interrupt: false if one was taken before the
  // turn, which is still to be done.
  virtual bool relax_until_interrupt(Where where = Where::here()) = 0;
  // Work that touches no shared word.
  virtual void compute(Duration length) = 0;
  // The same, but ends after an interrupt has been taken; returns what is left. One that was due
  // already ends it before it has begun.
  virtual Duration compute_until_interrupt(Duration length) = 0;
  // Copies or clears line by line through the caches, with the core's memory-level parallelism.
  // Moves time and lines, not contents. `bytes` may be any number above zero.
  virtual void copy(Address to, Address from, std::uint64_t bytes,
                    Where where = Where::here()) = 0;
  virtual void clear(Address to, std::uint64_t bytes, Where where = Where::here()) = 0;
  // Copies words, contents and all: the lines and the time are those of copy(). `block` words at a
  // time, 1 or whole lines, are in registers: between their loads and their stores interrupts are
  // taken and others may store. A block of 1 is one instruction: nothing comes in between. `to`
  // and `from` lie alike in their lines.
  virtual void copy_words(Shared<std::uint64_t>* to, const Shared<std::uint64_t>* from,
                          std::size_t words, std::size_t block, Where where = Where::here()) = 0;

  // The way into the hypervisor and back out, paid on entry.
  virtual void hypercall() = 0;
  // The bare ways from user mode into the kernel or the hypervisor, and back.
  virtual void syscall() = 0;
  virtual void sysret() = 0;
  // Saves the registers of one vCPU and restores those of another: what of a context switch is not
  // a verb by itself.
  virtual void switch_registers() = 0;

  // Address spaces. A word is loaded and stored by where it is in memory, whatever cr3 says: that
  // stands for memory whose translation is at hand. What a guest touches of its own address space
  // is translated first. Whoever changes an entry of a page table drops what was kept of it.
  //
  // Makes `root` the table of level 4, and `pcid` the tag of what is translated from now on.
  // `flush`: forgets what is kept under that tag, but for global pages. Drains the stores.
  virtual void write_cr3(Address root, Pcid pcid, bool flush) = 0;
  // Where a linear address is in memory, or nothing if no entry is present: the page fault is the
  // caller's. What is not kept is read from the tables, a level after the other, through the
  // caches, and then kept; no interrupt is taken in between.
  virtual std::optional<Address> translate(Linear linear, Where where = Where::here()) = 0;
  // Forgets a page of the current address space, global or not. Drains the stores.
  virtual void invlpg(Linear linear) = 0;
  // Forgets all there is, of every address space. Drains the stores.
  virtual void flush_tlb_all() = 0;
  // Forgets the current address space but for global pages (a cr3 write of what cr3 holds).
  virtual void flush_tlb() = 0;

  // Asks every pCPU in `targets` but this one to run the handler of `vector`. Returns when the
  // requests are sent, not when they are handled.
  virtual void send_ipi(const PcpuSet& targets, Vector vector, Where where = Where::here()) = 0;
  // Asks for Vector::timer on this pCPU at an instant, instead of the one asked for before; one
  // that has passed is now. Time::never(): not at all.
  virtual void set_timer(Time at) = 0;
  // In a handler that lets interrupts in: what it handles is done, so others may come before it
  // returns. Otherwise the return says so. Its price is in that of an interrupt.
  virtual void end_of_interrupt() = 0;
  // Sets whether interrupts are taken; returns how it was.
  virtual bool set_interrupts(bool on) = 0;
  // Takes what interrupts are due now, if they are on, instead of before the next verb.
  virtual void take_interrupts() = 0;
  // Sleeps until an interrupt has been taken or `until` has come (Time::never(): no limit).
  // Interrupts must be on.
  virtual void halt(Time until) = 0;

  // The workload finished a piece of work. A run without any for long ends as "no progress".
  virtual void progress() = 0;

  // Ghost checks cost no simulated time. After ghost_point() all that other pCPUs did before this
  // instant has happened and nothing later has (on real threads: see host_cpu.hpp): ghost state
  // (plain host objects shared by checks) may be read and written until the next verb.
  virtual void ghost_point() = 0;
  // Ends the run with a finding about `rule`, with the last verbs on the line of `word`.
  [[noreturn]] virtual void violated(const std::string& rule, const std::string& what,
                                     const void* word, Where where = Where::here()) = 0;
  // For the dump of a deadlock: this pCPU now waits for `what`, held by `holder` (or by nobody
  // known: pass own id). Cleared by waits_for_nothing().
  virtual void waits_for(const std::string& what, PcpuId holder) = 0;
  virtual void waits_for_nothing() = 0;

 protected:
  explicit Cpu(PcpuId id) : id_(id) {}

  virtual std::uint64_t load_word(const void* word, unsigned bytes, Where where) = 0;
  virtual void store_word(void* word, unsigned bytes, std::uint64_t value, Where where) = 0;
  virtual std::uint64_t rmw_word(void* word, unsigned bytes, Rmw op, std::uint64_t operand,
                                 std::uint64_t expected, Where where) = 0;

 private:
  friend class ForwardingCpu;  // has another processor do these (forwarding_cpu.hpp)

  PcpuId id_;
};

}  // namespace hvsim
