#include "sim/hw/machine_spec.hpp"

namespace hvsim {

std::span<const PriceField> price_fields() {
  static constexpr PriceField fields[] = {
      {"l1_hit", "load that hits the L1 data cache", &Prices::l1_hit},
      {"l2_hit", "load that hits the L2", &Prices::l2_hit},
      {"l3_hit", "load that hits the socket's L3, no other core asked", &Prices::l3_hit},
      {"l3_request", "of that: from the core to the line's place in the L3", &Prices::l3_request},
      {"clean_same", "clean line in another core of the socket", &Prices::clean_same},
      {"dirty_same", "dirty line in another core of the socket", &Prices::dirty_same},
      {"clean_remote", "clean line in another socket", &Prices::clean_remote},
      {"dirty_remote", "dirty line in another socket", &Prices::dirty_remote},
      {"hand_over_same", "ownership one way between two cores of a socket, as in CAS ping-pong",
       &Prices::hand_over_same},
      {"hand_over_remote", "ownership one way between two sockets, as in CAS ping-pong",
       &Prices::hand_over_remote},
      {"dram_local", "idle memory of the own socket", &Prices::dram_local},
      {"dram_remote", "idle memory of another socket", &Prices::dram_remote},
      {"hop", "what each further hop between sockets adds", &Prices::hop},
      {"locked_rmw", "locked read-modify-write on an owned line", &Prices::locked_rmw},
      {"store", "issue of a store into the store buffer", &Prices::store},
      {"fence", "mfence with an empty store buffer", &Prices::fence},
      {"pause", "pause instruction", &Prices::pause},
      {"copy_line", "copy of one line that is in L1", &Prices::copy_line},
      {"hypercall", "hypercall entry and exit", &Prices::hypercall},
      {"syscall", "syscall instruction, the way in", &Prices::syscall},
      {"sysret", "sysret instruction, the way out", &Prices::sysret},
      {"tlb_flush", "cr3 write that drops the translations", &Prices::tlb_flush},
      {"cr3_write", "cr3 write that keeps the translations (PCID)", &Prices::cr3_write},
      {"invlpg", "invlpg of one page", &Prices::invlpg},
      {"tlb_flush_all", "dropping all translations, global ones too (cr4.PGE)",
       &Prices::tlb_flush_all},
      {"tlb_hit", "translation that the TLB has", &Prices::tlb_hit},
      {"page_walk", "page walk, beside the loads of its four entries", &Prices::page_walk},
      {"ipi_send", "sender's cost of an IPI, a target, by x2APIC", &Prices::ipi_send},
      {"ipi_delivery", "from sending an IPI to the first instruction of its handler",
       &Prices::ipi_delivery},
      {"interrupt", "interrupt entry, EOI and return", &Prices::interrupt},
      {"timer_set", "programming the local timer", &Prices::timer_set},
      {"context_switch", "saving one vCPU's registers and restoring another's",
       &Prices::context_switch},
      {"xapic_access", "what an access to the LAPIC costs more by xAPIC than by x2APIC",
       &Prices::xapic_access},
  };
  return fields;
}

std::span<const LimitField> limit_fields() {
  static constexpr LimitField fields[] = {
      {"store_buffer_entries", "", "stores a pCPU may have waiting",
       &MachineSpec::store_buffer_entries},
      {"line_fill_buffers", "", "misses a core keeps in flight", &MachineSpec::line_fill_buffers},
      {"tlb_sets", "", "sets of a hardware thread's TLB", &MachineSpec::tlb_sets},
      {"tlb_ways", "", "translations a set of the TLB holds", &MachineSpec::tlb_ways},
      {"dram_bandwidth", "B/s", "reads from one socket's memory channels",
       &MachineSpec::dram_bytes_per_second},
      {"link_bandwidth", "B/s", "one direction between two sockets",
       &MachineSpec::link_bytes_per_second},
  };
  return fields;
}

std::span<const HandOverName> hand_over_names() {
  static constexpr HandOverName names[] = {
      {"fifo", "oldest request first, wherever it comes from", HandOver::fifo},
      {"local_first",
       "requests of the socket that has the line, oldest first, until the other socket's snoop "
       "arrives",
       HandOver::local_first},
      {"local_first_retry", "as local_first, but any of the socket's waiting requests may be next",
       HandOver::local_first_retry},
  };
  return names;
}

std::span<const ApicName> apic_names() {
  static constexpr ApicName names[] = {
      {"x2apic", "registers are model-specific registers", ApicMode::x2apic},
      {"xapic", "registers are in memory: an IPI takes two accesses more, an EOI one",
       ApicMode::xapic},
  };
  return names;
}

}  // namespace hvsim
