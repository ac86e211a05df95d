// The ghost books of one vCPU's run state: what its record ought to say, and what was published.
//
// What it is: plain host state beside the record. `expected` is the master record as the sheet
// defines it, kept by the ledger itself from the changes it is told; `published` is H, the copies
// that updates took, oldest first. It costs no simulated time.
// What you must promise: called at a ghost point; changing() under the lock that guards the
// master.
// What it guarantees: findings RS-S1 to RS-S8, RS-C1, RS-L1 and RS-L2 when what it is told breaks
// them. A copy of the master takes no lock, so it may meet a change by another pCPU (a wake): it
// then mixes two states of the master. That is counted, and is a finding only if a field is of
// neither state. Source: runstate sheet, C (writer concurrency) and D.
#pragma once

#include <cstdint>
#include <deque>
#include <set>
#include <string>
#include <vector>

#include "models/hypervisor/runstate/guest_area.hpp"
#include "models/hypervisor/runstate/record.hpp"
#include "sim/hw/cpu.hpp"

namespace hvsim {

// What a guest got from a record, and what it took.
struct Reading {
  RunstateInfo info;
  std::uint64_t retries = 0;  // turns that found `entry` changed
  std::uint64_t spins = 0;    // turns that began with the flag set
  bool torn = false;          // of no element of H; set by the ghost check
};

class RunstateLedger {
 public:
  RunstateLedger(std::string vcpu, std::uint64_t birth);

  // rs_change is about to be done. `master` is what it will work on.
  void changing(Cpu& cpu, RunState to, Time now, const RunstateRecord& master, Where where);

  // update: from before its first store to after its last. `must_flag`: the guest may rely on it.
  void update_begins(Cpu& cpu, const GuestArea& area, bool must_flag, Where where);
  void update_ends(Cpu& cpu, const GuestArea& area, bool flagged, Where where);
  // The private copy that the update publishes, or a registration by the vCPU itself.
  void copied(Cpu& cpu, const RunstateInfo& copy, const RunstateRecord& master, Where where);
  // A registration is about to write to the area beside the updates.
  void registers() { ++updates_; }
  // What rs_get returned at `now`; `published`: a registration by another vCPU.
  void got(Cpu& cpu, const RunstateInfo& copy, std::uint64_t now, bool publish,
           const RunstateRecord& master, Where where);

  // A read of the guest's copy by `reader`, a number of the caller's; `own`: by the vCPU itself.
  struct ReadBegun {
    std::uint64_t updates;
    std::uint64_t elements;
  };
  ReadBegun read_begins();
  // With `count_torn` a torn read is told in the reading and is no finding.
  void read_ends(Cpu& cpu, const ReadBegun& begun, Reading& reading, unsigned reader, bool own,
                 bool count_torn, const GuestArea& area, Where where);

  // After the run: the flag is clear (RS-S8).
  void check_end(Cpu& cpu, const GuestArea& area) const;

  const RunstateInfo& expected() const { return states_.back().info; }
  std::uint64_t updates() const { return updates_; }
  std::uint64_t mixed_copies() const { return mixed_copies_; }
  // How long the vCPU was stolen from until `now`, as the simulator knows it.
  std::uint64_t true_steal(std::uint64_t now) const;

 private:
  struct MasterState {
    RunstateInfo info;
    PcpuId changed_by;
  };
  struct Element {
    RunstateInfo info;
    bool exact;  // a state of the master as it was: neither mixed nor moved on to `now`
  };
  void check_exact_copy(Cpu& cpu, const RunstateInfo& copy, const void* word, Where where);
  bool is_mixture(const RunstateInfo& copy, std::size_t first) const;
  std::size_t last_change_by(PcpuId pcpu) const;
  void publish(const Element& element);
  const RunstateInfo* find_published(const RunstateInfo& info) const;
  void check_order(Cpu& cpu, const RunstateInfo& before, const RunstateInfo& after,
                   const std::string& who, const void* word, Where where) const;
  std::string torn_text(const RunstateInfo& info, unsigned reader) const;

  std::string vcpu_;
  std::uint64_t birth_;
  std::deque<MasterState> states_;  // of the master, newest last
  Time changed_at_{};               // the true instant of the last change ...
  Time sampled_{};                  // ... and the one that it was told
  std::deque<Element> published_;   // H, newest last
  std::vector<RunstateInfo> seen_;  // by reader: what it read last
  std::uint64_t updates_ = 0;       // begun
  std::uint64_t mixed_copies_ = 0;
  std::uint64_t dropped_ = 0;                   // elements of H that are not kept any more
  std::multiset<std::uint64_t> reading_since_;  // elements there were when each read began
  bool updating_ = false;
  bool must_flag_ = false;
  PcpuId updater_{~0u};  // the last one
};

}  // namespace hvsim
