// Free lists of maptrack handles: take at the head, give back at the tail, grow, steal.
#include "models/hypervisor/grants/maptrack.hpp"

namespace hvsim {

namespace {

constexpr std::uint64_t steal_stream = 21;

}  // namespace

Maptrack::Maptrack(Host& host, const std::string& name, unsigned max_pages, SocketId node,
                   Shared<std::uint32_t>& limit, TicketWord& lock)
    : entries_(host.memory().make_array<MaptrackEntry>(
          name, std::size_t{max_pages} * entries_a_page, node)),
      first_(host.memory().address_of(entries_.data())),
      max_pages_(max_pages),
      limit_(limit),
      lock_(name + "_lock", lock, host),
      random_(host.random(steal_stream)),
      in_use_(entries_.size(), false) {}

std::optional<Handle> Maptrack::get(Cpu& cpu, std::span<const MaptrackVcpu> vcpus,
                                    const MaptrackVcpu& self) {
  std::optional<Handle> handle = take(cpu, self);
  if (!handle) {
    lock_.lock(cpu);
    if (cpu.load(limit_) < max_pages_ * entries_a_page) {
      handle = grow(cpu, self);
      lock_.unlock(cpu);
    } else {
      lock_.unlock(cpu);  // the array grows no more: nothing left to guard
      handle = steal_with_spare(cpu, vcpus, self);
    }
  }
  if (handle) {
    handed_out(cpu, *handle);
  }
  return handle;
}

std::optional<Handle> Maptrack::take(Cpu& cpu, const MaptrackVcpu& owner) {
  for (;;) {
    const Handle head = cpu.load(owner.words->maptrack_head);
    if (head == end) {
      return std::nullopt;
    }
    const Handle next = cpu.load(entries_[head].ref);
    if (next == end) {
      return std::nullopt;  // the last one stays
    }
    if (cpu.cmpxchg(owner.words->maptrack_head, head, next) == head) {
      return head;
    }
  }
}

// A new page: its first entry is the handle, the others go in front of the list. Under the lock.
std::optional<Handle> Maptrack::grow(Cpu& cpu, const MaptrackVcpu& self) {
  const Handle first = cpu.load(limit_);
  const Handle last = first + entries_a_page - 1;
  cpu.clear(first_ + std::uint64_t{first} * sizeof(MaptrackEntry),
            entries_a_page * sizeof(MaptrackEntry));
  for (Handle h = first; h <= last; ++h) {
    cpu.store(entries_[h].ref, h + 1);
    cpu.store(entries_[h].vcpu, self.index);
  }
  cpu.store(entries_[last].ref, end);
  if (cpu.load(self.words->maptrack_tail) == end) {
    cpu.store(self.words->maptrack_tail, last);
  }
  cpu.store(limit_, first + entries_a_page);
  for (;;) {
    const Handle head = cpu.load(self.words->maptrack_head);
    cpu.store(entries_[last].ref, head);
    if (cpu.cmpxchg(self.words->maptrack_head, head, first + 1) == head) {
      return first;
    }
  }
}

// Looks through the lists of the others, from a random one on.
std::optional<Handle> Maptrack::steal(Cpu& cpu, std::span<const MaptrackVcpu> vcpus,
                                      const MaptrackVcpu& self) {
  const auto count = static_cast<std::uint32_t>(vcpus.size());
  cpu.ghost_point();  // so that the draws of several pCPUs come in the order of time
  const std::uint32_t start = random_.below(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    const MaptrackVcpu& victim = vcpus[(start + i) % count];
    if (const std::optional<Handle> handle = take(cpu, victim)) {
      cpu.store(entries_[*handle].vcpu, self.index);
      return handle;
    }
  }
  return std::nullopt;
}

// A vCPU that never had a list first needs an entry that stays in it.
std::optional<Handle> Maptrack::steal_with_spare(Cpu& cpu, std::span<const MaptrackVcpu> vcpus,
                                                 const MaptrackVcpu& self) {
  if (cpu.load(self.words->maptrack_tail) == end) {
    const std::optional<Handle> spare = steal(cpu, vcpus, self);
    if (!spare) {
      return std::nullopt;
    }
    cpu.store(entries_[*spare].ref, end);
    cpu.store(self.words->maptrack_tail, *spare);
    cpu.store(self.words->maptrack_head, *spare);
  }
  return steal(cpu, vcpus, self);
}

void Maptrack::put(Cpu& cpu, std::span<const MaptrackVcpu> vcpus, Handle handle) {
  cpu.ghost_point();
  if (!in_use_[handle]) {
    cpu.violated("GR-S7", "handle " + std::to_string(handle) + " is given back but is not in use",
                 &entries_[handle].ref);
  }
  in_use_[handle] = false;
  --in_use_count_;
  append(cpu, vcpus[cpu.load(entries_[handle].vcpu)], handle);
}

void Maptrack::append(Cpu& cpu, const MaptrackVcpu& owner, Handle handle) {
  cpu.store(entries_[handle].ref, end);
  Handle tail = cpu.load(owner.words->maptrack_tail);
  for (;;) {
    const Handle before = cpu.cmpxchg(owner.words->maptrack_tail, tail, handle);
    if (before == tail) {
      break;
    }
    tail = before;
  }
  cpu.store(entries_[tail].ref, handle);
}

void Maptrack::handed_out(Cpu& cpu, Handle handle) {
  cpu.ghost_point();
  if (in_use_[handle]) {
    cpu.violated("GR-S7", "handle " + std::to_string(handle) + " is handed out twice",
                 &entries_[handle].ref);
  }
  in_use_[handle] = true;
  ++in_use_count_;
}

void Maptrack::check(Cpu& cpu, std::span<const MaptrackVcpu> vcpus) {
  const auto report = [&](const std::string& what, Handle handle) {
    cpu.violated("GR-S7", what, &entries_[handle].ref);
  };
  const std::uint32_t known = limit_.peek();
  std::vector<bool> free(entries_.size(), false);
  unsigned free_count = 0;
  for (const MaptrackVcpu& vcpu : vcpus) {
    Handle last = end;
    for (Handle h = vcpu.words->maptrack_head.peek(); h != end; h = entries_[h].ref.peek()) {
      if (h >= known || free[h] || in_use_[h]) {
        report("a free list holds handle " + std::to_string(h) +
                   ", which is elsewhere too or does not exist",
               h < known ? h : 0);
      }
      free[h] = true;
      ++free_count;
      last = h;
    }
    if (last != vcpu.words->maptrack_tail.peek()) {
      report("the tail of vCPU " + std::to_string(vcpu.index) + " is not the end of its list", 0);
    }
  }
  if (free_count + in_use_count_ != known) {
    report(std::to_string(known - free_count - in_use_count_) + " handles are lost", 0);
  }
  for (Handle h = 0; h < known; ++h) {
    if (!in_use_[h] && entries_[h].flags.peek() != 0) {
      report("handle " + std::to_string(h) + " is free but its flags say it is in use", h);
    }
  }
}

}  // namespace hvsim
