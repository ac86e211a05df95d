// Address spaces of a simulated pCPU: cr3, the translations it keeps, and the walk that finds
// them.
//
// Translations are the pCPU's own, so nobody else can see them come or go: to use or to drop one
// is quiet. A walk is four loads like any others, without a chance for an interrupt in between:
// one could drop what the walk is about to keep.
#include "sim/base/check.hpp"
#include "sim/hw/sim_cpu.hpp"

namespace hvsim {

// Writing cr3 and invalidating wait until all earlier stores are visible, as every serialising
// instruction does.
void SimCpu::serialising(Duration price) {
  drain();
  spend(Cause::drain, price);
}

void SimCpu::write_cr3(Address root, Pcid pcid, bool flush) {
  check(root % page_bytes == 0 && pcid.n < pcids, "a table at a page, and 12 bits");
  begin(last_place_);
  not_only_a_load();
  serialising((flush ? prices_.tlb_flush : prices_.cr3_write).value);
  record(Verb::write_cr3, t_, root, pcid.n, last_place_);
  root_ = root;
  pcid_ = pcid;
  if (flush) {
    tlb_.drop(pcid);
  }
}

void SimCpu::invlpg(Linear linear) {
  begin(last_place_);
  not_only_a_load();
  serialising(prices_.invlpg.value);
  record(Verb::invalidate, t_, linear, 1, last_place_);
  tlb_.drop_page(pcid_, page_of(linear));
}

void SimCpu::flush_tlb_all() {
  begin(last_place_);
  not_only_a_load();
  serialising(prices_.tlb_flush_all.value);
  record(Verb::invalidate, t_, 0, 0, last_place_);
  tlb_.drop_all();
}

void SimCpu::flush_tlb() {
  begin(last_place_);
  not_only_a_load();
  spend(Cause::ipi, prices_.tlb_flush.value);
  tlb_.drop(pcid_);
}

std::optional<Address> SimCpu::translate(Linear linear, Where where) {
  begin(where);
  not_only_a_load();
  check(root_.has_value(), "cr3 names the tables that are walked");
  std::optional<Address> frame = tlb_.look_up(pcid_, page_of(linear));
  if (frame) {
    spend(Cause::l1, prices_.tlb_hit.value);
  } else {
    const std::uint64_t entry = walk(linear, where);
    if ((entry & entry_present) == 0) {
      return std::nullopt;
    }
    frame = frame_of(entry);
    tlb_.fill(pcid_, page_of(linear), *frame, (entry & entry_global) != 0);
  }
  const Address address = *frame + linear % page_bytes;
  record(Verb::translate, t_, linear, address, where);
  return address;
}

// The entry of the page, or the first on the way that is not present.
std::uint64_t SimCpu::walk(Linear linear, Where where) {
  spend(Cause::l1, prices_.page_walk.value);
  std::uint64_t entry = entry_for(*root_);
  for (unsigned level = paging_levels; level > 0 && (entry & entry_present) != 0; --level) {
    catch_up();
    entry = load_entry(frame_of(entry) + slot_of(linear, level) * sizeof(entry), where);
  }
  return entry;
}

}  // namespace hvsim
