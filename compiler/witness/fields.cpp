// SPDX-License-Identifier: Apache-2.0
#include "compiler/witness/fields.h"

#include <algorithm>
#include <functional>
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

bool must_be_unknown(const Wish& wish) {
  return std::ranges::any_of(wish.needs, [](const Need& need) { return need.values.empty(); });
}

/// One call of a writer is one field of the request.
class Writer {
 public:
  Writer(const Manifest& manifest, const Wish& wish, Draft& draft)
      : manifest_(manifest), wish_(wish), info_(manifest.signals[wish.signal]), draft_(draft) {}

  bool run() {
    if (info_.type.kind == TypeKind::Set) return set();
    const Need& need = wish_.needs.front();
    if (need.values.empty()) return true;  // what is not said is unknown
    const int64_t raw = need.values.front().lo;
    return number(raw) || text(written(manifest_.leaves[need.leaf], info_.type, raw));
  }

 private:
  bool number(int64_t raw) {
    constexpr int64_t kMicrosOfMilli = 1000;
    if (info_.kind == "turns") return draft_.turns = raw, raw >= 0 && raw <= 10'000;
    if (info_.kind == "messages.count") return draft_.messages = raw, raw >= 0 && raw <= 10'000;
    if (info_.kind == "images.count") return draft_.images = raw, raw >= 0 && raw <= 10'000;
    if (info_.kind == "audio.count") return draft_.audio = raw, raw >= 0 && raw <= 10'000;
    if (info_.kind == "max_tokens") return draft_.max_tokens = raw, true;
    if (info_.kind == "temperature") return draft_.temperature = to_string(to_decimal(raw, info_.type.kind)), true;
    if (info_.kind == "stream") return draft_.stream = raw != 0, true;
    if (info_.kind == "session.open_tool_loop") return draft_.open_tool_loop = raw != 0, true;
    if (info_.kind == "session.idle") return draft_.idle_ms = (raw + kMicrosOfMilli - 1) / kMicrosOfMilli, true;
    if (info_.kind == "tools.count") {
      for (int64_t i = static_cast<int64_t>(draft_.tools.size()); i < std::min<int64_t>(raw, 10'000); ++i) {
        draft_.tools.push_back("tool" + std::to_string(i + 1));
      }
      return true;
    }
    return false;
  }

  bool text(const std::string& value) {
    if (info_.kind == "text") return draft_.exact_text = value, true;
    if (info_.kind == "text.system") return draft_.system = {value}, true;
    if (info_.kind == "request.model") return draft_.model = value, true;
    if (info_.kind == "request.path") return draft_.path = value, true;
    if (info_.kind == "header") return draft_.headers[signals::text_argument(info_.arguments, "name")] = value, true;
    if (info_.kind == "metadata") return draft_.metadata[signals::text_argument(info_.arguments, "key")] = value, true;
    if (info_.kind == "tool_choice") return tool_choice(value);
    if (info_.kind == "format") return draft_.format = value, true;
    if (info_.kind == "dialect") return draft_.dialect = parse_dialect(value).value_or(Dialect::Chat), true;
    if (info_.kind.starts_with("user.")) return draft_.user[info_.kind.substr(5)] = value, true;
    if (info_.kind.starts_with("session.")) return draft_.session[info_.kind.substr(8)] = value, true;
    return false;
  }

  bool tool_choice(const std::string& value) {
    draft_.tool_choice = value;
    if (value == "tool" && draft_.tools.empty()) draft_.tools.push_back("tool1");
    return true;
  }

  bool set() {
    const std::vector<std::string> members = members_of(manifest_, wish_);
    if (info_.kind == "tools.names") {
      for (const std::string& member : members) draft_.tools.insert(draft_.tools.begin(), member);
      return true;
    }
    if (info_.kind == "event.types" || info_.kind == "event.severities") {
      for (const std::string& member : members) {
        draft_.events.emplace_back(info_.kind == "event.types" ? member : "", info_.kind == "event.types" ? "" : member);
      }
      return true;
    }
    if (must_be_unknown(wish_)) return true;
    if (info_.kind == "user.roles") return draft_.roles = members, true;
    if (info_.kind == "user.groups") return draft_.groups = members, true;
    std::string text;
    for (const std::string& member : members) text += (text.empty() ? "" : ",") + member;
    return this->text(text);
  }

  const Manifest& manifest_;
  const Wish& wish_;
  const SignalInfo& info_;
  Draft& draft_;
};

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

bool allows(const Need& need, int64_t value) {
  return std::ranges::any_of(need.values, [&](Interval values) { return values.lo <= value && value <= values.hi; });
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

bool write_field(const Manifest& manifest, const Wish& wish, Draft& draft) { return Writer(manifest, wish, draft).run(); }

void write_reading(const Manifest& manifest, const Wish& wish, Draft& draft) {
  const SignalInfo& info = manifest.signals[wish.signal];
  if (must_be_unknown(wish)) return;
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
