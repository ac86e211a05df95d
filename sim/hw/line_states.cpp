#include "sim/hw/line_states.hpp"

namespace hvsim {

Directory::Directory(unsigned sockets, unsigned cores_per_socket)
    : sockets_(sockets), cores_per_socket_(cores_per_socket) {
  for (unsigned core = 0; core < sockets * cores_per_socket; ++core) {
    places_.push_back({core / cores_per_socket, core % cores_per_socket});
  }
}

void Directory::grow(LineId line) {
  lines_ = (std::size_t{line.n} / 4096 + 1) * 4096;
  entries_.resize(lines_);
  sharers_.resize(lines_ * sockets_);
}

}  // namespace hvsim
