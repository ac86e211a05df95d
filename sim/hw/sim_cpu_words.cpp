// Copying words with what is in them: the lines and the time of a bulk copy, then block by block.
//
// All lines come at once, as in sim_cpu_bulk.cpp, and the time that takes is spread evenly over
// the blocks. A block is loaded when its time has come, from lines that this core can still read,
// and stored to lines that it still owns; one that has been taken away meanwhile is fetched once
// more, at its price. Earlier stores go first, so the copy's own are visible as they are done.
#include <algorithm>
#include <vector>

#include "sim/base/check.hpp"
#include "sim/hw/sim_cpu.hpp"

namespace hvsim {

namespace {

constexpr std::size_t words_a_line = line_bytes / sizeof(std::uint64_t);

// How many of `most` words from here on lie on the line of the first.
std::size_t on_its_line(Address first, std::size_t most) {
  return std::min(most, (line_bytes - first % line_bytes) / sizeof(std::uint64_t));
}

}  // namespace

void SimCpu::copy_words(Shared<std::uint64_t>* to, const Shared<std::uint64_t>* from,
                        std::size_t words, std::size_t block, Where where) {
  const Address source = hw_.memory.address_of(from);
  const Address target = hw_.memory.address_of(to);
  check(words > 0 && (block == 1 || (block > 0 && block % words_a_line == 0)),
        "something to copy, by words or by lines");
  check(source % line_bytes == target % line_bytes, "both lie alike in their lines");
  begin(where);
  not_only_a_load();
  drain();
  const BulkTime time = start_bulk(target, &source, words * sizeof(std::uint64_t));
  const std::size_t at_once = block == 1 ? words_a_line : block;
  // The first block ends where a line does.
  const std::size_t lead = source % line_bytes / sizeof(std::uint64_t);
  const auto parts = static_cast<std::int64_t>((lead + words + at_once - 1) / at_once);
  std::vector<std::uint64_t> registers;
  std::size_t done = 0;
  for (std::int64_t part = 0; part < parts; ++part) {
    registers.resize(std::min(at_once - (part == 0 ? lead : 0), words - done));
    if (block == 1) {
      spend_part(time, part, parts);
      begin(where);
      load_block(from + done, registers, where);
    } else {
      begin(where);
      load_block(from + done, registers, where);
      spend_part(time, part, parts);
      begin(where);
    }
    store_block(to + done, registers, where);
    done += registers.size();
  }
}

void SimCpu::load_block(const Shared<std::uint64_t>* from, std::span<std::uint64_t> values,
                        Where where) {
  drain();
  for (std::size_t i = 0; i < values.size();) {
    const Address address = hw_.memory.address_of(from + i);
    if (hw_.coherence.probe(core_, line_of(address), false) == Hit::none) {
      access(line_of(address), false, Duration{}, where);
    }
    for (std::size_t left = on_its_line(address, values.size() - i); left > 0; --left, ++i) {
      values[i] = read(hw_.memory.address_of(from + i), sizeof(std::uint64_t));
    }
  }
}

// In the history a line is one copy; its value there is made of all its words'.
void SimCpu::store_block(Shared<std::uint64_t>* to, std::span<const std::uint64_t> values,
                         Where where) {
  drain();
  for (std::size_t i = 0; i < values.size();) {
    const Address address = hw_.memory.address_of(to + i);
    if (hw_.coherence.probe(core_, line_of(address), true) == Hit::none) {
      access(line_of(address), true, Duration{}, where);
    }
    std::uint64_t mixed = 0;
    for (std::size_t left = on_its_line(address, values.size() - i); left > 0; --left, ++i) {
      const Address word = hw_.memory.address_of(to + i);
      about_to_write_quietly(word, sizeof(std::uint64_t));
      write(word, sizeof(std::uint64_t), values[i]);
      mixed = std::rotl(mixed, 7) ^ values[i];
    }
    record(Verb::copy, t_, address, mixed, where);
  }
}

}  // namespace hvsim
