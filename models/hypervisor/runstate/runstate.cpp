// One vCPU's run state around every algorithm: what is promised is checked here, once for all.
#include "models/hypervisor/runstate/runstate.hpp"

#include <algorithm>

namespace hvsim {

namespace {

// The update of one vCPU, as an algorithm sees it.
class LedgeredUpdate : public RunstateUpdate {
 public:
  LedgeredUpdate(RunstateRecord& of, const GuestArea& at, VmAssist& of_domain, unsigned mapped,
                 RunstateLedger& ledger, Where where)
      : RunstateUpdate(of, at, of_domain, mapped), ledger_(ledger), where_(where) {}

  // A copy of which no byte can be stored is never published.
  RunstateInfo take_copy(Cpu& cpu) override {
    const RunstateInfo copy = load_record(cpu, master);
    if (reachable > 0) {
      cpu.ghost_point();
      ledger_.copied(cpu, copy, master, where_);
    }
    return copy;
  }

 private:
  RunstateLedger& ledger_;
  Where where_;
};

}  // namespace

void RunstateAlgorithm::change(Cpu& cpu, RunstateRecord& master, RunState to, std::uint64_t now) {
  const RunState from = cpu.load(master.state);
  const std::uint64_t entry = cpu.load(master.entry);
  // 1., 2. Add the time in the old state, unless the clock has not moved on.
  if (now > entry) {
    Shared<std::uint64_t>& time = master.in(from);
    cpu.store(time, cpu.load(time) + (now - entry));
    cpu.store(master.entry, now);
  }
  // 3. Only then take the new one.
  cpu.store(master.state, to);
}

Time RunstateAlgorithm::lock_and_sample(Cpu& cpu, SchedulerLock& lock) {
  lock.lock(cpu);
  return cpu.now();
}

Runstate::Runstate(Host& host, const std::string& vcpu, SocketId node,
                   RunstateAlgorithm& algorithm, VmAssist& assist, const RunstateGuest& guest,
                   Time birth)
    : memory_(host.memory()),
      words_(memory_.make<Words>("runstate[" + vcpu + "]", node)),
      algorithm_(algorithm),
      assist_(assist),
      guest_(guest),
      ledger_(vcpu, system_ns(birth)) {
  words_.master.state.poke(RunState::offline);
  words_.master.entry.poke(system_ns(birth));
  const std::string name = "runstate[" + vcpu + "]";
  GuestArea(memory_, memory_.address_of(&words_.master), RecordLayout::x86_64)
      .name_fields(memory_, name);
  memory_.name(&words_.handle, sizeof words_.handle, name + ".handle");
  memory_.name(&words_.need_update, sizeof words_.need_update, name + ".need_update");
}

void Runstate::change(Cpu& cpu, RunState to, Time now, Where where) {
  cpu.ghost_point();
  ledger_.changing(cpu, to, now, words_.master, where);
  algorithm_.change(cpu, words_.master, to, system_ns(now));
}

RunstateInfo Runstate::get(Cpu& cpu, SchedulerLock* lock, Where where) {
  return get(cpu, lock, false, where);
}

RunstateInfo Runstate::get(Cpu& cpu, SchedulerLock* lock, bool publish, Where where) {
  bool interrupts = false;
  if (lock != nullptr) {
    interrupts = cpu.set_interrupts(false);
    lock->lock(cpu);
  }
  RunstateInfo copy = load_record(cpu, words_.master);
  const std::uint64_t now = system_ns(cpu.now());
  if (now > copy.entry) {
    copy.in(copy.state) += now - copy.entry;
  }
  cpu.ghost_point();
  ledger_.got(cpu, copy, now, publish, words_.master, where);
  if (lock != nullptr) {
    lock->unlock(cpu);
    cpu.set_interrupts(interrupts);
  }
  return copy;
}

void Runstate::update(Cpu& cpu, bool mapped, unsigned reachable, Where where) {
  if (!try_update(cpu, mapped ? reachable : 0, where)) {
    cpu.store(words_.need_update, 1);
  }
}

void Runstate::back_in_kernel(Cpu& cpu, Where where) {
  if (cpu.load(words_.need_update) != 0 && try_update(cpu, ~0u, where)) {
    cpu.store(words_.need_update, 0);
  }
}

// False: the copy faulted.
bool Runstate::try_update(Cpu& cpu, unsigned reachable, Where where) {
  // 1. No handle: nothing to do.
  const Address handle = cpu.load(words_.handle);
  if (handle == 0) {
    return true;
  }
  GuestArea area(memory_, handle, guest_.layout);
  area.hold_copies_up(stall_);
  // An area that is mapped for good is written through the hypervisor's own mapping.
  const unsigned written = algorithm_.mapped_for_good() ? area.bytes() : reachable;
  LedgeredUpdate update(words_.master, area, assist_, std::min(written, area.bytes()), ledger_,
                        where);
  cpu.ghost_point();
  const bool promised = algorithm_.remote() == RunstateAlgorithm::Remote::always ||
                        (algorithm_.remote() == RunstateAlgorithm::Remote::with_assist &&
                         assist_.promised(runstate_update_flag_assist));
  ledger_.update_begins(cpu, area, promised, where);
  const RunstateAlgorithm::Updated updated = algorithm_.update(cpu, update);
  cpu.ghost_point();
  ledger_.update_ends(cpu, area, updated.flagged, where);
  return updated.complete;
}

void Runstate::set_area(Cpu& cpu, Address handle) {
  cpu.store(words_.handle, handle);
  cpu.ghost_point();
  area_registered_ = handle != 0;
  if (area_registered_) {
    area_ = GuestArea(memory_, handle, guest_.layout);
  }
}

void Runstate::publish_at_registration(Cpu& cpu, SchedulerLock* lock, Where where) {
  RunstateInfo copy;
  if (lock == nullptr) {
    copy = load_record(cpu, words_.master);
    cpu.ghost_point();
    ledger_.copied(cpu, copy, words_.master, where);
  } else {
    copy = get(cpu, lock, true, where);
  }
  ledger_.registers();
  area_.copy(cpu, copy, CopyOrder::ascending, area_.bytes(), where);
}

void Runstate::copy_info_to(Cpu& cpu, Address to, SchedulerLock* lock, Where where) {
  const RunstateInfo info = get(cpu, lock, where);
  GuestArea area(memory_, to, guest_.layout);
  area.copy(cpu, info, CopyOrder::ascending, area.bytes(), where);
}

Reading Runstate::read(Cpu& cpu, unsigned reader, bool own, Where where) {
  cpu.ghost_point();
  const RunstateLedger::ReadBegun begun = ledger_.read_begins();
  Reading reading = algorithm_.read(cpu, area_);
  cpu.ghost_point();
  ledger_.read_ends(cpu, begun, reading, reader, own, count_torn_, area_, where);
  return reading;
}

void Runstate::check_end(Cpu& cpu) const {
  if (area_registered_) {
    ledger_.check_end(cpu, area_);
  }
}

}  // namespace hvsim
