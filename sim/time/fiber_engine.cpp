#include "sim/time/fiber_engine.hpp"

#include <algorithm>
#include <boost/context/fiber.hpp>
#include <exception>
#include <numeric>
#include <utility>
#include <vector>

#include "sim/base/check.hpp"
#include "sim/time/sanitizer_fiber.hpp"
#include "sim/time/stack_pool.hpp"
#include "sim/time/tournament.hpp"

namespace hvsim {
namespace {

namespace ctx = boost::context;

// Thrown out of the wait of a strand whose engine goes. An ordinary exception, not Boost.Context's
// own, which would unwind one stack only: a strand may wait inside a coroutine (coroutine.hpp),
// and then has two.
struct StrandUnwound {};

struct Strand {
  ctx::fiber context;  // where it goes on, while it does not run
  std::function<void()> body;
  Rank rank;
  Rank place;  // among the ranks in use: where it stands in the trees
  SanitizerFiber sanitizer;
};

class FiberEngine final : public Engine {
 public:
  FiberEngine(unsigned strands, const EngineOptions& options)
      : options_(options), acting_(1), quiet_(1), current_(&main_) {
    strands_.reserve(strands);
  }
  ~FiberEngine() override;

  StrandId spawn(Rank rank, std::function<void()> body) override;
  void run() override;
  void unwind() override;
  void park_until(Time t) override { wait(acting_, t); }
  void quiet_until(Time t) override { wait(quiet_, t); }
  void unpark(StrandId strand, Time t) override;
  std::uint64_t switches() const override { return switches_; }

 private:
  void wait(Tournament& tree, Time t);
  Strand* next();
  void resume(Strand& strand);
  ctx::fiber live(Strand& self, ctx::fiber from);
  void arrive(Strand& self, ctx::fiber from);
  void set_quiet_limit();

  EngineOptions options_;
  Tournament acting_;  // waits after which the strand acts
  Tournament quiet_;   // waits after which it runs quietly
  std::vector<Strand> strands_;
  std::vector<std::uint32_t> by_place_;  // strands in the order of their ranks
  Strand main_;                          // run()'s own stack
  Strand* current_;
  Strand* resumed_by_ = nullptr;
  unsigned living_ = 0;
  std::uint64_t switches_ = 0;
  std::exception_ptr error_;
  Time stuck_at_{};  // when nobody could run in time: the next instant of anybody, if there is one
  bool over_ = false;
  bool unwinding_ = false;
};

FiberEngine::~FiberEngine() {
  unwind();
  for (Strand& strand : strands_) {
    strand.sanitizer.destroyed();
  }
}

// A strand that did not end goes on once more, out of its wait by an exception.
void FiberEngine::unwind() {
  over_ = unwinding_ = true;
  for (Strand& strand : strands_) {
    if (strand.context) {
      resume(strand);
    }
  }
}

StrandId FiberEngine::spawn(Rank rank, std::function<void()> body) {
  check(strands_.size() < strands_.capacity(), "no more strands than announced");
  const StrandId id{static_cast<std::uint32_t>(strands_.size())};
  strands_.emplace_back();
  Strand& strand = strands_.back();
  strand.body = std::move(body);
  strand.rank = rank;
  StackPool pool;
  ctx::stack_context stack = pool.allocate();
  strand.sanitizer.created(static_cast<char*>(stack.sp) - stack.size, stack.size);
  strand.context =
      ctx::fiber(std::allocator_arg, ctx::preallocated(stack.sp, stack.size, stack), pool,
                 [this, &strand](ctx::fiber&& from) { return live(strand, std::move(from)); });
  ++living_;
  return id;
}

void FiberEngine::run() {
  by_place_.resize(strands_.size());
  std::iota(by_place_.begin(), by_place_.end(), 0u);
  // Ranks are distinct: no ties.
  std::sort(by_place_.begin(), by_place_.end(), [this](std::uint32_t a, std::uint32_t b) {
    check(a == b || strands_[a].rank != strands_[b].rank, "ranks are distinct");
    return strands_[a].rank < strands_[b].rank;
  });
  const auto places = static_cast<unsigned>(strands_.size());
  acting_ = Tournament(places);
  quiet_ = Tournament(places);
  for (std::uint32_t place = 0; place < places; ++place) {
    strands_[by_place_[place]].place = Rank{place};
    quiet_.set(Rank{place}, Time{});
  }
  resume(*next());
  if (error_) {
    std::rethrow_exception(error_);
  }
  if (living_ > 0) {
    const bool deadlock = stuck_at_ == Time::never();
    throw Stuck(deadlock ? Stuck::Kind::deadlock : Stuck::Kind::no_progress,
                deadlock ? now_ : stuck_at_);
  }
}

// A strand's whole life. Returns the context to go on with when it is over.
ctx::fiber FiberEngine::live(Strand& self, ctx::fiber from) {
  arrive(self, std::move(from));
  try {
    if (!unwinding_) {
      self.body();
    }
  } catch (const StrandUnwound&) {
  } catch (...) {
    error_ = std::current_exception();
    over_ = true;
  }
  over_ = over_ || --living_ == 0;
  Strand* const heir = next();
  resumed_by_ = &self;
  current_ = heir;
  self.sanitizer.leave_for(heir->sanitizer, true);
  return std::move(heir->context);
}

void FiberEngine::arrive(Strand& self, ctx::fiber from) {
  self.sanitizer.arrived(resumed_by_->sanitizer);
  resumed_by_->context = std::move(from);
}

void FiberEngine::resume(Strand& strand) {
  Strand& self = *current_;
  if (&strand == &self) {
    return;
  }
  ++switches_;
  resumed_by_ = &self;
  current_ = &strand;
  self.sanitizer.leave_for(strand.sanitizer, false);
  ctx::fiber from = std::move(strand.context).resume();
  arrive(self, std::move(from));
}

// The strand that runs next. While it does it is in neither tree.
Strand* FiberEngine::next() {
  if (over_) {
    return &main_;
  }
  const Tournament::Key act = acting_.first();
  const Tournament::Key run = quiet_.first();
  Tournament& tree = act < run ? acting_ : quiet_;  // no strand is in both
  const Tournament::Key first = tree.first();
  const Time at = Tournament::time_of(first);
  if (first == Tournament::never || at > progress_at_ + options_.no_progress_after) [[unlikely]] {
    stuck_at_ = first == Tournament::never ? Time::never() : at;
    over_ = true;
    return &main_;
  }
  tree.take_first();
  now_ = at;
  self_ = StrandId{by_place_[Tournament::rank_of(first).n]};
  set_quiet_limit();
  return &strands_[self_.n];
}

// From the earliest instants at which another strand acts and runs quietly.
void FiberEngine::set_quiet_limit() {
  if (options_.step_every_verb) {
    return;  // stays 0
  }
  // One that polls alone, quietly and for ever, must come back to be found out.
  const Time overdue = progress_at_ + options_.no_progress_after + picoseconds(1);
  const Time act = Tournament::time_of(acting_.first());
  const Time run = Tournament::time_of(quiet_.first()) + options_.lookahead;
  quiet_limit_ = std::min({act, run, overdue});
}

void FiberEngine::wait(Tournament& tree, Time t) {
  check(t >= now_, "no wait for the past");
  if (t != Time::never()) {
    tree.set(strands_[self_.n].place, t);
  }
  resume(*next());
  if (unwinding_) [[unlikely]] {
    throw StrandUnwound();
  }
}

void FiberEngine::unpark(StrandId strand, Time t) {
  check(t >= now_ && strand != self_, "another strand, not in the past");
  const Rank place = strands_[strand.n].place;
  Time at = t;
  if (const Tournament::Key quiet = quiet_.key(place); quiet != Tournament::never) {
    if (t >= Tournament::time_of(quiet) + options_.lookahead) {
      return;  // in its word
    }
    // One that is to run quietly before t now has to act sooner than its word is good for.
    at = std::min(t, Tournament::time_of(quiet));
    quiet_.set(place, Time::never());
  } else if (t >= Tournament::time_of(acting_.key(place))) {
    return;
  }
  acting_.set(place, at);
  quiet_limit_ = std::min(quiet_limit_, at);
}

}  // namespace

std::unique_ptr<Engine> make_fiber_engine(unsigned strands, const EngineOptions& options) {
  return std::make_unique<FiberEngine>(strands, options);
}

}  // namespace hvsim
