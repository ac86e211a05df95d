// The reader of litmus packs: what it makes of them, and every mistake with its place.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "scenarios/run/problem.hpp"
#include "tests/litmus/packs.hpp"

namespace hvsim::litmus {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::string problems(const std::string& text) {
  try {
    read_litmus_text(text, "pack");
  } catch (const BadInput& bad) {
    return bad.what();
  }
  return "none";
}

// Of a pack of one test, with this beside its name and threads.
std::string problems_with(const std::string& rest) {
  return problems(R"({"tests": [{"name": "t", "threads": [["load x r0"]], )" + rest + "}]}");
}

// Of a thread of this one operation.
std::string problem_of_op(const std::string& op) {
  return problems(R"({"tests": [{"name": "t", "threads": [[")" + op + R"("]]}]})");
}

TEST(LitmusReader, TakesATestWithNothingButANameAndThreads) {
  const LitmusTest test = one(R"("threads": [["store y r3", "xchg x -2 r1"], ["load y r0"]])");
  EXPECT_EQ(test.name, "t");
  EXPECT_THAT(test.locations, ElementsAre("y", "x"));
  EXPECT_THAT(test.init, ElementsAre(0, 0));
  EXPECT_THAT(test.observed_names, ElementsAre("0:r1", "1:r0", "x", "y"));
  EXPECT_FALSE(test.allowed || test.sc || test.condition || test.verdict);
  const LitmusOp& op = test.threads[0].ops[1];
  EXPECT_EQ(op.kind, LitmusOp::Kind::xchg);
  EXPECT_EQ(op.value.value, -2);
  EXPECT_EQ(test.threads[0].registers[op.result], "r1");
}

TEST(LitmusReader, SortsTheSetsAndTakesEachStateOnce) {
  const LitmusTest test = one(R"("threads": [["load x r0"]], "observed": ["x", "0:r0"],
      "allowed": [[2, 1], [1, 2], [2, 1]], "sc": [])");
  EXPECT_THAT(*test.allowed, ElementsAre(LitmusOutcome{1, 2}, LitmusOutcome{2, 1}));
  EXPECT_TRUE(test.sc && test.sc->empty());
}

TEST(LitmusReader, ReadsAPartOfACellByItsSizeAndNumber) {
  const LitmusTest test = one(R"("threads": [["store x.b7 1", "load x.h2 r0", "load x.d1 r1"]])");
  EXPECT_THAT(test.locations, ElementsAre("x"));
  const auto& ops = test.threads[0].ops;
  EXPECT_EQ(ops[0].bytes, 1u);
  EXPECT_EQ(ops[0].offset, 7u);
  EXPECT_EQ(ops[1].bytes, 2u);
  EXPECT_EQ(ops[1].offset, 4u);
  EXPECT_EQ(ops[2].bytes, 4u);
  EXPECT_EQ(ops[2].offset, 4u);
}

TEST(LitmusReader, EvaluatesAConditionOfAnyShape) {
  const LitmusTest test = one(R"("threads": [["load x r0", "load y r1"]], "quantifier": "forall",
      "condition": ["or", ["not", ["eq", "0:r0", 1]],
                    ["and", ["eq", "0:r1", 2], ["eq", "x", 3]]])");
  ASSERT_TRUE(test.condition.has_value());
  EXPECT_TRUE(test.for_all);
  EXPECT_TRUE(test.condition->holds({0, 0, 0, 0}));
  EXPECT_FALSE(test.condition->holds({1, 2, 0, 0}));
  EXPECT_TRUE(test.condition->holds({1, 2, 3, 0}));
}

TEST(LitmusReader, ReportsAllMistakesAtOnceWithTheirPlaces) {
  EXPECT_EQ(problems("{\"format\": \"xlitmus-2\", \"tests\": [\n"
                     "{\"name\": \"A\", \"threads\": [[\"lod x r0\"]], \"colour\": 1,\n"
                     " \"init\": {\"r0\": 1.5}}, {\"name\": \"A\"}]}"),
            "pack:1:12: expected xlitmus-1, found \"xlitmus-2\" (/format)\n"
            "pack:2:28: no operation is called \"lod\"; did you mean \"load\"? "
            "(/tests/0/threads/0/0)\n"
            "pack:2:42: unknown key \"colour\"; expected name, source, note, same_as, init, "
            "threads, condition, condition_text, quantifier, verdict, observed, allowed, sc, "
            "merging, tso_only, oracles, machine_states, min_outcome_probability or published "
            "(/tests/0/colour)\n"
            "pack:3:11: expected a location such as x, found \"r0\" (/tests/0/init/r0)\n"
            "pack:3:24: the key \"threads\" is missing: a list of operations for each thread "
            "(/tests/1)\n"
            "pack:3:24: another test is called \"A\" (/tests/1)");
}

TEST(LitmusReader, SaysWhatAnOperationShouldLookLike) {
  EXPECT_THAT(problem_of_op("store x"), HasSubstr(R"(such as "store x 1", found "store x")"));
  EXPECT_THAT(problem_of_op("mfence x"), HasSubstr(R"(such as "mfence", found "mfence x")"));
  EXPECT_THAT(problem_of_op("load r0 x"), HasSubstr("expected a location such as x"));
  EXPECT_THAT(problem_of_op("load x y"), HasSubstr("expected a register such as r0, found \"y\""));
  EXPECT_THAT(problem_of_op("store x y"), HasSubstr("a whole number or a register such as r0"));
  EXPECT_THAT(problem_of_op("store x 9223372036854775808"), HasSubstr("too large"));
  for (const char* part : {"x.", "x.b8", "x.h4", "x.d2", "x.q0", "x.b", "x.b00"}) {
    EXPECT_THAT(problem_of_op(std::string("load ") + part + " r0"), HasSubstr("part of a cell"))
        << part;
  }
  EXPECT_THAT(problem_of_op(" "), HasSubstr("empty"));
  EXPECT_THAT(problem_of_op("Load x r0"), HasSubstr("no operation is called \"Load\""));
}

TEST(LitmusReader, SaysWhatIsWrongWithWhatIsExpected) {
  EXPECT_THAT(problems_with(R"("observed": ["0:r1"])"), HasSubstr("no register or location"));
  EXPECT_THAT(problems_with(R"("observed": ["1:r0"])"), HasSubstr("no register or location"));
  EXPECT_THAT(problems_with(R"("observed": ["x"], "condition": ["eq", "0:r0", 1])"),
              HasSubstr("\"0:r0\" is not observed; observed are x"));
  EXPECT_THAT(problems_with(R"("condition": ["eq", "x"])"), HasSubstr("expected [\"eq\", NAME"));
  EXPECT_THAT(problems_with(R"("condition": ["not"])"), HasSubstr("expected [\"eq\", NAME"));
  EXPECT_THAT(problems_with(R"("condition": [])"), HasSubstr("expected [\"eq\", NAME"));
  EXPECT_THAT(problems_with(R"("allowed": [[1]])"), HasSubstr("expected 2 values"));
  EXPECT_THAT(problems_with(R"("allowed": [[1, 0.5]])"), HasSubstr("whole number"));
  EXPECT_THAT(problems_with(R"("quantifier": "all")"), HasSubstr("expected exists or forall"));
  EXPECT_THAT(problems_with(R"("verdict": "holds")"), HasSubstr("expected allowed or forbidden"));
}

TEST(LitmusReader, RefusesWhatIsTooMuchInOneSentence) {
  const auto repeated = [](const std::string& piece, int times) {
    std::string text = piece;
    for (int i = 1; i < times; ++i) {
      text += ", " + piece;
    }
    return text;
  };
  const std::string op = R"("store x 1")";
  EXPECT_THAT(problems(R"({"tests": [{"name": "t", "threads": [[)" + repeated(op, 65) + "]]}]}"),
              HasSubstr("at most 64 operations, found 65"));
  EXPECT_THAT(
      problems(R"({"tests": [{"name": "t", "threads": [)" + repeated("[" + op + "]", 17) + "]}]}"),
      HasSubstr("at most 16 threads, found 17"));
  EXPECT_THAT(problems(R"({"tests": [{"name": "t", "threads": []}]})"), HasSubstr("a thread"));
  EXPECT_THAT(problems_with("\"observed\": [" + repeated("\"x\"", 100'000) + "]"),
              HasSubstr("at most 1088 values, found 100000"));
}

}  // namespace
}  // namespace hvsim::litmus
