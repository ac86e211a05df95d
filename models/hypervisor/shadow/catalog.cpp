// Every way to load a guest's L4 there is: one line each, the broken twins last.
#include "models/hypervisor/shadow/catalog.hpp"

#include "models/hypervisor/shadow/copy_every_switch.hpp"
#include "models/hypervisor/shadow/copy_if_changed.hpp"
#include "models/hypervisor/shadow/direct.hpp"
#include "models/hypervisor/shadow/mru_cache.hpp"
#include "models/hypervisor/shadow/twins.hpp"
#include "sim/base/check.hpp"

namespace hvsim {

namespace {

template <class Loader>
std::unique_ptr<L4Loader> make(Host& host, CrossCall& calls, L4Frames& frames,
                               const LoaderOptions& options) {
  return std::make_unique<Loader>(host, calls, frames, options);
}

}  // namespace

std::span<const L4LoaderKind> l4_loader_kinds() {
  static const L4LoaderKind kinds[] = {
      {"direct", "the guest's own L4, as before the per-pCPU slot (Xen until 2018)", false,
       make<Direct>},
      {"copy_every_switch", "one shadow a pCPU, copied at every change of the table", false,
       make<CopyEverySwitch>},
      {"mru_cache", "a cache of shadows a pCPU, most recently used first (January 2018)", false,
       make<MruCache>},
      {"copy_if_changed", "one shadow a pCPU, copied whole when a flag is up (XPTI)", false,
       make<CopyIfChanged>},
      {"mru_cache_setting_mask_after_load",
       "a context switch loads before it is in the dirty mask", true,
       make_mru_cache_setting_mask_after_load},
      {"copy_every_switch_with_percpu_slot", "the copy carries slot 257", true,
       make_copy_every_switch_with_percpu_slot},
      {"mru_cache_scanning_with_interrupts_on",
       "the cache is searched and reordered with interrupts on", true,
       make_mru_cache_scanning_with_interrupts_on},
      {"mru_cache_keeping_entries", "entries survive a switch to another domain", true,
       make_mru_cache_keeping_entries},
      {"mru_cache_without_free_call", "the end of an L4 is told to nobody", true,
       make_mru_cache_without_free_call},
      {"mru_cache_zeroing_whole_entries", "a freed entry loses its frame's number", true,
       make_mru_cache_zeroing_whole_entries},
      {"mru_cache_carrying_value", "a call carries the value instead of reading it again", true,
       make_mru_cache_carrying_value},
  };
  return kinds;
}

std::vector<std::string> l4_loader_names() {
  std::vector<std::string> names;
  for (const L4LoaderKind& kind : l4_loader_kinds()) {
    names.push_back(kind.name);
  }
  return names;
}

std::unique_ptr<L4Loader> make_l4_loader(const std::string& kind, Host& host, CrossCall& calls,
                                         L4Frames& frames, const LoaderOptions& options) {
  for (const L4LoaderKind& known : l4_loader_kinds()) {
    if (known.name == kind) {
      return known.make(host, calls, frames, options);
    }
  }
  fail_check("the name of a loader of L4s", Where::here());
}

}  // namespace hvsim
