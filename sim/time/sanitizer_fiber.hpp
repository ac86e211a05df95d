// Tells AddressSanitizer and ThreadSanitizer that the stack is about to change.
//
// They keep a shadow of each stack; without these calls every switch between strands looks to them
// like memory corruption. In an ordinary build all of this is empty.
#pragma once

#include <cstddef>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define HVSIM_ASAN 1
#endif
#if __has_feature(thread_sanitizer)
#define HVSIM_TSAN 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define HVSIM_ASAN 1
#endif
#if defined(__SANITIZE_THREAD__)
#define HVSIM_TSAN 1
#endif

#ifdef HVSIM_ASAN
#include <sanitizer/common_interface_defs.h>
#endif
#ifdef HVSIM_TSAN
#include <sanitizer/tsan_interface.h>
#endif

namespace hvsim {

// One stack, as the sanitizers know it; or the stacks of one strand, of which it is on one at a
// time (coroutine.hpp): where it left, it will arrive.
class SanitizerFiber {
 public:
  // Names the stack of a strand that has not run yet.
  void created([[maybe_unused]] const void* bottom, [[maybe_unused]] std::size_t bytes) {
#ifdef HVSIM_ASAN
    bottom_ = bottom;
    bytes_ = bytes;
#endif
#ifdef HVSIM_TSAN
    fiber_ = __tsan_create_fiber(0);
#endif
  }
  // Right before leaving this stack for `next`; `for_good` if it will never run again.
  void leave_for([[maybe_unused]] SanitizerFiber& next, [[maybe_unused]] bool for_good) {
#ifdef HVSIM_ASAN
    __sanitizer_start_switch_fiber(for_good ? nullptr : &fake_, next.bottom_, next.bytes_);
#endif
#ifdef HVSIM_TSAN
    fiber_ = __tsan_get_current_fiber();
    __tsan_switch_to_fiber(next.fiber_, 0);
#endif
  }
  // Right after arriving on this stack from `from`.
  void arrived([[maybe_unused]] SanitizerFiber& from) {
#ifdef HVSIM_ASAN
    __sanitizer_finish_switch_fiber(fake_, &from.bottom_, &from.bytes_);
#endif
  }
  void destroyed() {
#ifdef HVSIM_TSAN
    __tsan_destroy_fiber(fiber_);
#endif
  }

#ifdef HVSIM_ASAN
 private:
  void* fake_ = nullptr;
  const void* bottom_ = nullptr;
  std::size_t bytes_ = 0;
#endif
#ifdef HVSIM_TSAN
 private:
  void* fiber_ = nullptr;
#endif
};

}  // namespace hvsim
