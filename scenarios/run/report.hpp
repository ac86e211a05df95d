// A result as text, in the formats `hvsim run --format` knows.
//
// What it guarantees: the same bytes for the same result, in any locale and time zone.
#pragma once

#include <optional>
#include <string>

#include "scenarios/run/result.hpp"

namespace hvsim {

enum class Format { table, json, csv, markdown };

// "table", "json", "csv", "md"; none for another name.
std::optional<Format> format_named(const std::string& name);
const char* extension(Format format);  // of a file: "json"; of a table "txt"

std::string render(const Result& result, Format format, bool c2c);

std::string table_report(const Result& result, bool c2c);
std::string csv_report(const Result& result);
std::string markdown_report(const Result& result);

// Only what went wrong: failed claims and findings, for where the format does not show them. ""
// if nothing did.
std::string faults_report(const Result& result);

}  // namespace hvsim
