#include "models/workload/storm.hpp"

#include <algorithm>
#include <numeric>
#include <string>

namespace hvsim {

std::vector<Parameter> storm_parameters() {
  using Type = Parameter::Type;
  return {
      {.name = "threads",
       .type = Type::count,
       .fallback = 8,
       .least = 1,
       .most = 512,
       .doc = "workers, one a pCPU"},
      {.name = "sockets",
       .type = Type::count,
       .fallback = 0,
       .least = 0,
       .most = 64,
       .doc = "sockets they run on; 0: all of the machine"},
      {.name = "spread",
       .type = Type::flag,
       .fallback = 0,
       .least = 0,
       .most = 1,
       .doc = "take the sockets in turn instead of filling socket 0 first"},
      {.name = "think",
       .type = Type::duration,
       .fallback = 0,
       .least = 0,
       .most = milliseconds(1).ps,
       .doc = "work of a worker's own between two operations"},
      {.name = "warm_up",
       .type = Type::duration,
       .fallback = microseconds(20).ps,
       .least = microseconds(1).ps,
       .most = milliseconds(100).ps,
       .doc = "time that is run and not measured"},
      {.name = "duration",
       .type = Type::duration,
       .fallback = microseconds(200).ps,
       .least = microseconds(1).ps,
       .most = milliseconds(1000).ps,
       .doc = "time that is measured"},
  };
}

std::vector<PcpuId> place_workers(const Host& host, const Values& values) {
  const unsigned threads = values.count("threads");
  const unsigned wanted = values.count("sockets");
  const unsigned sockets = wanted == 0 ? host.sockets() : wanted;
  if (sockets > host.sockets()) {
    throw BadParameter("sockets",
                       "the machine has " + std::to_string(host.sockets()) + " sockets");
  }
  // By number, a socket's pCPUs are its cores and then its second hardware threads.
  std::vector<std::vector<PcpuId>> of_socket(sockets);
  std::vector<PcpuId> all;
  for (unsigned n = 0; n < host.pcpus(); ++n) {
    const PcpuId pcpu{n};
    if (host.socket_of(pcpu).n < sockets) {
      of_socket[host.socket_of(pcpu).n].push_back(pcpu);
      all.push_back(pcpu);
    }
  }
  if (threads > all.size()) {
    throw BadParameter("threads", std::to_string(sockets) + " sockets of the machine have " +
                                      std::to_string(all.size()) + " pCPUs");
  }
  if (values.flag("spread")) {
    for (std::size_t i = 0; i < all.size(); ++i) {
      all[i] = of_socket[i % sockets][i / sockets];
    }
  }
  all.resize(threads);
  return all;
}

Window::Window(const Values& values)
    : begin(Time{} + values.duration("warm_up")), end(begin + values.duration("duration")) {}

void start_somewhen(Cpu& cpu, Random& random) {
  const std::uint32_t offset = random.below(static_cast<std::uint32_t>(microseconds(1).ps));
  cpu.compute(picoseconds(offset));
}

void measure_rate(Metrics& metrics, const Window& window, const std::vector<std::int64_t>& done) {
  const std::int64_t ops = std::accumulate(done.begin(), done.end(), std::int64_t{0});
  const auto workers = static_cast<std::int64_t>(done.size());
  const std::int64_t length = window.length().ps;
  const std::int64_t least = *std::min_element(done.begin(), done.end());
  metrics.set("ops_per_ms", ops * milliseconds(1).ps / length);
  metrics.set("ps_per_op", ops == 0 ? 0 : length / ops);
  metrics.set("thread_ps_per_op", ops == 0 ? 0 : length * workers / ops);
  metrics.set("slowest_thread_permille", ops == 0 ? 0 : least * workers * 1000 / ops);
  metrics.set("ops", ops);
}

void merge(Histogram& into, const Histogram& from) {
  for (const auto& [value, times] : from.buckets()) {
    into.add(value, times);
  }
}

}  // namespace hvsim
