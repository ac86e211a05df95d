#include "sim/hw/verb_log.hpp"

namespace hvsim {

const char* verb_name(Verb verb) {
  switch (verb) {
    case Verb::load:
      return "load";
    case Verb::store:
      return "store";
    case Verb::commit:
      return "commit";
    case Verb::rmw:
      return "locked";
    case Verb::fence:
      return "fence";
    case Verb::copy:
      return "copy";
    case Verb::clear:
      return "clear";
    case Verb::ipi:
      return "ipi";
    case Verb::interrupt:
      return "interrupt";
  }
  return "";
}

std::vector<VerbLog::Entry> VerbLog::entries() const {
  std::vector<Entry> out;
  for (std::uint64_t i = next_; i < next_ + entries_.size(); ++i) {
    const Entry& entry = entries_[i % entries_.size()];
    if (entry.times > 0) {
      out.push_back(entry);
    }
  }
  return out;
}

}  // namespace hvsim
