// The contexts of a virtual interface: three of netback's a queue, and one of each guest.
//
// A context looks whether there is work for it (ready) and does what there is (step), as a softirq
// or a kernel thread does when it runs. Several may share a pCPU and then take turns.
//   NAPI     takes packets from A's ring, copies headers, maps (or copies) pages   vif_napi.cpp
//   RX       copies packets into B's pages                                        vif_rx.cpp
//   dealloc  unmaps A's pages and answers A                                       vif_dealloc.cpp
//   guests   write and grant pages, post them, take them back                     vif_guest.cpp
// Source: grant-datapath sheet, B and B2.
#pragma once

#include <memory>
#include <vector>

#include "models/workload/vif_net.hpp"

namespace hvsim {

class VifContext {
 public:
  VifContext(VifNet& net, VifQueue& queue) : net_(net), queue_(queue) {}
  virtual ~VifContext() = default;

  virtual bool ready(Cpu& cpu) = 0;
  virtual void step(Cpu& cpu) = 0;
  // Ghost, when ready: since when the oldest piece of work has been waiting.
  virtual Time offered() const = 0;

  void run(Cpu& cpu) {
    const Time began = cpu.now();
    step(cpu);
    busy_ += cpu.now() - began;
    longest_ = std::max(longest_, cpu.now() - began);
  }
  Duration busy() const { return busy_; }
  Duration longest() const { return longest_; }

 protected:
  void wake(Cpu& cpu, VifRole role) { net_.wake(cpu, queue_, role); }
  // Every element of a batch must have worked: the guests of this workload make no mistakes.
  void expect_okay(Cpu& cpu, GrantStatus status, const void* word) const;
  // The hypercalls, with the time they take.
  void map(Cpu& cpu, const MaptrackVcpu& vcpu, std::vector<MapOp>& ops);
  void unmap(Cpu& cpu, std::vector<UnmapOp>& ops);
  void copy(Cpu& cpu, std::vector<CopyOp>& ops);

  VifNet& net_;
  VifQueue& queue_;

 private:
  Duration busy_{};
  Duration longest_{};
};

// `vcpu` is dom0's vCPU on the pCPU where NAPI runs: its maptrack list is used.
std::unique_ptr<VifContext> make_napi(VifNet& net, VifQueue& queue, const MaptrackVcpu& vcpu);
std::unique_ptr<VifContext> make_rx(VifNet& net, VifQueue& queue);
std::unique_ptr<VifContext> make_dealloc(VifNet& net, VifQueue& queue);
std::unique_ptr<VifContext> make_guest_a(VifNet& net, VifQueue& queue);
std::unique_ptr<VifContext> make_guest_b(VifNet& net, VifQueue& queue);

}  // namespace hvsim
