// What the ledger asks of those who read a record.
#include <algorithm>

#include "models/hypervisor/runstate/ledger.hpp"

namespace hvsim {

RunstateLedger::ReadBegun RunstateLedger::read_begins() {
  const std::uint64_t elements = dropped_ + published_.size();
  reading_since_.insert(elements);
  return {updates_, elements};
}

const RunstateInfo* RunstateLedger::find_published(const RunstateInfo& info) const {
  const auto found = std::find_if(published_.rbegin(), published_.rend(),
                                  [&](const Element& element) { return element.info == info; });
  return found == published_.rend() ? nullptr : &found->info;
}

std::string RunstateLedger::torn_text(const RunstateInfo& info, unsigned reader) const {
  std::string text = "reader " + std::to_string(reader) + " got a record of " + vcpu_ +
                     " that never was: " + info.text() + "; published last: ";
  const std::size_t shown = std::min<std::size_t>(published_.size(), 2);
  for (std::size_t i = published_.size() - shown; i < published_.size(); ++i) {
    text += published_[i].info.text() + (i + 1 < published_.size() ? "; then " : "");
  }
  return text;
}

void RunstateLedger::read_ends(Cpu& cpu, const ReadBegun& begun, Reading& reading, unsigned reader,
                               bool own, bool count_torn, const GuestArea& area, Where where) {
  reading_since_.erase(reading_since_.find(begun.elements));
  const void* const word = area.entry_word();
  const std::uint64_t overlapping = updates_ - begun.updates;
  // Only the last update from before the read may have stores that were not seen yet.
  if (reading.retries > 1 + overlapping) {
    cpu.violated("RS-L1",
                 "reader " + std::to_string(reader) + " of " + vcpu_ +
                     " found the entry changed " + std::to_string(reading.retries) +
                     " times, but since it began there were " + std::to_string(overlapping) +
                     " updates, and at most one was under way",
                 word, where);
  }
  if (own && overlapping == 0 && reading.spins > 0) {
    cpu.violated("RS-S8", vcpu_ + " runs and finds the update flag of its own record set", word,
                 where);
  }
  reading.torn = find_published(reading.info) == nullptr;
  if (reading.torn) {
    if (!count_torn) {
      cpu.violated("RS-S1", torn_text(reading.info, reader), word, where);
    }
    return;
  }
  if (own && overlapping == 0) {
    if (reading.info != published_.back().info) {
      cpu.violated("RS-S2",
                   vcpu_ + " reads its own record as " + reading.info.text() +
                       ", but the last one is " + published_.back().info.text(),
                   word, where);
    }
    if (reading.info.steal() != true_steal(system_ns(cpu.now()))) {
      cpu.violated("RS-S7",
                   "the steal clock of " + vcpu_ + " says " +
                       std::to_string(reading.info.steal()) +
                       " ns, but it waited or was offline for " +
                       std::to_string(true_steal(system_ns(cpu.now()))) + " ns",
                   word, where);
    }
  }
  if (seen_.size() <= reader) {
    seen_.resize(reader + 1);
  }
  check_order(cpu, seen_[reader], reading.info,
              "reader " + std::to_string(reader) + " sees the record of " + vcpu_ + " go back",
              word, where);
  seen_[reader] = reading.info;
}

void RunstateLedger::check_end(Cpu& cpu, const GuestArea& area) const {
  if (area.flagged()) {
    cpu.violated("RS-S8", "at the end the flag of " + vcpu_ + "'s record is set",
                 area.entry_word());
  }
}

}  // namespace hvsim
