// Which top-level page table a pCPU runs a 64-bit PV guest on: the family of the shadowed L4s.
//
// Why. A slot of the L4 is to hold another value on every pCPU, so no two pCPUs may have one L4 in
// cr3 at a time; but vCPUs of one process share the guest's L4. So a pCPU runs such a guest on a
// copy of its own, and everybody who changes a guest's L4 sees to the copies.
//
// What it is: the funnel through which every cr3 load goes, and the calls that follow a change or
// the end of a guest's L4. An algorithm decides what to load, and what to do when a call comes.
// What you must promise:
//   - load_cr3() for a domain only between setting and clearing this pCPU's bit in its dirty mask
//     (switch_tables() does all three); frames that are loaded are L4s of the domain: typed();
//   - no two vCPUs of a domain that needs no shadow have one L4;
//   - l4_write() and l4_free() with interrupts on, and no vCPU of the domain has a freed L4 as one
//     of its two; nothing runs on it.
// What it guarantees, by ghost checks that are always on: SC-S1 to SC-S12 of the sheet. Entries of
// tables are words in memory: a stale one can be read.
// Source: shadow-cache sheet, A to D; branch l4sh of andyhhp/xen, 31c9fcf63b (the funnel),
// 76434faf2c (one shadow), 38ce35f932 (the cache), 8267797736 (counters).
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "models/hypervisor/cross_call.hpp"
#include "models/hypervisor/shadow/l4_frames.hpp"
#include "models/hypervisor/shadow/pv_domain_tables.hpp"
#include "models/hypervisor/shadow/shadow_ledger.hpp"

namespace hvsim {

enum class Replacement : std::uint8_t { lru, fifo, random };

struct LoaderOptions {
  unsigned entries = 4;  // of the cache: 1, 2, 4 or 8
  Replacement replacement = Replacement::lru;
  unsigned block = 1;  // entries that a copy has in registers at a time: 1, 8 or 512
};

// The statistics of the later branch, by its names.
struct ShadowCounts {
  std::uint64_t sync_none = 0;       // no shadow needed
  std::uint64_t sync_noshuffle = 0;  // hit, nothing to move
  std::uint64_t sync_shuffle = 0;    // hit further down, moved to the front
  std::uint64_t sync_full = 0;       // miss: a copy
  std::uint64_t ipi_dom_miss = 0;    // another domain's table
  std::uint64_t ipi_cache_miss = 0;  // a table that has no shadow here
  std::uint64_t ipi_write = 0;       // an entry brought up to date
  std::uint64_t ipi_invlpg = 0;      // a shadow dropped
  std::uint64_t interrupts = 0;      // of the four, those that another pCPU's call brought

  ShadowCounts& operator+=(const ShadowCounts& more);
};

class L4Loader {
 public:
  virtual ~L4Loader() = default;

  // A frame of the guest has been validated as an L4; or, before the run, is one.
  void typed(Cpu& cpu, const PvDomainTables& domain, Address frame, Where where = Where::here());
  void starts_typed(const PvDomainTables& domain, Address frame);

  // The funnel. Interrupts on or off; not from an interrupt handler.
  void load_cr3(Cpu& cpu, PvDomainTables& domain, Address frame, Where where = Where::here());
  // The idle table: this pCPU holds nothing of any domain any more. A lazy switch to idle does not
  // call it.
  void load_idle(Cpu& cpu, Where where = Where::here());

  // The places it is called from. A context switch, with interrupts off: bit, cr3, bit. `previous`
  // is the domain whose tables were loaded (null: none).
  virtual void switch_tables(Cpu& cpu, PvDomainTables* previous, PvDomainTables& next,
                             const L4Tables& tables, Where where = Where::here());
  // The tables of `previous` are given up for idle's.
  void leave_tables(Cpu& cpu, PvDomainTables& previous, Where where = Where::here());
  // The guest's kernel switches to another process.
  void new_base(Cpu& cpu, PvDomainTables& domain, L4Tables& tables, Address kernel, Address user,
                Where where = Where::here());
  // Into the guest's kernel, or back to its user program.
  void toggle(Cpu& cpu, PvDomainTables& domain, L4Tables& tables, Where where = Where::here());

  // Stores a validated entry and brings all shadows up to date.
  void l4_write(Cpu& cpu, PvDomainTables& domain, Address frame, unsigned slot,
                std::uint64_t value, Where where = Where::here());
  // The frame is no L4 any more; when this returns it may be written to.
  void l4_free(Cpu& cpu, PvDomainTables& domain, Address frame, Where where = Where::here());

  // Ghost: this pCPU's guest is about to execute (SC-S9, SC-S10).
  void check_guest(Cpu& cpu, Where where = Where::here());
  // After the run: every shadow mirrors its table, and memory says what the books say.
  void check(Cpu& cpu);

  ShadowCounts counts() const;
  const ShadowCounts& counts(PcpuId pcpu) const { return pcpus_[pcpu.n].counts; }
  // Ghost: the frame in this pCPU's cr3.
  Address live(PcpuId pcpu) const { return ledger_.live(pcpu); }

 protected:
  // What an algorithm has on every pCPU: shadow frames, and words of its own in the record.
  struct Shape {
    unsigned shadows = 0;
    unsigned words = 0;
  };
  L4Loader(Host& host, CrossCall& calls, L4Frames& frames, const LoaderOptions& options,
           Shape shape);

  static constexpr unsigned most_entries = 8;
  // Of one pCPU: what lies in memory, and what its own code last stored there.
  struct Pcpu {
    Address base = 0;  // the first of its shadow frames
    L4Entry* domain = nullptr;
    L4Entry* shadow_base = nullptr;
    std::span<L4Entry> words;                  // the algorithm's
    Shared<std::uint64_t>* current = nullptr;  // the frame in cr3
    std::uint64_t own_domain = 0;              // ghost, the pCPU's own view, as all below
    std::array<std::uint64_t, most_entries> own{};
    ShadowCounts counts;
  };
  struct Mirror {
    Address guest = 0;  // 0: a free one
    Address shadow = 0;
  };
  using Mirrors = std::array<Mirror, most_entries>;
  struct Change {
    std::uint64_t domain = 0;  // as a record has it
    Address frame = 0;
    unsigned slot = 0;
    std::uint64_t value = 0;  // what was stored; not what is to be copied: it may be old by now
    bool free = false;
  };

  // What an algorithm is. Called with the domain's need for a shadow established; returns the
  // frame to load.
  virtual Address shadow_of(Cpu& cpu, Pcpu& mine, Address guest, Where where) = 0;
  // The records of tables of another domain are dropped.
  virtual void forget(Cpu& cpu, Pcpu& mine) = 0;
  // On a pCPU that may have a shadow of the frame, with interrupts off: bring it up to date, or
  // drop it.
  virtual void take_write(Cpu& cpu, Pcpu& mine, const Change& change) = 0;
  virtual void take_free(Cpu&, Pcpu&, const Change&) {}
  // Whether shadows of tables that are not in cr3 are kept: then who frees one must say so.
  virtual bool keeps_unloaded() const { return false; }
  // Whether a domain's tables are shadowed; `direct` never does.
  virtual bool need_shadow(const PvDomainTables& domain) const { return domain.need_shadow(); }
  // Whether the slot of the per-pCPU region is kept at all.
  virtual bool keeps_percpu_slot() const { return true; }
  // Ghost: what this pCPU mirrors, by memory or by its own view.
  virtual Mirrors mirrors(const Pcpu& of, bool own_view) const = 0;
  // Ghost: SC-S2 to SC-S4, by the pCPU's own view.
  virtual void check_record(Cpu&, const Pcpu&, Where) const {}

  // A store to a word of the record.
  void put(Cpu& cpu, Pcpu& mine, std::size_t word, std::uint64_t value, Where where);
  // Around a copy: from before the record names the table until the last word is there.
  void copy_begins(Cpu& cpu, Address guest, Address shadow);
  void copy_ends(Cpu& cpu, Address guest, Address shadow, Where where);
  // Maps a guest's table in this pCPU's mapping slot: what was there before is forgotten.
  void map(Cpu& cpu);
  // The whole table but for the per-pCPU slot.
  virtual void copy(Cpu& cpu, Address guest, Address shadow, Where where);
  // One entry is read from the guest's table again and stored to the shadow: so changes that are
  // on their way together meet in the newest one.
  virtual void copy_entry(Cpu& cpu, const Change& change, Address shadow);
  void broadcast(Cpu& cpu, PvDomainTables& domain, const Change& change, Where where);

  L4Frames& frames() { return frames_; }
  const LoaderOptions& options() const { return options_; }
  Pcpu& of(PcpuId pcpu) { return pcpus_[pcpu.n]; }
  // Ghost: whether this pCPU's cr3 stands for that guest's L4.
  bool runs_on(const Cpu& cpu, Address guest) const {
    return ledger_.stands_for(cpu.id()) == guest;
  }

 private:
  Address maybe_shadow(Cpu& cpu, Pcpu& mine, const PvDomainTables* domain, Address frame,
                       Where where);
  void load(Cpu& cpu, const PvDomainTables* domain, Address frame, Where where);
  void take_call(Cpu& cpu, PcpuId caller);
  void check_choice(Cpu& cpu, const Pcpu& mine, const PvDomainTables* domain, Address guest,
                    Address chosen, Where where) const;
  void check_percpu_slot(Cpu& cpu, Where where) const;
  void check_write_done(Cpu& cpu, Address frame, unsigned slot, Where where) const;
  void check_free_done(Cpu& cpu, Address frame, Where where) const;

  struct alignas(line_bytes) Argument {  // of a call: a line of the caller's own
    Shared<std::uint64_t> domain;
    Shared<std::uint64_t> frame;
    Shared<std::uint64_t> slot;
    Shared<std::uint64_t> value;
    Shared<std::uint64_t> free;
  };

  std::uint64_t percpu_entry(PcpuId pcpu) const;

  CrossCall& calls_;
  L4Frames& frames_;
  ShadowLedger ledger_;
  LoaderOptions options_;
  Address idle_;
  std::vector<Pcpu> pcpus_;
  std::vector<Argument*> arguments_;            // by pCPU
  std::vector<CrossCall::Function> functions_;  // by caller
};

}  // namespace hvsim
