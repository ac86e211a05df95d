// Draws a graph with Graphviz's program `dot`, which need not be there.
#pragma once

#include <string>

namespace hvsim {

// The graph (text in Graphviz's language) as SVG. Errors: BadArgument (commands.hpp) if `dot` is
// not installed, saying what to install, or if it fails.
std::string svg_of(const std::string& graph);

}  // namespace hvsim
