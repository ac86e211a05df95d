// The loaders of L4s by name: the choices of a parameter that names one.
//
// What it guarantees: names are unique; the broken twins come last. An unknown name is an
// InternalError (names are checked when read).
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "models/hypervisor/shadow/l4_loader.hpp"

namespace hvsim {

struct L4LoaderKind {
  std::string name;  // "mru_cache"
  std::string doc;
  bool broken;  // a twin with one named defect, for tests
  std::unique_ptr<L4Loader> (*make)(Host& host, CrossCall& calls, L4Frames& frames,
                                    const LoaderOptions& options);
};

std::span<const L4LoaderKind> l4_loader_kinds();
std::vector<std::string> l4_loader_names();
std::unique_ptr<L4Loader> make_l4_loader(const std::string& kind, Host& host, CrossCall& calls,
                                         L4Frames& frames, const LoaderOptions& options);

}  // namespace hvsim
