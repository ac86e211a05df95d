// The table of prices in docs/validation.md is what the program prints.
#include <gtest/gtest.h>

#include "scenarios/run/check_report.hpp"
#include "scenarios/run/machine_files.hpp"
#include "scenarios/run/text_file.hpp"

namespace hvsim {
namespace {

std::string table_of_the_page() {
  const std::string page = read_text_file(HVSIM_SOURCE_DIR "/docs/validation.md");
  const std::string from = "<!-- machine check: made by scripts/machine-table -->\n";
  const std::size_t begin = page.find(from);
  const std::size_t end = page.find("<!-- end of machine check -->");
  if (begin == std::string::npos || end == std::string::npos) {
    return "";
  }
  return page.substr(begin + from.size(), end - begin - from.size());
}

TEST(ValidationPage, HasTheTableOfPricesAsItIsNow) {
  std::vector<CheckedMachine> machines;
  for (const char* name :
       {"haswell-ep-2s18c", "haswell-ep-2s12c", "sandybridge-ep-2s8c", "toy-2s4c"}) {
    const MachineSpec spec = read_machine(name, HVSIM_SOURCE_DIR "/scenarios/none.json");
    machines.push_back({spec, probes::check_machine(spec, spec)});
  }
  EXPECT_TRUE(table_of_the_page() == check_markdown(machines))
      << "docs/validation.md is not up to date: run scripts/machine-table";
}

}  // namespace
}  // namespace hvsim
