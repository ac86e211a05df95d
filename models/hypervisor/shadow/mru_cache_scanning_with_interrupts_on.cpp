// Broken twin of mru_cache: the cache is searched and reordered with interrupts on.
#include "models/hypervisor/shadow/mru_cache.hpp"
#include "models/hypervisor/shadow/twins.hpp"

namespace hvsim {

namespace {

class ScanningWithInterruptsOn : public MruCache {
 public:
  using MruCache::MruCache;

 protected:
  // The defect: a call may drop an entry between two of its steps.
  bool hold_interrupts(Cpu& cpu) override {
    const bool on = cpu.set_interrupts(true);
    cpu.set_interrupts(on);
    return on;
  }
  std::size_t look_up(Cpu& cpu, Pcpu& mine, Address guest, Where) override {
    std::size_t k = 0;
    while (k < mine.words.size() && table(cpu.load(mine.words[k])) != guest) {
      ++k;
    }
    return k;
  }
};

}  // namespace

std::unique_ptr<L4Loader> make_mru_cache_scanning_with_interrupts_on(
    Host& host, CrossCall& calls, L4Frames& frames, const LoaderOptions& options) {
  return std::make_unique<ScanningWithInterruptsOn>(host, calls, frames, options);
}

}  // namespace hvsim
