// Broken twin of word_rwlock: a writer that leaves forgets to clear its bit.
#include "models/hypervisor/locks/twins.hpp"
#include "models/hypervisor/locks/word_rwlock.hpp"

namespace hvsim {

namespace {

class WithoutWriterBitClear : public WordRwlock {
 public:
  // The defect: all that is not the writer's bit is cleared, instead of the whole word.
  void write_unlock(Cpu& cpu, RwLockWords& lock) override { cpu.fetch_and(lock.word, writer); }
};

}  // namespace

std::unique_ptr<RwLockAlgorithm> make_word_rwlock_without_writer_bit_clear(const std::string&,
                                                                           Host&) {
  return std::make_unique<WithoutWriterBitClear>();
}

}  // namespace hvsim
