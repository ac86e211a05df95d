// Where two recorded runs part.
//
// Verbs of one pCPU are compared with verbs of the same pCPU, each in its own order, by what the
// digest is made of: time, verb, word and value; not by the place in the source, which moves when
// a file is edited. Of all pCPUs, the earliest difference is the first: what differs later may
// follow from it. A stream that ends where the recording was cut does not differ there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "scenarios/run/recorded_history.hpp"

namespace hvsim {

struct Parting {
  std::uint32_t pcpu;
  std::size_t index;  // in the pCPU's own order; in one of the two it may be past the end
};

// None if every verb that both hold is the same.
std::optional<Parting> first_difference(const RecordedHistory& a, const RecordedHistory& b);

// For people: both sides, and the `before` verbs that went before it on that pCPU.
std::string parting_text(const RecordedHistory& a, const RecordedHistory& b,
                         const Parting& parting, std::size_t before);

}  // namespace hvsim
