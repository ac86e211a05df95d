// The part of a random program that has to do with address spaces: two of them, which share all
// tables but the root, so that pCPUs meet at the entries.
#pragma once

#include "sim/base/random.hpp"
#include "sim/hw/cpu.hpp"

namespace hvsim {

class RandomPaging {
 public:
  explicit RandomPaging(Memory& memory) {
    PageTable& upper = table(memory, "upper");
    PageTable& middle = table(memory, "middle");
    leaf_ = &table(memory, "leaf");
    upper.entry[0].poke(entry_for(memory.address_of(&middle)));
    middle.entry[0].poke(entry_for(memory.address_of(leaf_)));
    for (Address& root : roots_) {
      PageTable& first = table(memory, "root");
      first.entry[0].poke(entry_for(memory.address_of(&upper)));
      root = memory.address_of(&first);
    }
  }

  // Each pCPU's first verb of paging: the others need it.
  void enter_space(Cpu& cpu, Random& random) {
    const std::uint16_t space = random.chance(1, 2) ? 1 : 0;
    const bool flush = random.chance(1, 2);
    cpu.write_cr3(roots_[space], Pcid{space}, flush);
  }

  void verb(Cpu& cpu, Random& random) {
    const Linear page = random.below(12) * page_bytes;  // entries on two lines
    switch (random.below(10)) {
      case 8:
      case 9:
        cpu.invlpg(page), cpu.translate(page);
        break;
      case 0:
        enter_space(cpu, random);
        break;
      case 1: {
        const std::uint64_t flags = random.chance(1, 4) ? entry_global : 0;
        const Address frame = page_bytes * random.below(4);
        const bool present = random.chance(3, 4);
        cpu.store(leaf_->entry[slot_of(page, 1)], present ? entry_for(frame, flags) : 0);
        break;
      }
      case 2:
        cpu.invlpg(page);
        break;
      case 3:
        random.chance(1, 2) ? cpu.flush_tlb() : cpu.flush_tlb_all();
        break;
      default:
        cpu.translate(page + random.below(4096));
    }
  }

 private:
  static PageTable& table(Memory& memory, const char* name) {
    return memory.make<PageTable>(name, SocketId{0});
  }

  Address roots_[2] = {};
  PageTable* leaf_ = nullptr;
};

}  // namespace hvsim
