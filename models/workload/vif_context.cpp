// The hypercalls of a virtual interface's contexts: batches whose every element must work.
#include "models/workload/vif_context.hpp"

namespace hvsim {

void VifContext::expect_okay(Cpu& cpu, GrantStatus status, const void* word) const {
  if (status != GrantStatus::okay) {
    cpu.violated("DP-1",
                 "a grant operation of queue " + std::to_string(queue_.number) +
                     " failed with status " + std::to_string(static_cast<int>(status)) +
                     ": its packet is lost",
                 word);
  }
}

void VifContext::map(Cpu& cpu, const MaptrackVcpu& vcpu, std::vector<MapOp>& ops) {
  const Time began = cpu.now();
  net_.in_hypervisor(cpu, [&](Cpu& pcpu) { net_.grants.map(pcpu, net_.dom0_domain, vcpu, ops); });
  net_.map_time += cpu.now() - began;
  for (const MapOp& op : ops) {
    expect_okay(cpu, op.status, &queue_.tx.index.request_producer);
  }
}

void VifContext::unmap(Cpu& cpu, std::vector<UnmapOp>& ops) {
  const Time began = cpu.now();
  net_.in_hypervisor(cpu, [&](Cpu& pcpu) { net_.grants.unmap(pcpu, net_.dom0_domain, ops); });
  net_.unmap_time += cpu.now() - began;
  for (const UnmapOp& op : ops) {
    expect_okay(cpu, op.status, &queue_.tx.index.response_producer);
  }
}

void VifContext::copy(Cpu& cpu, std::vector<CopyOp>& ops) {
  const Time began = cpu.now();
  net_.in_hypervisor(cpu, [&](Cpu& pcpu) { net_.grants.copy(pcpu, net_.dom0_domain, ops); });
  net_.copy_time += cpu.now() - began;
  for (const CopyOp& op : ops) {
    expect_okay(cpu, op.status, &queue_.tx.index.request_producer);
  }
}

}  // namespace hvsim
