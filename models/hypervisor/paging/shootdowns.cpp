#include "models/hypervisor/paging/shootdowns.hpp"

#include "sim/base/check.hpp"

namespace hvsim {
namespace {

// The targets read what to drop from a line that the flush lock guards.
class PagewiseShootdown : public TlbShootdown {
 public:
  explicit PagewiseShootdown(Host& host)
      : TlbShootdown(host), words_(host.memory().make<RangeWords>("flush_range", SocketId{0})) {}

 protected:
  void publish(Cpu& cpu, FlushRange range) override {
    cpu.store(words_.first, range.first);
    cpu.store(words_.pages, range.pages);
  }

  void drop(Cpu& cpu, const FlushRange* own) override {
    const FlushRange range =
        own != nullptr ? *own : FlushRange{cpu.load(words_.first), cpu.load(words_.pages)};
    for (unsigned n = 0; n < range.pages; ++n) {
      cpu.invlpg(range.first + n * page_bytes);
    }
  }

 private:
  struct RangeWords {
    Shared<std::uint64_t> first;
    Shared<std::uint32_t> pages;
  };
  RangeWords& words_;
};

class AllPcidsShootdown : public TlbShootdown {
 public:
  using TlbShootdown::TlbShootdown;

 protected:
  void drop(Cpu& cpu, const FlushRange*) override { cpu.flush_tlb_all(); }
};

// Twin: returns when the interrupts are sent. A target that does not take its own for a while
// still uses what was unmapped.
class ShootdownWithoutWait : public TlbShootdown {
 public:
  using TlbShootdown::TlbShootdown;

 protected:
  void wait_until_done(Cpu&) override {}
};

template <class Kind>
std::unique_ptr<TlbShootdown> make_shootdown(Host& host) {
  return std::make_unique<Kind>(host);
}

}  // namespace

std::span<const ShootdownKind> shootdown_kinds() {
  static const ShootdownKind kinds[] = {
      {"reload_cr3", "no PCIDs; targets write cr3 (Xen until 2018)", false, false,
       make_shootdown<TlbShootdown>},
      {"invlpg", "no PCIDs; targets drop page by page", false, false,
       make_shootdown<PagewiseShootdown>},
      {"flush_all", "PCIDs; targets drop everything, global pages too", false, true,
       make_shootdown<AllPcidsShootdown>},
      {"reload_cr3_without_wait", "the initiator does not wait for the targets", true, false,
       make_shootdown<ShootdownWithoutWait>},
      {"reload_cr3_of_current_pcid",
       "a target that is in another address space drops that one's translations", true, true,
       make_shootdown<TlbShootdown>},
      {"invlpg_of_current_pcid",
       "a target that is in another address space drops that one's pages", true, true,
       make_shootdown<PagewiseShootdown>},
  };
  return kinds;
}

std::vector<std::string> shootdown_names() {
  std::vector<std::string> names;
  for (const ShootdownKind& kind : shootdown_kinds()) {
    names.push_back(kind.name);
  }
  return names;
}

const ShootdownKind& shootdown_called(const std::string& name) {
  for (const ShootdownKind& kind : shootdown_kinds()) {
    if (kind.name == name) {
      return kind;
    }
  }
  fail_check("the name of a shootdown", Where::here());
}

}  // namespace hvsim
