// A word of simulated memory as the host reads and writes it: 1, 2, 4 or 8 bytes, at its
// alignment. For the simulator itself: no verb, no order, and one host thread.
#pragma once

#include <cstdint>

#include "sim/base/check.hpp"

namespace hvsim {

inline std::uint64_t plain_read(const void* word, unsigned bytes) {
  switch (bytes) {
    case 1:
      return *static_cast<const std::uint8_t*>(word);
    case 2:
      return *static_cast<const std::uint16_t*>(word);
    case 4:
      return *static_cast<const std::uint32_t*>(word);
    case 8:
      return *static_cast<const std::uint64_t*>(word);
    default:
      fail_check("a word is 1, 2, 4 or 8 bytes", Where::here());
  }
}

inline void plain_write(void* word, unsigned bytes, std::uint64_t value) {
  switch (bytes) {
    case 1:
      *static_cast<std::uint8_t*>(word) = static_cast<std::uint8_t>(value);
      break;
    case 2:
      *static_cast<std::uint16_t*>(word) = static_cast<std::uint16_t>(value);
      break;
    case 4:
      *static_cast<std::uint32_t*>(word) = static_cast<std::uint32_t>(value);
      break;
    case 8:
      *static_cast<std::uint64_t*>(word) = value;
      break;
    default:
      fail_check("a word is 1, 2, 4 or 8 bytes", Where::here());
  }
}

}  // namespace hvsim
