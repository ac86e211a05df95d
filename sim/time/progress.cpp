#include "sim/time/progress.hpp"

#include <algorithm>
#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/strong_components.hpp>

namespace hvsim {

std::vector<std::uint32_t> wait_cycle(const std::vector<Waiter>& waiters) {
  using Graph = boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS>;
  Graph graph(waiters.size());
  for (std::uint32_t i = 0; i < waiters.size(); ++i) {
    if (waiters[i].holder) {
      boost::add_edge(i, *waiters[i].holder, graph);
    }
  }
  std::vector<std::uint32_t> component(waiters.size());
  const auto count = boost::strong_components(
      graph, boost::make_iterator_property_map(component.begin(),
                                               boost::get(boost::vertex_index, graph)));
  std::vector<std::uint32_t> sizes(count, 0);
  for (const std::uint32_t c : component) {
    ++sizes[c];
  }
  // Every party waits for at most one other, so a component of two or more is one plain circle.
  for (std::uint32_t start = 0; start < waiters.size(); ++start) {
    const bool alone = waiters[start].holder == start;
    if (sizes[component[start]] < 2 && !alone) {
      continue;
    }
    std::vector<std::uint32_t> cycle;
    for (std::uint32_t i = start; cycle.empty() || i != start; i = *waiters[i].holder) {
      cycle.push_back(i);
    }
    return cycle;
  }
  return {};
}

std::vector<std::string> describe_wait(const std::vector<Waiter>& waiters) {
  std::vector<std::string> lines;
  for (const Waiter& waiter : waiters) {
    lines.push_back(waiter.who + " waits for " + waiter.what +
                    (waiter.holder ? ", held by " + waiters[*waiter.holder].who : ""));
  }
  const std::vector<std::uint32_t> cycle = wait_cycle(waiters);
  if (!cycle.empty()) {
    std::string text = "circle: ";
    for (const std::uint32_t i : cycle) {
      text += waiters[i].who + " -> ";
    }
    lines.push_back(text + waiters[cycle.front()].who);
  }
  return lines;
}

}  // namespace hvsim
