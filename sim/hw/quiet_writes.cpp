#include "sim/hw/quiet_writes.hpp"

#include <cstring>
#include <tuple>

#include "sim/base/check.hpp"

namespace hvsim {

void QuietWrites::add(Time now, Time at, Rank rank, void* word, unsigned bytes) {
  check(!hiding_, "no write while a ghost check looks");
  while (!writes_.empty() && writes_.front().at < now) {
    writes_.pop_front();
  }
  Write write{at, rank, word, bytes, false, 0};
  std::memcpy(&write.other, word, bytes);
  writes_.push_back(write);
}

// Two writes to one word are by one pCPU, or ordered by a hand-over: the newest first undoes them.
void QuietWrites::hide(Time at, Rank rank) {
  for (auto write = writes_.rbegin(); write != writes_.rend(); ++write) {
    if (std::tie(write->at, write->rank) > std::tie(at, rank)) {
      swap(*write);
      hiding_ = true;
    }
  }
}

void QuietWrites::show() {
  for (Write& write : writes_) {
    if (write.hidden) {
      swap(write);
    }
  }
  hiding_ = false;
}

void QuietWrites::swap(Write& write) {
  std::uint64_t held = 0;
  std::memcpy(&held, write.word, write.bytes);
  std::memcpy(write.word, &write.other, write.bytes);
  write.other = held;
  write.hidden = !write.hidden;
}

}  // namespace hvsim
