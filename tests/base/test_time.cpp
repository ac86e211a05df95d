// Arithmetic of instants and lengths, and the conversion of cycles.
#include <gtest/gtest.h>

#include <cstdint>
#include <type_traits>

#include "sim/base/time.hpp"

namespace hvsim {
namespace {

template <class A, class B>
concept Addable = requires(A a, B b) {
  a + b;
};
template <class A, class B>
concept Comparable = requires(A a, B b) {
  a < b;
};

TEST(Time, AnInstantMovesByALengthAndTwoInstantsAreALengthApart) {
  const Time start{1'000};
  EXPECT_EQ(start + nanoseconds(2), Time{3'000});
  EXPECT_EQ(start - picoseconds(1), Time{999});
  EXPECT_EQ((start + nanoseconds(2)) - start, nanoseconds(2));
  Time moved = start;
  moved += microseconds(1);
  EXPECT_EQ(moved, Time{1'001'000});
}

TEST(Time, TwoInstantsCannotBeAddedNorComparedWithALength) {
  static_assert(Addable<Time, Duration> && Addable<Duration, Duration>);
  static_assert(!Addable<Time, Time> && !Addable<Duration, Time>);
  static_assert(!Addable<Duration, std::int64_t>);
  static_assert(Comparable<Time, Time> && !Comparable<Time, Duration>);
  static_assert(!std::is_convertible_v<std::int64_t, Duration>);
  SUCCEED();
}

TEST(Time, NeverIsLaterThanAnyInstant) {
  EXPECT_GT(Time::never(), Time{} + milliseconds(1'000'000'000));
}

TEST(Duration, UnitsAreThousandsOfEachOther) {
  EXPECT_EQ(nanoseconds(1), picoseconds(1'000));
  EXPECT_EQ(microseconds(1), nanoseconds(1'000));
  EXPECT_EQ(milliseconds(1), microseconds(1'000));
}

TEST(Duration, AddsScalesAndDivides) {
  EXPECT_EQ(nanoseconds(2) + picoseconds(5), picoseconds(2'005));
  EXPECT_EQ(nanoseconds(2) - picoseconds(5), picoseconds(1'995));
  EXPECT_EQ(nanoseconds(2) * 3, nanoseconds(6));
  EXPECT_EQ(3 * nanoseconds(2), nanoseconds(6));
  EXPECT_EQ(nanoseconds(7) / 2, picoseconds(3'500));
  EXPECT_EQ(nanoseconds(7) / nanoseconds(2), 3);
  Duration length = nanoseconds(1);
  length += picoseconds(7);
  length -= picoseconds(3);
  EXPECT_EQ(length, picoseconds(1'004));
}

TEST(Cycles, RoundToTheNearestPicosecond) {
  EXPECT_EQ(cycles(1, 1'000'000), picoseconds(1'000));  // 1 GHz
  EXPECT_EQ(cycles(1, 2'294'000), picoseconds(436));    // 435.92
  EXPECT_EQ(cycles(1, 2'200'000), picoseconds(455));    // 454.54
  EXPECT_EQ(cycles(3, 2'000'000), picoseconds(1'500));
  EXPECT_EQ(cycles(1, 2'000'000'000), picoseconds(1));  // a half rounds up
  EXPECT_EQ(cycles(0, 2'294'000), picoseconds(0));
}

TEST(Cycles, RoundOnceHoweverMany) {
  EXPECT_EQ(cycles(1'000'000, 2'294'000), picoseconds(435'919'791));
}

}  // namespace
}  // namespace hvsim
