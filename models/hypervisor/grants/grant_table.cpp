// Layout and locking of a grant table.
#include "models/hypervisor/grants/grant_table.hpp"

#include "models/hypervisor/locks/ticket_spinlock.hpp"

namespace hvsim {

namespace {

std::string table_name(DomainId owner) {
  return "grant_table[" + std::to_string(owner.n) + "]";
}

}  // namespace

GrantTable::GrantTable(Host& host, DomainId owner, const GrantTableShape& shape,
                       RwLockAlgorithm& algorithm, LockOrder& order)
    : header_(host.memory().make<GrantTableHeader>(table_name(owner), shape.node)),
      place_(host.memory().address_of(&header_)),
      lock_(table_name(owner), header_.lock, algorithm, host),
      order_(order),
      shared_(host.memory().make_array<SharedEntry>(
          table_name(owner) + ".shared", std::size_t{shape.max_grant_frames} * entries_a_frame,
          shape.node)),
      active_(host.memory().make_array<ActivePage>(
          table_name(owner) + ".active",
          (std::size_t{shape.max_grant_frames} * entries_a_frame + ActivePage::entries - 1) /
              ActivePage::entries,
          shape.node)),
      maptrack_(std::make_unique<Maptrack>(host, table_name(owner) + ".maptrack",
                                           shape.maptrack_pages, shape.node,
                                           header_.maptrack_limit, header_.maptrack_lock)),
      ledger_(shape.max_grant_frames * entries_a_frame) {
  host.memory().name(&header_.lock, sizeof header_.lock, table_name(owner) + ".lock");
  header_.nr_grant_frames.poke(shape.grant_frames);
  header_.shared_array.poke(host.memory().address_of(shared_.data()));
  header_.active_array.poke(host.memory().address_of(active_.data()));
  header_.maptrack_array.poke(host.memory().address_of(&maptrack_->entry(0)));
  header_.gt_version.poke(1);
}

void GrantTable::begin_read(Cpu& cpu, Where where) {
  order_.enter(cpu, LockRank::table, place_, &header_.lock.word, where);
  const Time began = cpu.now();
  lock_.read_lock(cpu, where);
  lock_time_ += cpu.now() - began;
}

void GrantTable::end_read(Cpu& cpu, Where where) {
  const Time began = cpu.now();
  lock_.read_unlock(cpu, where);
  lock_time_ += cpu.now() - began;
  order_.leave(cpu, LockRank::table, place_, &header_.lock.word, where);
}

void GrantTable::begin_write(Cpu& cpu, Where where) {
  order_.enter(cpu, LockRank::table, place_, &header_.lock.word, where);
  const Time began = cpu.now();
  lock_.write_lock(cpu, where);
  lock_time_ += cpu.now() - began;
}

void GrantTable::end_write(Cpu& cpu, Where where) {
  const Time began = cpu.now();
  lock_.write_unlock(cpu, where);
  lock_time_ += cpu.now() - began;
  order_.leave(cpu, LockRank::table, place_, &header_.lock.word, where);
}

GrantRef GrantTable::entries(Cpu& cpu) {
  return cpu.load(header_.nr_grant_frames) * entries_a_frame;
}

ActiveEntry& GrantTable::begin_entry(Cpu& cpu, GrantRef ref) {
  cpu.load(header_.active_array);
  ActiveEntry& entry = active(ref);
  order_.enter(cpu, LockRank::active_entry, 0, &entry.lock);
  ticket_lock(cpu, entry.lock);
  return entry;
}

void GrantTable::end_entry(Cpu& cpu, GrantRef ref, std::uint32_t pins) {
  ActiveEntry& entry = active(ref);
  ledger_.check(cpu, ref, pins, shared(ref));
  ticket_unlock(cpu, entry.lock);
  order_.leave(cpu, LockRank::active_entry, 0, &entry.lock);
  ++entry_pairs_;
}

bool GrantTable::grow(Cpu& cpu) {
  begin_write(cpu);
  const std::uint32_t frames = cpu.load(header_.nr_grant_frames);
  const bool room = frames < shared_.size() / entries_a_frame;
  if (room) {
    cpu.store(header_.nr_grant_frames, frames + 1);
  }
  end_write(cpu);
  return room;
}

void begin_write_both(Cpu& cpu, GrantTable& one, GrantTable& other) {
  const bool in_order = one.place() <= other.place();
  (in_order ? one : other).begin_write(cpu);
  if (&one != &other) {
    (in_order ? other : one).begin_write(cpu);
  }
}

void end_write_both(Cpu& cpu, GrantTable& one, GrantTable& other) {
  one.end_write(cpu);
  if (&one != &other) {
    other.end_write(cpu);
  }
}

}  // namespace hvsim
