#include "scenarios/run/graphviz.hpp"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <memory>

#include "scenarios/run/commands.hpp"
#include "sim/base/check.hpp"

namespace hvsim {
namespace {

struct Close {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, Close>;

// Files and not pipes, so that neither side ever waits for the other to read.
File temporary_file() {
  File file(std::tmpfile());
  if (!file) {
    throw BadArgument("no temporary file can be made to draw into");
  }
  return file;
}

// Runs `dot -Tsvg` from one file into the other. Returns what waitpid() says, or -1 if there is no
// such program.
int run_dot(std::FILE* from, std::FILE* to) {
  posix_spawn_file_actions_t actions;
  check(posix_spawn_file_actions_init(&actions) == 0, "room for two file actions");
  posix_spawn_file_actions_adddup2(&actions, ::fileno(from), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, ::fileno(to), STDOUT_FILENO);
  char program[] = "dot";
  char format[] = "-Tsvg";
  char* const arguments[] = {program, format, nullptr};
  pid_t child = 0;
  const int error = posix_spawnp(&child, program, &actions, nullptr, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) {
    return -1;
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

}  // namespace

std::string svg_of(const std::string& graph) {
  const File from = temporary_file();
  const File to = temporary_file();
  std::fwrite(graph.data(), 1, graph.size(), from.get());
  std::rewind(from.get());  // also hands what is buffered to the file
  const int status = run_dot(from.get(), to.get());
  if (status == -1) {
    throw BadArgument(
        "drawing SVG takes the program dot: install the package graphviz, or use --format dot");
  }
  if (status != 0) {
    throw BadArgument("the program dot failed on this graph; see --format dot");
  }
  std::rewind(to.get());
  std::string svg;
  char buffer[4096];
  for (std::size_t got = 0; (got = std::fread(buffer, 1, sizeof buffer, to.get())) > 0;) {
    svg.append(buffer, got);
  }
  return svg;
}

}  // namespace hvsim
