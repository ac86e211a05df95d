#include "sim/hw/zero_pages.hpp"

#include <sys/mman.h>

#include <new>

namespace hvsim {

// Address space only: a page of the host is taken when it is first touched.
ZeroPages::ZeroPages(std::size_t bytes) : bytes_(bytes) {
  void* const region = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (region == MAP_FAILED) {
    throw std::bad_alloc();
  }
  first_ = static_cast<std::byte*>(region);
}

ZeroPages::~ZeroPages() {
  munmap(first_, bytes_);
}

}  // namespace hvsim
