#include "sim/time/stack_pool.hpp"

#include <sys/mman.h>

#include <mutex>
#include <new>
#include <vector>

namespace hvsim {
namespace {

constexpr std::size_t host_page_bytes = 4096;
constexpr std::size_t guard_bytes = host_page_bytes;
// Room for an algorithm, a report and, under a sanitizer, its larger frames. Untouched pages of it
// cost nothing.
constexpr std::size_t stack_bytes = 256 * 1024;

// Each stack begins so much further down than the one before, round and round in a page: strands
// that do the same would otherwise meet in the same few sets of the host's caches.
constexpr std::size_t shift_bytes = 576;

struct FreeStacks {
  std::mutex mutex;
  std::vector<boost::context::stack_context> stacks;
  std::size_t made = 0;
};

FreeStacks& free_stacks() {
  static FreeStacks stacks;
  return stacks;
}

}  // namespace

boost::context::stack_context StackPool::allocate() {
  FreeStacks& free = free_stacks();
  const std::lock_guard guard(free.mutex);
  boost::context::stack_context stack;
  if (!free.stacks.empty()) {
    stack = free.stacks.back();
    free.stacks.pop_back();
    return stack;
  }
  void* const bottom = mmap(nullptr, guard_bytes + stack_bytes, PROT_READ | PROT_WRITE,
                            MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (bottom == MAP_FAILED || mprotect(bottom, guard_bytes, PROT_NONE) != 0) {
    throw std::bad_alloc();
  }
  stack.size = stack_bytes - free.made++ * shift_bytes % host_page_bytes;
  stack.sp = static_cast<char*>(bottom) + guard_bytes + stack.size;
  return stack;
}

void StackPool::deallocate(boost::context::stack_context& stack) noexcept {
  FreeStacks& free = free_stacks();
  const std::lock_guard guard(free.mutex);
  free.stacks.push_back(stack);
}

}  // namespace hvsim
