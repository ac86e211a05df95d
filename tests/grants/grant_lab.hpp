// A toy host with dom0 and two guests, for grant operations written out pCPU by pCPU.
//
// dom0 is PV with a vCPU on each of pCPUs 0 to 3; `hvm` has guest frames 0 to 63, of which 60 is
// paged out and 61 to 63 are holes; `pv` owns frames of its own. Any shared entry can be granted
// with poke.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "models/hypervisor/grants/operations.hpp"
#include "sim/hw/finding.hpp"
#include "sim/hw/machine.hpp"
#include "tests/locks/toy_machine.hpp"

namespace hvsim {

struct LabOptions {
  unsigned maptrack_pages = 2;
  bool strict_iommu = false;
  unsigned max_grant_frames = 1;
};

class GrantLab {
 public:
  static constexpr unsigned dom0_vcpus = 4;
  static constexpr GrantRef no_such_ref = 5000;

  explicit GrantLab(LabOptions lab = {})
      : machine(toy_machine(), run_options()),
        hypervisor(machine, {"percpu_rwlock", "percpu_rwlock", 128}),
        dom0_domain(hypervisor.add_domain(dom0_options(lab))),
        hvm(hypervisor.add_domain(guest_options("hvm", true, lab))),
        pv(hypervisor.add_domain(guest_options("pv", false, lab))),
        ops(std::make_unique<GrantOperations>(hypervisor)) {
    FrameTable& frames = hypervisor.frames();
    const Mfn first = frames.allocate("hvm.frames", hvm.id, 60, SocketId{0});
    for (unsigned i = 0; i < 60; ++i) {
      hvm.p2m->place(Gfn{i}, {P2mType::ram, Mfn{first.n + i}});
    }
    hvm.p2m->place(Gfn{60}, {P2mType::paged_out, {}});
    pv_first = frames.allocate("pv.frames", pv.id, 8, SocketId{1});
    dom0_first = frames.allocate("dom0.frames", dom0, 8, SocketId{0});
  }

  void grant(Domain& granter, GrantRef ref, std::uint32_t frame, bool readonly = false,
             DomainId to = dom0) {
    SharedEntry& entry = granter.grants->shared(ref);
    entry.frame.poke(frame);
    entry.flags_domid.poke((to.n << 16) | grant_flag::permit_access |
                           (readonly ? grant_flag::readonly : 0));
  }
  MapOp map_op(const Domain& granter, GrantRef ref, std::uint32_t page,
               std::uint16_t flags = map_flag::host) const {
    MapOp op;
    op.host_page = page;
    op.flags = flags;
    op.ref = ref;
    op.granter = granter.id;
    return op;
  }
  static UnmapOp unmap_op(const MapOp& mapped) {
    UnmapOp op;
    op.host_page = mapped.host_page;
    op.handle = mapped.handle;
    return op;
  }
  // From a grant of `granter` into dom0's own frame number `own`.
  CopyOp copy_op(const Domain& granter, GrantRef ref, unsigned own = 0) const {
    return {{granter.id, true, ref, {}, 0}, {dom0, false, 0, Gfn{dom0_first.n + own}, 0}, 64, {}};
  }

  GrantStatus map(Cpu& cpu, MapOp& op) {
    ops->map(cpu, dom0_domain, vcpu(cpu), {&op, 1});
    return op.status;
  }
  GrantStatus unmap(Cpu& cpu, UnmapOp op) {
    ops->unmap(cpu, dom0_domain, {&op, 1});
    return op.status;
  }
  GrantStatus copy(Cpu& cpu, CopyOp op) {
    ops->copy(cpu, dom0_domain, {&op, 1});
    return op.status;
  }
  const MaptrackVcpu& vcpu(const Cpu& cpu) const { return dom0_domain.vcpus[cpu.id().n]; }

  void on(unsigned pcpu, std::function<void(Cpu&)> body) {
    machine.start(PcpuId{pcpu}, std::move(body));
    started_.add(PcpuId{pcpu});
  }
  // Runs to the end, then looks at all books once more. The finding, if there was one.
  std::optional<Finding> find() {
    for (unsigned p = 0; p < dom0_vcpus; ++p) {
      if (!started_.has(PcpuId{p})) {
        machine.start(PcpuId{p}, [](Cpu&) {});
      }
    }
    try {
      machine.run();
      hypervisor.check(machine.cpu(PcpuId{0}));
    } catch (const RuleViolated& violated) {
      return violated.finding();
    }
    return std::nullopt;
  }
  // The same for a program that must break no rule.
  void run() {
    const std::optional<Finding> finding = find();
    ASSERT_FALSE(finding.has_value())
        << finding->rule << ": " << finding->what << " at " << finding->place;
  }
  std::uint64_t pairs(const Domain& domain) const { return domain.grants->lock().read_pairs(); }

  Machine machine;
  Hypervisor hypervisor;
  Domain& dom0_domain;
  Domain& hvm;
  Domain& pv;
  std::unique_ptr<GrantOperations> ops;
  Mfn pv_first{};
  Mfn dom0_first{};

 private:
  static RunOptions run_options() {
    RunOptions options;
    options.no_progress_after = milliseconds(1);
    return options;
  }
  static DomainOptions dom0_options(const LabOptions& lab) {
    DomainOptions options;
    options.name = "dom0";
    options.strict_iommu = lab.strict_iommu;
    options.linear_pages = 600;
    for (unsigned p = 0; p < dom0_vcpus; ++p) {
      options.vcpus.push_back(PcpuId{p});
    }
    options.grants = {1, 1, lab.maptrack_pages, SocketId{0}};
    return options;
  }
  static DomainOptions guest_options(const char* name, bool external, const LabOptions& lab) {
    DomainOptions options;
    options.name = name;
    options.external = external;
    options.gfns = 64;
    options.linear_pages = 16;
    options.vcpus = {PcpuId{external ? 2u : 3u}};
    options.grants = {1, lab.max_grant_frames, 1, SocketId{0}};
    return options;
  }

  PcpuSet started_;
};

inline void expect_rule(const std::optional<Finding>& finding, const std::string& rule) {
  ASSERT_TRUE(finding.has_value()) << "no finding, " << rule << " expected";
  EXPECT_EQ(finding->rule, rule) << finding->what;
  EXPECT_NE(finding->place.find(".cpp:"), std::string::npos) << finding->place;
}

}  // namespace hvsim
