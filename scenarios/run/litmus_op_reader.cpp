#include "scenarios/run/litmus_op_reader.hpp"

#include <algorithm>
#include <array>
#include <sstream>

#include "scenarios/run/problem.hpp"
#include "scenarios/run/suggest.hpp"
#include "scenarios/run/units.hpp"

namespace hvsim {
namespace {

using Kind = LitmusOp::Kind;

// What stands behind each name: L a location, V a value or register, E the same, R a register.
struct Form {
  const char* name;
  Kind kind;
  const char* arguments;
  const char* example;
};

constexpr std::array<Form, 7> forms = {{
    {"store", Kind::store, "LV", "store x 1"},
    {"load", Kind::load, "LR", "load x r0"},
    {"mfence", Kind::mfence, "", "mfence"},
    {"xchg", Kind::xchg, "LVR", "xchg x 1 r0"},
    {"cmpxchg", Kind::cmpxchg, "LEVR", "cmpxchg x 0 1 r0"},
    {"lockadd", Kind::lockadd, "LV", "lockadd x 1"},
    {"xadd", Kind::xadd, "LVR", "xadd x 1 r0"},
}};

bool is_between(char c, char first, char last) {
  return c >= first && c <= last;
}

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> words;
  for (std::string word; in >> word;) {
    words.push_back(word);
  }
  return words;
}

// "b3": 1 byte at 3. False if it is no part of a cell.
bool read_part(const std::string& part, LitmusOp& op) {
  static constexpr std::array<std::pair<char, unsigned>, 3> sizes = {
      {{'b', 1}, {'h', 2}, {'d', 4}}};
  for (const auto& [letter, bytes] : sizes) {
    if (part.size() == 2 && part[0] == letter && part[1] >= '0' &&
        static_cast<unsigned>(part[1] - '0') < 8 / bytes) {
      op.bytes = bytes;
      op.offset = static_cast<unsigned>(part[1] - '0') * bytes;
      return true;
    }
  }
  return false;
}

class OpReader {
 public:
  OpReader(LitmusTest& test, LitmusThread& thread) : test_(test), thread_(thread) {}

  std::string read(const Form& form, const std::vector<std::string>& words) {
    op_.kind = form.kind;
    for (std::size_t i = 1; i < words.size() && error_.empty(); ++i) {
      take(form.arguments[i - 1], words[i]);
    }
    if (error_.empty()) {
      thread_.ops.push_back(op_);
    }
    return error_;
  }

 private:
  void take(char what, const std::string& word) {
    switch (what) {
      case 'L':
        take_location(word);
        break;
      case 'R':
        take_result(word);
        break;
      case 'E':
        take_operand(word, op_.expected);
        break;
      default:
        take_operand(word, op_.value);
    }
  }

  void take_location(const std::string& word) {
    const std::size_t dot = word.find('.');
    const std::string name = word.substr(0, dot);
    if (!is_litmus_location(name)) {
      error_ = "expected a location such as x, found " + in_quotes(word);
    } else if (dot != std::string::npos && !read_part(word.substr(dot + 1), op_)) {
      error_ = "expected a part of a cell such as x.b7, x.h3 or x.d1, found " + in_quotes(word);
    } else {
      op_.location = index_in(test_.locations, name);
      test_.init.resize(test_.locations.size(), 0);
    }
  }

  void take_result(const std::string& word) {
    if (!is_litmus_register(word)) {
      error_ = "expected a register such as r0, found " + in_quotes(word);
    } else {
      op_.result = index_in(thread_.registers, word);
    }
  }

  void take_operand(const std::string& word, LitmusOperand& to) {
    if (is_litmus_register(word)) {
      to = {true, index_in(thread_.registers, word)};
      return;
    }
    const Measure value = parse_whole(word);
    const bool is_number = word.find_first_not_of("-0123456789") == std::string::npos;
    if (!value.ok()) {
      error_ = is_number
                   ? value.error
                   : "expected a whole number or a register such as r0, found " + in_quotes(word);
    }
    to = {false, value.value};
  }

  LitmusTest& test_;
  LitmusThread& thread_;
  LitmusOp op_;
  std::string error_;
};

}  // namespace

bool is_litmus_register(const std::string& name) {
  return name.size() >= 2 && name.size() <= 5 && name[0] == 'r' &&
         name.find_first_not_of("0123456789", 1) == std::string::npos;
}

bool is_litmus_location(const std::string& name) {
  const auto letter = [](char c) {
    return is_between(c, 'a', 'z') || is_between(c, 'A', 'Z') || c == '_';
  };
  return !name.empty() && letter(name[0]) && !is_litmus_register(name) &&
         std::all_of(name.begin(), name.end(),
                     [&](char c) { return letter(c) || is_between(c, '0', '9'); });
}

unsigned index_in(std::vector<std::string>& names, const std::string& name) {
  const auto at = std::find(names.begin(), names.end(), name);
  const auto index = static_cast<unsigned>(at - names.begin());
  if (at == names.end()) {
    names.push_back(name);
  }
  return index;
}

std::string read_litmus_op(const std::string& text, LitmusTest& test, LitmusThread& thread) {
  const std::vector<std::string> words = words_of(text);
  std::vector<std::string> names;
  for (const Form& form : forms) {
    if (!words.empty() && words[0] == form.name) {
      if (words.size() != 1 + std::string(form.arguments).size()) {
        return std::string("expected an operation such as \"") + form.example + "\", found " +
               in_quotes(text);
      }
      return OpReader(test, thread).read(form, words);
    }
    names.emplace_back(form.name);
  }
  const std::string nearest = words.empty() ? "" : did_you_mean(words[0], names);
  return "no operation is called " + in_quotes(words.empty() ? text : words[0]) +
         (nearest.empty() ? "; there are " + listed(names, "and") : nearest);
}

}  // namespace hvsim
