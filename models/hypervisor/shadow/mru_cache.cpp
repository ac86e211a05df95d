#include "models/hypervisor/shadow/mru_cache.hpp"

#include <string>

namespace hvsim {

namespace {

constexpr std::uint64_t replacement_stream = 700;

}  // namespace

MruCache::MruCache(Host& host, CrossCall& calls, L4Frames& frames, const LoaderOptions& options)
    : L4Loader(host, calls, frames, options, {options.entries, options.entries}) {
  Random seeds = host.random(replacement_stream);
  for (unsigned p = 0; p < host.pcpus(); ++p) {
    const std::uint32_t seed = seeds.next();
    random_.emplace_back(seed, p);
    Pcpu& mine = of(PcpuId{p});
    for (std::size_t k = 0; k < options.entries; ++k) {
      mine.own[k] = k;
      mine.words[k].poke(k);
    }
  }
}

Address MruCache::shadow_of(Cpu& cpu, Pcpu& mine, Address guest, Where where) {
  // 4.
  const bool on = hold_interrupts(cpu);
  // 5.
  const std::size_t k = look_up(cpu, mine, guest, where);
  // 6.
  if (k < mine.words.size()) {
    const std::uint64_t entry = cpu.load(mine.words[k]);
    if (k > 0 && options().replacement == Replacement::lru) {
      ++mine.counts.sync_shuffle;
      move_to_front(cpu, mine, k, entry, where);
    } else {
      ++mine.counts.sync_noshuffle;
    }
    cpu.set_interrupts(on);
    return cpu.load(*mine.shadow_base) + number(entry) * page_bytes;
  }
  // 7.
  ++mine.counts.sync_full;
  const std::uint64_t entry = replace(cpu, mine, guest, where);
  cpu.set_interrupts(on);
  const Address into = cpu.load(*mine.shadow_base) + number(entry) * page_bytes;
  map(cpu);
  copy(cpu, guest, into, where);
  copy_ends(cpu, guest, into, where);
  return into;
}

std::size_t MruCache::look_up(Cpu& cpu, Pcpu& mine, Address guest, Where where) {
  if (cpu.set_interrupts(false)) {
    cpu.violated("SC-S2", "looks through its cache of shadows with interrupts on", &mine.words[0],
                 where);
  }
  std::size_t k = 0;
  while (k < mine.words.size() && table(cpu.load(mine.words[k])) != guest) {
    ++k;
  }
  return k;
}

// Those before it go one place down, the last first.
void MruCache::move_to_front(Cpu& cpu, Pcpu& mine, std::size_t from, std::uint64_t entry,
                             Where where) {
  for (std::size_t k = from; k > 0; --k) {
    put(cpu, mine, k, cpu.load(mine.words[k - 1]), where);
  }
  put(cpu, mine, 0, entry, where);
}

// Names the table in the entry that goes, and returns it. The copy begins before that is seen.
std::uint64_t MruCache::replace(Cpu& cpu, Pcpu& mine, Address guest, Where where) {
  const bool in_place = options().replacement == Replacement::random;
  const std::size_t victim = in_place ? random_victim(cpu, mine) : mine.words.size() - 1;
  const std::uint64_t entry = guest | number(cpu.load(mine.words[victim]));
  copy_begins(cpu, guest, shadow(mine, entry));
  if (in_place) {
    put(cpu, mine, victim, entry, where);
  } else {
    move_to_front(cpu, mine, victim, entry, where);
  }
  return entry;
}

// A free one if there is any.
std::size_t MruCache::random_victim(Cpu& cpu, Pcpu& mine) {
  for (std::size_t k = 0; k < mine.words.size(); ++k) {
    if (table(cpu.load(mine.words[k])) == 0) {
      return k;
    }
  }
  return random_[cpu.id().n].below(static_cast<std::uint32_t>(mine.words.size()));
}

void MruCache::forget(Cpu& cpu, Pcpu& mine) {
  for (std::size_t k = 0; k < mine.words.size(); ++k) {
    put(cpu, mine, k, freed(cpu.load(mine.words[k])), Where::here());
  }
}

void MruCache::take_write(Cpu& cpu, Pcpu& mine, const Change& change) {
  const std::size_t k = look_up(cpu, mine, change.frame, Where::here());
  if (k == mine.words.size()) {
    ++mine.counts.ipi_cache_miss;
    return;
  }
  ++mine.counts.ipi_write;
  map(cpu);
  copy_entry(cpu, change, shadow(mine, cpu.load(mine.words[k])));
}

// Those behind it go one place up; its frame is the next to be used.
void MruCache::take_free(Cpu& cpu, Pcpu& mine, const Change& change) {
  const std::size_t k = look_up(cpu, mine, change.frame, Where::here());
  if (k == mine.words.size()) {
    ++mine.counts.ipi_cache_miss;
    return;
  }
  const bool in_front = k == 0 && options().replacement == Replacement::lru;
  if (in_front || runs_on(cpu, change.frame)) {
    cpu.violated("SC-S12",
                 "an L4 is freed that pCPU " + std::to_string(cpu.id().n) + " runs a vCPU on",
                 &mine.words[k]);
  }
  ++mine.counts.ipi_invlpg;
  const std::uint64_t entry = cpu.load(mine.words[k]);
  for (std::size_t i = k; i + 1 < mine.words.size(); ++i) {
    put(cpu, mine, i, cpu.load(mine.words[i + 1]), Where::here());
  }
  put(cpu, mine, mine.words.size() - 1, freed(entry), Where::here());
}

MruCache::Mirrors MruCache::mirrors(const Pcpu& of, bool own_view) const {
  Mirrors all{};
  for (std::size_t k = 0; k < of.words.size(); ++k) {
    const std::uint64_t entry = own_view ? of.own[k] : of.words[k].peek();
    all[k] = {table(entry), shadow(of, entry)};
  }
  return all;
}

void MruCache::check_record(Cpu& cpu, const Pcpu& mine, Where where) const {
  std::uint64_t seen = 0;
  for (std::size_t k = 0; k < mine.words.size(); ++k) {
    const std::uint64_t bit = std::uint64_t{1} << number(mine.own[k]);
    if (number(mine.own[k]) >= mine.words.size() || (seen & bit) != 0) {
      cpu.violated("SC-S2",
                   "entry " + std::to_string(k) + " of the cache of pCPU " +
                       std::to_string(cpu.id().n) + " names shadow frame " +
                       std::to_string(number(mine.own[k])) +
                       ((seen & bit) != 0 ? ", as another one does" : ", which there is not"),
                   &mine.words[k], where);
    }
    seen |= bit;
    for (std::size_t i = 0; i < k; ++i) {
      if (table(mine.own[k]) != 0 && table(mine.own[i]) == table(mine.own[k])) {
        cpu.violated("SC-S3",
                     "entries " + std::to_string(i) + " and " + std::to_string(k) +
                         " of the cache of pCPU " + std::to_string(cpu.id().n) +
                         " mirror the same L4",
                     &mine.words[k], where);
      }
    }
  }
}

}  // namespace hvsim
