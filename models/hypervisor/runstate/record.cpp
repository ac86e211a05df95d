#include "models/hypervisor/runstate/record.hpp"

namespace hvsim {

std::string name_of(RunState state) {
  switch (state) {
    case RunState::running:
      return "running";
    case RunState::runnable:
      return "runnable";
    case RunState::blocked:
      return "blocked";
    case RunState::offline:
      return "offline";
  }
  return "state " + std::to_string(static_cast<std::uint32_t>(state));
}

std::string RunstateInfo::text() const {
  std::string line =
      name_of(state) + " since " + std::to_string(entry & ~runstate_update_flag) +
      ((entry & runstate_update_flag) != 0 ? " with the flag set, times" : ", times");
  for (const std::uint64_t ns : time) {
    line += " " + std::to_string(ns);
  }
  return line;
}

RunstateInfo load_record(Cpu& cpu, const RunstateRecord& record, Where where) {
  RunstateInfo info;
  info.state = cpu.load(record.state, where);
  info.entry = cpu.load(record.entry, where);
  for (unsigned i = 0; i < run_states; ++i) {
    info.time[i] = cpu.load(record.time[i], where);
  }
  return info;
}

}  // namespace hvsim
