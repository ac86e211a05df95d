// Probabilistic concurrency testing, with priorities as speeds: see schedule.hpp.
#include <algorithm>
#include <utility>

#include "scenarios/run/schedule.hpp"
#include "sim/base/random.hpp"

namespace hvsim {
namespace {

constexpr std::uint32_t most_change_points = 3;
constexpr Duration longest_step = microseconds(16);

class Pct : public Schedule {
 public:
  Pct(std::uint64_t seed, std::uint64_t number, const CellShape& shape) {
    Random random(seed, number);
    for (const PcpuId pcpu : shape.workers) {
      order_.push_back({HeldUp::verb, pcpu});
      order_.push_back({HeldUp::commit, pcpu});
    }
    random.shuffle(order_);
    const std::uint32_t log2_ns = 4 + random.below(6);
    unit_ = nanoseconds(std::int64_t{1} << log2_ns);
    const std::uint32_t changes = random.below(most_change_points + 1);
    for (std::uint32_t i = 0; i < changes; ++i) {
      change_points_.push_back(1 + random.below(std::max(shape.steps, 1u)));
    }
  }

  Duration hold(HeldUp what, PcpuId pcpu, std::uint32_t /*index*/) override {
    const auto agent = std::find(order_.begin(), order_.end(), Agent{what, pcpu});
    if (agent == order_.end()) {
      return {};  // an interrupt, or a pCPU without a worker
    }
    ++steps_;
    if (std::count(change_points_.begin(), change_points_.end(), steps_) != 0) {
      std::rotate(agent, agent + 1, order_.end());
      return length_at(order_.size() - 1);
    }
    return length_at(static_cast<std::size_t>(agent - order_.begin()));
  }

 private:
  using Agent = std::pair<HeldUp, PcpuId>;

  Duration length_at(std::size_t place) const {
    Duration length = place == 0 ? Duration{} : unit_;
    for (; place > 1 && length < longest_step; --place) {
      length = length * 2;
    }
    return length;
  }

  std::vector<Agent> order_;  // from the highest priority to the lowest
  Duration unit_;
  std::vector<std::uint32_t> change_points_;
  std::uint32_t steps_ = 0;
};

}  // namespace

std::unique_ptr<Schedule> make_pct_schedule(std::uint64_t seed, std::uint64_t number,
                                            const CellShape& shape) {
  return std::make_unique<Pct>(seed, number, shape);
}

}  // namespace hvsim
