// The broken twins of the reader-writer locks: each is an algorithm with one named defect. They
// exist so that tests prove that the checks can fail; the catalog lists them as broken.
#pragma once

#include <memory>
#include <string>

#include "models/hypervisor/locks/rwlock.hpp"

namespace hvsim {

// write_unlock leaves the writer's bit set: the next one to ask waits for ever.
std::unique_ptr<RwLockAlgorithm> make_word_rwlock_without_writer_bit_clear(
    const std::string& lock_class, Host& host);
// read_lock without step 4: the store of the pointer may still be on its way when `activating` is
// read: a reader is in before it can be seen (GR-S2), and then beside a writer (GR-S1).
std::unique_ptr<RwLockAlgorithm> make_percpu_rwlock_without_fence(const std::string& lock_class,
                                                                  Host& host);
// write_lock looks for fast readers before it says that it comes: one that comes in between is
// never seen (GR-S1).
std::unique_ptr<RwLockAlgorithm> make_percpu_rwlock_polling_before_activating(
    const std::string& lock_class, Host& host);
// read_lock leaves the pointer set while it queues behind the writer, who waits for it to go
// (GR-L2: a deadlock).
std::unique_ptr<RwLockAlgorithm> make_percpu_rwlock_keeping_pointer(const std::string& lock_class,
                                                                    Host& host);

}  // namespace hvsim
