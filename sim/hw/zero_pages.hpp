// A region of the host's memory that is zero. A large one costs the host nothing until it is
// touched, which is for tables that are mostly never looked at. Errors: std::bad_alloc.
#pragma once

#include <cstddef>

namespace hvsim {

class ZeroPages {
 public:
  explicit ZeroPages(std::size_t bytes);
  ~ZeroPages();
  ZeroPages(const ZeroPages&) = delete;
  ZeroPages& operator=(const ZeroPages&) = delete;

  // Aligned for any object.
  std::byte* data() const { return first_; }
  // Promises that no byte from here on has been written, nor will be. A region of which so little
  // is known to have been written is cleared and serves again: to map one anew can take longer
  // than a small run. Of others nobody knows, and they are given back.
  void written_up_to(std::size_t bytes) { written_ = bytes; }

 private:
  std::byte* first_;
  std::size_t bytes_;
  std::size_t written_ = ~std::size_t{0};
};

}  // namespace hvsim
