// The p2m walk under its reader-writer lock.
#include "models/hypervisor/p2m.hpp"

#include "sim/base/check.hpp"

namespace hvsim {

namespace {

constexpr unsigned level_bits = 9;

std::size_t tables(unsigned frames, unsigned bits) {
  return (std::size_t{frames} >> bits) + 1;
}

}  // namespace

P2m::P2m(Host& host, const std::string& name, DomainId owner, unsigned frames,
         RwLockAlgorithm& algorithm, LockOrder& order, FrameTable& frame_table)
    : owner_(owner),
      header_(host.memory().make<Header>(name, SocketId{0})),
      lock_(name, header_.lock, algorithm, host),
      order_(order),
      frame_table_(frame_table),
      l3_(host.memory().make_array<Shared<std::uint64_t>>(
          name + ".l3", tables(frames, 2 * level_bits), SocketId{0})),
      l2_(host.memory().make_array<Shared<std::uint64_t>>(name + ".l2", tables(frames, level_bits),
                                                          SocketId{0})),
      l1_(host.memory().make_array<Shared<std::uint64_t>>(name + ".l1", frames, SocketId{0})) {
  host.memory().name(&header_.lock, sizeof header_.lock, name + ".lock");
  header_.root.poke(host.memory().address_of(l3_.data()));
}

void P2m::place(Gfn gfn, P2mEntry entry) {
  check(gfn.n < l1_.size(), "a guest frame inside the p2m");
  l1_[gfn.n].poke(pack(entry));
}

P2m::Found P2m::get_page(Cpu& cpu, Gfn gfn) {
  if (gfn.n >= l1_.size()) {
    return {Outcome::bad, {}};
  }
  enter(cpu);
  const Time asked = cpu.now();
  lock_.read_lock(cpu);
  lock_time_ += cpu.now() - asked;
  const P2mEntry entry = unpack(cpu.load(walk(cpu, gfn)));
  Found found{Outcome::bad, entry.mfn};
  if (entry.type == P2mType::paged_out) {
    found.outcome = Outcome::try_again;
  } else if (entry.type == P2mType::ram && frame_table_.valid(entry.mfn) &&
             frame_table_.get_page(cpu, entry.mfn, owner_)) {
    found.outcome = Outcome::found;
  }
  const Time leaving = cpu.now();
  lock_.read_unlock(cpu);
  lock_time_ += cpu.now() - leaving;
  leave(cpu);
  return found;
}

P2mEntry P2m::set(Cpu& cpu, Gfn gfn, P2mEntry entry) {
  check(gfn.n < l1_.size(), "a guest frame inside the p2m");
  enter(cpu);
  lock_.write_lock(cpu);
  Shared<std::uint64_t>& leaf = walk(cpu, gfn);
  const P2mEntry before = unpack(cpu.load(leaf));
  cpu.store(leaf, pack(entry));
  lock_.write_unlock(cpu);
  leave(cpu);
  return before;
}

Shared<std::uint64_t>& P2m::walk(Cpu& cpu, Gfn gfn) {
  cpu.load(header_.root);
  cpu.load(l3_[gfn.n >> (2 * level_bits)]);
  cpu.load(l2_[gfn.n >> level_bits]);
  return l1_[gfn.n];
}

std::uint64_t P2m::pack(P2mEntry entry) {
  return (std::uint64_t{entry.mfn.n} << 12) | static_cast<std::uint64_t>(entry.type);
}

P2mEntry P2m::unpack(std::uint64_t bits) {
  return {static_cast<P2mType>(bits & 0xfff), Mfn{static_cast<std::uint32_t>(bits >> 12)}};
}

void P2m::enter(Cpu& cpu) {
  order_.enter(cpu, LockRank::p2m, 0, &header_.lock.word);
}

void P2m::leave(Cpu& cpu) {
  order_.leave(cpu, LockRank::p2m, 0, &header_.lock.word);
}

}  // namespace hvsim
