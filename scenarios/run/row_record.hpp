// A row of a result as bytes, and back, exactly.
//
// Everything that a report shows is in it, but for the row's place on the axes and its seed, which
// whoever asks for the row knows. The bytes are the same on every host.
#pragma once

#include <optional>
#include <string>

#include "scenarios/run/result.hpp"

namespace hvsim {

std::string row_record(const Row& row);

// None if the bytes are not those of a row.
std::optional<Row> row_of_record(const std::string& record);

}  // namespace hvsim
