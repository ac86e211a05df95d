#include "scenarios/run/version.hpp"

namespace hvsim {

const char* version() {
  return HVSIM_VERSION;
}

}  // namespace hvsim
