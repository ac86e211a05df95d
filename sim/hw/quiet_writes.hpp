// Writes that pCPUs running ahead have already done, and that a ghost check must not see yet.
//
// A pCPU that writes to a line it owns does so when it executes, which may be a little ahead of an
// acting pCPU's instant. No verb can see that; a ghost check, which looks at memory directly,
// could. So such writes are kept until they are in the past, and are taken back while a check
// looks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "sim/base/check.hpp"
#include "sim/base/ids.hpp"
#include "sim/base/time.hpp"
#include "sim/hw/plain_word.hpp"

namespace hvsim {

class QuietWrites {
 public:
  // Before a write at `at` by the pCPU of that rank, while nobody acts before `now` any more.
  void add(Time now, Time at, Rank rank, void* word, unsigned bytes) {
    check(!hiding_, "no write while a ghost check looks");
    if (!writes_.empty() && writes_[first_].at < now) {
      forget_before(now);
    }
    writes_.push_back(
        {at, word, plain_read(word, bytes), rank, static_cast<std::uint16_t>(bytes), false});
  }
  // Takes back what is after (at, rank), until show(). Nothing may be written meanwhile.
  void hide(Time at, Rank rank);
  void show();
  bool hiding() const { return hiding_; }

 private:
  struct Write {
    Time at;
    void* word;
    std::uint64_t other;  // what the word held before; while hidden, what it is to hold again
    Rank rank;
    std::uint16_t bytes;
    bool hidden;
  };
  static void swap(Write& write);
  void forget_before(Time now);

  // In the order in which they were done, from first_ on; none is kept when all are forgotten.
  std::vector<Write> writes_;
  std::size_t first_ = 0;
  bool hiding_ = false;
};

}  // namespace hvsim
