// Broken twin of mru_cache: the end of an L4 is not told to anybody.
#include "models/hypervisor/shadow/mru_cache.hpp"
#include "models/hypervisor/shadow/twins.hpp"

namespace hvsim {

namespace {

class WithoutFreeCall : public MruCache {
 public:
  using MruCache::MruCache;

 protected:
  // The defect: what is kept though it is not in cr3 must be dropped by whoever keeps it.
  bool keeps_unloaded() const override { return false; }
};

}  // namespace

std::unique_ptr<L4Loader> make_mru_cache_without_free_call(Host& host, CrossCall& calls,
                                                           L4Frames& frames,
                                                           const LoaderOptions& options) {
  return std::make_unique<WithoutFreeCall>(host, calls, frames, options);
}

}  // namespace hvsim
