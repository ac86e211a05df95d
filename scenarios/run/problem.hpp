// What is wrong with the user's input: collected, put in order of place, thrown all at once.
//
// A reader adds a Problem for each thing it meets and goes on; at its end it calls
// throw_if_any(). So a file with five mistakes is reported once, with five lines.
#pragma once

#include <exception>
#include <string>
#include <vector>

#include "scenarios/run/scenario.hpp"

namespace hvsim {

// The user's input cannot be used (exit code 4). what() is every problem's text, a line each, and
// how many there are beside these.
class BadInput : public std::exception {
 public:
  explicit BadInput(std::vector<Problem> problems, std::size_t left_out = 0);

  const std::vector<Problem>& problems() const { return problems_; }
  std::size_t left_out() const { return left_out_; }
  const char* what() const noexcept override { return text_.c_str(); }

 private:
  std::vector<Problem> problems_;
  std::size_t left_out_;
  std::string text_;
};

class Problems {
 public:
  // Keeps the first thousand; of the rest only their number is reported.
  void add(const Location& at, std::string what);
  // Takes over the problems of a file that was read on its own.
  void add_all(const BadInput& other);
  // There are so many more that nobody kept.
  void leave_out(std::size_t more) { left_out_ += more; }
  bool empty() const { return list_.empty(); }
  std::size_t size() const { return list_.size() + left_out_; }
  // Throws BadInput if there is any: file by file in the order they were met, by line and column
  // in each.
  void throw_if_any() const;

 private:
  std::vector<Problem> list_;
  std::size_t left_out_ = 0;
};

// `text` between quotes for a message: control characters shown as such, the rest of a long one
// left out.
std::string in_quotes(const std::string& text);

}  // namespace hvsim
