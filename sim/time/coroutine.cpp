#include "sim/time/coroutine.hpp"

#include <boost/context/fiber.hpp>
#include <exception>
#include <utility>

#include "sim/base/check.hpp"
#include "sim/time/sanitizer_fiber.hpp"
#include "sim/time/stack_pool.hpp"

namespace hvsim {
namespace {

// Thrown out of the suspend() of a coroutine that is being destroyed.
struct CoroutineUnwound {};

}  // namespace

// A strand that waits inside has its own place in the engine, as on any stack. So whatever ends
// its run comes to the body as an exception out of a wait, and goes on from resume() by itself.
struct Coroutine::Parts {
  void start();
  void enter();
  boost::context::fiber live(boost::context::fiber from);

  std::function<void()> body;
  boost::context::fiber inside;   // where the body goes on, while nobody is inside
  boost::context::fiber outside;  // where resume() goes on, while somebody is
  SanitizerFiber own_stack{};
  SanitizerFiber resumer_stack{};
  std::exception_ptr error{};
  bool entered = false;
  bool over = false;
  bool unwinding = false;
};

Coroutine::Coroutine(std::function<void()> body) : parts_(std::make_unique<Parts>()) {
  parts_->body = std::move(body);
}

Coroutine::~Coroutine() {
  if (parts_->inside) {
    parts_->unwinding = true;
    parts_->enter();
  }
}

void Coroutine::resume() {
  Parts& parts = *parts_;
  check(!parts.over && !parts.entered, "a coroutine that waits is resumed");
  if (!parts.inside) {
    parts.start();
  }
  parts.enter();
  if (parts.error) {
    std::rethrow_exception(std::exchange(parts.error, nullptr));
  }
}

void Coroutine::suspend() {
  Parts& parts = *parts_;
  check(parts.entered, "a coroutine is suspended from inside");
  parts.entered = false;
  parts.own_stack.leave_for(parts.resumer_stack, false);
  parts.outside = std::move(parts.outside).resume();
  parts.own_stack.arrived(parts.resumer_stack);
  if (parts.unwinding) {
    throw CoroutineUnwound();
  }
}

bool Coroutine::over() const {
  return parts_->over;
}

void Coroutine::Parts::start() {
  StackPool pool;
  boost::context::stack_context stack = pool.allocate();
  own_stack.created(static_cast<char*>(stack.sp) - stack.size, stack.size);
  inside = boost::context::fiber(
      std::allocator_arg, boost::context::preallocated(stack.sp, stack.size, stack), pool,
      [this](boost::context::fiber&& from) { return live(std::move(from)); });
}

// On the resumer's stack.
void Coroutine::Parts::enter() {
  entered = true;
  resumer_stack.leave_for(own_stack, false);
  inside = std::move(inside).resume();
  resumer_stack.arrived(own_stack);
  if (over) {
    own_stack.destroyed();
  }
}

// On the coroutine's stack, from the first resume() to the end.
boost::context::fiber Coroutine::Parts::live(boost::context::fiber from) {
  own_stack.arrived(resumer_stack);
  outside = std::move(from);
  try {
    body();
  } catch (const CoroutineUnwound&) {
  } catch (...) {
    error = std::current_exception();
  }
  entered = false;
  over = true;
  own_stack.leave_for(resumer_stack, true);
  return std::move(outside);
}

}  // namespace hvsim
