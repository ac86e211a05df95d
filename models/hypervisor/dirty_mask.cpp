#include "models/hypervisor/dirty_mask.hpp"

#include <bit>

namespace hvsim {

namespace {

void add_word(PcpuSet& set, unsigned word, std::uint64_t bits) {
  for (std::uint64_t left = bits; left != 0; left &= left - 1) {
    set.add(PcpuId{word * 64 + static_cast<unsigned>(std::countr_zero(left))});
  }
}

}  // namespace

DirtyMask::DirtyMask(Host& host, const std::string& name, SocketId node)
    : used_words_((host.pcpus() + 63) / 64), words_(host.memory().make<Words>(name, node)) {}

void DirtyMask::set(Cpu& cpu, PcpuId pcpu) {
  cpu.test_and_set_bit(words_.bits[pcpu.n / 64], pcpu.n % 64);
}

void DirtyMask::clear(Cpu& cpu, PcpuId pcpu) {
  cpu.test_and_clear_bit(words_.bits[pcpu.n / 64], pcpu.n % 64);
}

PcpuSet DirtyMask::read(Cpu& cpu) const {
  PcpuSet set;
  for (unsigned w = 0; w < used_words_; ++w) {
    add_word(set, w, cpu.load(words_.bits[w]));
  }
  return set;
}

PcpuSet DirtyMask::peek() const {
  PcpuSet set;
  for (unsigned w = 0; w < used_words_; ++w) {
    add_word(set, w, words_.bits[w].peek());
  }
  return set;
}

}  // namespace hvsim
