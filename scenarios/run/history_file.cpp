#include "scenarios/run/history_file.hpp"

#include <fmt/format.h>

#include <iterator>

#include "scenarios/run/grid.hpp"
#include "scenarios/run/version.hpp"

namespace hvsim {
namespace {

constexpr std::size_t piece_bytes = 1u << 16;

}  // namespace

HistoryFile::HistoryFile(const std::string& path, const std::string& scenario,
                         const std::string& cell, std::uint64_t most)
    : file_(path), most_(most) {
  pending_ = fmt::format("hvsim-history 1\nversion {}\nscenario {}\ncell {}\n", version(),
                         one_line(scenario), one_line(cell));
}

void HistoryFile::begins(const Memory& memory) {
  memory_ = &memory;
}

void HistoryFile::done(const DoneVerb& verb) {
  if (++verbs_ > most_ || failed_) {
    return;
  }
  introduce(verb);
  fmt::format_to(std::back_inserter(pending_), "{} {} {} {} {} {}\n", verb.pcpu.n, verb.at.ps,
                 verb_name(verb.verb), verb.address, verb.value, place_);
  write(false);
}

void HistoryFile::introduce(const DoneVerb& verb) {
  if (is_about_a_word(verb.verb) && words_.insert(verb.address).second) {
    fmt::format_to(std::back_inserter(pending_), "word {} {}\n", verb.address,
                   one_line(memory_->name_of(verb.address)));
  }
  const auto [place, is_new] =
      places_.insert({{verb.where.file, verb.where.line}, static_cast<unsigned>(places_.size())});
  place_ = place->second;
  if (is_new) {
    fmt::format_to(std::back_inserter(pending_), "place {} {}\n", place_, verb.where.text());
  }
}

// Called on a strand, so what goes wrong is kept for finish().
void HistoryFile::write(bool all) {
  if (!all && pending_.size() < piece_bytes) {
    return;
  }
  try {
    file_.append(pending_);
  } catch (const CannotWrite& error) {
    failed_ = error;
  }
  pending_.clear();
}

bool HistoryFile::finish(std::uint64_t digest) {
  const bool whole = verbs_ <= most_;
  pending_ +=
      fmt::format("{} {} {:016x}\n", whole ? "end" : "cut", whole ? verbs_ : most_, digest);
  write(true);
  if (failed_) {
    throw CannotWrite(*failed_);
  }
  file_.keep();
  return whole;
}

}  // namespace hvsim
