// `hvsim run` alone, with the options that the gate uses: what the gate builds six times. The
// other commands and CLI11 would take half of each build and have no part in a result.
#include <map>
#include <string>
#include <vector>

#include "scenarios/run/commands.hpp"

namespace {

hvsim::RunArguments taken_apart(const std::vector<std::string>& words) {
  hvsim::RunArguments run;
  const std::map<std::string, std::string*> values = {{"--seed", &run.seed},
                                                      {"-j", &run.jobs},
                                                      {"--format", &run.format},
                                                      {"--history", &run.history}};
  const std::map<std::string, std::vector<std::string>*> lists = {{"--set", &run.set},
                                                                  {"--sweep", &run.sweep}};
  const std::map<std::string, bool*> flags = {{"--c2c", &run.c2c},
                                              {"--step", &run.step},
                                              {"--poll", &run.poll},
                                              {"--reversed", &run.reversed}};
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (const auto flag = flags.find(word); flag != flags.end()) {
      *flag->second = true;
    } else if (const auto value = values.find(word); value != values.end()) {
      *value->second = words.at(++i);
    } else if (const auto list = lists.find(word); list != lists.end()) {
      list->second->push_back(words.at(++i));
    } else if (word.starts_with("-")) {
      throw hvsim::BadArgument(word + ": tests/gate/run_main.cpp does not know it");
    } else {
      run.files.push_back(word);
    }
  }
  return run;
}

}  // namespace

int main(int argc, char** argv) {
  // The first is the command: `run`.
  const std::vector<std::string> words(argv + (argc < 2 ? argc : 2), argv + argc);
  return static_cast<int>(hvsim::guarded([&] { return run_command(taken_apart(words)); }));
}
