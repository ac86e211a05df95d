#include "tests/time/random_strands.hpp"

#include <array>

#include "sim/base/random.hpp"

namespace hvsim {
namespace {

constexpr unsigned strands = 6;
constexpr Duration lookahead{10};

class RandomStrands {
 public:
  RandomStrands(Engine& engine, std::uint64_t seed) : engine_(engine), seed_(seed) {
    for (unsigned rank = 0; rank < strands; ++rank) {
      ids_[rank] = engine_.spawn(Rank{rank}, [this, rank] { live(rank); });
    }
  }

  Log play() {
    engine_.run();
    return log_;
  }

 private:
  void live(unsigned rank) {
    Random random(seed_, rank);
    Time mine{};
    for (int i = 0; i < 100; ++i) {
      mine += Duration{1 + random.below(6)};
      if (random.chance(1, 5)) {
        mine = act(rank, mine + lookahead, random);  // a request travels at least that long
      } else if (mine >= engine_.quiet_limit()) {
        engine_.quiet_until(mine);
      }
    }
    living_[rank] = false;
  }

  // Until nobody has woken it sooner than it wanted to act; wakes another on the way.
  Time act(unsigned rank, Time at, Random& random) {
    waits_[rank] = true;
    do {
      engine_.park_until(at);
      log_.push_back(std::to_string(rank) + "@" + std::to_string(engine_.now().ps));
    } while (engine_.now() != at);
    waits_[rank] = false;
    const unsigned other = static_cast<unsigned>(random.below(strands));
    const Duration later{random.below(8)};
    if (other != rank && living_[other] && waits_[other]) {
      engine_.unpark(ids_[other], at + later);
    }
    return at;
  }

  Engine& engine_;
  std::uint64_t seed_;
  std::array<StrandId, strands> ids_{};
  std::array<bool, strands> waits_{};
  std::array<bool, strands> living_ = {true, true, true, true, true, true};
  Log log_;
};

}  // namespace

Log history_of_random_strands(const EngineMaker& make_engine, std::uint64_t seed,
                              bool step_every_verb, std::uint64_t& switches) {
  const auto engine =
      make_engine(strands, {.lookahead = lookahead, .step_every_verb = step_every_verb});
  const Log log = RandomStrands(*engine, seed).play();
  switches = engine->switches();
  return log;
}

}  // namespace hvsim
