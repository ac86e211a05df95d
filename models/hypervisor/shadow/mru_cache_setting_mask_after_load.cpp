// Broken twin of mru_cache: a context switch loads before it sets its bit.
#include "models/hypervisor/shadow/mru_cache.hpp"
#include "models/hypervisor/shadow/twins.hpp"

namespace hvsim {

namespace {

class SettingMaskAfterLoad : public MruCache {
 public:
  using MruCache::MruCache;

  // The defect: the bit, which makes changes come here, is set when the copy has been made.
  void switch_tables(Cpu& cpu, PvDomainTables* previous, PvDomainTables& next,
                     const L4Tables& tables, Where where) override {
    const bool on = cpu.set_interrupts(false);
    load_cr3(cpu, next, tables.frame(), where);
    next.dirty_mask.set(cpu, cpu.id());
    if (previous != nullptr && previous != &next) {
      previous->dirty_mask.clear(cpu, cpu.id());
    }
    cpu.set_interrupts(on);
  }
};

}  // namespace

std::unique_ptr<L4Loader> make_mru_cache_setting_mask_after_load(Host& host, CrossCall& calls,
                                                                 L4Frames& frames,
                                                                 const LoaderOptions& options) {
  return std::make_unique<SettingMaskAfterLoad>(host, calls, frames, options);
}

}  // namespace hvsim
