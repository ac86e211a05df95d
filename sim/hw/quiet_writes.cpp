#include "sim/hw/quiet_writes.hpp"

#include <tuple>

namespace hvsim {

// Writes come nearly in the order of time, so the oldest stand first; what stands behind a later
// one waits for it to go.
void QuietWrites::forget_before(Time now) {
  while (first_ < writes_.size() && writes_[first_].at < now) {
    ++first_;
  }
  if (first_ == writes_.size() || first_ >= 1024) {
    writes_.erase(writes_.begin(), writes_.begin() + static_cast<std::ptrdiff_t>(first_));
    first_ = 0;
  }
}

// Two writes to one word are by one pCPU, or ordered by a hand-over: the newest first undoes them.
void QuietWrites::hide(Time at, Rank rank) {
  for (std::size_t i = writes_.size(); i > first_; --i) {
    Write& write = writes_[i - 1];
    if (std::tie(write.at, write.rank) > std::tie(at, rank)) {
      swap(write);
      hiding_ = true;
    }
  }
}

void QuietWrites::show() {
  for (std::size_t i = first_; i < writes_.size(); ++i) {
    if (writes_[i].hidden) {
      swap(writes_[i]);
    }
  }
  hiding_ = false;
}

void QuietWrites::swap(Write& write) {
  const std::uint64_t held = plain_read(write.word, write.bytes);
  plain_write(write.word, write.bytes, write.other);
  write.other = held;
  write.hidden = !write.hidden;
}

}  // namespace hvsim
