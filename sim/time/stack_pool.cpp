#include "sim/time/stack_pool.hpp"

#include <sys/mman.h>

#include <mutex>
#include <new>
#include <vector>

namespace hvsim {
namespace {

constexpr std::size_t guard_bytes = 4096;
// Room for an algorithm, a report and, under a sanitizer, its larger frames. Untouched pages of it
// cost nothing.
constexpr std::size_t stack_bytes = 256 * 1024;

struct FreeStacks {
  std::mutex mutex;
  std::vector<void*> bottoms;
};

FreeStacks& free_stacks() {
  static FreeStacks stacks;
  return stacks;
}

}  // namespace

boost::context::stack_context StackPool::allocate() {
  void* bottom = nullptr;
  {
    FreeStacks& stacks = free_stacks();
    const std::lock_guard guard(stacks.mutex);
    if (!stacks.bottoms.empty()) {
      bottom = stacks.bottoms.back();
      stacks.bottoms.pop_back();
    }
  }
  if (bottom == nullptr) {
    bottom = mmap(nullptr, guard_bytes + stack_bytes, PROT_READ | PROT_WRITE,
                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (bottom == MAP_FAILED || mprotect(bottom, guard_bytes, PROT_NONE) != 0) {
      throw std::bad_alloc();
    }
  }
  boost::context::stack_context stack;
  stack.size = stack_bytes;
  stack.sp = static_cast<char*>(bottom) + guard_bytes + stack_bytes;
  return stack;
}

void StackPool::deallocate(boost::context::stack_context& stack) noexcept {
  FreeStacks& stacks = free_stacks();
  const std::lock_guard guard(stacks.mutex);
  stacks.bottoms.push_back(static_cast<char*>(stack.sp) - stack_bytes - guard_bytes);
}

}  // namespace hvsim
