// Schedules by name and by number, and the one that does what it was told.
#include "scenarios/run/schedule.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "sim/base/random.hpp"

namespace hvsim {
namespace {

// A schedule's own draws are stream `number` of the seed; this keeps its ranks apart from them.
constexpr std::uint64_t rank_stream_offset = std::uint64_t{1} << 63;

class Planned : public Schedule {
 public:
  explicit Planned(const std::vector<Perturbation>& perturbations) {
    for (const Perturbation& p : perturbations) {
      agents_[{p.what, p.pcpu}].push_back(p);
    }
    for (auto& [agent, held] : agents_) {
      std::sort(held.begin(), held.end());
    }
  }

  Duration hold(HeldUp what, PcpuId pcpu, std::uint32_t index) override {
    const auto agent = agents_.find({what, pcpu});
    if (agent == agents_.end()) {
      return {};
    }
    const std::vector<Perturbation>& held = agent->second;
    const auto after =
        std::upper_bound(held.begin(), held.end(), index,
                         [](std::uint32_t at, const Perturbation& p) { return at < p.first; });
    return after == held.begin() || std::prev(after)->last < index ? Duration{}
                                                                   : std::prev(after)->length;
  }

 private:
  std::map<std::pair<HeldUp, PcpuId>, std::vector<Perturbation>> agents_;
};

}  // namespace

std::optional<Strategy> strategy_named(const std::string& name) {
  for (const Strategy strategy : {Strategy::noise, Strategy::pct}) {
    if (name == name_of(strategy)) {
      return strategy;
    }
  }
  return std::nullopt;
}

const char* name_of(Strategy strategy) {
  return strategy == Strategy::noise ? "noise" : "pct";
}

std::unique_ptr<Schedule> make_schedule(Strategy strategy, std::uint64_t seed,
                                        std::uint64_t number, const CellShape& shape) {
  return strategy == Strategy::noise ? make_noise_schedule(seed, number, shape)
                                     : make_pct_schedule(seed, number, shape);
}

std::uint64_t rank_seed_of(std::uint64_t seed, std::uint64_t number) {
  Random random(seed, number + rank_stream_offset);
  const std::uint64_t high = random.next();
  return high << 32 | random.next();
}

std::unique_ptr<Schedule> make_planned(const std::vector<Perturbation>& perturbations) {
  return std::make_unique<Planned>(perturbations);
}

}  // namespace hvsim
