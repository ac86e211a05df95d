// What a finding tells of the machine: the verbs that led to it.
#include <algorithm>
#include <tuple>

#include "sim/hw/sim_cpu.hpp"

namespace hvsim {

void SimCpu::keep_in_history(Verb verb, Time at, Address address, std::uint64_t value, Where where,
                             unsigned locked_bytes) {
  const std::uint64_t after = locked_bytes == 0 ? 0 : read(address, locked_bytes);
  hw_.history->done({id(), verb, at, address, value, where, after});
}
namespace {

struct Seen {
  VerbLog::Entry entry;
  std::uint32_t pcpu;
};

std::string nanoseconds_text(Time t) {
  const std::string fraction = std::to_string(t.ps % 1000 + 1000).substr(1);
  return std::to_string(t.ps / 1000) + "." + fraction + " ns";
}

std::string text(const Seen& seen, const Memory& memory) {
  const VerbLog::Entry& entry = seen.entry;
  std::string out = nanoseconds_text(entry.at) + "  pcpu " + std::to_string(seen.pcpu) + "  " +
                    verb_name(entry.verb) + " " + memory.name_of(entry.address) + " = " +
                    std::to_string(entry.value);
  if (entry.times > 1) {
    out += " (" + std::to_string(entry.times) + " times)";
  }
  return out + "  at " + entry.where.text();
}

bool touches_memory(Verb verb) {
  return is_about_a_word(verb) && verb != Verb::copy && verb != Verb::clear;
}

}  // namespace

std::vector<std::string> last_verbs_on(const Hardware& hardware, LineId line) {
  constexpr std::size_t most = 24;
  std::vector<Seen> verbs;
  for (const auto& cpu : hardware.cpus) {
    for (const VerbLog::Entry& entry : cpu->log().entries()) {
      if (touches_memory(entry.verb) && line_of(entry.address) == line) {
        verbs.push_back({entry, cpu->id().n});
      }
    }
  }
  std::stable_sort(verbs.begin(), verbs.end(), [](const Seen& a, const Seen& b) {
    return std::tuple(a.entry.at, a.pcpu) < std::tuple(b.entry.at, b.pcpu);
  });
  std::vector<std::string> lines;
  for (std::size_t i = verbs.size() > most ? verbs.size() - most : 0; i < verbs.size(); ++i) {
    lines.push_back(text(verbs[i], hardware.memory));
  }
  return lines;
}

}  // namespace hvsim
