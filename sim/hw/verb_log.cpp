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
    case Verb::walk:
      return "walk";
    case Verb::translate:
      return "translate";
    case Verb::write_cr3:
      return "write_cr3";
    case Verb::invalidate:
      return "invalidate";
    case Verb::set_timer:
      return "set_timer";
  }
  return "";
}

bool is_about_a_word(Verb verb) {
  switch (verb) {
    case Verb::load:
    case Verb::store:
    case Verb::commit:
    case Verb::rmw:
    case Verb::copy:
    case Verb::clear:
    case Verb::walk:
      return true;
    default:
      return false;
  }
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
