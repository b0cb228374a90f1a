// SPDX-License-Identifier: Apache-2.0
#include "compiler/witness/fields.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <nlohmann/json.hpp>

#include "runtime/request/readings.h"
#include "runtime/signals/arguments.h"

namespace sbx::witness {
namespace {

using analysis::Interval;
using analysis::Need;
using Json = nlohmann::ordered_json;

/// The members that a set shall and shall not have.
std::vector<std::string> members_of(const Manifest& manifest, const Wish& wish) {
  std::vector<std::string> members;
  for (const Need& need : wish.needs) {
    const Leaf& leaf = manifest.leaves[need.leaf];
    const bool wanted = !allows(need, 0);
    if (wanted) members.push_back(leaf.facet == Facet::Has ? leaf.member : "other");
  }
  return members;
}

constexpr int64_t kMostItems = 10'000;  // of messages, images, tools

// How a request says the numbers of a kind; the values are raw.
struct NumberField {
  std::string_view kind;
  int64_t most;
  void (*write)(Draft& draft, int64_t value);
};
constexpr NumberField kNumbers[] = {
    {"turns", kMostItems, [](Draft& draft, int64_t value) { draft.turns = value; }},
    {"messages.count", kMostItems, [](Draft& draft, int64_t value) { draft.messages = value; }},
    {"replies.count", kMostItems, [](Draft& draft, int64_t value) { draft.replies = value; }},
    {"tool_calls.count", kMostItems, [](Draft& draft, int64_t value) { draft.tool_calls = value; }},
    {"tool_results.count", kMostItems, [](Draft& draft, int64_t value) { draft.tool_results = value; }},
    {"images.count", kMostItems, [](Draft& draft, int64_t value) { draft.images = value; }},
    {"audio.count", kMostItems, [](Draft& draft, int64_t value) { draft.audio = value; }},
    {"tools.count", kMostItems,
     [](Draft& draft, int64_t value) {
       for (auto i = static_cast<int64_t>(draft.tools.size()); i < value; ++i) draft.tools.push_back("tool" + std::to_string(i + 1));
     }},
    {"max_tokens", INT64_MAX, [](Draft& draft, int64_t value) { draft.max_tokens = value; }},
    {"temperature", INT64_MAX, [](Draft& draft, int64_t value) { draft.temperature = to_string(to_decimal(value, TypeKind::Number)); }},
    {"stream", 1, [](Draft& draft, int64_t value) { draft.stream = value != 0; }},
    {"session.open_tool_loop", 1, [](Draft& draft, int64_t value) { draft.open_tool_loop = value != 0; }},
    {"session.idle", INT64_MAX, [](Draft& draft, int64_t value) { draft.idle_ms = value / 1000 + (value % 1000 != 0); }},
};

// How it says texts and labels; the name is the signal's argument, where it has one.
struct TextField {
  std::string_view kind;
  void (*write)(Draft& draft, const std::string& name, const std::string& value);
};
constexpr TextField kTexts[] = {
    {"text", [](Draft& draft, const std::string&, const std::string& value) { draft.exact_text = value; }},
    {"text.system", [](Draft& draft, const std::string&, const std::string& value) { draft.system = {value}; }},
    {"request.model", [](Draft& draft, const std::string&, const std::string& value) { draft.model = value; }},
    {"request.path", [](Draft& draft, const std::string&, const std::string& value) { draft.path = value; }},
    {"format", [](Draft& draft, const std::string&, const std::string& value) { draft.format = value; }},
    {"dialect",
     [](Draft& draft, const std::string&, const std::string& value) { draft.dialect = parse_dialect(value).value_or(Dialect::Chat); }},
    {"tool_choice",
     [](Draft& draft, const std::string&, const std::string& value) {
       draft.tool_choice = value;
       if (value == "tool" && draft.tools.empty()) draft.tools.push_back("tool1");
     }},
    {"header", [](Draft& draft, const std::string& name, const std::string& value) { draft.headers[name] = value; }},
    {"metadata", [](Draft& draft, const std::string& name, const std::string& value) { draft.metadata[name] = value; }},
    {"user.id", [](Draft& draft, const std::string&, const std::string& value) { draft.user["id"] = value; }},
    {"user.tier", [](Draft& draft, const std::string&, const std::string& value) { draft.user["tier"] = value; }},
    {"user.region", [](Draft& draft, const std::string&, const std::string& value) { draft.user["region"] = value; }},
    {"user.team", [](Draft& draft, const std::string&, const std::string& value) { draft.user["team"] = value; }},
    {"session.id", [](Draft& draft, const std::string&, const std::string& value) { draft.session["id"] = value; }},
    {"session.previous_model", [](Draft& draft, const std::string&, const std::string& value) { draft.session["previous_model"] = value; }},
};

bool write_number(const SignalInfo& info, int64_t value, Draft& draft) {
  const auto field = std::ranges::find(kNumbers, info.kind, &NumberField::kind);
  if (field == std::end(kNumbers) || value < 0 || value > field->most) return false;
  field->write(draft, value);
  return true;
}

bool write_set(const Manifest& manifest, const Wish& wish, Draft& draft) {
  const SignalInfo& info = manifest.signals[wish.signal];
  const std::vector<std::string> members = members_of(manifest, wish);
  if (info.kind == "tools.names") {
    draft.tools.insert(draft.tools.begin(), members.begin(), members.end());
  } else if (info.kind == "event.types") {
    for (const std::string& member : members) draft.events.emplace_back(member, "");
  } else if (info.kind == "event.severities") {
    for (const std::string& member : members) draft.events.emplace_back("", member);
  } else if (must_be_unknown(wish)) {
    return true;
  } else if (info.kind == "user.roles") {
    draft.roles = members;
  } else if (info.kind == "user.groups") {
    draft.groups = members;
  } else {
    std::string list;
    for (const std::string& member : members) list += (list.empty() ? "" : ",") + member;
    return write_text(info, list, draft);
  }
  return true;
}

}  // namespace

std::vector<Wish> wishes(const Manifest& manifest, std::span<const Need> needs) {
  std::map<SignalId, std::vector<Need>> by_signal;
  for (const Need& need : needs) by_signal[manifest.leaves[need.leaf].signal].push_back(need);
  std::vector<Wish> result;
  for (auto& [signal, of] : by_signal) {
    // The value comes before its confidence.
    std::ranges::stable_sort(of, {}, [&](const Need& need) { return manifest.leaves[need.leaf].facet; });
    result.push_back({signal, std::move(of)});
  }
  return result;
}

bool must_be_unknown(const Wish& wish) {
  return std::ranges::any_of(wish.needs, [](const Need& need) { return need.values.empty(); });
}

std::string written(const Leaf& leaf, const Type& type, int64_t raw) {
  switch (type.kind) {
    case TypeKind::Text: {
      if (raw >= 0) return leaf.literals[static_cast<size_t>(raw)];
      std::string other = "other";
      while (std::ranges::find(leaf.literals, other) != leaf.literals.end()) other += "-";
      return other;
    }
    case TypeKind::Label:
      return type.members[static_cast<size_t>(raw)];
    case TypeKind::Bool:
      return raw != 0 ? "true" : "false";
    case TypeKind::Duration:
      return std::to_string(raw) + "us";
    default:
      return to_string(to_decimal(raw, type.kind));
  }
}

bool write_text(const SignalInfo& info, const std::string& value, Draft& draft) {
  const auto field = std::ranges::find(kTexts, info.kind, &TextField::kind);
  if (field == std::end(kTexts)) return false;
  field->write(draft, signals::text_argument(info.arguments, info.kind == "metadata" ? "key" : "name"), value);
  return true;
}

bool write_field(const Manifest& manifest, const Wish& wish, Draft& draft) {
  const SignalInfo& info = manifest.signals[wish.signal];
  if (info.type.kind == TypeKind::Set) return write_set(manifest, wish, draft);
  const Need& need = wish.needs.front();
  if (need.values.empty()) return true;  // what is not said is unknown
  // A turn of the user's, where that is allowed: it carries the text.
  const int64_t raw = info.kind == "turns" && allows(need, 1) ? 1 : need.values.front().lo;
  return write_number(info, raw, draft) || write_text(info, written(manifest.leaves[need.leaf], info.type, raw), draft);
}

void write_reading(const Manifest& manifest, const Wish& wish, Draft& draft) {
  const SignalInfo& info = manifest.signals[wish.signal];
  if (must_be_unknown(wish)) {
    draft.readings[info.name] = R"({"state":"unknown"})";  // what is not mentioned would be computed
    return;
  }
  Json reading = Json::object();
  if (info.type.kind == TypeKind::Set) reading = {{"value", members_of(manifest, wish)}};
  for (const Need& need : wish.needs) {
    const Leaf& leaf = manifest.leaves[need.leaf];
    if (leaf.facet == Facet::Has || info.type.kind == TypeKind::Set) continue;
    const int64_t raw = need.values.front().lo;
    if (leaf.facet == Facet::Confidence) {
      reading["confidence"] = Json::parse(to_string(to_decimal(raw, TypeKind::Probability)));
      // A confidence is some label's: that of the first member, where no label is asked for.
      if (!reading.contains("value")) reading["value"] = info.type.members.front();
    } else if (info.type.kind == TypeKind::Label || info.type.kind == TypeKind::Text) {
      reading["value"] = written(leaf, info.type, raw);
    } else if (info.type.kind == TypeKind::Bool) {
      reading["value"] = raw != 0;
    } else {
      reading["value"] = Json::parse(to_string(to_decimal(raw, info.type.kind)));
    }
  }
  draft.readings[info.name] = reading.dump();
}

}  // namespace sbx::witness
