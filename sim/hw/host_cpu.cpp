#include "sim/hw/host_cpu.hpp"

#include <algorithm>
#include <bit>
#include <thread>
#include <utility>

#include "sim/base/check.hpp"
#include "sim/hw/finding.hpp"
#include "sim/hw/lapic.hpp"

namespace hvsim {
namespace {

constexpr unsigned turns_a_yield = 64;

// Calls `visit` with a pointer to an unsigned integer of that many bytes.
template <class Visit>
std::uint64_t as_integer(void* word, unsigned bytes, Visit visit) {
  switch (bytes) {
    case 1:
      return visit(static_cast<std::uint8_t*>(word));
    case 2:
      return visit(static_cast<std::uint16_t*>(word));
    case 4:
      return visit(static_cast<std::uint32_t*>(word));
    default:
      return visit(static_cast<std::uint64_t*>(word));
  }
}

// Of these vectors, a bit each, the one that a LAPIC takes first.
unsigned most_urgent(unsigned waiting) {
  unsigned first = static_cast<unsigned>(std::countr_zero(waiting));
  for (unsigned v = first + 1; v < vectors; ++v) {
    const bool higher = number_of(static_cast<Vector>(v)) > number_of(static_cast<Vector>(first));
    first = (waiting >> v & 1) != 0 && higher ? v : first;
  }
  return first;
}

}  // namespace

void pause_processor() {
#ifdef __x86_64__
  __builtin_ia32_pause();
#endif
}

void wait_a_turn(unsigned& turns) {
  if (++turns % turns_a_yield == 0) {
    std::this_thread::yield();
  } else {
    pause_processor();
  }
}

void HostCpu::live(const std::function<void(Cpu&)>& worker) {
  worker(*this);
  leave_ghosts();
  threads_.working.fetch_sub(1);
  while (threads_.working.load() != 0) {
    relax(last_place_);
  }
}

// The two builtins are std::atomic_ref, which libc++ 14 does not have.
std::uint64_t HostCpu::load_word(const void* word, unsigned bytes, Where where) {
  begin(where);
  return as_integer(const_cast<void*>(word), bytes, [](auto* at) -> std::uint64_t {
    return __atomic_load_n(at, __ATOMIC_ACQUIRE);
  });
}

void HostCpu::store_word(void* word, unsigned bytes, std::uint64_t value, Where where) {
  begin(where);
  as_integer(word, bytes, [value](auto* at) -> std::uint64_t {
    __atomic_store_n(at, static_cast<std::remove_pointer_t<decltype(at)>>(value),
                     __ATOMIC_RELEASE);
    return 0;
  });
}

std::uint64_t HostCpu::rmw_word(void* word, unsigned bytes, Rmw op, std::uint64_t operand,
                                std::uint64_t expected, Where where) {
  begin(where);
  return as_integer(word, bytes, [op, operand, expected](auto* at) -> std::uint64_t {
    using Word = std::remove_pointer_t<decltype(at)>;
    const Word value = static_cast<Word>(operand);
    Word before = static_cast<Word>(expected);
    switch (op) {
      case Rmw::xchg:
        return __atomic_exchange_n(at, value, __ATOMIC_SEQ_CST);
      case Rmw::add:
        return __atomic_fetch_add(at, value, __ATOMIC_SEQ_CST);
      case Rmw::bit_or:
        return __atomic_fetch_or(at, value, __ATOMIC_SEQ_CST);
      case Rmw::bit_and:
        return __atomic_fetch_and(at, value, __ATOMIC_SEQ_CST);
      case Rmw::cmpxchg:
        break;
    }
    __atomic_compare_exchange_n(at, &before, value, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
    return before;
  });
}

void HostCpu::fence(Where where) {
  begin(where);
  locked_operation_of_no_effect();
}

void HostCpu::relax(Where where) {
  begin(where);
  wait_a_turn(turns_);
}

void HostCpu::compute(Duration length) {
  begin(last_place_);
  const Time until = now() + length;
  while (now() < until) {
    relax(last_place_);
  }
}

Duration HostCpu::compute_until_interrupt(Duration length) {
  const std::uint64_t taken = interrupts_taken_;
  begin(last_place_);
  const Time until = now() + length;
  Time at = now();
  while (interrupts_taken_ == taken && at < until) {
    relax(last_place_);
    at = now();
  }
  return at < until ? until - at : Duration{};
}

void HostCpu::copy(Address, Address, std::uint64_t, Where where) {
  begin(where);
}

void HostCpu::clear(Address, std::uint64_t, Where where) {
  begin(where);
}

void HostCpu::copy_words(Shared<std::uint64_t>* to, const Shared<std::uint64_t>* from,
                         std::size_t words, std::size_t block, Where where) {
  std::vector<std::uint64_t> registers(block);
  for (std::size_t done = 0; done < words; done += block) {
    begin(where);
    const std::size_t now = std::min(block, words - done);
    for (std::size_t i = 0; i < now; ++i) {
      registers[i] = __atomic_load_n(reinterpret_cast<const std::uint64_t*>(from + done + i),
                                     __ATOMIC_ACQUIRE);
    }
    if (block > 1) {
      begin(where);
    }
    for (std::size_t i = 0; i < now; ++i) {
      __atomic_store_n(reinterpret_cast<std::uint64_t*>(to + done + i), registers[i],
                       __ATOMIC_RELEASE);
    }
  }
}

void HostCpu::send_ipi(const PcpuSet& targets, Vector vector, Where where) {
  begin(where);
  locked_operation_of_no_effect();
  targets.each([&](PcpuId target) {
    if (target == id()) {
      return;
    }
    HostCpu& cpu = *threads_.cpus[target.n];
    check(cpu.has_worker_, "an interrupt goes to a pCPU that runs");
    cpu.pending_.fetch_or(1u << static_cast<unsigned>(vector));
  });
}

void HostCpu::set_timer(Time at) {
  begin(last_place_);
  timer_ = at;
}

void HostCpu::fire_timer() {
  timer_ = Time::never();
  pending_.fetch_or(1u << static_cast<unsigned>(Vector::timer));
}

// What is serialising drains the stores.
void HostCpu::write_cr3(Address root, Pcid, bool) {
  begin(last_place_);
  locked_operation_of_no_effect();
  root_ = root;
}

void HostCpu::invlpg(Linear) {
  begin(last_place_);
  locked_operation_of_no_effect();
}

void HostCpu::flush_tlb_all() {
  begin(last_place_);
  locked_operation_of_no_effect();
}

std::optional<Address> HostCpu::translate(Linear linear, Where where) {
  begin(where);
  check(root_.has_value(), "cr3 names the tables that are walked");
  std::uint64_t entry = entry_for(*root_);
  for (unsigned level = paging_levels; level > 0; --level) {
    const auto* table = static_cast<const PageTable*>(threads_.memory.host(frame_of(entry)));
    const void* slot = &table->entry[slot_of(linear, level)];
    entry = __atomic_load_n(static_cast<const std::uint64_t*>(slot), __ATOMIC_ACQUIRE);
    if ((entry & entry_present) == 0) {
      return std::nullopt;
    }
  }
  return frame_of(entry) + linear % page_bytes;
}

void HostCpu::take_pending() {
  const Where interrupted = last_place_;
  for (unsigned waiting = pending_.load(); waiting != 0; waiting = pending_.load()) {
    const unsigned vector = most_urgent(waiting);
    pending_.fetch_and(~(1u << vector));
    const auto& handler = threads_.handlers[vector];
    check(handler != nullptr, "a vector that is sent has a handler");
    ++interrupts_taken_;
    interrupts_on_ = false;
    handler(*this);
    leave_ghosts();
    interrupts_on_ = true;
  }
  last_place_ = interrupted;
}

void HostCpu::take_interrupts() {
  begin(last_place_);
}

bool HostCpu::set_interrupts(bool on) {
  return std::exchange(interrupts_on_, on);
}

void HostCpu::halt(Time until) {
  check(interrupts_on_, "a halt with interrupts off would never end");
  const std::uint64_t taken = interrupts_taken_;
  do {
    relax(last_place_);
  } while (interrupts_taken_ == taken && now() < until);
}

Time HostCpu::now() const {
  const auto ran = std::chrono::steady_clock::now() - threads_.started;
  const std::int64_t ns = std::chrono::duration_cast<std::chrono::nanoseconds>(ran).count();
  last_now_ = std::max(Time{} + nanoseconds(ns), last_now_ + picoseconds(1));
  return last_now_;
}

void HostCpu::ghost_point() {
  if (threads_.over) {
    return;
  }
  begin(last_place_);
  threads_.ghosts.lock();
  in_ghosts_ = true;
}

void HostCpu::leave_ghosts() {
  if (in_ghosts_) {
    in_ghosts_ = false;
    threads_.ghosts.unlock();
  }
}

// The last verbs on the word are not told: to write them down in order would order the threads.
void HostCpu::violated(const std::string& rule, const std::string& what, const void*,
                       Where where) {
  throw RuleViolated({rule, what, now(), id(), where.text(), {}});
}

void HostCpu::waits_for(const std::string& what, PcpuId holder) {
  const std::lock_guard guard(saying_);
  waiting_for_ = what;
  holder_ = holder;
}

void HostCpu::waits_for_nothing() {
  const std::lock_guard guard(saying_);
  waiting_for_.clear();
}

}  // namespace hvsim
