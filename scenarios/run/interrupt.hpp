// Ctrl-C: finish what is under way and report it, then leave.
#pragma once

#include <atomic>

namespace hvsim {

// From now on SIGINT and SIGTERM set the flag instead of ending the process; a second one ends it.
void catch_interruption();

const std::atomic<bool>& interrupted();

}  // namespace hvsim
