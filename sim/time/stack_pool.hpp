// Stacks for strands: each with an unmapped page below it, used again by the next run.
//
// An overflow of a strand's stack faults at once instead of writing over a neighbour. The pool is
// for all threads of the process; getting a stack costs a lock, and a system call only when none
// is free.
#pragma once

#include <boost/context/stack_context.hpp>
#include <cstddef>

namespace hvsim {

// A stack allocator as Boost.Context wants one.
class StackPool {
 public:
  boost::context::stack_context allocate();
  void deallocate(boost::context::stack_context& stack) noexcept;
};

}  // namespace hvsim
