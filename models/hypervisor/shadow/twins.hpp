// The broken twins of the loaders of L4s: each is an algorithm with one named defect. They exist
// so that tests prove that the checks can fail; the catalog lists them as broken.
#pragma once

#include <memory>

#include "models/hypervisor/shadow/l4_loader.hpp"

namespace hvsim {

// A context switch sets its bit in the dirty mask when the table is loaded: a change in between is
// lost (SC-S6).
std::unique_ptr<L4Loader> make_mru_cache_setting_mask_after_load(Host& host, CrossCall& calls,
                                                                 L4Frames& frames,
                                                                 const LoaderOptions& options);
// The copy carries slot 257 into the frame that this pCPU runs on (SC-S10).
std::unique_ptr<L4Loader> make_copy_every_switch_with_percpu_slot(Host& host, CrossCall& calls,
                                                                  L4Frames& frames,
                                                                  const LoaderOptions& options);
// The cache is searched and reordered with interrupts on: a call that drops an entry comes in
// between (SC-S2, SC-S3).
std::unique_ptr<L4Loader> make_mru_cache_scanning_with_interrupts_on(Host& host, CrossCall& calls,
                                                                     L4Frames& frames,
                                                                     const LoaderOptions& options);
// Entries survive a switch to another domain, and miss the changes of their tables (SC-S5).
std::unique_ptr<L4Loader> make_mru_cache_keeping_entries(Host& host, CrossCall& calls,
                                                         L4Frames& frames,
                                                         const LoaderOptions& options);
// The end of an L4 is not told to those that may have a shadow of it (SC-S11).
std::unique_ptr<L4Loader> make_mru_cache_without_free_call(Host& host, CrossCall& calls,
                                                           L4Frames& frames,
                                                           const LoaderOptions& options);
// A freed entry is zeroed whole: two entries then name one frame (SC-S2).
std::unique_ptr<L4Loader> make_mru_cache_zeroing_whole_entries(Host& host, CrossCall& calls,
                                                               L4Frames& frames,
                                                               const LoaderOptions& options);
// A call carries the value that was stored instead of reading the entry again: of two changes of
// one slot the older one may win (SC-S8).
std::unique_ptr<L4Loader> make_mru_cache_carrying_value(Host& host, CrossCall& calls,
                                                        L4Frames& frames,
                                                        const LoaderOptions& options);

}  // namespace hvsim
