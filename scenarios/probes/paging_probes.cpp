// Address spaces: writing cr3, dropping translations, finding them in the TLB or in the tables,
// and how many there is room for.
//
// One page is all four levels: each of its entries names the page itself, so every linear address
// has a translation, and a walk of page 0 reads one entry four times.
#include "scenarios/probes/lacks.hpp"
#include "scenarios/probes/probe.hpp"

namespace hvsim::probes {
namespace {

// A larger TLB costs the host more time than its answer is worth.
constexpr std::int64_t most_translations = 1 << 14;

Address every_page_is_here(Bench& bench) {
  PageTable& table = bench.machine().memory().make<PageTable>("table", SocketId{0});
  const Address here = bench.machine().memory().address_of(&table);
  for (Shared<std::uint64_t>& entry : table.entry) {
    entry.poke(entry_for(here));
  }
  return here;
}

Program into(Address root) {
  return [root](Cpu& cpu) { cpu.write_cr3(root, Pcid{}, true); };
}

// One verb after cr3 names tables and page 0 has been translated.
Duration after_translation(Bench& bench, const Program& verbs) {
  const Address root = every_page_is_here(bench);
  return bench.time(bench.core(0), verbs, [root](Cpu& cpu) {
    into(root)(cpu);
    cpu.translate(0);
  });
}

Duration walked(Bench& bench) {
  Duration took{};
  after_translation(bench, [&took](Cpu& cpu) {
    cpu.invlpg(0);
    took = taken(cpu, [&] { cpu.translate(0); });
  });
  return took;
}

// What the translations of a second pass over so many pages take that were kept from the first.
Duration kept(Bench& bench, std::int64_t pages) {
  const Duration hit = bench.file().prices.tlb_hit.value;
  const Address root = every_page_is_here(bench);
  Duration took{};
  bench.step(bench.core(0), [&](Cpu& cpu) {
    into(root)(cpu);
    for (std::int64_t n = 0; n < 2 * pages; ++n) {
      const auto page = static_cast<std::uint64_t>(n % pages);
      const Duration one = taken(cpu, [&] { cpu.translate(page * page_bytes); });
      took += n >= pages && one == hit ? one : Duration{};
    }
  });
  bench.run();
  return took;
}

Probe alone(const char* name, const char* priced, Program verbs) {
  return {name, price(priced), "",
          [verbs](Bench& bench) { return bench.time(bench.core(0), verbs); }};
}

}  // namespace

std::vector<Probe> paging_probes(const MachineSpec& file) {
  const std::int64_t room = file.tlb_sets.value * file.tlb_ways.value;
  const std::string lacks = room <= most_translations ? "" : "its TLB is too large";
  const Formula all = limit("tlb_sets") * limit("tlb_ways");
  return {
      alone("flush of the own translations", "tlb_flush", [](Cpu& cpu) { cpu.flush_tlb(); }),
      alone("cr3 write that flushes", "tlb_flush", into(0)),
      alone("cr3 write that keeps", "cr3_write",
            [](Cpu& cpu) { cpu.write_cr3(0, Pcid{1}, false); }),
      alone("invlpg", "invlpg", [](Cpu& cpu) { cpu.invlpg(0); }),
      alone("flush of everything", "tlb_flush_all", [](Cpu& cpu) { cpu.flush_tlb_all(); }),
      {"translation that is kept", price("tlb_hit"), "",
       [](Bench& bench) { return after_translation(bench, [](Cpu& cpu) { cpu.translate(0); }); }},
      {"page walk, entries in L1", price("page_walk") + number(paging_levels) * price("l1_hit"),
       "", walked},
      {"translations kept of as many pages as the TLB has room for", all * price("tlb_hit"), lacks,
       [room](Bench& bench) { return kept(bench, room); }},
      {"translations kept of one page more", (all - limit("tlb_ways")) * price("tlb_hit"), lacks,
       [room](Bench& bench) { return kept(bench, room + 1); }},
  };
}

}  // namespace hvsim::probes
