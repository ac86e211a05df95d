// Every reader-writer lock there is: one line each, the broken twins last.
#include "models/hypervisor/locks/fair_rwlock.hpp"
#include "models/hypervisor/locks/percpu_rwlock.hpp"
#include "models/hypervisor/locks/rwlock.hpp"
#include "models/hypervisor/locks/twins.hpp"
#include "models/hypervisor/locks/word_rwlock.hpp"
#include "sim/base/check.hpp"

namespace hvsim {

namespace {

std::unique_ptr<RwLockAlgorithm> make_word(const std::string&, Host&) {
  return std::make_unique<WordRwlock>();
}

std::unique_ptr<RwLockAlgorithm> make_fair(const std::string&, Host&) {
  return std::make_unique<FairRwlock>();
}

std::unique_ptr<RwLockAlgorithm> make_percpu(const std::string& lock_class, Host& host) {
  return std::make_unique<PercpuRwlock>(lock_class, host, std::make_unique<FairRwlock>());
}

std::unique_ptr<RwLockAlgorithm> make_percpu_over_word(const std::string& lock_class, Host& host) {
  return std::make_unique<PercpuRwlock>(lock_class, host, std::make_unique<WordRwlock>());
}

}  // namespace

std::span<const RwLockKind> rwlock_kinds() {
  static const RwLockKind kinds[] = {
      {"word_rwlock", "one word, load and cmpxchg, writers first (Xen until February 2016)", false,
       make_word},
      {"fair_rwlock", "one locked add, waiters in a ticket queue (Xen since February 2016)", false,
       make_fair},
      {"percpu_rwlock", "a pointer a pCPU for readers, writers poll them all, over fair_rwlock",
       false, make_percpu},
      {"percpu_rwlock_over_word", "the same over word_rwlock, as it was when it was merged", false,
       make_percpu_over_word},
      {"word_rwlock_without_writer_bit_clear", "a writer that leaves keeps its bit set", true,
       make_word_rwlock_without_writer_bit_clear},
      {"percpu_rwlock_without_fence", "a reader looks for writers before it is visible", true,
       make_percpu_rwlock_without_fence},
      {"percpu_rwlock_polling_before_activating",
       "a writer looks for readers before it is visible", true,
       make_percpu_rwlock_polling_before_activating},
      {"percpu_rwlock_keeping_pointer", "a reader that queues still looks like one that is in",
       true, make_percpu_rwlock_keeping_pointer},
  };
  return kinds;
}

std::vector<std::string> rwlock_names() {
  std::vector<std::string> names;
  for (const RwLockKind& kind : rwlock_kinds()) {
    names.push_back(kind.name);
  }
  return names;
}

std::unique_ptr<RwLockAlgorithm> make_rwlock(const std::string& kind,
                                             const std::string& lock_class, Host& host) {
  for (const RwLockKind& known : rwlock_kinds()) {
    if (known.name == kind) {
      return known.make(lock_class, host);
    }
  }
  fail_check("the name of a reader-writer lock", Where::here());
}

}  // namespace hvsim
