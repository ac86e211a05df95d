// Who waits for a line, and in which order they go.
#include <gtest/gtest.h>

#include <vector>

#include "sim/hw/waiting_requests.hpp"

namespace hvsim {
namespace {

Request arriving(std::int64_t ps, std::uint32_t turn = 0) {
  Request request;
  request.arrived = Time{ps};
  request.turn = turn;
  return request;
}

TEST(WaitingRequests, LeaveInTheOrderTheyArrivedInAndNotInTheOneTheyWereAddedIn) {
  Request first = arriving(1, 7);
  Request second = arriving(2, 3);
  Request beside = arriving(2, 4);
  Request last = arriving(3, 0);
  WaitingRequests waiting;
  for (Request* const request : {&last, &beside, &first, &second}) {
    waiting.add(*request);
  }
  for (Request* const request : {&first, &second, &beside, &last}) {
    EXPECT_EQ(&waiting.oldest(), request);
    EXPECT_EQ(&waiting.take_oldest(), request);
  }
  EXPECT_TRUE(waiting.empty());
}

TEST(WaitingRequests, KeepTheirOrderWhileTheRowGoesRoundAndGrows) {
  std::vector<Request> requests;
  for (std::int64_t i = 0; i < 200; ++i) {
    requests.push_back(arriving(i));
  }
  WaitingRequests waiting;
  std::size_t added = 0;
  std::size_t taken = 0;
  // Two come for one that leaves: the row is never empty, and starts anywhere when it has to grow.
  while (added < requests.size()) {
    waiting.add(requests[added++]);
    waiting.add(requests[added++]);
    ASSERT_EQ(&waiting.take_oldest(), &requests[taken++]);
    ASSERT_EQ(waiting.size(), added - taken);
  }
  while (!waiting.empty()) {
    ASSERT_EQ(&waiting.take_oldest(), &requests[taken++]);
  }
  EXPECT_EQ(taken, requests.size());
}

TEST(WaitingRequests, OneFromTheMiddleLeavesTheOthersInOrder) {
  std::vector<Request> requests;
  for (std::int64_t i = 0; i < 16; ++i) {
    requests.push_back(arriving(i));
  }
  WaitingRequests waiting;
  for (Request& request : requests) {
    waiting.add(request);
  }
  EXPECT_EQ(&waiting.take(5), &requests[5]);
  EXPECT_EQ(&waiting.take(0), &requests[0]);
  EXPECT_EQ(&waiting.take(13), &requests[15]);
  for (std::size_t left = 1; left < 15; ++left) {
    if (left != 5) {
      EXPECT_EQ(&waiting.take_oldest(), &requests[left]);
    }
  }
  EXPECT_TRUE(waiting.empty());
}

}  // namespace
}  // namespace hvsim
