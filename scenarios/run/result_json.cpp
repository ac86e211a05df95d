#include "scenarios/run/result_json.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "scenarios/run/json_writer.hpp"
#include "scenarios/run/resolved.hpp"
#include "scenarios/run/summary.hpp"
#include "scenarios/run/units.hpp"
#include "scenarios/run/version.hpp"

namespace hvsim {
namespace {

bool is_whole_number(const std::string& text) {
  const std::size_t sign = !text.empty() && text[0] == '-' ? 1 : 0;
  return text.size() > sign && text.size() - sign <= 18 &&
         std::all_of(text.begin() + static_cast<std::ptrdiff_t>(sign), text.end(),
                     [](char c) { return c >= '0' && c <= '9'; });
}

void write_at(JsonWriter& json, const Point& at) {
  json.key("at");
  json.begin_object();
  for (const auto& [axis, value] : at) {
    json.key(axis);
    if (is_whole_number(value)) {
      json.raw(value);
    } else {
      json.value(value);
    }
  }
  json.end_object();
}

void write_histograms(JsonWriter& json, const Row& row) {
  json.key("histograms");
  json.begin_object();
  for (const auto& [name, histogram] : row.histograms) {
    json.key(name);
    json.begin_array(true);
    for (const auto& [upper, count] : histogram.buckets()) {
      json.begin_array();
      json.value(upper);
      json.value(count);
      json.end_array();
    }
    json.end_array();
  }
  json.end_object();
}

void write_findings(JsonWriter& json, const Row& row) {
  json.key("findings");
  json.begin_array();
  for (const Finding& finding : row.findings) {
    json.begin_object();
    json.member("rule", finding.rule);
    json.member("what", finding.what);
    json.member("at_ps", finding.at.ps);
    json.member("pcpu", std::int64_t{finding.pcpu.n});
    json.member("place", finding.place);
    json.key("verbs");
    json.begin_array();
    for (const std::string& verb : finding.verbs) {
      json.value(verb);
    }
    json.end_array();
    json.end_object();
  }
  json.end_array();
}

void write_counts(JsonWriter& json, const LineCounts& counts) {
  json.member("local_hitm", counts.local_hitm);
  json.member("remote_hitm", counts.remote_hitm);
  json.member("loads", counts.loads);
  json.member("stores", counts.stores);
  json.member("failed_cmpxchg", counts.failed_cmpxchg);
  json.member("queued_ps", counts.queued_ps);
}

void write_lines(JsonWriter& json, const Row& row) {
  json.key("c2c");
  json.begin_array();
  for (const LineReport& line : row.lines) {
    json.begin_object();
    json.member("name", line.name);
    json.member("address", line.address);
    write_counts(json, line.counts);
    json.key("sites");
    json.begin_array();
    for (const SiteCounts& site : line.sites) {
      json.begin_object();
      json.member("place", site.place);
      write_counts(json, site.counts);
      json.end_object();
    }
    json.end_array();
    json.end_object();
  }
  json.end_array();
}

void write_locks(JsonWriter& json, const Row& row) {
  json.key("lock_stat");
  json.begin_array();
  for (const LockStat& lock : row.locks) {
    json.begin_object();
    json.member("name", lock.name);
    json.member("con_bounces", lock.con_bounces);
    json.member("contentions", lock.contentions);
    json.member("waittime_min_ps", lock.waittime_min.ps);
    json.member("waittime_max_ps", lock.waittime_max.ps);
    json.member("waittime_total_ps", lock.waittime_total.ps);
    json.member("acq_bounces", lock.acq_bounces);
    json.member("acquisitions", lock.acquisitions);
    json.member("holdtime_min_ps", lock.holdtime_min.ps);
    json.member("holdtime_max_ps", lock.holdtime_max.ps);
    json.member("holdtime_total_ps", lock.holdtime_total.ps);
    json.end_object();
  }
  json.end_array();
}

void write_row(JsonWriter& json, const Row& row, bool c2c) {
  json.begin_object();
  write_at(json, row.at);
  json.member("seed", row.seed);
  json.key("metrics");
  json.begin_object();
  for (const auto& [name, value] : row.metrics) {
    json.member(name, value);
  }
  json.end_object();
  write_histograms(json, row);
  json.member("digest", fmt::format("{:016x}", row.digest));
  write_findings(json, row);
  if (c2c) {
    write_lines(json, row);
    write_locks(json, row);
  }
  json.end_object();
}

void write_decimal(JsonWriter& json, const char* name, std::optional<std::int64_t> value) {
  json.key(name);
  if (value) {
    json.raw(decimal_of_thousandths(*value));
  } else {
    json.null();
  }
}

void write_verdict(JsonWriter& json, const Verdict& verdict) {
  json.begin_object();
  json.member("says", verdict.claim->says);
  json.member("source", verdict.claim->source);
  write_decimal(json, "measured", verdict.measured_thousandths);
  write_decimal(json, "at_least", verdict.claim->at_least_thousandths);
  write_decimal(json, "at_most", verdict.claim->at_most_thousandths);
  json.key("holds");
  if (verdict.measured) {
    json.value(verdict.holds);
  } else {
    json.null();
  }
  json.end_object();
}

// Without the line end that a document of its own may have.
std::string trimmed(std::string text) {
  while (!text.empty() && text.back() == '\n') {
    text.pop_back();
  }
  return text;
}

}  // namespace

std::string result_json(const Result& result, bool c2c) {
  JsonWriter json;
  json.begin_object();
  json.key("scenario");
  json.raw(trimmed(resolved_json(result.scenario)));
  json.member("version", version());
  json.key("machine");
  const std::string machine = machine_name(result.scenario);
  if (machine.empty()) {
    json.null();  // an axis sets it: see "at"
  } else {
    json.value(machine);
  }
  json.key("rows");
  json.begin_array();
  for (const Row& row : result.rows) {
    write_row(json, row, c2c);
  }
  json.end_array();
  json.key("verdicts");
  json.begin_array();
  for (const Verdict& verdict : result.verdicts) {
    write_verdict(json, verdict);
  }
  json.end_array();
  json.end_object();
  return json.text();
}

}  // namespace hvsim
