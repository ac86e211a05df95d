// The patch: a small cache of shadows a pCPU, the most recently used first.
//
// What it is: 1, 2, 4 or 8 frames (4 in the patch), and as many words: a guest's L4 in the upper
// bits, the number of the frame that mirrors it in the lowest eight; no L4: the frame is free. A
// system call goes from the first entry to the second and back, and copies nothing.
// A shadow that is not in cr3 stays, so the end of an L4 has to be told to all pCPUs of the mask.
// For the sweep: `fifo` leaves the order alone on a hit, and `random` replaces any entry.
// What it guarantees, by ghost checks besides the loader's: SC-S2 (the frames' numbers stay a
// permutation), SC-S3 (no table twice), SC-S12 (what is freed is not in use).
// Source: shadow-cache sheet, C; 38ce35f932; [PATCH RFC 26/44] of 4 January 2018.
#pragma once

#include "models/hypervisor/shadow/l4_loader.hpp"
#include "sim/base/random.hpp"

namespace hvsim {

class MruCache : public L4Loader {
 public:
  MruCache(Host& host, CrossCall& calls, L4Frames& frames, const LoaderOptions& options);

 protected:
  static constexpr std::uint64_t number_mask = 0xff;
  static Address table(std::uint64_t entry) { return entry & ~(page_bytes - 1); }
  static std::uint64_t number(std::uint64_t entry) { return entry & number_mask; }
  static Address shadow(const Pcpu& of, std::uint64_t entry) {
    return of.base + number(entry) * page_bytes;
  }

  Address shadow_of(Cpu& cpu, Pcpu& mine, Address guest, Where where) override;
  void forget(Cpu& cpu, Pcpu& mine) override;
  void take_write(Cpu& cpu, Pcpu& mine, const Change& change) override;
  void take_free(Cpu& cpu, Pcpu& mine, const Change& change) override;
  bool keeps_unloaded() const override { return true; }
  Mirrors mirrors(const Pcpu& of, bool own_view) const override;
  void check_record(Cpu& cpu, const Pcpu& mine, Where where) const override;

  // Where the table is in the cache; how many there are if nowhere. Interrupts are off.
  virtual std::size_t look_up(Cpu& cpu, Pcpu& mine, Address guest, Where where);
  // Off, and how they were; a twin leaves them on.
  virtual bool hold_interrupts(Cpu& cpu) { return cpu.set_interrupts(false); }
  // The word of a frame that mirrors nothing.
  virtual std::uint64_t freed(std::uint64_t entry) const { return number(entry); }

 private:
  void move_to_front(Cpu& cpu, Pcpu& mine, std::size_t from, std::uint64_t entry, Where where);
  std::uint64_t replace(Cpu& cpu, Pcpu& mine, Address guest, Where where);
  std::size_t random_victim(Cpu& cpu, Pcpu& mine);

  std::vector<Random> random_;  // by pCPU
};

}  // namespace hvsim
