#include "sim/hw/topology.hpp"

#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/breadth_first_search.hpp>
#include <boost/graph/graphviz.hpp>
#include <sstream>

#include "sim/base/check.hpp"

namespace hvsim {
namespace {

using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS>;

std::string kib(std::uint64_t bytes) {
  return bytes >= 1024 * 1024 && bytes % (512 * 1024) == 0
             ? std::to_string(bytes / (1024 * 1024)) +
                   (bytes % (1024 * 1024) != 0 ? ".5 MiB" : " MiB")
             : std::to_string(bytes / 1024) + " KiB";
}

std::string gigabytes(std::int64_t bytes_per_second) {
  const std::int64_t tenths = bytes_per_second / 100'000'000;
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " GB/s";
}

// "23.0 ns", to a tenth.
std::string nanos(Duration d) {
  return std::to_string(d.ps / 1000) + "." + std::to_string(d.ps % 1000 / 100) + " ns";
}

std::string socket_label(const MachineSpec& spec, unsigned socket) {
  std::ostringstream label;
  const unsigned first = socket * spec.cores_per_socket;
  label << "socket " << socket << "\\ncores " << first << "-" << first + spec.cores_per_socket - 1
        << (spec.threads_per_core > 1 ? ", 2 threads each" : "") << "\\nL1 " << kib(spec.l1.bytes)
        << ", L2 " << kib(spec.l2.bytes) << " a core\\nL3 " << kib(spec.l3.bytes)
        << " shared\\nL3 " << nanos(spec.prices.l3_hit.value) << ", core to core "
        << nanos(spec.prices.dirty_same.value);
  return label.str();
}

}  // namespace

Topology::Topology(const MachineSpec& spec)
    : spec_(spec),
      sockets_(spec.sockets),
      hops_(std::size_t{sockets_} * sockets_, 0),
      routes_(std::size_t{sockets_} * sockets_) {
  Graph graph(sockets_);
  for (const auto& [a, b] : spec.links) {
    check(a < sockets_ && b < sockets_ && a != b, "a link joins two sockets of the machine");
    boost::add_edge(a, b, graph);
    boost::add_edge(b, a, graph);
    directions_.emplace_back(a, b);
    directions_.emplace_back(b, a);
  }
  for (unsigned from = 0; from < sockets_; ++from) {
    std::vector<unsigned> before(sockets_, from);
    std::vector<unsigned> distance(sockets_, 0);
    boost::breadth_first_search(
        graph, from,
        boost::visitor(boost::make_bfs_visitor(
            std::make_pair(boost::record_predecessors(before.data(), boost::on_tree_edge()),
                           boost::record_distances(distance.data(), boost::on_tree_edge())))));
    for (unsigned to = 0; to < sockets_; ++to) {
      check(to == from || distance[to] > 0, "links reach every socket");
      hops_[from * sockets_ + to] = distance[to];
      std::vector<unsigned>& route = routes_[from * sockets_ + to];
      for (unsigned at = to; at != from; at = before[at]) {
        const auto step =
            std::find(directions_.begin(), directions_.end(), std::make_pair(before[at], at));
        route.insert(route.begin(), static_cast<unsigned>(step - directions_.begin()));
      }
    }
  }
}

std::string Topology::graphviz() const {
  using Undirected = boost::adjacency_list<boost::vecS, boost::vecS, boost::undirectedS>;
  // Vertices: the sockets, then the memory of each.
  Undirected graph(sockets_ * 2);
  for (const auto& [a, b] : spec_.links) {
    boost::add_edge(a, b, graph);
  }
  for (unsigned socket = 0; socket < sockets_; ++socket) {
    boost::add_edge(socket, sockets_ + socket, graph);
  }
  const auto vertex = [&](std::ostream& out, unsigned v) {
    if (v < sockets_) {
      out << "[shape=box, style=rounded, label=\"" << socket_label(spec_, v) << "\"]";
    } else {
      out << "[shape=cylinder, label=\"memory " << v - sockets_ << "\\n"
          << gigabytes(spec_.dram_bytes_per_second.value) << ", "
          << nanos(spec_.prices.dram_local.value) << "\"]";
    }
  };
  const auto edge = [&](std::ostream& out, const auto& e) {
    if (boost::target(e, graph) < sockets_) {
      out << "[label=\"" << gigabytes(spec_.link_bytes_per_second.value) << " each way\\n"
          << nanos(spec_.prices.dirty_remote.value) << " dirty\"]";
    }
  };
  const auto whole = [&](std::ostream& out) {
    out << "label=\"" << spec_.title << "\"; labelloc=t; rankdir=LR; node [fontname=\"sans\"]; "
        << "edge [fontname=\"sans\"];\n";
  };
  std::ostringstream out;
  boost::write_graphviz(out, graph, vertex, edge, whole);
  return out.str();
}

}  // namespace hvsim
