#include "models/hypervisor/runstate/plain_copy.hpp"

namespace hvsim {

RunstateAlgorithm::Updated PlainCopy::update(Cpu& cpu, RunstateUpdate& update) {
  const RunstateInfo copy = update.take_copy(cpu);
  return {false, update.area.copy(cpu, copy, order(), update.reachable)};
}

Reading PlainCopy::read(Cpu& cpu, const GuestArea& area) {
  Reading reading;
  while (true) {
    const std::uint64_t entry = area.load_entry(cpu);
    reading.info = area.load(cpu);
    if (area.load_entry(cpu) == entry) {
      return reading;
    }
    ++reading.retries;
  }
}

}  // namespace hvsim
