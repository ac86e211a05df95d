#include "models/hypervisor/runstate/ledger.hpp"

#include <algorithm>

namespace hvsim {

namespace {

constexpr std::size_t kept_states = 64;     // of the master
constexpr std::size_t kept_published = 64;  // elements of H from before the oldest read

bool may_follow(RunState from, RunState to) {
  switch (from) {
    case RunState::running:
      return to != RunState::running;
    case RunState::runnable:
      return to == RunState::running || to == RunState::offline;
    case RunState::blocked:
      return to == RunState::runnable || to == RunState::offline;
    case RunState::offline:
      return to == RunState::runnable;
  }
  return false;
}

}  // namespace

RunstateLedger::RunstateLedger(std::string vcpu, std::uint64_t birth)
    : vcpu_(std::move(vcpu)), birth_(birth) {
  MasterState born{};
  born.info.entry = birth;
  born.changed_by = PcpuId{~0u};
  states_.push_back(born);
}

void RunstateLedger::changing(Cpu& cpu, RunState to, Time now, const RunstateRecord& master,
                              Where where) {
  const RunstateInfo& old = expected();
  if ((master.entry.peek() & runstate_update_flag) != 0) {
    cpu.violated("RS-S3", "the hypervisor's own record of " + vcpu_ + " has the update flag set",
                 &master.entry, where);
  }
  if (!may_follow(old.state, to)) {
    cpu.violated("RS-S6", vcpu_ + " goes from " + name_of(old.state) + " to " + name_of(to),
                 &master.state, where);
  }
  // One section may change a vCPU twice by one sample.
  if ((now < changed_at_ && now != sampled_) || now > cpu.now()) {
    cpu.violated("RS-S7",
                 vcpu_ + " becomes " + name_of(to) + " at " + std::to_string(system_ns(now)) +
                     " ns by a time sampled before it became " + name_of(old.state) + " at " +
                     std::to_string(system_ns(changed_at_)) + " ns: before the lock was taken",
                 &master.entry, where);
  }
  MasterState next{old, cpu.id()};
  const std::uint64_t ns = system_ns(now);
  if (ns > old.entry) {
    next.info.in(old.state) += ns - old.entry;
    next.info.entry = ns;
  }
  next.info.state = to;
  states_.push_back(next);
  if (states_.size() > kept_states) {
    states_.pop_front();
  }
  changed_at_ = cpu.now();
  sampled_ = now;
}

void RunstateLedger::update_begins(Cpu& cpu, const GuestArea& area, bool must_flag, Where where) {
  if (updating_) {
    cpu.violated("RS-S8",
                 "pCPU " + std::to_string(cpu.id().n) + " updates the record of " + vcpu_ +
                     " while pCPU " + std::to_string(updater_.n) + " does",
                 area.entry_word(), where);
  }
  // The same pCPU may still have its last stores in its buffer; another one got the vCPU by a
  // lock.
  if (updater_ != cpu.id() && area.flagged()) {
    cpu.violated("RS-S8", "nobody updates the record of " + vcpu_ + ", but its flag is set",
                 area.entry_word(), where);
  }
  updating_ = true;
  must_flag_ = must_flag;
  updater_ = cpu.id();
  ++updates_;
}

void RunstateLedger::update_ends(Cpu& cpu, const GuestArea& area, bool flagged, Where where) {
  updating_ = false;
  if (must_flag_ && !flagged) {
    cpu.violated(
        "RS-L2",
        "the record of " + vcpu_ + " is updated without the flag, after vm_assist has returned 0",
        area.entry_word(), where);
  }
}

// The oldest state that a copy by this pCPU may show: what it changed itself, it sees.
std::size_t RunstateLedger::last_change_by(PcpuId pcpu) const {
  for (std::size_t i = states_.size(); i > 0; --i) {
    if (states_[i - 1].changed_by == pcpu) {
      return i - 1;
    }
  }
  return 0;
}

// Whether every field is one that the master had in a state from `first` on.
bool RunstateLedger::is_mixture(const RunstateInfo& copy, std::size_t first) const {
  const auto had = [&](auto field) {
    return std::any_of(states_.begin() + static_cast<std::ptrdiff_t>(first), states_.end(),
                       [&](const MasterState& state) { return field(state.info) == field(copy); });
  };
  bool all = had([](const RunstateInfo& info) { return info.state; }) &&
             had([](const RunstateInfo& info) { return info.entry; });
  for (unsigned i = 0; i < run_states; ++i) {
    all = all && had([i](const RunstateInfo& info) { return info.time[i]; });
  }
  return all;
}

void RunstateLedger::check_exact_copy(Cpu& cpu, const RunstateInfo& copy, const void* word,
                                      Where where) {
  if (copy.total() != copy.entry - birth_) {
    cpu.violated("RS-S4",
                 "the times of " + vcpu_ + " add up to " + std::to_string(copy.total()) +
                     " ns, but it is " + std::to_string(copy.entry - birth_) +
                     " ns from its birth to its last change (" + copy.text() + ")",
                 word, where);
  }
  const auto before = std::find_if(published_.rbegin(), published_.rend(),
                                   [](const Element& element) { return element.exact; });
  if (before != published_.rend()) {
    if (before->info.entry == copy.entry && before->info.time != copy.time) {
      cpu.violated("RS-C1",
                   "two records of " + vcpu_ + " have the same entry and other times: " +
                       before->info.text() + ", then " + copy.text(),
                   word, where);
    }
    check_order(cpu, before->info, copy, "the records of " + vcpu_ + " go back", word, where);
  }
  if (copy != expected()) {
    cpu.violated(
        "RS-S7",
        "the record of " + vcpu_ + " says " + copy.text() + ", but it was " + expected().text(),
        word, where);
  }
}

void RunstateLedger::copied(Cpu& cpu, const RunstateInfo& copy, const RunstateRecord& master,
                            Where where) {
  if ((copy.entry & runstate_update_flag) != 0) {
    cpu.violated("RS-S3", "the hypervisor's own record of " + vcpu_ + " has the update flag set",
                 &master.entry, where);
  }
  const std::size_t first = last_change_by(cpu.id());
  if (first + 1 == states_.size()) {
    check_exact_copy(cpu, copy, &master.entry, where);
    publish({copy, true});
    return;
  }
  // Another pCPU changed it since, and may have done so while this one copied.
  const bool exact =
      std::any_of(states_.begin() + static_cast<std::ptrdiff_t>(first), states_.end(),
                  [&](const MasterState& state) { return state.info == copy; });
  if (!exact && !is_mixture(copy, first)) {
    cpu.violated("RS-S7",
                 "the record of " + vcpu_ + " says " + copy.text() + ", which it never was; now " +
                     expected().text(),
                 &master.entry, where);
  }
  mixed_copies_ += exact ? 0 : 1;
  publish({copy, exact});
}

void RunstateLedger::got(Cpu& cpu, const RunstateInfo& copy, std::uint64_t now, bool publish_it,
                         const RunstateRecord& master, Where where) {
  if ((copy.entry & runstate_update_flag) != 0) {
    cpu.violated("RS-S3", "a hypercall returns a record of " + vcpu_ + " with the update flag set",
                 &master.entry, where);
  }
  if (copy.total() != std::max(now, copy.entry) - birth_) {
    cpu.violated("RS-S4",
                 "the times of " + vcpu_ + " add up to " + std::to_string(copy.total()) +
                     " ns at the age of " + std::to_string(now - birth_) + " ns (" + copy.text() +
                     ")",
                 &master.entry, where);
  }
  if (publish_it) {
    publish({copy, false});
  }
}

void RunstateLedger::publish(const Element& element) {
  published_.push_back(element);
  const std::uint64_t in_use =
      reading_since_.empty() ? dropped_ + published_.size() : *reading_since_.begin();
  while (dropped_ + kept_published < in_use) {
    published_.pop_front();
    ++dropped_;
  }
}

void RunstateLedger::check_order(Cpu& cpu, const RunstateInfo& before, const RunstateInfo& after,
                                 const std::string& who, const void* word, Where where) const {
  bool ordered = before.entry <= after.entry;
  for (unsigned i = 0; i < run_states; ++i) {
    ordered = ordered && before.time[i] <= after.time[i];
  }
  if (!ordered) {
    cpu.violated("RS-S5", who + ": " + before.text() + ", then " + after.text(), word, where);
  }
}

std::uint64_t RunstateLedger::true_steal(std::uint64_t now) const {
  const RunstateInfo& info = expected();
  const bool stolen = info.state == RunState::runnable || info.state == RunState::offline;
  return info.steal() + (stolen && now > info.entry ? now - info.entry : 0);
}

}  // namespace hvsim
