// A stack of its own that a strand enters and leaves: code that any strand may go on with.
//
// What it is: resume() enters the body, or goes on with it where it last called suspend(); it
// comes back when the body suspends or is over. Each resume() may be another strand's. While a
// strand is inside, the body is that strand: it may wait in the engine there. What you must
// promise: resume() from outside while nobody is inside and it is not over; suspend() from
// inside, not from within a catch block. What it guarantees: an exception out of the body ends
// the coroutine and comes out of resume(). Both stacks of a strand that waits inside are unwound
// when its run ends; a coroutine that is destroyed while suspended is unwound by an exception out
// of suspend(), which a body must let pass. The stack is taken at the first resume() and given
// back at the end.
// Errors: a call at the wrong time throws InternalError.
#pragma once

#include <functional>
#include <memory>

namespace hvsim {

class Coroutine {
 public:
  explicit Coroutine(std::function<void()> body);
  ~Coroutine();
  Coroutine(const Coroutine&) = delete;
  Coroutine& operator=(const Coroutine&) = delete;

  void resume();
  void suspend();
  bool over() const;

 private:
  struct Parts;

  std::unique_ptr<Parts> parts_;
};

}  // namespace hvsim
