// Every number of a machine is live: a change of it moves what is measured, by what the formula
// says; and a machine that is not what its file says is found out.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/run/contradictions.hpp"
#include "tests/probes/lab.hpp"

namespace hvsim::probes {
namespace {

using testing::IsEmpty;

// A change of one number of a machine.
struct Change {
  std::string field;  // as in the file: "prices.l1_hit"
  MachineSpec after;
};

std::vector<Change> price_changes(const MachineSpec& spec) {
  std::vector<Change> changes;
  for (const PriceField& field : price_fields()) {
    const Duration value = (spec.prices.*field.price).value;
    for (const Duration more : {value / 10, picoseconds(1)}) {
      Change& change = changes.emplace_back(Change{std::string("prices.") + field.name, spec});
      (change.after.prices.*field.price).value += more;
    }
  }
  return changes;
}

std::vector<Change> other_changes(const MachineSpec& spec) {
  std::vector<Change> changes;
  const auto add = [&](const char* field) -> MachineSpec& {
    return changes.emplace_back(Change{field, spec}).after;
  };
  add("limits.store_buffer_entries").store_buffer_entries.value += 1;
  add("limits.line_fill_buffers").line_fill_buffers.value += 1;
  add("limits.tlb_sets").tlb_sets.value += 1;
  add("limits.tlb_ways").tlb_ways.value += 1;
  // By a line a microsecond: the least that the model knows.
  add("limits.dram_bandwidth").dram_bytes_per_second.value += 64'000'000;
  add("limits.link_bandwidth").link_bytes_per_second.value += 64'000'000;
  for (CacheShape MachineSpec::*const cache :
       {&MachineSpec::l1, &MachineSpec::l2, &MachineSpec::l3}) {
    const std::string name = cache == &MachineSpec::l1   ? "caches.l1"
                             : cache == &MachineSpec::l2 ? "caches.l2"
                                                         : "caches.l3";
    CacheShape& larger = (add((name + ".size").c_str()).*cache);
    larger.bytes += std::uint64_t{larger.ways} * line_bytes;  // one set more
    CacheShape& narrower = (add((name + ".ways").c_str()).*cache);
    narrower.ways /= 2;  // of twice as many sets
  }
  for (std::size_t point = 1; point + 1 < spec.loaded_latency.size(); ++point) {
    add("loaded_latency.points.load").loaded_latency[point].first += 100'000'000;
    add("loaded_latency.points.latency").loaded_latency[point].second += picoseconds(100);
  }
  return changes;
}

std::vector<Change> changes() {
  std::vector<Change> all = price_changes(chain());
  for (Change& change : other_changes(chain())) {
    all.push_back(std::move(change));
  }
  return all;
}

// The probe of this name, measured; nothing if the machine cannot do it.
const Checked* called(const std::vector<Checked>& all, const std::string& name) {
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const Checked& one) { return one.name == name; });
  return found == all.end() || !found->left_out.empty() ? nullptr : &*found;
}

TEST(EveryNumber, MovesWhatIsMeasuredByWhatTheFormulaSays) {
  const std::vector<Checked> before = check_machine(chain(), chain());
  for (const Change& change : changes()) {
    ASSERT_TRUE(contradictions(change.after).empty()) << change.field;
    const std::vector<Checked> after = check_machine(change.after, change.after);
    EXPECT_THAT(disagreements(after), IsEmpty()) << change.field;
    unsigned moved = 0;
    for (const Checked& now : after) {
      const Checked* const then = called(before, now.name);
      if (then == nullptr || !now.left_out.empty()) {
        continue;
      }
      EXPECT_EQ(now.measured - then->measured, now.by_formula - then->by_formula) << now.name;
      moved += now.measured != then->measured ? 1 : 0;
      // What does not rest on the number does not move.
      EXPECT_TRUE(now.measured == then->measured || now.formula.fields().count(change.field) > 0)
          << now.name << " moves with " << change.field;
    }
    EXPECT_GT(moved, 0u) << change.field;
  }
}

// The machine that runs is not the one of the file: in one number, and by a picosecond.
TEST(EveryNumber, ThatTheMachineHasOtherwiseIsFoundOut) {
  for (const Change& change : changes()) {
    const std::vector<Checked> checked = check_machine(chain(), change.after);
    const auto red = std::find_if(checked.begin(), checked.end(), [&](const Checked& one) {
      return !one.agrees() && one.formula.fields().count(change.field) > 0;
    });
    EXPECT_NE(red, checked.end()) << change.field;
  }
}

TEST(EveryNumber, OfHopsIsTakenFromTheLinks) {
  MachineSpec built = chain();
  built.links = {{0, 1}, {1, 2}, {1, 3}};
  EXPECT_THAT(disagreements(check_machine(built, built)), IsEmpty());
  EXPECT_THAT(disagreements(check_machine(chain(), built)),
              testing::Contains("load, memory 3 hops away: dram_remote + 2 x hop = 250000 ps, "
                                "measured 200000 ps"));
}

}  // namespace
}  // namespace hvsim::probes
