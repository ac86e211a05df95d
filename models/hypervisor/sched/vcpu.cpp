#include "models/hypervisor/sched/vcpu.hpp"

#include <utility>

namespace hvsim {

namespace {

std::string vcpu_name(const PvDomain& domain) {
  return domain.name + "v" + std::to_string(domain.vcpus.size());
}

VcpuWords& make_vcpu_words(Host& host, const PvDomain& domain, PcpuId processor) {
  VcpuWords& words = host.memory().make<VcpuWords>("vcpu[" + vcpu_name(domain) + "]", domain.node);
  words.processor.poke(processor.n);
  words.flags.poke(pause_flag::down);
  return words;
}

}  // namespace

Vcpu::Vcpu(Host& host, Scheduler& scheduler, VcpuId number, PvDomain& of,
           const VcpuOptions& options, RunstateAlgorithm& algorithm,
           std::function<void(GuestCpu&)> body)
    : id(number),
      index(static_cast<unsigned>(of.vcpus.size())),
      domain(of),
      name(vcpu_name(of)),
      words(make_vcpu_words(host, of, options.processor)),
      events(host.memory().make<VcpuEvents>("events[" + name + "]", options.node)),
      runstate(host, name, of.node, algorithm, of.assist, of.guest),
      guest(scheduler, *this, PcpuId{index}),
      context(Host::make_context([this, code = std::move(body)] { code(guest); })),
      affinity_(options.affinity) {}

}  // namespace hvsim
