// The classic litmus tests by hand on this processor: nothing that x86-TSO forbids is ever seen.
// What is seen at all depends on the host; the counts are printed, not required.
#include <gtest/gtest.h>

#include <array>
#include <iostream>
#include <map>

#include "sim/hw/host_batches.hpp"

namespace hvsim {
namespace {

struct Cells {
  alignas(line_bytes) Shared<std::uint64_t> x;
  alignas(line_bytes) Shared<std::uint64_t> y;
};
using Registers = std::array<std::uint64_t, 4>;
using Outcomes = std::map<Registers, std::uint64_t>;
using Body = std::function<void(Cpu&, Cells&, Registers&)>;

// Each body writes registers of its own; they lie in lines of their own until they are collected.
Outcomes outcomes(const std::string& name, const std::vector<Body>& bodies,
                  BatchShape shape = {.runs = HVSIM_HOST_TURNS, .batch = 1000}) {
  HostMachine machine({.cores_per_socket = static_cast<unsigned>(bodies.size())});
  const auto cells = machine.memory().make_array<Cells>("cells", shape.batch, SocketId{0});
  std::vector<std::vector<Registers>> registers(bodies.size(),
                                                std::vector<Registers>(shape.batch));
  Outcomes seen;
  BatchProgram program;
  for (std::size_t t = 0; t < bodies.size(); ++t) {
    program.bodies.push_back(
        [&, t](Cpu& cpu, unsigned i) { bodies[t](cpu, cells[i], registers[t][i]); });
  }
  program.before = [&](unsigned count) {
    for (unsigned i = 0; i < count; ++i) {
      cells[i].x.poke(0);
      cells[i].y.poke(0);
    }
  };
  program.after = [&](unsigned count) {
    for (unsigned i = 0; i < count; ++i) {
      Registers all{};
      for (const auto& one : registers) {
        for (std::size_t r = 0; r < all.size(); ++r) {
          all[r] |= one[i][r];
        }
      }
      ++seen[all];
    }
  };
  run_batches(machine, program, shape);
  for (const auto& [state, times] : seen) {
    std::cout << name << " " << testing::PrintToString(state) << ": " << times << "\n";
  }
  return seen;
}

std::uint64_t total(const Outcomes& seen) {
  std::uint64_t sum = 0;
  for (const auto& [state, times] : seen) {
    sum += times;
  }
  return sum;
}

Body store_then_load(Shared<std::uint64_t> Cells::*stored, Shared<std::uint64_t> Cells::*loaded,
                     std::size_t into) {
  return [=](Cpu& cpu, Cells& cells, Registers& r) {
    cpu.store(cells.*stored, 1);
    r[into] = cpu.load(cells.*loaded);
  };
}

TEST(HostBatches, RunEveryInstanceOnceOnEveryThread) {
  const Body add = [](Cpu& cpu, Cells& cells, Registers& r) { r[0] = cpu.fetch_add(cells.x, 1); };
  // Both add to x, so that the registers say that one came first and the other second.
  const Body add_too = [](Cpu& cpu, Cells& cells, Registers& r) {
    r[1] = cpu.fetch_add(cells.x, 1);
  };
  const Outcomes seen = outcomes("ADD", {add, add_too}, {.runs = 2500, .batch = 1000});
  const std::uint64_t first = seen.contains({0, 1, 0, 0}) ? seen.at({0, 1, 0, 0}) : 0;
  const std::uint64_t second = seen.contains({1, 0, 0, 0}) ? seen.at({1, 0, 0, 0}) : 0;
  EXPECT_EQ(first + second, 2500u);
  EXPECT_EQ(total(seen), 2500u);
}

TEST(HostBatches, StoreBuffersShowEveryOutcomeTheyMay) {
  const Outcomes seen = outcomes(
      "SB", {store_then_load(&Cells::x, &Cells::y, 0), store_then_load(&Cells::y, &Cells::x, 1)});
  EXPECT_EQ(total(seen), HVSIM_HOST_TURNS);
}

TEST(HostBatches, AFenceBetweenStoreAndLoadForbidsThatBothAreOvertaken) {
  const auto fenced = [](Shared<std::uint64_t> Cells::*stored,
                         Shared<std::uint64_t> Cells::*loaded, std::size_t into) -> Body {
    return [=](Cpu& cpu, Cells& cells, Registers& r) {
      cpu.store(cells.*stored, 1);
      cpu.fence();
      r[into] = cpu.load(cells.*loaded);
    };
  };
  const Outcomes seen =
      outcomes("SB+mfences", {fenced(&Cells::x, &Cells::y, 0), fenced(&Cells::y, &Cells::x, 1)});
  EXPECT_FALSE(seen.contains({0, 0, 0, 0}));
}

TEST(HostBatches, ALockedOneForbidsItToo) {
  const auto exchange = [](Shared<std::uint64_t> Cells::*stored,
                           Shared<std::uint64_t> Cells::*loaded, std::size_t into) -> Body {
    return [=](Cpu& cpu, Cells& cells, Registers& r) {
      cpu.xchg(cells.*stored, 1);
      r[into] = cpu.load(cells.*loaded);
    };
  };
  const Outcomes seen =
      outcomes("SB+xchgs", {exchange(&Cells::x, &Cells::y, 0), exchange(&Cells::y, &Cells::x, 1)});
  EXPECT_FALSE(seen.contains({0, 0, 0, 0}));
}

TEST(HostBatches, AMessageIsNotSeenBeforeItsContents) {
  const Body writer = [](Cpu& cpu, Cells& cells, Registers&) {
    cpu.store(cells.x, 1);
    cpu.store(cells.y, 1);
  };
  const Body reader = [](Cpu& cpu, Cells& cells, Registers& r) {
    r[0] = cpu.load(cells.y);
    r[1] = cpu.load(cells.x);
  };
  const Outcomes seen = outcomes("MP", {writer, reader});
  EXPECT_FALSE(seen.contains({1, 0, 0, 0}));
}

TEST(HostBatches, NoLoadSeesAStoreThatCameAfterIt) {
  const auto load_then_store = [](Shared<std::uint64_t> Cells::*loaded,
                                  Shared<std::uint64_t> Cells::*stored, std::size_t into) -> Body {
    return [=](Cpu& cpu, Cells& cells, Registers& r) {
      r[into] = cpu.load(cells.*loaded);
      cpu.store(cells.*stored, 1);
    };
  };
  const Outcomes seen = outcomes(
      "LB", {load_then_store(&Cells::x, &Cells::y, 0), load_then_store(&Cells::y, &Cells::x, 1)});
  EXPECT_FALSE(seen.contains({1, 1, 0, 0}));
}

TEST(HostBatches, AllThreadsSeeIndependentStoresInOneOrder) {
  const auto writer = [](Shared<std::uint64_t> Cells::*stored) -> Body {
    return [=](Cpu& cpu, Cells& cells, Registers&) { cpu.store(cells.*stored, 1); };
  };
  const auto reader = [](Shared<std::uint64_t> Cells::*first, Shared<std::uint64_t> Cells::*second,
                         std::size_t into) -> Body {
    return [=](Cpu& cpu, Cells& cells, Registers& r) {
      r[into] = cpu.load(cells.*first);
      r[into + 1] = cpu.load(cells.*second);
    };
  };
  const Outcomes seen =
      outcomes("IRIW",
               {writer(&Cells::x), writer(&Cells::y), reader(&Cells::x, &Cells::y, 0),
                reader(&Cells::y, &Cells::x, 2)},
               {.runs = HVSIM_HOST_TURNS, .batch = 20'000});
  EXPECT_FALSE(seen.contains({1, 0, 1, 0}));
}

}  // namespace
}  // namespace hvsim
