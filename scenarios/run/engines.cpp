#include "scenarios/run/engines.hpp"

#include <dlfcn.h>

#include "scenarios/run/commands.hpp"
#include "sim/time/fiber_engine.hpp"

namespace hvsim {
namespace {

const std::string library = "libhvsim_simgrid.so";
using NewEngine = Engine* (*)(unsigned strands, const EngineOptions& options);

// The dynamic linker names the file that it did not find first.
[[noreturn]] void cannot_load(const std::string& why) {
  const std::string remedy =
      why.starts_with(library + ":")
          ? "hvsim was built without it; install libsimgrid-dev and pkg-config, and build again"
          : "install libsimgrid3.32";
  throw BadArgument("--engine simgrid: " + remedy + " (" + why + ")");
}

// The library stays: SimGrid cannot be started twice in a process.
NewEngine load_simgrid() {
  void* const loaded = ::dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
  void* const symbol = loaded == nullptr ? nullptr : ::dlsym(loaded, "hvsim_new_s4u_engine");
  if (symbol == nullptr) {
    cannot_load(::dlerror());
  }
  return reinterpret_cast<NewEngine>(symbol);
}

}  // namespace

NamedEngine engine_named(const std::string& name) {
  if (name == "fibers") {
    return {make_fiber_engine};
  }
  if (name == "simgrid") {
    const NewEngine new_engine = load_simgrid();
    return {[new_engine](unsigned strands, const EngineOptions& options) {
              return std::unique_ptr<Engine>(new_engine(strands, options));
            },
            true};
  }
  throw BadArgument("--engine " + name + ": expected fibers or simgrid");
}

}  // namespace hvsim
