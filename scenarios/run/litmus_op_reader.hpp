// One operation of a litmus test from its text: "store x 1", "cmpxchg x.b0 0 1 r2".
//
// New locations and registers are added to the test as they are met. Nothing here throws: what is
// wrong comes back as a sentence.
#pragma once

#include <string>

#include "scenarios/run/litmus_test.hpp"

namespace hvsim {

// "r0" to "r9999".
bool is_litmus_register(const std::string& name);
// A letter or "_", then letters, digits and "_"; no register's name.
bool is_litmus_location(const std::string& name);

// The index of a name in a list, to which it is added if it is new.
unsigned index_in(std::vector<std::string>& names, const std::string& name);

// Adds the operation to `thread`, which is one of the test's. Returns what is wrong, or "".
std::string read_litmus_op(const std::string& text, LitmusTest& test, LitmusThread& thread);

}  // namespace hvsim
