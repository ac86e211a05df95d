// Machine files: the shipped ones are whole, and each mistake in one has its place.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/run/contradictions.hpp"
#include "scenarios/run/machine_files.hpp"
#include "scenarios/run/machine_reader.hpp"
#include "scenarios/run/text_file.hpp"
#include "sim/hw/machine.hpp"
#include "sim/hw/topology.hpp"
#include "tests/scenarios/reader_lab.hpp"

namespace hvsim::reader {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::string toy() {
  static const std::string text =
      read_text_file(HVSIM_SOURCE_DIR "/models/machines/toy-2s4c.json");
  return text;
}

// What is said of the toy with one piece replaced: without place, and with it.
Lines said(const std::string& piece, const std::string& replacement) {
  std::string text = toy();
  const std::size_t at = text.find(piece);
  EXPECT_NE(at, std::string::npos) << "not in the machine: " << piece;
  try {
    read_machine_text(text.replace(at, piece.size(), replacement), "m", "toy");
  } catch (const BadInput& bad) {
    Lines lines;
    for (const Problem& problem : bad.problems()) {
      EXPECT_GT(problem.at.line, 1u);
      lines.push_back(problem.what + " (" + problem.at.pointer + ")");
    }
    return lines;
  }
  return {};
}

TEST(MachineReader, TheToyIsReadToTheLastNumber) {
  const MachineSpec spec = read_machine("toy-2s4c", file);
  EXPECT_EQ(spec.name, "toy-2s4c");
  EXPECT_EQ(spec.sockets, 2u);
  EXPECT_EQ(spec.cores_per_socket, 4u);
  EXPECT_EQ(spec.threads_per_core, 1u);
  EXPECT_EQ(spec.clock_khz, 1'000'000);
  EXPECT_EQ(spec.l1.bytes, 2'048u);
  EXPECT_EQ(spec.l3.ways, 8u);
  EXPECT_EQ(spec.prices.locked_rmw.value, nanoseconds(10));  // 10 cycles of 1 GHz
  EXPECT_EQ(spec.prices.dram_remote.value, nanoseconds(150));
  EXPECT_EQ(spec.store_buffer_entries.value, 8);
  EXPECT_EQ(spec.link_bytes_per_second.value, 5'000'000'000);
  EXPECT_EQ(spec.loaded_latency.size(), 4u);
  EXPECT_EQ(spec.loaded_latency[2].second, nanoseconds(200));
  EXPECT_EQ(spec.hand_over, HandOver::local_first);
  EXPECT_THAT(spec.links, ElementsAre(std::pair(0u, 1u)));
}

TEST(MachineReader, CyclesBecomeTimeByTheMachinesClock) {
  const MachineSpec haswell = read_machine("haswell-ep-2s18c", file);
  EXPECT_EQ(haswell.clock_khz, 2'294'000);
  EXPECT_EQ(haswell.prices.l1_hit.value, picoseconds(1'744));      // 4 cycles
  EXPECT_EQ(haswell.prices.locked_rmw.value, picoseconds(8'282));  // 19 cycles
  EXPECT_EQ(haswell.prices.l3_hit.value, nanoseconds(23));
}

TEST(MachineReader, EveryShippedMachineHasASourceAndABandForEveryNumber) {
  const std::vector<std::string> names = machine_names(file);
  EXPECT_THAT(names, testing::IsSupersetOf({"haswell-ep-2s12c", "haswell-ep-2s18c",
                                            "sandybridge-ep-2s8c", "toy-2s4c"}));
  for (const std::string& name : names) {
    const MachineSpec spec = read_machine(name, file);
    for (const PriceField& field : price_fields()) {
      const auto& price = spec.prices.*field.price;
      EXPECT_FALSE(price.source.empty()) << name << " " << field.name;
      EXPECT_LE(price.low, price.value) << name << " " << field.name;
      EXPECT_LE(price.value, price.high) << name << " " << field.name;
      EXPECT_GT(price.value, Duration{}) << name << " " << field.name;
    }
    for (const LimitField& field : limit_fields()) {
      EXPECT_FALSE((spec.*field.limit).source.empty()) << name << " " << field.name;
      EXPECT_GT((spec.*field.limit).value, 0) << name << " " << field.name;
    }
    EXPECT_FALSE(spec.shape_source.empty());
    EXPECT_FALSE(spec.caches_source.empty());
    EXPECT_FALSE(spec.loaded_latency_source.empty());
    EXPECT_FALSE(spec.hand_over_source.empty());
    EXPECT_THAT(contradictions(spec), IsEmpty());
    // What the reader accepts, the simulator can build.
    const Machine machine(spec, RunOptions{});
    EXPECT_EQ(machine.sockets(), spec.sockets);
  }
}

TEST(MachineReader, ANumberWithoutSourceOrBandIsRefused) {
  const std::string price =
      "\"value\": \"20 ns\", \"low\": \"20 ns\", \"high\": \"20 ns\",\n      \"source\": "
      "\"chosen for tests\"";
  EXPECT_THAT(said(price, "\"value\": \"20 ns\", \"low\": \"20 ns\", \"high\": \"20 ns\""),
              ElementsAre("the key \"source\" is missing: who says so, and whether it was read, "
                          "recalled, derived or is a proxy (/prices/l3_hit)"));
  EXPECT_THAT(
      said(price, "\"value\": \"20 ns\", \"source\": \"x\""),
      ElementsAre("the key \"low\" is missing: lower end of what is published or plausible "
                  "(/prices/l3_hit)",
                  "the key \"high\" is missing: upper end of it (/prices/l3_hit)"));
  EXPECT_THAT(said(price,
                   "\"value\": \"20 ns\", \"low\": \"21 ns\", \"high\": \"22 ns\", "
                   "\"source\": \"x\""),
              ElementsAre("the value must lie between low and high (/prices/l3_hit)"));
  EXPECT_THAT(said("\"source\": \"chosen for tests\"\n  },\n  \"caches\"",
                   "\"source\": \"\"\n  },\n  \"caches\""),
              ElementsAre("expected a source, found an empty string (/shape/source)"));
}

TEST(MachineReader, PricesHaveUnitsAndRanges) {
  const auto l3 = [](const std::string& value) {
    return said("\"value\": \"20 ns\"", "\"value\": " + value);
  };
  EXPECT_THAT(l3("20"), ElementsAre("20 has no unit: expected a duration such as \"100 us\" "
                                    "(/prices/l3_hit/value)"));
  EXPECT_THAT(l3("\"20\""), ElementsAre("\"20\" has no unit: expected ps, ns, us, ms, s or cycles "
                                        "(/prices/l3_hit/value)"));
  EXPECT_THAT(l3("\"0 ns\""), ElementsAre("must be from 1 ps to 1 ms, found \"0 ns\" "
                                          "(/prices/l3_hit/value)"));
  EXPECT_THAT(l3("\"-3 cycles\""), ElementsAre("must be from 1 ps to 1 ms, found \"-3 cycles\" "
                                               "(/prices/l3_hit/value)"));
  EXPECT_THAT(l3("\"2 s\""), ElementsAre("must be from 1 ps to 1 ms, found \"2 s\" "
                                         "(/prices/l3_hit/value)"));
}

TEST(MachineReader, MissingUnknownAndMisspeltKeysAreErrors) {
  EXPECT_THAT(
      said("\"l3_hit\"", "\"l3_hitt\""),
      ElementsAre("the key \"l3_hit\" is missing: load that hits the socket's L3, no other "
                  "core asked (/prices)",
                  "unknown key \"l3_hitt\"; did you mean \"l3_hit\"? (/prices/l3_hitt)"));
  EXPECT_THAT(said("\"limits\"", "\"limit\""),
              ElementsAre("the key \"limits\" is missing: how much of something there is ()",
                          "unknown key \"limit\"; did you mean \"limits\"? (/limit)"));
}

TEST(MachineReader, NearMustNotCostMoreThanFar) {
  EXPECT_THAT(said("\"value\": \"5 ns\", \"low\": \"5 ns\", \"high\": \"5 ns\"",
                   "\"value\": \"21 ns\", \"low\": \"5 ns\", \"high\": \"21 ns\""),
              ElementsAre("l2_hit (21 ns) must not be above l3_hit (20 ns) (/prices/l2_hit)"));
}

// A hand-over as published has a locked instruction in it.
TEST(MachineReader, ALockedOperationMustNotCostMoreThanTheHandOverThatItIsAPartOf) {
  EXPECT_THAT(said("\"value\": \"10 cycles\", \"low\": \"10 cycles\", \"high\": \"10 cycles\"",
                   "\"value\": \"41 ns\", \"low\": \"10 ns\", \"high\": \"41 ns\""),
              ElementsAre("locked_rmw (41 ns) must not be above hand_over_same (40 ns) "
                          "(/prices/locked_rmw)"));
}

TEST(MachineReader, ARateIsMoreThanALineAMicrosecond) {
  EXPECT_THAT(said("\"value\": \"5 GB/s\", \"low\": \"5 GB/s\", \"high\": \"5 GB/s\"",
                   "\"value\": \"64 MB/s\", \"low\": \"64 MB/s\", \"high\": \"5 GB/s\""),
              testing::Contains(HasSubstr("must be from 65 MB/s")));
}

TEST(MachineReader, TheShapeHasLimits) {
  EXPECT_THAT(said("\"sockets\": 2", "\"sockets\": 0"),
              ElementsAre("must be from 1 to 8, found 0 (/shape/sockets)",
                          "a socket must be from 0 to 0, found 1 (/links/0)"));
  EXPECT_THAT(said("\"cores_per_socket\": 4, \"threads_per_core\": 1",
                   "\"cores_per_socket\": 64, \"threads_per_core\": 8"),
              ElementsAre("at most 512 hardware threads in all, found 1024 (/shape)"));
  EXPECT_THAT(said("\"1 GHz\"", "\"1\""),
              ElementsAre("\"1\" has no unit: expected Hz, kHz, MHz or GHz (/shape/clock)"));
  EXPECT_THAT(said("\"1 GHz\"", "\"1000000500 Hz\""),
              ElementsAre("\"1000000500 Hz\" is not a whole number of kHz (/shape/clock)"));
  EXPECT_THAT(said("\"1 GHz\"", "\"11 GHz\""),
              ElementsAre("must be from 100 MHz to 10 GHz, found \"11 GHz\" (/shape/clock)"));
  EXPECT_THAT(said("\"1 GHz\"", "2"),
              ElementsAre("expected a frequency such as \"2.3 GHz\", found a number "
                          "(/shape/clock)"));
}

TEST(MachineReader, ACacheHasAWholeNumberOfSets) {
  EXPECT_THAT(said("\"size\": \"8 KiB\", \"ways\": 4", "\"size\": \"8 KiB\", \"ways\": 3"),
              ElementsAre("the size must be a multiple of ways x 64 B (/caches/l2)"));
  EXPECT_THAT(said("\"size\": \"8 KiB\", \"ways\": 4", "\"size\": \"8 KiB\", \"ways\": 0"),
              ElementsAre("must be from 1 to 64, found 0 (/caches/l2/ways)"));
}

TEST(MachineReader, TheLoadedLatencyRises) {
  EXPECT_THAT(said("\"load\": \"9 GB/s\"", "\"load\": \"5 GB/s\""),
              ElementsAre("load and latency must both be above those of the point before "
                          "(/loaded_latency/points/2)"));
  EXPECT_THAT(said("\"latency\": \"200 ns\"", "\"latency\": \"120 ns\""),
              ElementsAre("load and latency must both be above those of the point before "
                          "(/loaded_latency/points/2)"));
}

TEST(MachineReader, LinksJoinAllSockets) {
  EXPECT_THAT(said("[[0, 1]]", "[]"), ElementsAre("the links must reach every socket (/links)"));
  EXPECT_THAT(said("[[0, 1]]", "[[0, 0]]"),
              ElementsAre("a link joins two different sockets (/links/0)"));
  EXPECT_THAT(said("[[0, 1]]", "[[0, 1], [1, 0]]"),
              ElementsAre("this link is there twice (/links/1)"));
  EXPECT_THAT(said("[[0, 1]]", "[[0, 2]]"),
              ElementsAre("a socket must be from 0 to 1, found 2 (/links/0)"));
  EXPECT_THAT(said("[[0, 1]]", "[[0]]"),
              ElementsAre("expected two sockets, such as [0, 1] (/links/0)"));
  EXPECT_THAT(
      said("\"policy\": \"local_first\"", "\"policy\": \"local\""),
      ElementsAre("expected one of fifo, local_first or local_first_retry, found \"local\" "
                  "(/hand_over/policy)"));
}

TEST(MachineReader, AFourSocketRingIsAMachine) {
  std::string text = toy();
  text.replace(text.find("\"sockets\": 2"), 12, "\"sockets\": 4");
  text.replace(text.find("[[0, 1]]"), 8, "[[0, 1], [1, 2], [2, 3], [3, 0]]");
  const MachineSpec spec = read_machine_text(text, "m", "ring");
  EXPECT_EQ(Topology(spec).hops(0, 2), 2u);
}

TEST(MachineFiles, TheMistakeOfAMachinesFileIsReportedThere) {
  const Lines lines =
      problems(with("\"toy-2s4c\"", "\"" HVSIM_SOURCE_DIR "/docs/machine.schema.json\""));
  ASSERT_FALSE(lines.empty());
  EXPECT_THAT(lines[0], HasSubstr("docs/machine.schema.json:"));
}

TEST(MachineFiles, AnUnknownNameIsSaidWithAllTheKnownOnes) {
  try {
    read_machine("haswell", file);
    FAIL();
  } catch (const BadInput& bad) {
    EXPECT_THAT(bad.what(), HasSubstr("no machine is called \"haswell\"; there are "));
    for (const std::string& name : machine_names(file)) {
      EXPECT_THAT(bad.what(), HasSubstr(name));
    }
  }
}

}  // namespace
}  // namespace hvsim::reader
