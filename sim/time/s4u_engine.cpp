#include "sim/time/s4u_engine.hpp"

#include <array>
#include <csignal>
#include <exception>
#include <set>
#include <simgrid/s4u.hpp>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "sim/base/check.hpp"
#include "sim/time/sanitizer_fiber.hpp"

namespace hvsim {
namespace {

namespace s4u = simgrid::s4u;

constexpr std::int64_t most_subticks = std::int64_t{1} << 53;

// SimGrid takes over how the process ends; here that stays with whoever decided it before.
class KeepsHandlers {
 public:
  KeepsHandlers() : terminate_(std::get_terminate()) {
    for (std::size_t i = 0; i < signals.size(); ++i) {
      sigaction(signals[i], nullptr, &actions_[i]);
    }
  }
  ~KeepsHandlers() {
    std::set_terminate(terminate_);
    for (std::size_t i = 0; i < signals.size(); ++i) {
      sigaction(signals[i], &actions_[i], nullptr);
    }
  }
  KeepsHandlers(const KeepsHandlers&) = delete;
  KeepsHandlers& operator=(const KeepsHandlers&) = delete;

 private:
  static constexpr std::array signals = {SIGINT, SIGSEGV, SIGBUS};
  std::terminate_handler terminate_;
  std::array<struct sigaction, signals.size()> actions_{};
};

// The one SimGrid of the process. It is never destroyed: it outlives all engines.
class SimGrid {
 public:
  static SimGrid& of_this_process() {
    static SimGrid* const only = new SimGrid;
    return *only;
  }

  // Lets actors run until one of them calls stop().
  void run() {
    stop_ = nullptr;
    vetoed_.clear();
    engine_->run_until(static_cast<double>(most_subticks));
    check(stop_ != nullptr, "SimGrid came to an end of its own");
  }
  // Of an actor: ends run(), and this actor's life. SimGrid comes back from an instant in which an
  // activity could not start, such as this one that has no host; sleeping gives it an instant to
  // come back from.
  [[noreturn]] void stop() {
    stop_ = s4u::Exec::init();
    stop_->vetoable_start();
    s4u::this_actor::sleep_for(1);
    throw InternalError("an actor outlived the end of its run");
  }
  // Actors that were told to die unwind their stacks.
  void bury() {
    vetoed_.clear();
    engine_->run();
  }

  s4u::ActorPtr start(const std::string& name, const std::function<void()>& life) {
    return s4u::Actor::create(name, host_, life);
  }
  std::int64_t now() const { return static_cast<std::int64_t>(s4u::Engine::get_clock()); }

  // One engine at a time, always on the same thread.
  void lend() {
    check(!lent_, "one SimGrid engine at a time");
    check(std::this_thread::get_id() == thread_, "SimGrid stays on one thread");
    lent_ = true;
  }
  void give_back() { lent_ = false; }

 private:
  SimGrid() {
    const KeepsHandlers keeps;
    std::array<std::string, 3> words = {"hvsim", "--log=root.thresh:error",
                                        std::string("--cfg=contexts/factory:") + contexts};
    std::array<char*, 4> arguments = {words[0].data(), words[1].data(), words[2].data(), nullptr};
    int count = static_cast<int>(words.size());
    engine_ = new s4u::Engine(&count, arguments.data());
    s4u::NetZone* const zone = s4u::create_empty_zone("hvsim");
    host_ = zone->create_host("host", 1.0);
    zone->seal();
    engine_->track_vetoed_activities(&vetoed_);
  }

  // The sanitizers cannot follow SimGrid from stack to stack; threads they know.
#if defined(HVSIM_ASAN) || defined(HVSIM_TSAN)
  static constexpr const char* contexts = "thread";
#else
  static constexpr const char* contexts = "raw";
#endif

  const std::thread::id thread_ = std::this_thread::get_id();
  s4u::Engine* engine_ = nullptr;
  s4u::Host* host_ = nullptr;
  std::set<s4u::Activity*> vetoed_;
  s4u::ExecPtr stop_;
  bool lent_ = false;
};

struct Strand {
  std::function<void()> body;
  Rank rank;
  Time wake{};               // when it is to run; never while it waits for unpark() alone
  Time aim{};                // what its actor took that for when it went to sleep
  bool turn = false;         // it runs, or is the one to run at once
  s4u::SemaphorePtr bell{};  // rung so that its actor looks at wake and turn again
  s4u::ActorPtr actor{};     // none before run() and when its life is over
};

class S4uEngine final : public Engine {
 public:
  S4uEngine(unsigned strands, const EngineOptions& options)
      : options_(options), most_strands_(strands) {
    grid_.lend();
    strands_.reserve(strands);
  }
  ~S4uEngine() override;

  StrandId spawn(Rank rank, std::function<void()> body) override;
  void run() override;
  void unwind() override;
  void park_until(Time t) override;
  void quiet_until(Time t) override { park_until(t); }
  void unpark(StrandId strand, Time t) override;
  std::uint64_t switches() const override { return switches_; }

 private:
  std::int64_t subtick(Time t, Rank rank) const;
  bool overdue(const Strand& strand) const;
  void live(Strand& self);
  void await_turn(Strand& self);
  void begin_turn(Strand& self);
  void end_turn();
  [[noreturn]] void fail(std::exception_ptr error);

  SimGrid& grid_ = SimGrid::of_this_process();
  EngineOptions options_;
  unsigned most_strands_;
  std::vector<Strand> strands_;
  std::int64_t base_ = 0;  // the sub-tick of (0, rank 0)
  Time end_{};             // the first instant that has no sub-ticks any more
  unsigned living_ = 0;
  const Strand* last_ = nullptr;  // to run
  std::uint64_t switches_ = 0;
  std::exception_ptr error_;
};

S4uEngine::~S4uEngine() {
  unwind();
  grid_.give_back();
}

void S4uEngine::unwind() {
  for (Strand& strand : strands_) {
    if (strand.actor) {
      std::exchange(strand.actor, nullptr)->kill();
    }
  }
  grid_.bury();
}

StrandId S4uEngine::spawn(Rank rank, std::function<void()> body) {
  check(strands_.size() < most_strands_, "no more strands than announced");
  check(rank.n < most_strands_, "ranks count from 0");
  const StrandId id{static_cast<std::uint32_t>(strands_.size())};
  strands_.push_back({.body = std::move(body), .rank = rank});
  return id;
}

void S4uEngine::run() {
  if (strands_.empty()) {
    return;
  }
  std::vector<bool> taken(most_strands_);
  base_ = grid_.now() + 1;
  end_ = Time{(most_subticks - base_) / most_strands_};
  for (const Strand& strand : strands_) {
    check(!taken[strand.rank.n], "ranks are distinct");
    taken[strand.rank.n] = true;
    subtick(strand.wake, strand.rank);
  }
  for (Strand& strand : strands_) {
    strand.bell = s4u::Semaphore::create(0);
    strand.actor =
        grid_.start("rank " + std::to_string(strand.rank.n), [this, &strand] { live(strand); });
    ++living_;
  }
  grid_.run();
  if (error_) {
    std::rethrow_exception(error_);
  }
}

std::int64_t S4uEngine::subtick(Time t, Rank rank) const {
  if (t >= end_) {
    throw ClockEnds("SimGrid's clock, which counts to 2^53 sub-ticks (picoseconds x pCPUs) a " +
                    std::string("process, and has gone through ") + std::to_string(base_) +
                    " of them in earlier cells");
  }
  return base_ + t.ps * most_strands_ + rank.n;
}

// Its sub-tick has gone by: it was unparked for this very picosecond by a strand of a larger rank,
// or is that strand and waits for the instant at which it already is.
bool S4uEngine::overdue(const Strand& strand) const {
  return strand.wake != Time::never() && subtick(strand.wake, strand.rank) <= grid_.now();
}

// An actor's whole life.
void S4uEngine::live(Strand& self) {
  await_turn(self);
  try {
    self.body();
  } catch (const simgrid::ForcefulKillException&) {
    throw;  // SimGrid's own, from the destructor
  } catch (...) {
    error_ = std::current_exception();
  }
  self.wake = Time::never();
  --living_;
  if (error_) {
    grid_.stop();
  }
  end_turn();
  self.actor = nullptr;
}

void S4uEngine::park_until(Time t) {
  check(t >= now_, "no wait for the past");
  Strand& self = strands_[self_.n];
  if (t != Time::never()) {
    subtick(t, self.rank);  // may throw, while this strand still runs
  }
  self.wake = t;
  end_turn();
  await_turn(self);
}

void S4uEngine::unpark(StrandId strand, Time t) {
  check(t >= now_ && strand != self_, "another strand, not in the past");
  Strand& sleeper = strands_[strand.n];
  if (t < sleeper.wake) {
    subtick(t, sleeper.rank);
    sleeper.wake = t;
  }
}

// SimGrid's clock gives each strand its turn at its own sub-tick, when all that comes before has
// been done and everybody else sleeps.
void S4uEngine::await_turn(Strand& self) {
  while (!self.turn) {
    self.aim = self.wake;
    if (self.wake == Time::never() || overdue(self)) {
      self.bell->acquire();
    } else {
      const std::int64_t length = subtick(self.wake, self.rank) - grid_.now();
      const bool timed_out = self.bell->acquire_timeout(static_cast<double>(length));
      self.turn = self.turn || timed_out;  // rung, it may have been given the turn
    }
  }
  self.turn = false;
  begin_turn(self);
}

void S4uEngine::begin_turn(Strand& self) {
  const Time at = self.wake;
  if (at > progress_at_ + options_.no_progress_after) {
    fail(std::make_exception_ptr(Stuck(Stuck::Kind::no_progress, at)));
  }
  switches_ += last_ == &self ? 0 : 1;
  last_ = &self;
  now_ = at;
  self_ = StrandId{static_cast<std::uint32_t>(&self - strands_.data())};
}

// The running strand is about to wait, or has come to its end. Sleepers that it has unparked aim
// anew. Whoever is overdue comes before the clock may go on, the smallest rank first: all of them
// are due at this picosecond.
void S4uEngine::end_turn() {
  Strand* heir = nullptr;
  bool anybody = false;
  for (Strand& strand : strands_) {
    anybody = anybody || strand.wake != Time::never();
    if (overdue(strand)) {
      heir = heir == nullptr || strand.rank < heir->rank ? &strand : heir;
    } else if (strand.wake < strand.aim) {
      strand.bell->release();
    }
  }
  if (!anybody) {
    if (living_ > 0) {
      fail(std::make_exception_ptr(Stuck(Stuck::Kind::deadlock, now_)));
    }
    grid_.stop();
  }
  if (heir != nullptr) {
    heir->turn = true;
    if (heir != last_) {
      heir->bell->release();
    }
  }
}

void S4uEngine::fail(std::exception_ptr error) {
  error_ = std::move(error);
  grid_.stop();
}

}  // namespace

std::unique_ptr<Engine> make_s4u_engine(unsigned strands, const EngineOptions& options) {
  return std::make_unique<S4uEngine>(strands, options);
}

}  // namespace hvsim

extern "C" hvsim::Engine* hvsim_new_s4u_engine(unsigned strands,
                                               const hvsim::EngineOptions& options) {
  return hvsim::make_s4u_engine(strands, options).release();
}
