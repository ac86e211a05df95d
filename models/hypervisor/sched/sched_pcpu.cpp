#include "models/hypervisor/sched/sched_pcpu.hpp"

#include <string>

namespace hvsim {

namespace {

template <class Words>
Words& make_words(Host& host, const std::string& what, PcpuId pcpu) {
  return host.memory().make<Words>(what + "[" + std::to_string(pcpu.n) + "]",
                                   host.socket_of(pcpu));
}

}  // namespace

SchedPcpu::SchedPcpu(Host& host, PcpuId number, const AllVcpus& vcpus)
    : id(number),
      words(make_words<LockWords>(host, "sched_lock", number)),
      own(make_words<OwnWords>(host, "softirq_pending", number)),
      lock("sched_lock", words.lock, host),
      queue(make_words<RunQueue::Words>(host, "run_queue", number), vcpus),
      timers(own.timers) {}

}  // namespace hvsim
