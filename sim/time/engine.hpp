// Simulated time and who runs next.
//
// What it is: strands (stacks of simulated code), of which exactly one runs at a time, on one OS
// thread. One rule orders them: the runnable strand with the smallest (time, rank) runs next.
// Ranks are distinct, so ties cannot happen. There are no event callbacks.
//
// Quiet and acting. Most of what a pCPU does (hits in its own caches) cannot be seen by another
// pCPU until a request of that other has travelled for some time, the engine's `lookahead`. So a
// strand says how it waits:
//   - park_until(t): at t it will act: it may read and change what others can see at t.
//   - quiet_until(t): from t on it runs quietly: it will not act before t + lookahead. While it
//   runs
//     quietly its own clock may go on up to quiet_limit() without asking.
// A strand that acts at t runs when every other strand has done all it starts before (t, rank) and
// nothing it starts after, so the history is the one of the single rule, with far fewer switches.
//
// What you must promise: only the running strand calls; a wait is never for an instant before
// now(); a quiet strand keeps its word.
// Errors: run() throws Stuck when every strand is parked for ever or when nothing has called
// progress() for too long, and rethrows what a strand's body threw.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>

#include "sim/base/ids.hpp"
#include "sim/base/time.hpp"

namespace hvsim {

// The run cannot go on, or goes on without getting anywhere.
class Stuck : public std::runtime_error {
 public:
  enum class Kind { deadlock, no_progress };
  Stuck(Kind kind, Time at)
      : std::runtime_error(kind == Kind::deadlock ? "deadlock" : "no progress"),
        kind_(kind),
        at_(at) {}
  Kind kind() const { return kind_; }
  // The first instant past the limit; of a deadlock the last one at which the engine resumed a
  // strand, whose own clock may have run ahead since.
  Time at() const { return at_; }

 private:
  Kind kind_;
  Time at_;
};

struct EngineOptions {
  // How long after running quietly a strand may act at the earliest. 0: none runs ahead.
  Duration lookahead{};
  // No strand goes on without a look at all others first: for tests, same history.
  bool step_every_verb = false;
  // Simulated time without progress() after which run() throws Stuck.
  Duration no_progress_after = milliseconds(100);
};

class Engine {
 public:
  virtual ~Engine() = default;

  // Adds a strand that starts to run quietly at time 0. Before run(). Ranks are 0, 1, 2, ... in
  // any order, each used once.
  virtual StrandId spawn(Rank rank, std::function<void()> body) = 0;
  // Runs until every body has returned. Once.
  virtual void run() = 0;
  // Ends strands that have not ended, by an exception out of their waits. For when run() threw,
  // and what the strands refer to does not outlive the engine; the destructor does the same.
  virtual void unwind() = 0;

  // Of the running strand: who it is, and the instant it was last resumed at.
  StrandId self() const { return self_; }
  Time now() const { return now_; }
  // The running strand may run quietly as long as its own clock is before this.
  Time quiet_limit() const { return quiet_limit_; }

  // Waits until t, or until an earlier instant somebody unparks it for, and then acts. now() says
  // which it was. Time::never() waits for unpark() alone.
  virtual void park_until(Time t) = 0;
  // The same, but runs quietly from t on. If unparked for an earlier instant, it acts there.
  virtual void quiet_until(Time t) = 0;
  // Wakes a waiting strand at t to act, unless it is to wake before. Acting strands only. One that
  // is to run quietly from before t on does, and may now act at t, whatever its word was.
  virtual void unpark(StrandId strand, Time t) = 0;

  // Something useful happened: the run is not stuck.
  void progress(Time at) { progress_at_ = at > progress_at_ ? at : progress_at_; }

  virtual std::uint64_t switches() const = 0;

 protected:
  StrandId self_{};
  Time now_{};
  Time quiet_limit_{};
  Time progress_at_{};
};

// Makes an engine for that many strands: which one is a choice of the run (machine.hpp).
using EngineMaker =
    std::function<std::unique_ptr<Engine>(unsigned strands, const EngineOptions& options)>;

}  // namespace hvsim
