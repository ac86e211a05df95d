// Copying and clearing: many lines at once, with the misses a core keeps in flight.
//
// All lines change hands at one instant, the request's arrival at the L3; the time that takes is
// the larger of what the core needs (copy_line a line) and what its misses need,
// `line_fill_buffers` of them at a time. A line that is on the move at that instant is priced as
// dirty in the other socket and left alone. Payload is not what perf c2c is asked about: these
// lines are in the machine's traffic, not in the counts of single lines.
#include <algorithm>

#include "sim/base/check.hpp"
#include "sim/hw/sim_cpu.hpp"

namespace hvsim {
namespace {

__extension__ using Wide = __int128;  // both compilers have it; ISO C++ does not

}  // namespace

void SimCpu::copy(Address to, Address from, std::uint64_t bytes, Where where) {
  bulk(Verb::copy, to, &from, bytes, where);
}

void SimCpu::clear(Address to, std::uint64_t bytes, Where where) {
  bulk(Verb::clear, to, nullptr, bytes, where);
}

void SimCpu::bulk(Verb verb, Address to, const Address* from, std::uint64_t bytes, Where where) {
  check(bytes > 0, "something to copy or clear");
  begin(where);
  not_only_a_load();
  const BulkTime time = start_bulk(to, from, bytes);
  record(verb, t_, to, bytes, where);
  spend_part(time, 0, 1);
}

// Spends the start-up, takes the lines, and says what is to be spent besides.
SimCpu::BulkTime SimCpu::start_bulk(Address to, const Address* from, std::uint64_t bytes) {
  BulkTime time;
  const Time start = t_;
  spend(Cause::compute, prices_.l3_request.value);
  act_now();
  time.startup = t_ - start;
  BulkCost misses;
  if (from != nullptr) {
    bulk_lines(*from, bytes, false, misses);
  }
  bulk_lines(to, bytes, true, misses);
  // In whole: the core's own time, or the misses' if that is longer; the start-up is part of it.
  const auto lines =
      static_cast<std::int64_t>((to % line_bytes + bytes + line_bytes - 1) / line_bytes);
  const Duration core = prices_.copy_line.value * lines;
  const Duration missing = misses.total() / hw_.spec.line_fill_buffers.value;
  time.core = std::max(Duration{}, core - time.startup);
  const Duration extra = std::max(Duration{}, missing - std::max(core, time.startup));
  if (extra == Duration{}) {
    return time;
  }
  // The misses' part, to each cause its share; what rounding leaves over goes to the last.
  const Duration whole = misses.total();
  const auto share = [&](Duration part) {
    return Duration{static_cast<std::int64_t>(static_cast<Wide>(extra.ps) * part.ps / whole.ps)};
  };
  BulkCost& to_spend = time.extra;
  to_spend.l3 = share(misses.l3);
  to_spend.same = share(misses.same);
  to_spend.cross = share(misses.cross);
  to_spend.link = share(misses.link);
  to_spend.memory = extra - to_spend.total();
  return time;
}

// One of so many equal parts; all of them add up to the whole.
void SimCpu::spend_part(const BulkTime& time, std::int64_t part, std::int64_t parts) {
  const auto spend_of = [&](Cause cause, Duration whole) {
    spend(cause, whole * (part + 1) / parts - whole * part / parts);
  };
  spend_of(Cause::compute, time.core);
  spend_of(Cause::l3, time.extra.l3);
  spend_of(Cause::transfer_same, time.extra.same);
  spend_of(Cause::transfer_cross, time.extra.cross);
  spend_of(Cause::link_queue, time.extra.link);
  spend_of(Cause::memory, time.extra.memory);
}

void SimCpu::bulk_lines(Address first, std::uint64_t bytes, bool own, BulkCost& cost) {
  const std::uint32_t last = line_of(first + bytes - 1).n;
  for (LineId line = line_of(first); line.n <= last; ++line.n) {
    hw_.coherence.prefetch(core_, LineId{line.n + 8});
    if (hw_.coherence.probe(core_, line, own) != Hit::none) {
      continue;
    }
    DirectoryEntry& entry = hw_.coherence.directory().entry(line);
    if (entry.moving) {
      cost.cross += prices_.dirty_remote.value;
      continue;
    }
    // Misses are spread over the time the ones before took.
    const Time when = t_ + cost.total() / hw_.spec.line_fill_buffers.value;
    Move move;
    hw_.coherence.take(core_, line, own, when, Duration{}, move);
    hw_.coherence.directory().entry(line).moving = false;
    hw_.coherence.directory().entry(line).moving_across = false;
    hw_.coherence.fill(core_, line, move.fill);
    Duration& part = move.cause == Cause::l3               ? cost.l3
                     : move.cause == Cause::transfer_same  ? cost.same
                     : move.cause == Cause::transfer_cross ? cost.cross
                                                           : cost.memory;
    part += move.latency + prices_.l3_request.value;
    cost.link += move.link_wait;
  }
}

}  // namespace hvsim
