// The statistics of the shadows, pCPU by pCPU and all together.
#include "models/hypervisor/shadow/l4_loader.hpp"

namespace hvsim {

namespace {

constexpr std::uint64_t ShadowCounts::*all_counts[] = {
    &ShadowCounts::sync_none, &ShadowCounts::sync_noshuffle, &ShadowCounts::sync_shuffle,
    &ShadowCounts::sync_full, &ShadowCounts::ipi_dom_miss,   &ShadowCounts::ipi_cache_miss,
    &ShadowCounts::ipi_write, &ShadowCounts::ipi_invlpg,     &ShadowCounts::interrupts,
};

}  // namespace

ShadowCounts& ShadowCounts::operator+=(const ShadowCounts& more) {
  for (const auto count : all_counts) {
    this->*count += more.*count;
  }
  return *this;
}

}  // namespace hvsim
