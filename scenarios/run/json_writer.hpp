// Writes JSON text piece by piece: 2 spaces an indent, one way only to write a thing.
//
// What you must promise: keys and values alternate inside an object, and everything that is begun
// is ended. An array begun as `flat` stays on one line, with all that is in it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace hvsim {

class JsonWriter {
 public:
  void begin_object() { begin('{', false); }
  void end_object() { end('}'); }
  void begin_array(bool flat = false) { begin('[', flat); }
  void end_array() { end(']'); }
  void key(const std::string& name);

  void value(const std::string& text);
  void value(const char* text) { value(std::string(text)); }
  void value(std::int64_t number) { raw(std::to_string(number)); }
  void value(std::uint64_t number) { raw(std::to_string(number)); }
  void value(bool flag) { raw(flag ? "true" : "false"); }
  void null() { raw("null"); }
  // A value that is JSON text already. Its lines are moved in to where they are now.
  void raw(const std::string& json);

  template <class T>
  void member(const std::string& name, const T& of) {
    key(name);
    value(of);
  }

  // The document, with a line end after it.
  std::string text() const { return text_ + "\n"; }

 private:
  struct Level {
    bool flat;
    bool empty;
  };

  void begin(char bracket, bool flat);
  void end(char bracket);
  void separate();
  void new_line() { text_ += "\n" + std::string(2 * levels_.size(), ' '); }

  std::string text_;
  std::vector<Level> levels_;
  bool after_key_ = false;
};

}  // namespace hvsim
