// A word of simulated memory that more than one pCPU may touch.
//
// `Shared<T>` is exactly a T: a struct made of them has the layout that the C struct it models
// would have, so which words share a cache line is decided by the layout, as in life. It lives in
// a Memory (memory.hpp) and is reached through the verbs of a Cpu (cpu.hpp), which price and order
// every access. peek() and poke() are neither timed nor ordered: they are for set-up before a run,
// for checks after it, and for ghost checks at a ghost point. peek() is atomic, because on real
// threads others store to the word while a ghost check looks at it.
#pragma once

#include <cstdint>
#include <cstring>
#include <type_traits>

namespace hvsim {

template <class T>
class alignas(sizeof(T)) Shared {
  static_assert(std::is_trivially_copyable_v<T> &&
                    (sizeof(T) == 1 || sizeof(T) == 2 || sizeof(T) == 4 || sizeof(T) == 8),
                "a shared word is 1, 2, 4 or 8 bytes");

 public:
  T peek() const {
    T value;
    __atomic_load(&raw_, &value, __ATOMIC_RELAXED);
    return value;
  }
  void poke(T value) { raw_ = value; }

 private:
  T raw_{};
};

// The bits of a word's value, as the machine carries them.
template <class T>
std::uint64_t to_bits(T value) {
  std::uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof value);
  return bits;
}

template <class T>
T from_bits(std::uint64_t bits) {
  T value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

}  // namespace hvsim
