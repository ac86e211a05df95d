#include "sim/hw/accounting.hpp"

namespace hvsim {

const char* cause_name(Cause cause) {
  switch (cause) {
    case Cause::compute:
      return "compute";
    case Cause::l1:
      return "l1";
    case Cause::l2:
      return "l2";
    case Cause::l3:
      return "l3";
    case Cause::transfer_same:
      return "transfer_same";
    case Cause::transfer_cross:
      return "transfer_cross";
    case Cause::memory:
      return "memory";
    case Cause::line_queue:
      return "line_queue";
    case Cause::link_queue:
      return "link_queue";
    case Cause::drain:
      return "drain";
    case Cause::spin:
      return "spin";
    case Cause::ipi:
      return "ipi";
    case Cause::interrupt:
      return "interrupt";
    case Cause::hypercall:
      return "hypercall";
    case Cause::idle:
      return "idle";
  }
  return "";
}

}  // namespace hvsim
