// A processor that has another one do its verbs: on() says which, anew for every verb.
//
// What it is: the base of processors that are not hardware, such as a vCPU. Its id() is its own;
// its now() is that of whoever does its verbs. What you must promise: on() gives the pCPU of the
// strand that calls; now_on() as well, without side effects.
#pragma once

#include <optional>
#include <string>

#include "sim/hw/cpu.hpp"

namespace hvsim {

class ForwardingCpu : public Cpu {
 public:
  Time now() const override { return now_on().now(); }
  void fence(Where where = Where::here()) override { on().fence(where); }
  void relax(Where where = Where::here()) override { on().relax(where); }
  bool relax_until_interrupt(Where where = Where::here()) override {
    return on().relax_until_interrupt(where);
  }
  void compute(Duration length) override { on().compute(length); }
  Duration compute_until_interrupt(Duration length) override {
    return on().compute_until_interrupt(length);
  }
  void copy(Address to, Address from, std::uint64_t bytes, Where where = Where::here()) override {
    on().copy(to, from, bytes, where);
  }
  void clear(Address to, std::uint64_t bytes, Where where = Where::here()) override {
    on().clear(to, bytes, where);
  }
  void copy_words(Shared<std::uint64_t>* to, const Shared<std::uint64_t>* from, std::size_t words,
                  std::size_t block, Where where = Where::here()) override {
    on().copy_words(to, from, words, block, where);
  }
  void hypercall() override { on().hypercall(); }
  void syscall() override { on().syscall(); }
  void sysret() override { on().sysret(); }
  void switch_registers() override { on().switch_registers(); }
  void write_cr3(Address root, Pcid pcid, bool flush) override {
    on().write_cr3(root, pcid, flush);
  }
  std::optional<Address> translate(Linear linear, Where where = Where::here()) override {
    return on().translate(linear, where);
  }
  void invlpg(Linear linear) override { on().invlpg(linear); }
  void flush_tlb_all() override { on().flush_tlb_all(); }
  void flush_tlb() override { on().flush_tlb(); }
  void send_ipi(const PcpuSet& targets, Vector vector, Where where = Where::here()) override {
    on().send_ipi(targets, vector, where);
  }
  void set_timer(Time at) override { on().set_timer(at); }
  void end_of_interrupt() override { now_on().end_of_interrupt(); }
  bool set_interrupts(bool on_or_off) override { return on().set_interrupts(on_or_off); }
  void take_interrupts() override { on().take_interrupts(); }
  void halt(Time until) override { on().halt(until); }
  void progress() override { now_on().progress(); }
  void ghost_point() override { on().ghost_point(); }
  [[noreturn]] void violated(const std::string& rule, const std::string& what, const void* word,
                             Where where = Where::here()) override {
    now_on().violated(rule, what, word, where);
    __builtin_unreachable();  // GCC 12 forgets that the one above does not come back
  }
  void waits_for(const std::string& what, PcpuId holder) override {
    now_on().waits_for(what, holder);
  }
  void waits_for_nothing() override { now_on().waits_for_nothing(); }

 protected:
  explicit ForwardingCpu(PcpuId id) : Cpu(id) {}

  // Which processor does the next verb.
  virtual Cpu& on() = 0;
  // Which one did the last: for what is no verb.
  virtual Cpu& now_on() const = 0;

  std::uint64_t load_word(const void* word, unsigned bytes, Where where) override {
    return on().load_word(word, bytes, where);
  }
  void store_word(void* word, unsigned bytes, std::uint64_t value, Where where) override {
    on().store_word(word, bytes, value, where);
  }
  std::uint64_t rmw_word(void* word, unsigned bytes, Rmw op, std::uint64_t operand,
                         std::uint64_t expected, Where where) override {
    return on().rmw_word(word, bytes, op, operand, expected, where);
  }
};

}  // namespace hvsim
