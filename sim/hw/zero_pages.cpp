#include "sim/hw/zero_pages.hpp"

#include <sys/mman.h>

#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>
#include <new>

namespace hvsim {
namespace {

// Below this, zeros are cheaper than asking the kernel for pages, and for each as it is touched.
constexpr std::size_t large = std::size_t{256} * 1024;
// Up to this, clearing is cheaper than giving back.
constexpr std::size_t most_to_clear = std::size_t{8} << 20;
constexpr std::size_t most_kept = 4;

// Large regions that are zero again, by size.
struct KeptRegions {
  std::mutex mutex;
  std::multimap<std::size_t, void*> regions;
};

KeptRegions& kept() {
  static KeptRegions regions;
  return regions;
}

void* take_kept(std::size_t bytes) {
  KeptRegions& all = kept();
  const std::lock_guard guard(all.mutex);
  const auto found = all.regions.find(bytes);
  if (found == all.regions.end()) {
    return nullptr;
  }
  void* const region = found->second;
  all.regions.erase(found);
  return region;
}

bool keep(void* region, std::size_t bytes) {
  KeptRegions& all = kept();
  const std::lock_guard guard(all.mutex);
  if (all.regions.size() >= most_kept) {
    return false;
  }
  all.regions.emplace(bytes, region);
  return true;
}

void* large_region(std::size_t bytes) {
  if (void* const region = take_kept(bytes)) {
    return region;
  }
  void* const region = mmap(nullptr, bytes, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return region == MAP_FAILED ? nullptr : region;
}

}  // namespace

ZeroPages::ZeroPages(std::size_t bytes) : bytes_(bytes) {
  void* const region = bytes < large ? std::calloc(bytes, 1) : large_region(bytes);
  if (region == nullptr) {
    throw std::bad_alloc();
  }
  first_ = static_cast<std::byte*>(region);
}

ZeroPages::~ZeroPages() {
  if (bytes_ < large) {
    std::free(first_);
    return;
  }
  if (written_ <= most_to_clear) {
    std::memset(first_, 0, written_);
    if (keep(first_, bytes_)) {
      return;
    }
  }
  munmap(first_, bytes_);
}

}  // namespace hvsim
