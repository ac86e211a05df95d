// Broken twin of mru_cache: a call carries the value that was stored.
#include "models/hypervisor/shadow/mru_cache.hpp"
#include "models/hypervisor/shadow/twins.hpp"

namespace hvsim {

namespace {

class CarryingValue : public MruCache {
 public:
  using MruCache::MruCache;

 protected:
  // The defect: of two changes of one slot, the calls may come in the other order.
  void copy_entry(Cpu& cpu, const Change& change, Address shadow) override {
    cpu.store(frames().entry(shadow, change.slot), change.value);
  }
};

}  // namespace

std::unique_ptr<L4Loader> make_mru_cache_carrying_value(Host& host, CrossCall& calls,
                                                        L4Frames& frames,
                                                        const LoaderOptions& options) {
  return std::make_unique<CarryingValue>(host, calls, frames, options);
}

}  // namespace hvsim
