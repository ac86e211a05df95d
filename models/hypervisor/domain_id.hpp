// The number that names a domain; dom0 is 0. In guest-visible structures it is 16 bits wide.
#pragma once

#include "sim/base/ids.hpp"

namespace hvsim {

using DomainId = Id<struct DomainKind>;
inline constexpr DomainId dom0{0};

}  // namespace hvsim
