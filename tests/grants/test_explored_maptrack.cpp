// Maptrack free lists under hostile schedules: what is broken is found, also in the published one.
#include <gtest/gtest.h>

#include "models/workload/workload.hpp"
#include "scenarios/run/explore.hpp"
#include "tests/grants/maptrack_twins.hpp"
#include "tests/locks/toy_machine.hpp"

namespace hvsim {
namespace {

// Three vCPUs take handles and give them back, every second one through a box, so that another
// vCPU than the owner of its list puts it there. `own` entries are in each list but the last,
// which has all the others: with two, the first vCPUs soon steal from it; with 40 nobody has to.
constexpr Handle few = 2;
constexpr Handle plenty = 40;

template <class FreeLists, Handle own>
class MaptrackRounds : public Workload {
 public:
  static constexpr unsigned count = 3;

  explicit MaptrackRounds(const Values&) {}

  std::vector<PcpuId> setup(Host& host) override {
    words_ = &host.memory().make<Words>("words", SocketId{0});
    words_->limit.poke(Maptrack::entries_a_page);
    lists_ =
        std::make_unique<FreeLists>(host, "maptrack", 1, SocketId{0}, words_->limit, words_->lock);
    std::vector<PcpuId> pcpus;
    Handle next = 0;
    for (unsigned v = 0; v < count; ++v) {
      const Handle last = v + 1 < count ? next + own - 1 : Maptrack::entries_a_page - 1;
      auto& ends =
          host.memory().make<MaptrackEnds>("vcpu[" + std::to_string(v) + "]", SocketId{0});
      ends.maptrack_head.poke(next);
      ends.maptrack_tail.poke(last);
      for (; next <= last; ++next) {
        lists_->entry(next).ref.poke(next == last ? Maptrack::end : next + 1);
        lists_->entry(next).vcpu.poke(v);
      }
      pcpus.push_back(PcpuId{v});
      vcpus_.push_back({v, pcpus.back(), &ends});
    }
    return pcpus;
  }

  void run(Cpu& cpu, unsigned worker) override {
    for (int round = 0; round < 3; ++round) {
      const std::optional<Handle> kept = lists_->get(cpu, vcpus_, vcpus_[worker]);
      const std::optional<Handle> sent = lists_->get(cpu, vcpus_, vcpus_[worker]);
      if (sent) {
        if (const std::uint32_t got = cpu.xchg(words_->box, *sent + 1); got != 0) {
          lists_->put(cpu, vcpus_, got - 1);
        }
      }
      if (kept) {
        lists_->put(cpu, vcpus_, *kept);
      }
      cpu.progress();
    }
  }

  void check(Cpu& cpu) override { lists_->check(cpu, vcpus_); }
  void measure(Metrics&) override {}

 private:
  struct Words {
    Shared<std::uint32_t> limit;
    TicketWord lock;
    Shared<std::uint32_t> box;  // a handle + 1 on its way to another vCPU; 0: none
  };

  Words* words_ = nullptr;
  std::unique_ptr<FreeLists> lists_;
  std::vector<MaptrackVcpu> vcpus_;
};

template <class FreeLists, Handle own>
Exploration explore_rounds(Strategy strategy, std::uint64_t schedules) {
  WorkloadKind kind;
  kind.name = "maptrack_rounds";
  kind.make = [](const Values& values) {
    return std::make_unique<MaptrackRounds<FreeLists, own>>(values);
  };
  Scenario scenario;
  scenario.name = "maptrack";
  scenario.machine = "toy";
  scenario.machines["toy"] = toy_machine();
  scenario.workload = &kind;
  scenario.seeds = {1, 2, 3, 4};
  ExploreOptions options;
  options.strategy = strategy;
  options.schedules = schedules;
  return explore(scenario, options);
}

TEST(ExploredMaptrack, LosesNothingUnderHostileSchedulesIfNobodySteals) {
  EXPECT_TRUE((explore_rounds<Maptrack, plenty>(Strategy::noise, 1500).found.empty()));
  EXPECT_TRUE((explore_rounds<Maptrack, plenty>(Strategy::pct, 1500).found.empty()));
}

// The algorithm as it was published is not safe at its limit: between the loads of take() and its
// cmpxchg the head may leave the list and come back, and what follows it is then another entry.
// In 2017 Xen put a lock around the list for that (XSA-228, recalled). Exploring must find it.
TEST(ExploredMaptrack, ThatStealsHasTheRaceThatXenHad) {
  const Exploration exploration = explore_rounds<Maptrack, few>(Strategy::pct, 2000);
  ASSERT_FALSE(exploration.found.empty());
  EXPECT_EQ(exploration.found[0].rule, "GR-S7");
}

TEST(ExploredMaptrack, ThatGivesBackBlindlyIsFound) {
  for (const Strategy strategy : {Strategy::noise, Strategy::pct}) {
    const Exploration exploration = explore_rounds<AppendingBlindly, plenty>(strategy, 200);
    ASSERT_FALSE(exploration.found.empty());
    EXPECT_EQ(exploration.found[0].rule, "GR-S7");
  }
}

TEST(ExploredMaptrack, ThatTakesBlindlyIsFound) {
  for (const Strategy strategy : {Strategy::noise, Strategy::pct}) {
    const Exploration exploration = explore_rounds<TakingBlindly, few>(strategy, 200);
    ASSERT_FALSE(exploration.found.empty());
    EXPECT_EQ(exploration.found[0].rule, "GR-S7");
  }
}

}  // namespace
}  // namespace hvsim
