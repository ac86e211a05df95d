// JSON Schema (draft-07) of the files a user writes, made from the tables the readers go by.
#pragma once

#include <span>
#include <string>

namespace hvsim {

// "scenario" and "machine".
std::span<const std::string> schema_kinds();

// The schema's text, as shipped in docs/KIND.schema.json. `kind` must be one of schema_kinds().
std::string schema_text(const std::string& kind);

}  // namespace hvsim
