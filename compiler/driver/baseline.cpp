// SPDX-License-Identifier: Apache-2.0
#include "compiler/driver/baseline.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "compiler/allow_comments.h"
#include "compiler/driver/files.h"

namespace sbx::driver {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kSchema = "signalbox.baseline/1";

/// What is wrong with the document.
Error wrong(const std::string& what) { return {"R0707", what}; }

std::string single_spaced(std::string_view text) {
  std::string spaced;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\t' || c == '\r' || c == '\n';
    if (!blank)
      spaced += c;
    else if (!spaced.empty() && spaced.back() != ' ')
      spaced += ' ';
  }
  return spaced;
}

KnownFinding identity(const Diagnostic& finding, const SourceSet& sources) {
  const std::string text = finding.span.valid() ? single_spaced(sources.text(finding.span)) : std::string();
  return {std::string(row(finding.kind).name), finding.policy, finding.rules, finding.slots, text};
}

std::optional<Error> misses_keys(const Json& object, const std::vector<std::string>& keys, const std::string& where) {
  if (!object.is_object()) return wrong(where + " is not an object");
  for (const auto& [key, value] : object.items()) {
    if (std::ranges::find(keys, key) == keys.end()) return wrong(where + " has an unknown key `" + key + "`");
  }
  for (const std::string& key : keys) {
    if (!object.contains(key)) return wrong(where + " has no `" + key + "`");
  }
  return std::nullopt;
}

std::optional<Error> is_no_list(const Json& finding, const std::string& key, const std::string& where) {
  const Json& list = finding.at(key);
  const bool right = list.is_array() && std::ranges::all_of(list, [](const Json& name) { return name.is_string(); });
  return right ? std::nullopt : std::optional(wrong("`" + key + "` of " + where + " is not a list of names"));
}

Result<KnownFinding> read_finding(const Json& finding, const std::string& where) {
  if (auto error = misses_keys(finding, {"name", "policy", "rules", "slots", "text"}, where)) return *error;
  for (const std::string key : {"name", "text"}) {
    if (!finding.at(key).is_string()) return wrong("`" + key + "` of " + where + " is not a text");
  }
  const auto name = finding.at("name").get<std::string>();
  const bool allowed = std::ranges::any_of(all_kinds(), [&](const KindRow& kind) { return kind.name == name && can_be_allowed(kind); });
  if (!allowed) return wrong(where + " names `" + name + "`, which a baseline cannot hold");
  const Json& policy = finding.at("policy");
  if (!policy.is_string() && !policy.is_null()) return wrong("`policy` of " + where + " is neither a name nor null");
  for (const std::string key : {"rules", "slots"}) {
    if (auto error = is_no_list(finding, key, where)) return *error;
  }
  return KnownFinding{name, policy.is_null() ? "" : policy.get<std::string>(), finding.at("rules").get<std::vector<std::string>>(),
                      finding.at("slots").get<std::vector<std::string>>(), finding.at("text").get<std::string>()};
}

Result<std::vector<KnownFinding>> read_document(const Json& document) {
  if (auto error = misses_keys(document, {"schema", "findings"}, "the document")) return *error;
  if (document.at("schema") != kSchema) return wrong("its `schema` is not `" + std::string(kSchema) + "`");
  if (!document.at("findings").is_array()) return wrong("`findings` is not a list");
  std::vector<KnownFinding> findings;
  for (const Json& one : document.at("findings")) {
    Result<KnownFinding> finding = read_finding(one, "finding " + std::to_string(findings.size() + 1));
    if (!finding) return finding.error();
    findings.push_back(std::move(*finding));
  }
  std::ranges::sort(findings);
  return findings;
}

bool was_looked_for(const KnownFinding& known, const Checked& checked) {
  bool is_there = false, all = is_sound(checked.diags);
  for (size_t i = 0; i < checked.policies.size(); ++i) {
    const bool is_analyzed = i < checked.analyzed.size() && checked.analyzed[i];
    if (checked.policies[i].name == known.policy && !is_analyzed) return false;
    is_there |= checked.policies[i].name == known.policy;
    all &= is_analyzed;
  }
  return is_there || all;  // of a policy that does not even parse nothing is known
}

}  // namespace

Result<Baseline> read_baseline(const std::string& path) {
  Result<std::string> text = read_file(path);
  if (!text) return text.error();
  const auto bad = [&](const std::string& what) { return Error{"R0707", "`" + path + "` is no baseline: " + what}; };
  try {
    Result<std::vector<KnownFinding>> findings = read_document(Json::parse(*text));
    if (!findings) return bad(findings.error().message);
    return Baseline{path, std::move(*findings)};
  } catch (const Json::parse_error& error) {
    return bad("it is not JSON (byte " + std::to_string(error.byte) + ")");
  }
}

Baseline baseline_of(std::string path, const Diagnostics& diags, const SourceSet& sources) {
  Baseline baseline{std::move(path), {}};
  for (const Diagnostic& finding : diags.all()) {
    if (!finding.suppressed && can_be_allowed(row(finding.kind))) baseline.findings.push_back(identity(finding, sources));
  }
  std::ranges::sort(baseline.findings);
  return baseline;
}

Result<bool> write_baseline(const Baseline& baseline) {
  // By hand, so that each finding is a line: a change of the file is reviewed as one.
  std::string text = "{\"schema\":\"" + std::string(kSchema) + "\",\"findings\":[";
  for (const KnownFinding& finding : baseline.findings) {
    Json json;
    json["name"] = finding.name;
    json["policy"] = finding.policy.empty() ? Json(nullptr) : Json(finding.policy);
    json["rules"] = finding.rules;
    json["slots"] = finding.slots;
    json["text"] = finding.text;
    text += (&finding == baseline.findings.data() ? "\n" : ",\n") + json.dump(-1, ' ', false, Json::error_handler_t::replace);
  }
  return write_file(baseline.path, text + "\n]}\n");
}

BaselineUse suppress_known(const Baseline& baseline, Checked& checked) {
  std::multiset<KnownFinding> left(baseline.findings.begin(), baseline.findings.end());
  BaselineUse use{.path = baseline.path};
  for (Diagnostic& finding : checked.diags.all()) {
    if (!can_be_allowed(row(finding.kind))) continue;
    const auto known = left.find(identity(finding, checked.sources));
    if (known == left.end()) continue;
    left.erase(known);
    if (!finding.suppressed) finding.suppressed = kBaselineReason;  // else its author allows it too
    use.suppressed += *finding.suppressed == kBaselineReason ? 1 : 0;
  }
  // What was not looked for may be there still.
  use.stale = static_cast<size_t>(std::ranges::count_if(left, [&](const KnownFinding& known) { return was_looked_for(known, checked); }));
  return use;
}

}  // namespace sbx::driver
