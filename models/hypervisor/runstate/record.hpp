// The record of a vCPU's run state: how long it ran, waited for a pCPU, was blocked, was offline.
//
// What it is: the layout in memory (`RunstateRecord`, 48 bytes, as the public interface has it for
// x86-64) and the same as plain values (`RunstateInfo`). A 64-bit record may lie at any multiple
// of 8, so also across two lines. Times are nanoseconds of system time.
// What you must promise: load_record() is called by somebody who knows why the words do not change
// meanwhile, or who can live with a mixture. Source: runstate sheet, B.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "sim/hw/cpu.hpp"

namespace hvsim {

enum class RunState : std::uint32_t { running, runnable, blocked, offline };
inline constexpr unsigned run_states = 4;
std::string name_of(RunState state);

// Bit 63 of `entry`: an update is in progress. Never in a master record.
inline constexpr std::uint64_t runstate_update_flag = std::uint64_t{1} << 63;

struct RunstateInfo {
  RunState state = RunState::offline;
  std::uint64_t entry = 0;  // when the current state began
  std::array<std::uint64_t, run_states> time{};

  bool operator==(const RunstateInfo&) const = default;
  std::uint64_t& in(RunState s) { return time[static_cast<unsigned>(s)]; }
  std::uint64_t in(RunState s) const { return time[static_cast<unsigned>(s)]; }
  std::uint64_t total() const { return time[0] + time[1] + time[2] + time[3]; }
  // What the steal clock says: ready to run or taken offline, but not running.
  std::uint64_t steal() const { return in(RunState::runnable) + in(RunState::offline); }
  // "runnable since 1200, times 400 300 500 0", for findings.
  std::string text() const;
};

struct RunstateRecord {
  Shared<RunState> state;
  Shared<std::uint32_t> padding;
  Shared<std::uint64_t> entry;
  std::array<Shared<std::uint64_t>, run_states> time;

  Shared<std::uint64_t>& in(RunState s) { return time[static_cast<unsigned>(s)]; }
};
static_assert(sizeof(RunstateRecord) == 48);

// The six fields, in their order.
RunstateInfo load_record(Cpu& cpu, const RunstateRecord& record, Where where = Where::here());

// System time, as the hypervisor counts it.
inline std::uint64_t system_ns(Time t) {
  return static_cast<std::uint64_t>(t.ps / 1000);
}

}  // namespace hvsim
