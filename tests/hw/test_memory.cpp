// Simulated memory: layout, nodes and names.
#include <gtest/gtest.h>

#include <algorithm>
#include <new>

#include "sim/base/check.hpp"
#include "sim/hw/memory.hpp"
#include "sim/hw/run_limits.hpp"
#include "sim/hw/zero_pages.hpp"

namespace hvsim {
namespace {

struct Record {
  Shared<std::uint32_t> flags;
  Shared<std::uint64_t> count;
  Shared<std::uint8_t> bytes[56];
};
static_assert(sizeof(Record) == 72);

TEST(Memory, KeepsTheLayoutOfWhatIsMade) {
  Memory memory(1);
  Record& record = memory.make<Record>("record", SocketId{0});
  EXPECT_EQ(memory.address_of(&record.count) - memory.address_of(&record.flags), 8u);
  EXPECT_EQ(memory.host(memory.address_of(&record.count)), &record.count);
  EXPECT_EQ(record.count.peek(), 0u);
}

TEST(Memory, AnObjectStartsOnALineThatNothingElseIsOn) {
  Memory memory(1);
  auto& small = memory.make<Shared<std::uint8_t>>("small", SocketId{0});
  auto& record = memory.make<Record>("record", SocketId{0});
  auto& next = memory.make<Shared<std::uint8_t>>("next", SocketId{0});
  EXPECT_EQ(memory.address_of(&small) % line_bytes, 0u);
  EXPECT_EQ(memory.address_of(&record), 64u);
  EXPECT_EQ(memory.address_of(&next), 192u);  // the record reaches into a second line
  EXPECT_EQ(memory.lines(), 4u);
}

TEST(Memory, EveryElementOfAnArrayIsMadeUnlessItIsNothingButZeros) {
  struct Numbered {
    std::uint64_t zero = 0;
    std::uint32_t seven = 7;
  };
  Memory memory(1);
  for (const Numbered& element : memory.make_array<Numbered>("numbered", 1000, SocketId{0})) {
    ASSERT_EQ(element.seven, 7u);
  }
  for (const auto& word : memory.make_array<Shared<std::uint64_t>>("words", 1000, SocketId{0})) {
    ASSERT_EQ(word.peek(), 0u);
  }
}

TEST(Memory, ElementsOfAnArrayShareLinesAsInC) {
  Memory memory(1);
  const auto row = memory.make_array<Record>("row", 3, SocketId{0});
  EXPECT_EQ(memory.address_of(&row[1]), 72u);
  EXPECT_EQ(line_of(memory.address_of(&row[0].bytes[55])),
            line_of(memory.address_of(&row[1].flags)));
  EXPECT_NE(line_of(memory.address_of(&row[0].flags)), line_of(memory.address_of(&row[1].flags)));
}

TEST(Memory, APageBelongsToOneNode) {
  Memory memory(2);
  const Address first = memory.reserve("first", 100, SocketId{0});
  const Address second = memory.reserve("second", 100, SocketId{1});
  const Address third = memory.reserve("third", 100, SocketId{1});
  const Address fourth = memory.reserve("fourth", 3 * page_bytes, SocketId{0});
  EXPECT_EQ(first, 0u);
  EXPECT_EQ(second, page_bytes);
  EXPECT_EQ(third, page_bytes + 128);  // the same node goes on in the page
  EXPECT_EQ(fourth, page_bytes * 2);
  EXPECT_EQ(memory.node_of(line_of(first)), SocketId{0});
  EXPECT_EQ(memory.node_of(line_of(second)), SocketId{1});
  EXPECT_EQ(memory.node_of(line_of(third)), SocketId{1});
  EXPECT_EQ(memory.node_of(line_of(fourth + 3 * page_bytes - 1)), SocketId{0});
}

TEST(Memory, APageOrMoreStartsAtAPage) {
  Memory memory(1);
  memory.reserve("line", 1, SocketId{0});
  EXPECT_EQ(memory.reserve("almost", page_bytes - 1, SocketId{0}), 64u);
  EXPECT_EQ(memory.reserve("page", page_bytes, SocketId{0}), page_bytes * 2);
}

TEST(Memory, NamesAnAddressByTheInnermostNameAndTheOffset) {
  Memory memory(1);
  const auto tables = memory.make_array<Record>("grant_table", 2, SocketId{0});
  memory.name(&tables[0], sizeof(Record), "grant_table[0]");
  memory.name(&tables[1], sizeof(Record), "grant_table[1]");
  memory.name(&tables[1].count, sizeof tables[1].count, "grant_table[1].count");
  EXPECT_EQ(memory.name_of(0), "grant_table[0]");
  EXPECT_EQ(memory.name_of(71), "grant_table[0]+71");
  EXPECT_EQ(memory.name_of(72), "grant_table[1]");
  EXPECT_EQ(memory.name_of(80), "grant_table[1].count");
  EXPECT_EQ(memory.name_of(87), "grant_table[1].count+7");
  EXPECT_EQ(memory.name_of(88), "grant_table[1]+16");  // behind the inner name, still in the outer
  EXPECT_EQ(memory.name_of(144), "memory+144");
}

TEST(Memory, RefusesWhatItCannotGive) {
  Memory memory(2);
  EXPECT_THROW(memory.reserve("nothing", 0, SocketId{0}), InternalError);
  EXPECT_THROW(memory.reserve("elsewhere", 1, SocketId{2}), InternalError);
  EXPECT_THROW(memory.reserve("too much", std::uint64_t{9} << 30, SocketId{0}), LimitReached);
  memory.reserve("most", std::uint64_t{7} << 30, SocketId{0});
  EXPECT_THROW(memory.reserve("the rest", std::uint64_t{2} << 30, SocketId{0}), LimitReached);
}

TEST(Memory, BulkRoomIsZeroUntilItIsWritten) {
  Memory memory(1);
  const Address frames = memory.reserve("frames", std::uint64_t{1} << 30, SocketId{0});
  const auto* last = static_cast<const unsigned char*>(memory.host(frames + (1u << 30) - 1));
  EXPECT_EQ(*last, 0);
}

TEST(ZeroPages, AreZeroEverywhereAlsoWhereThoseBeforeWereWritten) {
  for (const std::size_t bytes : {std::size_t{1} << 10, std::size_t{1} << 21}) {
    for (const std::size_t written : {bytes, bytes, bytes / 8, bytes / 8, bytes / 8}) {
      ZeroPages pages(bytes);
      std::byte* const first = pages.data();
      EXPECT_EQ(std::count(first, first + bytes, std::byte{0}),
                static_cast<std::ptrdiff_t>(bytes));
      std::fill(first, first + written, std::byte{0xff});
      pages.written_up_to(written);
    }
  }
}

TEST(ZeroPages, ARegionOfWhichLittleWasWrittenServesAgain) {
  constexpr std::size_t bytes = std::size_t{3} << 21;  // of a size that nobody else uses
  std::byte* before = nullptr;
  {
    ZeroPages pages(bytes);
    before = pages.data();
    pages.written_up_to(0);
  }
  const ZeroPages pages(bytes);
  EXPECT_EQ(pages.data(), before);
}

TEST(ZeroPages, MoreThanAHostCanAddressIsRefused) {
  EXPECT_THROW(ZeroPages(std::size_t{1} << 62), std::bad_alloc);
}

}  // namespace
}  // namespace hvsim
