// Broken twin of mru_cache: entries survive a switch to another domain.
#include "models/hypervisor/shadow/mru_cache.hpp"
#include "models/hypervisor/shadow/twins.hpp"

namespace hvsim {

namespace {

class KeepingEntries : public MruCache {
 public:
  using MruCache::MruCache;

 protected:
  // The defect: calls of the domain that was left do not come here any more.
  void forget(Cpu&, Pcpu&) override {}
};

}  // namespace

std::unique_ptr<L4Loader> make_mru_cache_keeping_entries(Host& host, CrossCall& calls,
                                                         L4Frames& frames,
                                                         const LoaderOptions& options) {
  return std::make_unique<KeepingEntries>(host, calls, frames, options);
}

}  // namespace hvsim
