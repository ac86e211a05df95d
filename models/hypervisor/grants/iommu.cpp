// What a strict IOMMU costs a PV mapper: a scan of everything it has mapped, a map and an unmap.
//
// The IOMMU maps a frame while any live mapping of it exists, writable while a writable one does
// (GR-S10). To know, the hypervisor walks the mapper's whole maptrack under both tables' write
// locks. Source: grant-rwlock sheet, B5 MAP step 8 and UNMAP step 4.
#include "models/hypervisor/grants/operations.hpp"

namespace hvsim {

// `granted`: what an element that is about to be recorded adds; `none` for an unmap.
void GrantOperations::update_iommu(Cpu& cpu, Domain& mapper, Domain& granter, Mfn frame,
                                   IommuNeed granted) {
  Maptrack& maptrack = mapper.grants->maptrack();
  const Handle limit = maptrack.limit(cpu);
  IommuNeed need = granted;
  for (Handle h = 0; h < limit && need != IommuNeed::write; ++h) {
    MaptrackEntry& entry = maptrack.entry(h);
    const std::uint16_t flags = cpu.load(entry.flags);
    if ((flags & (map_flag::host | map_flag::device)) == 0 ||
        cpu.load(entry.domid) != granter.id.n) {
      continue;
    }
    if (cpu.load(granter.grants->active(cpu.load(entry.ref)).frame) == frame.n) {
      need = (flags & map_flag::readonly) != 0 ? IommuNeed::read : IommuNeed::write;
    }
  }
  const std::uint64_t wanted =
      need == IommuNeed::none ? 0 : mapping_entry(frame, need == IommuNeed::write);
  Shared<std::uint64_t>& slot = mapper.iommu[frame.n];
  if (cpu.load(slot) != wanted) {
    cpu.store(slot, wanted);
  }
}

}  // namespace hvsim
