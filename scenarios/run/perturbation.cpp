#include "scenarios/run/perturbation.hpp"

#include <fmt/format.h>

#include "scenarios/run/units.hpp"

namespace hvsim {

std::string text_of(const Perturbation& p) {
  const bool one = p.first == p.last;
  const std::string which =
      one ? fmt::format(" {}", p.first) : fmt::format("s {} to {}", p.first, p.last);
  const std::string length = canonical_text(Dimension::duration, p.length.ps);
  switch (p.what) {
    case HeldUp::verb:
      return fmt::format("pcpu {} is held before step{} for {}", p.pcpu.n, which, length);
    case HeldUp::commit:
      return fmt::format("pcpu {}: store{} wait{} in the buffer for {}", p.pcpu.n, which,
                         one ? "s" : "", length);
    case HeldUp::interrupt:
      return fmt::format("pcpu {}: interrupt{} come{} {} late", p.pcpu.n, which, one ? "s" : "",
                         length);
  }
  return {};
}

}  // namespace hvsim
