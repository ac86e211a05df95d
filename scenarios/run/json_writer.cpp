#include "scenarios/run/json_writer.hpp"

#include "scenarios/run/resolved.hpp"
#include "sim/base/check.hpp"

namespace hvsim {

void JsonWriter::key(const std::string& name) {
  check(!after_key_, "a key has a value before the next");
  separate();
  text_ += json_string(name) + ": ";
  after_key_ = true;
}

void JsonWriter::value(const std::string& text) {
  separate();
  text_ += json_string(text);
}

void JsonWriter::raw(const std::string& json) {
  separate();
  for (const char c : json) {
    if (c == '\n') {
      new_line();
    } else {
      text_ += c;
    }
  }
}

void JsonWriter::begin(char bracket, bool flat) {
  const bool inside_flat = !levels_.empty() && levels_.back().flat;
  separate();
  text_ += bracket;
  levels_.push_back({flat || inside_flat, true});
}

void JsonWriter::end(char bracket) {
  check(!levels_.empty() && !after_key_, "what ends has begun, and every key has a value");
  const Level level = levels_.back();
  levels_.pop_back();
  if (!level.flat && !level.empty) {
    new_line();
  }
  text_ += bracket;
}

// What comes between the text so far and the next key or value.
void JsonWriter::separate() {
  if (after_key_ || levels_.empty()) {
    after_key_ = false;
    return;
  }
  Level& level = levels_.back();
  if (!level.empty) {
    text_ += level.flat ? ", " : ",";
  }
  level.empty = false;
  if (!level.flat) {
    new_line();
  }
}

}  // namespace hvsim
