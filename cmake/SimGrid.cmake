# The reference engine, in a library of its own that `--engine simgrid` loads when it is asked for.
# Without SimGrid, and where the compiler's C++ library is not the one SimGrid was built with, it
# is left out and hvsim says so when asked. Debian's package has no CMake files: pkg-config it is.
include(CheckCXXSourceCompiles)
find_package(PkgConfig)
if(PkgConfig_FOUND)
  pkg_check_modules(SimGrid IMPORTED_TARGET simgrid>=3.32)
endif()
if(SimGrid_FOUND)
  set(CMAKE_REQUIRED_LIBRARIES PkgConfig::SimGrid)
  check_cxx_source_compiles(
    "#include <simgrid/s4u.hpp>
    int main() { simgrid::s4u::Engine engine(std::string(\"links\")); }" HVSIM_SIMGRID_LINKS)
  unset(CMAKE_REQUIRED_LIBRARIES)
endif()
if(NOT SimGrid_FOUND OR NOT HVSIM_SIMGRID_LINKS)
  message(STATUS "No SimGrid 3.32: built without the reference engine (--engine simgrid)")
  return()
endif()

add_library(hvsim_simgrid SHARED ${PROJECT_SOURCE_DIR}/sim/time/s4u_engine.cpp)
target_link_libraries(hvsim_simgrid PRIVATE hvsim_options PkgConfig::SimGrid)
