// The version of hvsim, as every result carries it.
#pragma once

namespace hvsim {

const char* version();  // "0.1.0"

}  // namespace hvsim
