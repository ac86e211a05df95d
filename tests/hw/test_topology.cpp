// The machine as a graph: distances, routes, and its picture.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sim/base/check.hpp"
#include "sim/hw/topology.hpp"
#include "tests/hw/rig.hpp"

namespace hvsim {
namespace {

using Ways = std::vector<std::pair<unsigned, unsigned>>;

Ways way(const Topology& topology, unsigned from, unsigned to) {
  Ways ways;
  for (const unsigned direction : topology.route(from, to)) {
    ways.push_back(topology.direction(direction));
  }
  return ways;
}

TEST(Topology, CountsTheLinksOfAShortestWay) {
  const Topology chain(chain_of_four());
  for (unsigned from = 0; from < 4; ++from) {
    for (unsigned to = 0; to < 4; ++to) {
      EXPECT_EQ(chain.hops(from, to), from < to ? to - from : from - to);
    }
  }
  MachineSpec ring = chain_of_four();
  ring.links.emplace_back(3, 0);
  EXPECT_EQ(Topology(ring).hops(0, 3), 1u);
  EXPECT_EQ(Topology(ring).hops(0, 2), 2u);
}

TEST(Topology, RoutesGoLinkByLinkInTheirDirection) {
  const Topology chain(chain_of_four());
  EXPECT_EQ(chain.directions(), 6u);
  EXPECT_EQ(way(chain, 0, 3), (Ways{{0, 1}, {1, 2}, {2, 3}}));
  EXPECT_EQ(way(chain, 2, 0), (Ways{{2, 1}, {1, 0}}));
  EXPECT_EQ(way(chain, 1, 1), Ways{});
}

TEST(Topology, OneSocketNeedsNoLinks) {
  MachineSpec spec = toy_machine();
  spec.sockets = 1;
  spec.links.clear();
  EXPECT_EQ(Topology(spec).hops(0, 0), 0u);
  EXPECT_EQ(Topology(spec).directions(), 0u);
}

TEST(Topology, ASocketThatNoLinkReachesIsRefused) {
  MachineSpec spec = chain_of_four();
  spec.links.pop_back();
  EXPECT_THROW(Topology{spec}, InternalError);
}

TEST(Topology, ALinkToASocketThatIsNotThereIsRefused) {
  MachineSpec spec = toy_machine();
  spec.links = {{0, 2}};
  EXPECT_THROW(Topology{spec}, InternalError);
  spec.links = {{0, 1}, {1, 1}};
  EXPECT_THROW(Topology{spec}, InternalError);
}

TEST(Topology, DrawsSocketsMemoriesAndLinksWithTheirNumbers) {
  const std::string picture = Topology(chain_of_four()).graphviz();
  using testing::HasSubstr;
  EXPECT_THAT(picture, HasSubstr("graph G {"));
  EXPECT_THAT(picture, HasSubstr("2 sockets of 4 cores"));  // the toy's title
  EXPECT_THAT(picture, HasSubstr("socket 0\\ncores 0-1\\nL1 2 KiB, L2 8 KiB a core"));
  EXPECT_THAT(picture, HasSubstr("socket 3\\ncores 6-7"));
  EXPECT_THAT(picture, HasSubstr("L3 64 KiB shared\\nL3 20.0 ns, core to core 40.0 ns"));
  EXPECT_THAT(picture, HasSubstr("memory 3\\n10.0 GB/s, 100.0 ns"));
  EXPECT_THAT(picture, HasSubstr("1--2"));
  EXPECT_THAT(picture, HasSubstr("2--6"));  // socket 2 and its memory
  EXPECT_THAT(picture, HasSubstr("5.0 GB/s each way\\n100.0 ns dirty"));
  EXPECT_THAT(picture, testing::Not(HasSubstr("0--2")));
}

}  // namespace
}  // namespace hvsim
