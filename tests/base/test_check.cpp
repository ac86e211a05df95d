// Checks name their place and what they expected; places are relative to the repository.
#include <gtest/gtest.h>

#include <string>
#include <type_traits>

#include "sim/base/check.hpp"
#include "sim/base/ids.hpp"
#include "sim/base/where.hpp"

namespace hvsim {
namespace {

std::string message_of_a_failed_check() {
  try {
    check(false, "water runs downhill");
  } catch (const InternalError& error) {
    return error.what();
  }
  return "no error";
}

TEST(Check, PassesWhenWhatItSaysHolds) {
  EXPECT_NO_THROW(check(true, "anything"));
}

TEST(Check, NamesItsCallerAndWhatItExpected) {
  const std::string message = message_of_a_failed_check();
  EXPECT_NE(message.find("test_check.cpp:"), std::string::npos) << message;
  EXPECT_NE(message.find("water runs downhill"), std::string::npos) << message;
}

TEST(Where, IsTheCallersLineInAFileNamedFromTheRepositoryRoot) {
  const Where where = Where::here();
  const int line = __LINE__ - 1;
  EXPECT_EQ(where.text(), "tests/base/test_check.cpp:" + std::to_string(line));
}

TEST(Ids, AreOrderedByNumberAndNeverMixed) {
  EXPECT_LT(PcpuId{1}, PcpuId{2});
  EXPECT_EQ(SocketId{3}, SocketId{3});
  static_assert(!std::is_convertible_v<PcpuId, CoreId>);
  static_assert(!std::is_constructible_v<SocketId, CoreId>);
}

}  // namespace
}  // namespace hvsim
