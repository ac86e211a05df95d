#include "scenarios/run/litmus_spec.hpp"

#include <array>

namespace hvsim {
namespace {

struct RoundPrice {
  Sourced<Duration> Prices::*price;
  std::int64_t ns;
};

// Those that a litmus test can meet.
constexpr std::array<RoundPrice, 17> round_prices = {{
    {&Prices::l1_hit, 2},
    {&Prices::l2_hit, 5},
    {&Prices::l3_hit, 20},
    {&Prices::l3_request, 10},
    {&Prices::clean_same, 30},
    {&Prices::dirty_same, 40},
    {&Prices::clean_remote, 80},
    {&Prices::dirty_remote, 100},
    {&Prices::hand_over_same, 40},
    {&Prices::hand_over_remote, 100},
    {&Prices::dram_local, 100},
    {&Prices::dram_remote, 150},
    {&Prices::hop, 50},
    {&Prices::locked_rmw, 10},
    {&Prices::store, 1},
    {&Prices::fence, 20},
    {&Prices::pause, 5},
}};

}  // namespace

MachineSpec litmus_spec() {
  const char* const source = "a round number";
  MachineSpec spec;
  spec.name = spec.title = "litmus";
  spec.sockets = 2;
  spec.cores_per_socket = 4;
  spec.threads_per_core = 2;
  spec.clock_khz = 1'000'000;
  spec.l1 = {1024, 2};
  spec.l2 = {2048, 2};
  spec.l3 = {65536, 16};
  for (const RoundPrice& round : round_prices) {
    const Duration price = nanoseconds(round.ns);
    spec.prices.*round.price = {price, price, price, source};
  }
  spec.hand_over = HandOver::local_first;
  for (const LimitField& field : limit_fields()) {
    constexpr std::int64_t plenty = 10'000'000'000;
    spec.*field.limit = {plenty, plenty, plenty, source};
  }
  spec.store_buffer_entries = {40, 40, 40, source};
  spec.tlb_sets = spec.tlb_ways = {1, 1, 1, source};
  spec.links = {{0, 1}};
  return spec;
}

}  // namespace hvsim
