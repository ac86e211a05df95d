// JSON with comments (`//` and `/* */`), as a tree that knows where each of its parts was written.
//
// Numbers keep their text: what a number may be is decided where its meaning is known, never by a
// double. What it guarantees: of equal keys only the first, at most 64 levels, no NUL, valid
// UTF-8, nothing after the value. So recursion over the tree is safe. Errors: BadInput.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace hvsim {

class Problems;

struct Place {
  unsigned line = 0;    // 1-based
  unsigned column = 0;  // 1-based, in characters
};

struct JsonKey {
  std::string name;
  Place at;
};

struct JsonValue {
  enum class Kind : std::uint8_t { null, flag, number, string, array, object };

  Kind kind = Kind::null;
  Place at;                      // its first character
  std::string text;              // a string's contents; a number as written; "true", "false"
  std::vector<JsonValue> items;  // of an array or an object, in the order written
  std::vector<JsonKey> keys;     // of an object, one an item

  // The item of that key; null if there is none.
  const JsonValue* find(const std::string& key) const;
};

// "a string", "an array", ...
const char* kind_name(JsonValue::Kind kind);

// `file` is what problems call it. A repeated key is added to `problems` and left out, so that a
// reader can go on and say what else is wrong; text that is not JSON throws at once.
JsonValue parse_json(const std::string& text, const std::string& file, Problems& problems);
// The same, but a repeated key throws too.
JsonValue parse_json(const std::string& text, const std::string& file);

}  // namespace hvsim
