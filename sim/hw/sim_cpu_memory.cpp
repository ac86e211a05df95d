// Loads, stores, locked operations and fences of a simulated pCPU, ordered by x86-TSO.
#include <algorithm>

#include "sim/base/check.hpp"
#include "sim/hw/plain_word.hpp"
#include "sim/hw/sim_cpu.hpp"

namespace hvsim {
namespace {

// What a locked operation makes of the value from before.
std::uint64_t after_locked(std::uint64_t before, Rmw op, std::uint64_t operand,
                           std::uint64_t expected) {
  switch (op) {
    case Rmw::xchg:
      return operand;
    case Rmw::add:
      return before + operand;
    case Rmw::bit_or:
      return before | operand;
    case Rmw::bit_and:
      return before & operand;
    case Rmw::cmpxchg:
      return before == expected ? operand : before;
  }
  fail_check("a locked operation", Where::here());
}

}  // namespace

std::uint64_t SimCpu::read(Address address, unsigned bytes) const {
  return plain_read(hw_.memory.host(address), bytes);
}

void SimCpu::write(Address address, unsigned bytes, std::uint64_t value) {
  plain_write(hw_.memory.host(address), bytes, value);
}

// A load, of the program or of a walk. In line: a hit is little more than a call.
[[gnu::always_inline]] inline std::uint64_t SimCpu::load_at(Address address, unsigned bytes,
                                                            Verb verb, Where where) {
  if (!stores_.empty() || hw_.fault == OrderFault::siblings_share_buffer) [[unlikely]] {
    if (const auto own = load_own_store(address, bytes)) {
      not_only_a_load();
      record(verb, t_, address, *own, where);
      spend(Cause::l1, prices_.l1_hit.value);
      return *own;
    }
  }
  const Hit hit = hw_.coherence.probe(core_, line_of(address), false);
  ++spin_.loads;
  spin_.hit = hit == Hit::l1;
  spin_.address = address;
  if (hit == Hit::none) {
    access(line_of(address), false, Duration{}, where);
  }
  const std::uint64_t value = read(address, bytes);
  spin_.value = value;
  record(verb, t_, address, value, where);
  if (hit == Hit::l1) {
    spend(Cause::l1, prices_.l1_hit.value);
  } else if (hit == Hit::l2) {
    spend(Cause::l2, prices_.l2_hit.value);
  }
  return value;
}

std::uint64_t SimCpu::load_word(const void* word, unsigned bytes, Where where) {
  begin(where);
  return load_at(hw_.memory.address_of(word), bytes, Verb::load, where);
}

std::uint64_t SimCpu::load_entry(Address address, Where where) {
  return load_at(address, sizeof(std::uint64_t), Verb::walk, where);
}

// What the store buffer has of a word, once none of it waits in part; nothing if none does.
std::optional<std::uint64_t> SimCpu::load_own_store(Address address, unsigned bytes) {
  std::uint64_t value = 0;
  StoreBuffer::Lookup found = look_up(address, bytes, value);
  while (found == StoreBuffer::Lookup::partial) {
    wait_for_commit();
    found = look_up(address, bytes, value);
  }
  return found == StoreBuffer::Lookup::covered ? std::optional(value) : std::nullopt;
}

void SimCpu::store_word(void* word, unsigned bytes, std::uint64_t value, Where where) {
  begin(where);
  not_only_a_load();
  const Address address = hw_.memory.address_of(word);
  while (stores_.full()) {
    wait_for_commit();
  }
  record(Verb::store, t_, address, value, where);
  const bool waits = !stores_.empty();
  if (!waits && hw_.noise == nullptr &&
      hw_.coherence.probe(core_, line_of(address), true) != Hit::none) {
    about_to_write_quietly(address, bytes);
    write(address, bytes, value);  // owned and next in order: commits as it executes
  } else {
    stores_.add({address, bytes, value, where});
    if (!waits) {
      start_commit(t_);
    }
  }
  spend(Cause::l1, prices_.store.value);
  if (hw_.fault == OrderFault::stores_drain_at_once) {
    drain();
  }
}

std::uint64_t SimCpu::rmw_word(void* word, unsigned bytes, Rmw op, std::uint64_t operand,
                               std::uint64_t expected, Where where) {
  begin(where);
  not_only_a_load();
  const Address address = hw_.memory.address_of(word);
  const LineId line = line_of(address);
  const bool right = hw_.fault == OrderFault::none;
  if (right || !skips_drain(address, bytes, op, expected)) {
    drain();
  }
  const bool owned = hw_.coherence.probe(core_, line, true) != Hit::none;
  if (owned) {
    about_to_write_quietly(address, bytes);
  } else {
    access(line, true, prices_.locked_rmw.value, where);
  }
  const std::uint64_t before = right ? read(address, bytes) : faulty_locked_read(address, bytes);
  const std::uint64_t after = after_locked(before, op, operand, expected);
  if (right) {
    write(address, bytes, after);
  } else if (op != Rmw::cmpxchg || before == expected) {
    faulty_locked_write(address, bytes, after, where);
  }
  record(Verb::rmw, t_, address, before, where, bytes);
  Traffic& traffic = hw_.coherence.traffic();
  ++traffic.locked_ops;
  if (op == Rmw::cmpxchg && before != expected) {
    ++traffic.failed_cmpxchg;
    ++hw_.coherence.counters(line, where).failed_cmpxchg;
  }
  if (owned) {
    spend(Cause::drain, prices_.locked_rmw.value);
  }
  return before;
}

void SimCpu::fence(Where where) {
  begin(where);
  not_only_a_load();
  if (hw_.fault != OrderFault::fence_does_nothing) {
    drain();
  }
  record(Verb::fence, t_, 0, 0, where);
  spend(Cause::drain, prices_.fence.value);
}

// Whether the noise holds the next commit up. If so, commit_.next is when to ask it again.
bool SimCpu::hold_commit(Time now) {
  Time from = hw_.noise == nullptr ? now : hw_.noise->commit(id(), now);
  if (hw_.fault == OrderFault::drains_at_fences_only && !waits_for_commit_) {
    from = Time::never();
  }
  commit_held_ = from > now;
  commit_.next = commit_held_ ? from : Time::never();
  return commit_held_;
}

// Asks for the line of the oldest store; stores to lines already owned commit on the way.
void SimCpu::start_commit(Time now) {
  while (!stores_.empty() && !hold_commit(now)) {
    const StoreBuffer::Store& store = stores_.oldest();
    const LineId line = line_of(store.address);
    if (hw_.coherence.probe(core_, line, true) == Hit::none) {
      commit_.line = line;
      commit_.where = store.where;
      hw_.home_agent.issue(commit_, now);
      break;
    }
    commit_oldest(now);
  }
  find_due();
}

void SimCpu::step_commit(Time now) {
  if (commit_held_) {
    start_commit(now);
  } else if (hw_.home_agent.act(commit_, now)) {
    const Duration way = prices_.l3_request.value + commit_.move.latency + commit_.move.link_wait;
    count(commit_, now - commit_.issued - way);
    commit_oldest(now);
    start_commit(now);
  }
  find_due();
}

void SimCpu::commit_oldest(Time now) {
  const StoreBuffer::Store store = stores_.oldest();
  write(store.address, store.bytes, store.value);
  record(Verb::commit, now, store.address, store.value, store.where);
  stores_.remove_oldest();
}

// Lets time pass until the next step of the oldest store's commit, and does it.
void SimCpu::wait_for_commit() {
  waits_for_commit_ = true;
  if (commit_.next == Time::never() && commit_held_) {
    start_commit(t_);
  }
  park_until(commit_.next);
  spend(Cause::drain, hw_.engine.now() - t_);
  if (commit_.next <= t_) {
    step_commit(t_);
  }
  waits_for_commit_ = false;
}

void SimCpu::drain() {
  while (!stores_.empty()) {
    wait_for_commit();
  }
}

}  // namespace hvsim
