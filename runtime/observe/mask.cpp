// SPDX-License-Identifier: Apache-2.0
#include "runtime/observe/mask.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "runtime/request/trace_line.h"

namespace sbx::observe {
namespace {

using Json = nlohmann::ordered_json;

void hide(Json& value) {
  if (!value.is_null()) value = kMasked;
}

void walk(Json& value, std::string_view path);

// The path goes on in `value`, or ends there.
void enter(Json& value, std::string_view rest) {
  if (rest.empty()) return hide(value);
  walk(value, rest.substr(1));
}

void walk(Json& value, std::string_view path) {
  if (value.is_array()) {
    for (Json& item : value) walk(item, path);
    return;
  }
  if (!value.is_object()) return;
  for (auto member = value.begin(); member != value.end(); ++member) {
    const std::string& name = member.key();
    const bool any = path.starts_with("*") && (path.size() == 1 || path[1] == '.');
    const size_t taken = any ? 1 : name.size();
    if (any || (path.starts_with(name) && (path.size() == taken || path[taken] == '.'))) enter(member.value(), path.substr(taken));
  }
}

// What a path says below `readings`: the reading's name, and the rest of it.
bool names_reading(std::string_view path, std::string_view name) {
  constexpr std::string_view kReadings = "readings.";
  if (!path.starts_with(kReadings)) return false;
  path.remove_prefix(kReadings.size());
  const bool any = path == "*" || path.starts_with("*.");
  if (!any && !path.starts_with(name)) return false;
  const std::string_view rest = path.substr(any ? 1 : name.size());
  return rest.empty() || rest == ".value";
}

void mask_reading(std::string_view name, const Manifest& manifest, const Decision& decision, Json& line) {
  Json& readings = line["readings"];
  if (const auto found = readings.find(name); found != readings.end() && found->is_object() && (*found)["state"] == "known")
    *found = kMasked;
  size_t at = 0;
  for (const Why& why : decision.why) {
    if (why.result != TestResult::True) continue;  // as decision_json prints them
    Json& printed = line["why"][at++]["value"];
    for (const SignalId signal : why.clause->signals) {
      if (manifest.signals[signal].name != name) continue;
      if (why.clause->signals.size() == 1)
        hide(printed);
      else if (printed.is_object() && printed.contains(name))
        hide(printed[std::string(name)]);
    }
  }
}

}  // namespace

void mask(const std::vector<std::string>& paths, const Manifest& manifest, const Decision& decision, Json& line) {
  for (const std::string& path : paths) {
    bool is_reading = false;
    for (const SignalInfo& signal : manifest.signals) {
      if (!names_reading(path, signal.name)) continue;
      is_reading = true;
      mask_reading(signal.name, manifest, decision, line);
    }
    if (!is_reading) walk(line, path);
  }
}

void mask_prompt(const Manifest& manifest, Decision& decision) {
  for (size_t i = 0; i < decision.readings.size() && i < manifest.signals.size(); ++i) {
    const SignalId signal = manifest.signals.id_at(i);
    const std::string& kind = manifest.signals[signal].kind;
    if (kind != "text" && kind != "text.all" && kind != "text.system") continue;
    auto* said = std::get_if<std::string>(&decision.readings[i].value);
    const auto is_written = [&](const Leaf& leaf) {
      return leaf.signal == signal && std::ranges::find(leaf.literals, *said) != leaf.literals.end();
    };
    if (said != nullptr && std::ranges::none_of(manifest.leaves, is_written)) *said = kMasked;
  }
}

}  // namespace sbx::observe
