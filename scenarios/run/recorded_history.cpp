#include "scenarios/run/recorded_history.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

#include "scenarios/run/history_file.hpp"
#include "scenarios/run/problem.hpp"
#include "scenarios/run/text_file.hpp"

namespace hvsim {
namespace {

// Room for the longest file that is written, several times over.
constexpr std::size_t most_history_bytes = std::size_t{1} << 30;

std::optional<Verb> verb_called(std::string_view name) {
  for (unsigned n = 0; n < verb_kinds; ++n) {
    if (name == verb_name(static_cast<Verb>(n))) {
      return static_cast<Verb>(n);
    }
  }
  return std::nullopt;
}

class HistoryReader {
 public:
  explicit HistoryReader(const std::string& path)
      : text_(read_text_file(path, most_history_bytes)), rest_(text_) {
    history_.file = path;
  }

  RecordedHistory read() {
    if (!rest_.starts_with("hvsim-history ")) {
      line_ = 1;
      fail("this is no history file: hvsim run --history writes them");
    }
    if (next_line() != "hvsim-history 1") {
      fail("this hvsim reads history files of format 1 only");
    }
    history_.version = named("version");
    history_.scenario = named("scenario");
    history_.cell = named("cell");
    while (!ended_) {
      read_line(next_line());
    }
    if (!rest_.empty()) {
      ++line_;
      fail("the history has ended: nothing may follow");
    }
    return std::move(history_);
  }

 private:
  [[noreturn]] void fail(const std::string& what) const {
    throw BadInput({{{history_.file, line_, 1, ""}, what}});
  }

  std::string_view next_line() {
    ++line_;
    const std::size_t end = rest_.find('\n');
    if (end == std::string_view::npos) {
      fail("the file breaks off here: its last line says \"end\" or \"cut\"");
    }
    const std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    return line;
  }

  std::string named(std::string_view name) {
    const std::string_view line = next_line();
    if (!line.starts_with(name) || line.size() <= name.size() || line[name.size()] != ' ') {
      fail("expected \"" + std::string(name) + " ...\"");
    }
    return std::string(line.substr(name.size() + 1));
  }

  // The word before the next space, taken away from `line`.
  std::string_view take(std::string_view& line) const {
    const std::size_t end = std::min(line.find(' '), line.size());
    const std::string_view word = line.substr(0, end);
    line.remove_prefix(std::min(end + 1, line.size()));
    return word;
  }

  template <class Number>
  Number take_number(std::string_view& line) const {
    const std::string_view word = take(line);
    Number number{};
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
    if (word.empty() || error != std::errc() || end != word.data() + word.size()) {
      fail("expected a whole number in range, got " + in_quotes(std::string(word)));
    }
    return number;
  }

  void read_line(std::string_view line) {
    const std::string_view all = line;
    const std::string_view first = take(line);
    if (first == "word") {
      const auto address = take_number<Address>(line);
      history_.words[address] = std::string(line);
    } else if (first == "place") {
      const auto place = take_number<std::uint32_t>(line);
      history_.places[place] = std::string(line);
    } else if (first == "end" || first == "cut") {
      read_end(first == "cut", line);
    } else {
      read_verb(all);
    }
  }

  void read_verb(std::string_view line) {
    const auto pcpu = take_number<std::uint32_t>(line);
    RecordedVerb verb{};
    verb.at = Time{take_number<std::int64_t>(line)};
    const std::string_view name = take(line);
    const std::optional<Verb> known = verb_called(name);
    if (!known) {
      fail("there is no verb " + in_quotes(std::string(name)));
    }
    verb.verb = *known;
    verb.address = take_number<Address>(line);
    verb.value = take_number<std::uint64_t>(line);
    verb.place = take_number<std::uint32_t>(line);
    if (!line.empty()) {
      fail("a verb has six fields");
    }
    if (is_about_a_word(verb.verb) && !history_.words.contains(verb.address)) {
      fail("the word at " + std::to_string(verb.address) + " was not introduced");
    }
    if (!history_.places.contains(verb.place)) {
      fail("the place " + std::to_string(verb.place) + " was not introduced");
    }
    std::vector<RecordedVerb>& stream = history_.pcpus[pcpu];
    stream.push_back(verb);
    ++history_.verbs;
  }

  void read_end(bool cut, std::string_view line) {
    const auto verbs = take_number<std::uint64_t>(line);
    if (verbs != history_.verbs) {
      fail("the history ends after " + std::to_string(verbs) + " verbs, but there are " +
           std::to_string(history_.verbs));
    }
    const auto is_hexadecimal = [](char c) {
      return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    };
    if (line.size() != 16 || !std::all_of(line.begin(), line.end(), is_hexadecimal)) {
      fail("expected a digest of 16 hexadecimal digits, got " + in_quotes(std::string(line)));
    }
    history_.digest = std::string(line);
    history_.cut = cut;
    ended_ = true;
  }

  const std::string text_;
  std::string_view rest_;
  unsigned line_ = 0;
  bool ended_ = false;
  RecordedHistory history_;
};

}  // namespace

RecordedHistory read_history(const std::string& path) {
  return HistoryReader(path).read();
}

}  // namespace hvsim
