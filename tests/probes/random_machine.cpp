#include "tests/probes/random_machine.hpp"

#include "sim/hw/memory.hpp"

namespace hvsim::probes {
namespace {

class Draw {
 public:
  explicit Draw(Random random) : random_(random) {}

  unsigned from(unsigned least, unsigned most) { return least + random_.below(most - least + 1); }

  // Often 1 ps, sometimes nothing above `least`, else up to 100 ns above.
  Sourced<Duration> price(Duration least = picoseconds(1)) {
    const unsigned kind = from(0, 5);
    const Duration more = kind == 0 ? Duration{} : picoseconds(from(0, 100'000));
    return {least + more, {}, {}, ""};
  }

  Sourced<std::int64_t> limit(unsigned least, unsigned most) {
    return {from(least, most), {}, {}, ""};
  }

  CacheShape cache(unsigned most_sets) {
    const unsigned ways = from(1, 4);
    const unsigned sets = from(1, most_sets);
    return {std::uint64_t{line_bytes} * ways * sets, ways};
  }

 private:
  Random random_;
};

void draw_shape(Draw& draw, MachineSpec& spec) {
  spec.sockets = draw.from(1, 4);
  spec.cores_per_socket = draw.from(1, 4);
  spec.threads_per_core = draw.from(1, 2);
  for (unsigned socket = 1; socket < spec.sockets; ++socket) {
    spec.links.emplace_back(draw.from(0, socket - 1), socket);
  }
  spec.l1 = draw.cache(8);
  spec.l2 = draw.cache(32);
  spec.l3 = draw.cache(256);
}

void draw_prices(Draw& draw, Prices& prices) {
  for (const PriceField& field : price_fields()) {
    prices.*field.price = draw.price();
  }
  prices.l2_hit = draw.price(prices.l1_hit.value);
  prices.l3_hit = draw.price(std::max(prices.l2_hit.value, prices.l3_request.value));
  prices.clean_same = draw.price(prices.l3_hit.value);
  prices.dirty_same = draw.price(prices.l3_hit.value);
  prices.clean_remote = draw.price(prices.clean_same.value);
  prices.dirty_remote = draw.price(prices.dirty_same.value);
  prices.hand_over_same = draw.price(std::max(prices.l3_request.value, prices.locked_rmw.value));
  prices.hand_over_remote = draw.price(prices.hand_over_same.value);
  prices.dram_local = draw.price(prices.l3_hit.value);
  prices.dram_remote = draw.price(prices.dram_local.value);
}

void draw_limits(Draw& draw, MachineSpec& spec) {
  spec.store_buffer_entries = draw.limit(1, 10);
  spec.line_fill_buffers = draw.limit(1, 16);
  spec.tlb_sets = draw.limit(1, 20);
  spec.tlb_ways = draw.limit(1, 8);
  spec.dram_bytes_per_second = draw.limit(65'000'000, 4'000'000'000);
  spec.link_bytes_per_second = draw.limit(65'000'000, 4'000'000'000);
  std::int64_t load = 0;
  Duration latency = nanoseconds(80);
  for (unsigned points = draw.from(1, 5); points > 0; --points) {
    load += draw.from(1'000'000, 1'000'000'000);
    latency += picoseconds(draw.from(1, 50'000));
    spec.loaded_latency.emplace_back(load, latency);
  }
}

}  // namespace

MachineSpec random_machine(Random random) {
  Draw draw(random);
  MachineSpec spec;
  draw_shape(draw, spec);
  draw_prices(draw, spec.prices);
  draw_limits(draw, spec);
  spec.hand_over = hand_over_names()[draw.from(0, 2)].policy;
  spec.apic = apic_names()[draw.from(0, 1)].mode;
  return spec;
}

}  // namespace hvsim::probes
