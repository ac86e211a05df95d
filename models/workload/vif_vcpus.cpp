#include "models/workload/vif_vcpus.hpp"

#include <string>

namespace hvsim {

VifVcpus::VifVcpus(Host& host, const VifOptions& options, const std::vector<Thread>& threads,
                   const std::function<void(Cpu&, unsigned worker)>& work)
    : scheduler_(host, {.kind = options.scheduler, .pcpus = options.vcpu_pcpus}) {
  for (const char* const name : {"dom0", "A", "B"}) {
    scheduler_.add_domain({.name = name});
  }
  const auto pcpus = static_cast<unsigned>(scheduler_.pcpus().size());
  if (threads.size() > pcpus * most_vcpus_a_pcpu) {
    throw BadParameter("vcpu_pcpus", "more than " + std::to_string(most_vcpus_a_pcpu) +
                                         " vCPUs a pCPU are too many");
  }
  for (unsigned w = 0; w < threads.size(); ++w) {
    VcpuOptions where;
    where.processor = PcpuId{threads[w].pcpu.n % pcpus};
    where.node = host.socket_of(where.processor);
    vcpus_.push_back(&scheduler_.add_vcpu(*scheduler_.domains()[threads[w].domain], where,
                                          [work, w](GuestCpu& guest) { work(guest, w); }));
    words_.push_back(&host.memory().make<Word>("asleep[" + vcpus_.back()->name + "]", where.node));
  }
}

void VifVcpus::wake(Cpu& self, unsigned worker) {
  Vcpu& own = static_cast<GuestCpu&>(self).vcpu();
  if (vcpus_[worker] == &own) {
    return;
  }
  Shared<std::uint32_t>& asleep = words_[worker]->asleep;
  self.fence();
  if (self.load(asleep) == 0 || self.xchg(asleep, 0) == 0) {
    return;
  }
  static_cast<GuestCpu&>(self).notify(*vcpus_[worker]);
  ++wakeups_;
}

Duration VifVcpus::sleep(Cpu& self, unsigned worker, const std::function<bool(Cpu&)>& ready) {
  const Time since = self.now();
  Shared<std::uint32_t>& asleep = words_[worker]->asleep;
  self.store(asleep, 1);
  self.fence();
  if (ready(self)) {
    self.store(asleep, 0);
    return {};
  }
  static_cast<GuestCpu&>(self).block();
  return self.now() - since;
}

void VifVcpus::in_hypervisor(Cpu& self, const std::function<void(Cpu&)>& body) {
  static_cast<GuestCpu&>(self).in_hypervisor(body);
}

}  // namespace hvsim
