// A region of the host's memory that is zero, and costs the host nothing until it is touched.
//
// For tables that are large and mostly never looked at. Errors: std::bad_alloc.
#pragma once

#include <cstddef>

namespace hvsim {

class ZeroPages {
 public:
  explicit ZeroPages(std::size_t bytes);
  ~ZeroPages();
  ZeroPages(const ZeroPages&) = delete;
  ZeroPages& operator=(const ZeroPages&) = delete;

  // At the start of a page of the host.
  std::byte* data() const { return first_; }

 private:
  std::byte* first_;
  std::size_t bytes_;
};

}  // namespace hvsim
