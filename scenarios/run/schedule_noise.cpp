// Random stalls, of a kind, density and length that each schedule draws first.
#include <algorithm>
#include <array>

#include "scenarios/run/schedule.hpp"
#include "sim/base/random.hpp"

namespace hvsim {
namespace {

constexpr unsigned shortest_log2_ns = 3;
constexpr unsigned longest_log2_ns = 14;  // 16 us

class RandomStalls : public Schedule {
 public:
  RandomStalls(std::uint64_t seed, std::uint64_t number, const CellShape& shape)
      : random_(seed, number) {
    const std::uint32_t kinds = 1 + random_.below(7);  // a set of three, not empty
    for (unsigned kind = 0; kind < 3; ++kind) {
      if ((kinds >> kind & 1) != 0) {
        choose(static_cast<HeldUp>(kind), shape.workers);
      }
    }
  }

  Duration hold(HeldUp what, PcpuId pcpu, std::uint32_t /*index*/) override {
    const Kind& kind = kinds_[static_cast<unsigned>(what)];
    if (!std::binary_search(kind.pcpus.begin(), kind.pcpus.end(), pcpu) ||
        !random_.chance(1, kind.one_in)) {
      return {};
    }
    const std::uint32_t log2_ns = shortest_log2_ns + random_.below(kind.magnitudes);
    const std::uint32_t ns = 1 + random_.below(std::uint32_t{1} << log2_ns);
    return nanoseconds(ns);
  }

 private:
  struct Kind {
    std::vector<PcpuId> pcpus;  // ascending; none: not active
    std::uint32_t one_in = 1;
    std::uint32_t magnitudes = 1;
  };

  // There are fewer stores than steps, and far fewer interrupts, so these are held up more often.
  void choose(HeldUp what, const std::vector<PcpuId>& workers) {
    Kind& kind = kinds_[static_cast<unsigned>(what)];
    const std::uint32_t rarest = what == HeldUp::verb ? 7 : what == HeldUp::commit ? 5 : 2;
    kind.one_in = std::uint32_t{1} << random_.below(rarest);
    kind.magnitudes = 1 + random_.below(longest_log2_ns - shortest_log2_ns + 1);
    for (const PcpuId pcpu : workers) {
      if (random_.chance(3, 4)) {
        kind.pcpus.push_back(pcpu);
      }
    }
    std::sort(kind.pcpus.begin(), kind.pcpus.end());
  }

  Random random_;
  std::array<Kind, 3> kinds_;  // by HeldUp
};

}  // namespace

std::unique_ptr<Schedule> make_noise_schedule(std::uint64_t seed, std::uint64_t number,
                                              const CellShape& shape) {
  return std::make_unique<RandomStalls>(seed, number, shape);
}

}  // namespace hvsim
