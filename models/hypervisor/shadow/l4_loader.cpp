// The funnel, the places it is called from, and the calls that follow a guest's change.
#include "models/hypervisor/shadow/l4_loader.hpp"

namespace hvsim {

namespace {

// Where a pCPU maps a guest's table: one page of its own region, another table each time.
constexpr Linear mapping_slot = 0x8080'0000'0000;

// How a record names a domain; 0 is none.
std::uint64_t domain_word(const PvDomainTables& domain) {
  return domain.id.n + std::uint64_t{1};
}

}  // namespace

// The record: base, domain, the algorithm's words; its address is known without it, as a pCPU's
// own variables' are.
L4Loader::L4Loader(Host& host, CrossCall& calls, L4Frames& frames, const LoaderOptions& options,
                   Shape shape)
    : calls_(calls),
      frames_(frames),
      ledger_(host, frames),
      options_(options),
      idle_(frames.allocate("idle_l4", 1, SocketId{0})),
      pcpus_(host.pcpus()) {
  Memory& memory = host.memory();
  for (unsigned p = 0; p < host.pcpus(); ++p) {
    const std::string number = "[" + std::to_string(p) + "]";
    const SocketId node = host.socket_of(PcpuId{p});
    const auto record = memory.make_array<L4Entry>("pt" + number, 2 + shape.words, node);
    Pcpu& mine = pcpus_[p];
    if (shape.shadows > 0) {
      mine.base = frames.allocate("shadow_l4" + number, shape.shadows, node);
    }
    record[0].poke(mine.base);
    mine.shadow_base = &record[0];
    mine.domain = &record[1];
    mine.words = record.subspan(2);
    mine.current = &memory.make<Shared<std::uint64_t>>("current_l4" + number, node);
    arguments_.push_back(&memory.make<Argument>("l4_call" + number, node));
    functions_.emplace_back([this, p](Cpu& cpu) { take_call(cpu, PcpuId{p}); });
  }
}

void L4Loader::load_cr3(Cpu& cpu, PvDomainTables& domain, Address frame, Where where) {
  load(cpu, &domain, frame, where);
}

void L4Loader::load_idle(Cpu& cpu, Where where) {
  load(cpu, nullptr, idle_, where);
}

Address L4Loader::maybe_shadow(Cpu& cpu, Pcpu& mine, const PvDomainTables* domain, Address frame,
                               Where where) {
  // 1. Calls go to the dirty mask of a domain: what is left of another one's cannot be kept right.
  const std::uint64_t before = cpu.load(*mine.domain);
  if (before != 0 && (domain == nullptr || before != domain_word(*domain))) {
    cpu.store(*mine.domain, 0);
    mine.own_domain = 0;
    forget(cpu, mine);
  }
  // 2.
  if (domain == nullptr || !need_shadow(*domain)) {
    ++mine.counts.sync_none;
    return frame;
  }
  // 3.
  cpu.store(*mine.domain, domain_word(*domain));
  mine.own_domain = domain_word(*domain);
  return shadow_of(cpu, mine, frame, where);
}

void L4Loader::load(Cpu& cpu, const PvDomainTables* domain, Address frame, Where where) {
  Pcpu& mine = of(cpu.id());
  // 1.
  const Address next = maybe_shadow(cpu, mine, domain, frame, where);
  const Address current = cpu.load(*mine.current);
  const bool flagged = keeps_percpu_slot();
  // 2. Nobody else may run on it.
  bool in_use = false;
  if (flagged && next != current && next != idle_) {
    in_use = cpu.test_and_set_bit(frames_.in_use(next), 0);
  }
  cpu.ghost_point();
  const Address guest = domain == nullptr ? 0 : frame;
  ledger_.loads(cpu, next, guest, flagged && next != idle_, where);
  if (in_use) {
    cpu.violated("SC-S1", ledger_.table_text(next) + " is marked as being in use already",
                 &frames_.in_use(next), where);
  }
  check_choice(cpu, mine, domain, guest, next, where);
  // 3. The copy does not carry it.
  if (flagged && next != idle_) {
    cpu.store(frames_.entry(next, l4::percpu_slot), percpu_entry(cpu.id()));
  }
  // 4. Earlier stores are out before it is used.
  cpu.write_cr3(next, Pcid{}, true);
  // 5.
  if (flagged && next != current && current != 0 && current != idle_) {
    cpu.test_and_clear_bit(frames_.in_use(current), 0);
  }
  cpu.store(*mine.current, next);
}

void L4Loader::switch_tables(Cpu& cpu, PvDomainTables* previous, PvDomainTables& next,
                             const L4Tables& tables, Where where) {
  const bool on = cpu.set_interrupts(false);
  next.dirty_mask.set(cpu, cpu.id());
  load_cr3(cpu, next, tables.frame(), where);
  if (previous != nullptr && previous != &next) {
    previous->dirty_mask.clear(cpu, cpu.id());
  }
  cpu.set_interrupts(on);
}

void L4Loader::leave_tables(Cpu& cpu, PvDomainTables& previous, Where where) {
  const bool on = cpu.set_interrupts(false);
  load_idle(cpu, where);
  previous.dirty_mask.clear(cpu, cpu.id());
  cpu.set_interrupts(on);
}

void L4Loader::new_base(Cpu& cpu, PvDomainTables& domain, L4Tables& tables, Address kernel,
                        Address user, Where where) {
  tables.kernel = kernel;
  tables.user = user;
  load_cr3(cpu, domain, tables.frame(), where);
}

void L4Loader::toggle(Cpu& cpu, PvDomainTables& domain, L4Tables& tables, Where where) {
  tables.in_kernel = !tables.in_kernel;
  load_cr3(cpu, domain, tables.frame(), where);
}

void L4Loader::l4_write(Cpu& cpu, PvDomainTables& domain, Address frame, unsigned slot,
                        std::uint64_t value, Where where) {
  cpu.ghost_point();
  ledger_.write_begins(frame, slot);
  cpu.store(frames_.entry(frame, slot), value, where);
  // 1. to 3.
  if (need_shadow(domain)) {
    broadcast(cpu, domain, {domain_word(domain), frame, slot, value, false}, where);
  }
  cpu.ghost_point();
  ledger_.write_ends(frame, slot, cpu.now());
  check_write_done(cpu, frame, slot, where);
}

void L4Loader::l4_free(Cpu& cpu, PvDomainTables& domain, Address frame, Where where) {
  if (need_shadow(domain) && keeps_unloaded()) {
    broadcast(cpu, domain, {domain_word(domain), frame, 0, 0, true}, where);
  }
  cpu.ghost_point();
  check_free_done(cpu, frame, where);
  ledger_.untyped(frame);
}

void L4Loader::broadcast(Cpu& cpu, PvDomainTables& domain, const Change& change, Where where) {
  Argument& argument = *arguments_[cpu.id().n];
  cpu.store(argument.domain, change.domain);
  cpu.store(argument.frame, change.frame);
  cpu.store(argument.slot, change.slot);
  cpu.store(argument.value, change.value);
  cpu.store(argument.free, change.free ? 1 : 0);
  calls_.on_selected(cpu, domain.dirty_mask, functions_[cpu.id().n], true, where);
}

// On every pCPU of the mask, with interrupts off.
void L4Loader::take_call(Cpu& cpu, PcpuId caller) {
  Pcpu& mine = of(cpu.id());
  const Argument& argument = *arguments_[caller.n];
  mine.counts.interrupts += caller == cpu.id() ? 0 : 1;
  Change change;
  change.domain = cpu.load(argument.domain);
  change.frame = cpu.load(argument.frame);
  // 1.
  if (cpu.load(*mine.domain) != change.domain) {
    ++mine.counts.ipi_dom_miss;
    return;
  }
  change.slot = static_cast<unsigned>(cpu.load(argument.slot));
  change.value = cpu.load(argument.value);
  change.free = cpu.load(argument.free) != 0;
  if (change.free) {
    take_free(cpu, mine, change);
  } else {
    take_write(cpu, mine, change);
  }
  check_record(cpu, mine, Where::here());
}

void L4Loader::put(Cpu& cpu, Pcpu& mine, std::size_t word, std::uint64_t value, Where where) {
  mine.own[word] = value;
  cpu.store(mine.words[word], value, where);
}

void L4Loader::copy_begins(Cpu& cpu, Address guest, Address shadow) {
  cpu.ghost_point();
  ledger_.copy_begins(cpu, guest, shadow);
}

void L4Loader::copy_ends(Cpu& cpu, Address guest, Address shadow, Where where) {
  cpu.ghost_point();
  ledger_.copy_ends(cpu);
  check_percpu_slot(cpu, where);
  ledger_.check_mirror(cpu, cpu.id(), guest, shadow, true, where);
}

void L4Loader::map(Cpu& cpu) {
  cpu.invlpg(mapping_slot);
}

void L4Loader::copy(Cpu& cpu, Address guest, Address shadow, Where where) {
  const L4Entry* const from = frames_.entries(guest);
  L4Entry* const to = frames_.entries(shadow);
  constexpr std::size_t after = l4::percpu_slot + 1;
  cpu.copy_words(to, from, l4::percpu_slot, options_.block, where);
  cpu.copy_words(to + after, from + after, l4::entries - after, options_.block, where);
}

void L4Loader::copy_entry(Cpu& cpu, const Change& change, Address shadow) {
  const std::uint64_t value = cpu.load(frames_.entry(change.frame, change.slot));
  cpu.store(frames_.entry(shadow, change.slot), value);
}

ShadowCounts L4Loader::counts() const {
  ShadowCounts all;
  for (const Pcpu& pcpu : pcpus_) {
    all += pcpu.counts;
  }
  return all;
}

}  // namespace hvsim
