// Ghost books of the L4 tables: who runs on which, which are guests' L4s, what is being changed.
//
// What it is: plain host objects that the checks SC-S1, S5 and S7 to S9 share. They cost no
// simulated time and decide nothing. What you must promise: every call is made at a ghost point,
// and a beginning is noted before the first verb of what begins.
// What it guarantees: what breaks a rule is reported by cpu.violated() under the rule's name, with
// the pCPU, the table and the slot. Source: shadow-cache sheet, D.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "models/hypervisor/shadow/l4_frames.hpp"
#include "models/hypervisor/shadow/pv_domain_tables.hpp"

namespace hvsim {

class ShadowLedger {
 public:
  ShadowLedger(Host& host, const L4Frames& frames);

  // A frame becomes, and stops being, an L4 of that domain.
  void typed(Cpu& cpu, const PvDomainTables& domain, Address frame, Where where);
  void starts_typed(const PvDomainTables& domain, Address frame);
  void untyped(Address frame);
  bool is_l4_of(DomainId domain, Address frame) const;

  // A guest's entry is being changed, from before the store to the end of l4_write().
  void write_begins(Address frame, unsigned slot);
  void write_ends(Address frame, unsigned slot, Time now);

  // This pCPU copies `guest` into `shadow`: from before that can be seen to the last word.
  void copy_begins(const Cpu& cpu, Address guest, Address shadow);
  void copy_ends(const Cpu& cpu);
  bool copies_into(PcpuId pcpu, Address shadow) const { return of(pcpu).copy_into == shadow; }

  // This pCPU's cr3 is about to name `frame`, which stands for `guest`: mirrors it, or is it; 0 if
  // it is the idle table. With `exclusive`, nobody else's may name it (SC-S1).
  void loads(Cpu& cpu, Address frame, Address guest, bool exclusive, Where where);
  Address live(PcpuId pcpu) const { return of(pcpu).live; }
  Address stands_for(PcpuId pcpu) const { return of(pcpu).stands_for; }

  // SC-S7, SC-S8: every entry of one shadow is the guest's, but for those that are being changed.
  // `all`: every slot is looked at, else those that ever held something.
  void check_mirror(Cpu& cpu, PcpuId pcpu, Address guest, Address shadow, bool all,
                    Where where) const;
  // The same for one slot.
  void check_slot(Cpu& cpu, PcpuId pcpu, Address guest, Address shadow, unsigned slot,
                  Where where) const;
  // SC-S9: this pCPU's guest may run: what it runs on has been copied whole.
  void check_guest(Cpu& cpu, Where where) const;

  std::string table_text(Address frame) const { return memory_.name_of(frame); }

 private:
  struct Frame {
    bool typed = false;
    bool loaded = false;
    DomainId owner{};
    PcpuId loaded_by{};
    std::vector<unsigned> changing;    // slots
    std::map<unsigned, Time> changed;  // when the last change of a slot was done
    std::array<std::uint64_t, l4::entries / 64>
        used;  // slots that ever held something, a bit each
  };
  struct Pcpu {
    Address live = 0;        // in cr3
    Address stands_for = 0;  // the guest's L4
    Address copy_of = 0;     // 0: no copy is being made
    Address copy_into = 0;
  };

  // Frames are allocated before the run; so are these, when the first is seen.
  Frame& frame(Address address);
  const Frame& of(Address address) const { return of_frame_[frames_.number(address)]; }
  const Pcpu& of(PcpuId pcpu) const { return pcpus_[pcpu.n]; }
  bool differs(Address guest, Address shadow, unsigned slot) const;
  void report_stale(Cpu& cpu, PcpuId pcpu, Address guest, Address shadow, unsigned slot,
                    Where where) const;

  const Memory& memory_;
  const L4Frames& frames_;
  std::vector<Frame> of_frame_;  // by number
  std::vector<Pcpu> pcpus_;
};

}  // namespace hvsim
