// All C++ is in the style of .clang-format: what scripts/format would leave alone.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <cstdlib>

#include "tests/tidy/source.hpp"

namespace hvsim::tidy {
namespace {

struct Ran {
  int status;
  std::string output;
};

Ran run(const std::string& command) {
  Ran ran{-1, ""};
  FILE* pipe = popen((command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) {
    return ran;
  }
  std::array<char, 4096> part{};
  while (fgets(part.data(), static_cast<int>(part.size()), pipe) != nullptr) {
    ran.output += part.data();
  }
  const int status = pclose(pipe);
  ran.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return ran;
}

const std::string formatter = "clang-format-14";

bool has_formatter() {
  return run("command -v " + formatter).status == 0;
}

TEST(Format, AllSourceIsInTheStyle) {
  if (!has_formatter()) {
    GTEST_SKIP() << formatter << " is not installed: scripts/setup installs it";
  }
  std::string command = "cd '" HVSIM_SOURCE_DIR "' && " + formatter + " --dry-run -Werror";
  for (const File& file : tree()) {
    if (file.is_cpp()) {
      command += " " + file.path;
    }
  }
  const Ran ran = run(command + " 2>&1 | grep ': error:' | cut -d: -f1 | uniq -c");
  EXPECT_TRUE(ran.output.empty()) << "scripts/format mends this:\n" << ran.output;
}

TEST(Format, SourceInAnotherStyleIsNoticed) {
  if (!has_formatter()) {
    GTEST_SKIP() << formatter << " is not installed: scripts/setup installs it";
  }
  const std::string format = "cd '" HVSIM_SOURCE_DIR "' && echo 'int  f( ){return 1;}' | " +
                             formatter + " --assume-filename=sim/hw/a.cpp --dry-run -Werror";
  EXPECT_NE(run(format).status, 0);
}

}  // namespace
}  // namespace hvsim::tidy
