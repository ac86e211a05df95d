// The cells of a sweep, in the one order that everything goes by.
#pragma once

#include <cstdint>
#include <string>
#include <tuple>
#include <vector>

#include "scenarios/run/scenario.hpp"

namespace hvsim {

struct CellPlace {
  Point at;
  std::uint64_t seed = 1;

  bool operator==(const CellPlace&) const = default;
  // libc++ 14 has no <=> of maps.
  bool operator<(const CellPlace& other) const {
    return std::tie(at, seed) < std::tie(other.at, other.seed);
  }
};

// Every point of the axes as written, the last axis fastest; one point if there is no axis.
std::vector<Point> points_of(const Scenario& scenario);

// Every point with every seed, the seeds innermost.
std::vector<CellPlace> cells_of(const Scenario& scenario);

// "queues=16 grant_lock=word_rwlock", in the order of the axes; "" if there is none.
std::string point_text(const Scenario& scenario, const Point& at);
// "queues=16 grant_lock=word_rwlock seed=1"
std::string cell_text(const Scenario& scenario, const CellPlace& place);

// Tries every cell's numbers without running any. Errors: BadInput, as make_cell() (decode.hpp).
void check_cells(const Scenario& scenario);

}  // namespace hvsim
