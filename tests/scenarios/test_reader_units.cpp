// Units: exact, one text a value, and a clear word for everything else.
#include <gtest/gtest.h>

#include <limits>

#include "scenarios/run/suggest.hpp"
#include "scenarios/run/units.hpp"
#include "scenarios/run/value_type.hpp"

namespace hvsim {
namespace {

std::int64_t value(Dimension dimension, const std::string& text) {
  const Measure measure = parse_measure(dimension, text);
  EXPECT_TRUE(measure.ok()) << measure.error;
  return measure.value;
}

std::string error(Dimension dimension, const std::string& text) {
  return parse_measure(dimension, text).error;
}

TEST(Units, DecimalsAreExact) {
  EXPECT_EQ(value(Dimension::duration, "47.1 ns"), 47'100);
  EXPECT_EQ(value(Dimension::duration, "0.001 ns"), 1);
  EXPECT_EQ(value(Dimension::duration, "1.000 s"), 1'000'000'000'000);
  EXPECT_EQ(value(Dimension::duration, "2e3 us"), 2'000'000'000);
  EXPECT_EQ(value(Dimension::duration, "-5 ps"), -5);
  EXPECT_EQ(value(Dimension::duration, "0 ms"), 0);
  EXPECT_EQ(value(Dimension::duration, "100us"), 100'000'000);
  EXPECT_EQ(value(Dimension::size, "2.5 MiB"), 2'621'440);
  EXPECT_EQ(value(Dimension::size, "64 KiB"), 65'536);
  EXPECT_EQ(value(Dimension::size, "64 kB"), 64'000);
  EXPECT_EQ(value(Dimension::rate, "57.93 GB/s"), 57'930'000'000);
  EXPECT_EQ(value(Dimension::frequency, "2.294 GHz"), 2'294'000'000);
  EXPECT_EQ(value(Dimension::frequency, "10 Hz"), 10);
}

TEST(Units, FractionsAreBarePercentOrPermille) {
  EXPECT_EQ(value(Dimension::fraction, "0.1 %"), 1'000'000);
  EXPECT_EQ(value(Dimension::fraction, "20 permille"), 20'000'000);
  EXPECT_EQ(value(Dimension::fraction, "0.001"), 1'000'000);
  EXPECT_EQ(value(Dimension::fraction, "1e-6"), 1'000);
  EXPECT_EQ(value(Dimension::fraction, "1E-9"), 1);
  EXPECT_EQ(error(Dimension::fraction, "1e-10"),
            "\"1e-10\" is not a whole number of parts per billion");
}

TEST(Units, WhatIsFinerThanTheBaseUnitIsAnErrorAndNotRounded) {
  EXPECT_EQ(error(Dimension::duration, "0.5 ps"), "\"0.5 ps\" is not a whole number of ps");
  EXPECT_EQ(error(Dimension::size, "0.3 KiB"), "\"0.3 KiB\" is not a whole number of B");
  EXPECT_EQ(error(Dimension::duration, "1e-300 s"), "\"1e-300 s\" is not a whole number of ps");
}

TEST(Units, AMissingOrWrongUnitNamesTheRightOnes) {
  EXPECT_EQ(error(Dimension::duration, "100"),
            "\"100\" has no unit: expected ps, ns, us, ms or s");
  EXPECT_EQ(error(Dimension::duration, "100 KiB"),
            "\"100 KiB\" has the unknown unit \"KiB\": expected ps, ns, us, ms or s");
  EXPECT_EQ(error(Dimension::size, "1 TB"),
            "\"1 TB\" has the unknown unit \"TB\": expected B, kB, KiB, MB, MiB or GiB");
  EXPECT_EQ(error(Dimension::rate, "1 GB"),
            "\"1 GB\" has the unknown unit \"GB\": expected B/s, kB/s, MB/s or GB/s");
  EXPECT_EQ(error(Dimension::duration, "4 cycles"),
            "\"4 cycles\" has the unknown unit \"cycles\": expected ps, ns, us, ms or s");
  for (const char* text : {"", "ns", ".5 ns", "+1 ns", "nan", "x 1 ns"}) {
    EXPECT_EQ(error(Dimension::duration, text),
              "expected a duration such as \"100 us\", found \"" + std::string(text) + "\"");
  }
}

TEST(Units, WhatCannotBeCountedIsTooLarge) {
  EXPECT_EQ(value(Dimension::duration, "9223372036854775807 ps"),
            std::numeric_limits<std::int64_t>::max());
  for (const char* text : {"9223372036854775808 ps", "9300000 s", "1e30 ps", "1e999999999999 s"}) {
    EXPECT_EQ(error(Dimension::duration, text),
              "\"" + std::string(text) + "\" is too large to be counted");
  }
  EXPECT_NE(error(Dimension::duration, "1.0000000000000000000001 s"), "");
}

TEST(Units, CyclesAloneAreRounded) {
  EXPECT_EQ(parse_duration_or_cycles("4 cycles", 2'294'000).value, 1'744);  // 1743.68
  EXPECT_EQ(parse_duration_or_cycles("1 cycle", 1'000'000).value, 1'000);
  EXPECT_EQ(parse_duration_or_cycles("0.5 cycles", 1'000'000).value, 500);
  EXPECT_EQ(parse_duration_or_cycles("3 ns", 1'000'000).value, 3'000);
  EXPECT_EQ(parse_duration_or_cycles("3 clocks", 1'000'000).error,
            "\"3 clocks\" has the unknown unit \"clocks\": expected ps, ns, us, ms, s or cycles");
}

TEST(Units, EqualValuesHaveOneText) {
  const auto same = [](Dimension dimension, const std::string& text) {
    return canonical_text(dimension, value(dimension, text));
  };
  EXPECT_EQ(same(Dimension::duration, "1000 us"), "1 ms");
  EXPECT_EQ(same(Dimension::duration, "1500 us"), "1.5 ms");
  EXPECT_EQ(same(Dimension::duration, "0.1 ns"), "100 ps");
  EXPECT_EQ(same(Dimension::duration, "47.10 ns"), "47.1 ns");
  EXPECT_EQ(same(Dimension::duration, "1.005 us"), "1.005 us");
  EXPECT_EQ(same(Dimension::duration, "0 s"), "0 ps");
  EXPECT_EQ(same(Dimension::size, "65536 B"), "64 KiB");
  EXPECT_EQ(same(Dimension::size, "1024 KiB"), "1 MiB");
  EXPECT_EQ(same(Dimension::size, "64 kB"), "64000 B");
  EXPECT_EQ(same(Dimension::size, "0 KiB"), "0 B");
  EXPECT_EQ(same(Dimension::rate, "57930 MB/s"), "57.93 GB/s");
  EXPECT_EQ(same(Dimension::fraction, "20 permille"), "2 %");
  EXPECT_EQ(same(Dimension::fraction, "1e-6"), "0.0001 %");
  EXPECT_EQ(same(Dimension::fraction, "0"), "0 %");
}

TEST(Units, ACanonicalTextReadsBackAsItsValue) {
  const Dimension all[] = {Dimension::duration, Dimension::size, Dimension::rate,
                           Dimension::frequency, Dimension::fraction};
  for (const Dimension dimension : all) {
    for (std::int64_t n = 1; n < 4'000'000'000'000'000'000 / 7; n = n * 7 + 3) {
      EXPECT_EQ(value(dimension, canonical_text(dimension, n)), n);
      EXPECT_EQ(value(dimension, canonical_text(dimension, n / 1'000 * 1'000)), n / 1'000 * 1'000);
    }
  }
}

TEST(Units, WholeNumbersAreDigitsAndNothingElse) {
  EXPECT_EQ(parse_whole("16").value, 16);
  EXPECT_EQ(parse_whole("-1").value, -1);
  EXPECT_EQ(parse_whole("1000000").value, 1'000'000);
  for (const char* text : {"1e3", "3.9", "3.0", "", "-", "0x10", " 1", "1 "}) {
    EXPECT_EQ(
        parse_whole(text).error,
        "expected a whole number, written with digits only, found \"" + std::string(text) + "\"");
  }
  EXPECT_EQ(parse_whole("18446744073709551616").error,
            "\"18446744073709551616\" is too large to be counted");
}

TEST(Units, ThousandthsHaveThreeDecimals) {
  EXPECT_EQ(parse_thousandths("2.5").value, 2'500);
  EXPECT_EQ(parse_thousandths("-0.001").value, -1);
  EXPECT_EQ(parse_thousandths("1e3").value, 1'000'000);
  EXPECT_EQ(parse_thousandths("0.0001").error, "\"0.0001\" has more than three decimals");
  EXPECT_EQ(parse_thousandths("1e19").error, "\"1e19\" is too large");
  EXPECT_EQ(parse_thousandths("2x").error, "expected a number, found \"2x\"");
  EXPECT_EQ(decimal_of_thousandths(2'500), "2.5");
  EXPECT_EQ(decimal_of_thousandths(-1), "-0.001");
  EXPECT_EQ(decimal_of_thousandths(3'000), "3");
}

TEST(Suggest, TheNearestNameWithinAThirdOfTheWordIsMeant) {
  const std::vector<std::string> names = {"queues", "threads", "lock", "l3_hit", "l2_hit"};
  EXPECT_EQ(did_you_mean("quues", names), "; did you mean \"queues\"?");
  EXPECT_EQ(did_you_mean("thraeds", names), "; did you mean \"threads\"?");
  EXPECT_EQ(did_you_mean("lokc", names), "; did you mean \"lock\"?");
  EXPECT_EQ(did_you_mean("l4_hit", names), "; did you mean \"l3_hit\"?");
  EXPECT_EQ(did_you_mean("abc", names), "");
  EXPECT_EQ(did_you_mean("", names), "");
  EXPECT_EQ(did_you_mean(std::string(100'000, 'q'), names), "");
}

TEST(ValueType, JsonOfTheWrongKindSaysWhatWasExpected) {
  const auto read = [](const ValueType& type, const std::string& json) {
    const ReadValue value = read_value(type, parse_json(json, "f"));
    return value.ok() ? value.text : value.error;
  };
  const ValueType count{ValueType::Kind::count, 1, 64};
  EXPECT_EQ(read(count, "16"), "16");
  EXPECT_EQ(read(count, "0"), "must be from 1 to 64, found 0");
  EXPECT_EQ(read(count, "-1"), "must be from 1 to 64, found -1");
  EXPECT_EQ(read(count, "\"16\""), "expected a whole number from 1 to 64, found \"16\"");
  EXPECT_EQ(read(count, "3.9"),
            "expected a whole number, written with digits only, found \"3.9\"");
  EXPECT_EQ(read(count, "4294967297"), "must be from 1 to 64, found 4294967297");
  EXPECT_EQ(read(count, "null"), "expected a whole number from 1 to 64, found null");
  const ValueType wait{ValueType::Kind::duration, 1'000, 1'000'000};
  EXPECT_EQ(read(wait, "\"1000 ns\""), "1 us");
  EXPECT_EQ(read(wait, "100"), "100 has no unit: expected a duration such as \"100 us\"");
  EXPECT_EQ(read(wait, "\"2 us\""), "must be from 1 ns to 1 us, found \"2 us\"");
  EXPECT_EQ(read(wait, "[]"),
            "expected a duration such as \"100 us\", from 1 ns to 1 us, found an array");
  const ValueType share{ValueType::Kind::fraction, 0, 1'000'000'000};
  EXPECT_EQ(read(share, "0.001"), "0.1 %");
  EXPECT_EQ(read(share, "\"0.1 %\""), "0.1 %");
  EXPECT_EQ(read(share, "\"0.001\""),
            "\"0.001\" has no unit: expected permille or %, or no quotes");
  EXPECT_EQ(read(share, "1.5"), "must be from 0 % to 100 %, found \"1.5\"");
  const ValueType flag{ValueType::Kind::flag};
  EXPECT_EQ(read(flag, "true"), "true");
  EXPECT_EQ(read(flag, "1"), "expected true or false, found a number");
  const ValueType choice{ValueType::Kind::choice, 0, 0, {"fifo", "local_first"}};
  EXPECT_EQ(read(choice, "\"fifo\""), "fifo");
  EXPECT_EQ(read(choice, "\"fif\""),
            "expected one of fifo or local_first, found \"fif\"; did you mean \"fifo\"?");
}

}  // namespace
}  // namespace hvsim
