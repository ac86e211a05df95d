#include "scenarios/run/history_diff.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "scenarios/run/history_file.hpp"

namespace hvsim {
namespace {

using Stream = std::vector<RecordedVerb>;

const Stream& stream_of(const RecordedHistory& history, std::uint32_t pcpu) {
  static const Stream none;
  const auto at = history.pcpus.find(pcpu);
  return at == history.pcpus.end() ? none : at->second;
}

bool same(const RecordedVerb& a, const RecordedVerb& b) {
  return a.at == b.at && a.verb == b.verb && a.address == b.address && a.value == b.value;
}

// Where one pCPU's streams differ; none if they do not.
std::optional<std::size_t> parting_of(const RecordedHistory& a, const RecordedHistory& b,
                                      std::uint32_t pcpu) {
  const Stream& left = stream_of(a, pcpu);
  const Stream& right = stream_of(b, pcpu);
  const std::size_t both = std::min(left.size(), right.size());
  for (std::size_t i = 0; i < both; ++i) {
    if (!same(left[i], right[i])) {
      return i;
    }
  }
  const RecordedHistory& shorter = left.size() < right.size() ? a : b;
  if (left.size() == right.size() || shorter.cut) {
    return std::nullopt;
  }
  return both;
}

// When the earlier of the two sides was done.
Time time_of(const RecordedHistory& a, const RecordedHistory& b, const Parting& parting) {
  Time earliest = Time::never();
  for (const Stream* stream : {&stream_of(a, parting.pcpu), &stream_of(b, parting.pcpu)}) {
    if (parting.index < stream->size()) {
      earliest = std::min(earliest, (*stream)[parting.index].at);
    }
  }
  return earliest;
}

std::string object_text(const RecordedHistory& history, const RecordedVerb& verb) {
  if (is_about_a_word(verb.verb)) {
    return history.words.at(verb.address);
  }
  if (verb.verb == Verb::translate || verb.verb == Verb::invalidate) {
    return fmt::format("page {:#x}", verb.address);
  }
  return verb.verb == Verb::ipi ? "to pCPU " + std::to_string(verb.address) : "-";
}

std::string line_text(const RecordedHistory& history, const Stream& stream, std::size_t index) {
  if (index >= stream.size()) {
    return "nothing: this pCPU did no more";
  }
  const RecordedVerb& verb = stream[index];
  return fmt::format("{:>15} ps  {:<9} {:<32} value {:<12} {}", verb.at.ps, verb_name(verb.verb),
                     object_text(history, verb), verb.value, history.places.at(verb.place));
}

}  // namespace

std::optional<Parting> first_difference(const RecordedHistory& a, const RecordedHistory& b) {
  std::set<std::uint32_t> pcpus;
  for (const RecordedHistory* history : {&a, &b}) {
    for (const auto& pair : history->pcpus) {
      pcpus.insert(pair.first);
    }
  }
  std::optional<Parting> first;
  for (const std::uint32_t pcpu : pcpus) {
    if (const std::optional<std::size_t> index = parting_of(a, b, pcpu)) {
      const Parting parting{pcpu, *index};
      if (!first || time_of(a, b, parting) < time_of(a, b, *first)) {
        first = parting;
      }
    }
  }
  return first;
}

std::string parting_text(const RecordedHistory& a, const RecordedHistory& b,
                         const Parting& parting, std::size_t before) {
  const Stream& left = stream_of(a, parting.pcpu);
  const Stream& right = stream_of(b, parting.pcpu);
  std::string text = fmt::format("the runs part at {} ps, on pCPU {}, at its verb {}\n",
                                 time_of(a, b, parting).ps, parting.pcpu, parting.index);
  for (std::size_t i = parting.index - std::min(parting.index, before); i < parting.index; ++i) {
    text += "  both " + line_text(a, left, i) + "\n";
  }
  text += "  A    " + line_text(a, left, parting.index) + "\n";
  text += "  B    " + line_text(b, right, parting.index) + "\n";
  return text;
}

}  // namespace hvsim
