// Broken twin of mru_cache: a freed entry loses the number of its frame.
#include "models/hypervisor/shadow/mru_cache.hpp"
#include "models/hypervisor/shadow/twins.hpp"

namespace hvsim {

namespace {

class ZeroingWholeEntries : public MruCache {
 public:
  using MruCache::MruCache;

 protected:
  // The defect: the lowest bits say which frame is free now.
  std::uint64_t freed(std::uint64_t) const override { return 0; }
};

}  // namespace

std::unique_ptr<L4Loader> make_mru_cache_zeroing_whole_entries(Host& host, CrossCall& calls,
                                                               L4Frames& frames,
                                                               const LoaderOptions& options) {
  return std::make_unique<ZeroingWholeEntries>(host, calls, frames, options);
}

}  // namespace hvsim
