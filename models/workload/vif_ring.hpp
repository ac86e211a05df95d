// The rings of vif_transfer: the shared rings of a guest, and the queues between dom0's contexts.
//
// What it is: TxRing and RxRing have the layout of the public interface: a line of indices, then
// slots (12 and 8 bytes). Handoff is a queue with one producer and one consumer, each with an
// index line of its own, as an skb queue or a dealloc ring is used. What you must promise: one
// producer and one consumer; at most 256 entries outstanding. What it guarantees: an entry is seen
// after everything its producer did before offering it.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "models/workload/vif_options.hpp"
#include "sim/hw/cpu.hpp"
#include "sim/hw/host.hpp"

namespace hvsim {

struct RingIndices {
  Shared<std::uint32_t> request_producer;
  Shared<std::uint32_t> request_event;
  Shared<std::uint32_t> response_producer;
  Shared<std::uint32_t> response_event;
  Shared<std::uint32_t> padding[12];
};
static_assert(sizeof(RingIndices) == line_bytes);

struct TxSlot {
  Shared<std::uint32_t> gref;
  Shared<std::uint32_t> offset_flags;
  Shared<std::uint32_t> id_size;  // a response: id and status
};
struct TxRing {
  RingIndices index;
  TxSlot slot[VifOptions::ring_slots];
};

struct RxSlot {
  Shared<std::uint32_t> id_offset;
  Shared<std::uint32_t> gref;  // a response: flags and status
};
struct RxRing {
  RingIndices index;
  RxSlot slot[VifOptions::ring_slots];
};

class Handoff {
 public:
  Handoff(Host& host, const std::string& name, SocketId node)
      : words_(host.memory().make<Words>(name, node)) {}

  // The producer's side: put() any number, then publish().
  void put(Cpu& cpu, std::uint32_t item) {
    const std::uint32_t slot = put_++ % VifOptions::ring_slots;
    cpu.store(words_.item[slot], item);
    offered_[slot] = cpu.now();
  }
  void publish(Cpu& cpu) { cpu.store(words_.producer, put_); }

  // The consumer's side.
  std::uint32_t waiting(Cpu& cpu) { return cpu.load(words_.producer) - taken_; }
  // The entry `ahead` places behind the first one; there must be one.
  std::uint32_t peek(Cpu& cpu, std::uint32_t ahead) {
    return cpu.load(words_.item[(taken_ + ahead) % VifOptions::ring_slots]);
  }
  void take(Cpu& cpu, std::uint32_t count) {
    taken_ += count;
    cpu.store(words_.consumer, taken_);
  }
  // Ghost: when the first entry was offered.
  Time offered() const { return offered_[taken_ % VifOptions::ring_slots]; }

 private:
  struct Words {
    Shared<std::uint32_t> producer;
    Shared<std::uint32_t> padding[15];
    Shared<std::uint32_t> consumer;
    Shared<std::uint32_t> padding2[15];
    Shared<std::uint32_t> item[VifOptions::ring_slots];
  };

  Words& words_;
  std::uint32_t put_ = 0;    // the producer's
  std::uint32_t taken_ = 0;  // the consumer's
  std::array<Time, VifOptions::ring_slots> offered_{};
};

}  // namespace hvsim
