// SPDX-License-Identifier: Apache-2.0
#include "runtime/program/verify_keys.h"

#include <algorithm>
#include <map>
#include <string_view>

namespace sbx {

namespace {

constexpr uint32_t kDeepest = 500;   // docs/language/limits.md: signals that need one another, in a row
constexpr uint64_t kMost = 100'000;  // signals to look at for one, each as often as it is named

class Keys {
 public:
  explicit Keys(const Manifest& manifest) : manifest_(manifest), needs_(manifest.signals.size()) {
    for (size_t i = 0; i < manifest.signals.size(); ++i) {
      const SignalId id = manifest.signals.id_at(i);
      signals_.emplace(manifest.signals[id].name, id);
    }
    for (const KeyedTable& table : manifest.tables) tables_.emplace(table.name, table.key);
  }

  std::vector<std::string> run() {
    std::vector<std::string> found;
    for (size_t i = 0; i < manifest_.signals.size(); ++i) {
      const SignalId id = manifest_.signals.id_at(i);
      follow(id, 0);
      if (needs_[i].state == State::Endless) found.push_back("signal " + manifest_.signals[id].name + ": keys without an end");
    }
    return found;
  }

 private:
  enum class State : uint8_t { Unseen, Open, Known, Endless };
  struct Need {
    State state = State::Unseen;
    uint32_t depth = 0;
    uint64_t count = 1;  // itself, and what is looked at for its keys
  };

  void follow(SignalId signal, uint32_t depth) {
    Need& need = needs_[signal.index];
    if (need.state != State::Unseen) return;
    need.state = State::Open;
    bool ends = depth < kDeepest;
    for (const SignalId key : ends ? keys_of(manifest_.signals[signal]) : std::vector<SignalId>()) {
      follow(key, depth + 1);
      const Need& other = needs_[key.index];
      ends &= other.state == State::Known;  // not endless, and not one that leads here
      need.depth = std::max(need.depth, other.depth + 1);
      need.count = std::min(kMost + 1, need.count + other.count);
    }
    need.state = ends && need.depth <= kDeepest && need.count <= kMost ? State::Known : State::Endless;
  }

  [[nodiscard]] std::vector<SignalId> keys_of(const SignalInfo& info) const {
    std::vector<SignalId> keys;
    const bool is_table = info.kind == "table";
    if (!is_table && info.kind != "budget") return keys;
    for (const auto& [name, argument] : info.arguments) {
      if (is_table ? name == "table" : name == "limit") add(argument, is_table, keys);
      const auto* list = std::get_if<ConstantList>(&argument.value);
      if (is_table || name != "for_each" || list == nullptr) continue;
      for (const Constant& item : *list) add(item, false, keys);
    }
    return keys;
  }

  void add(const Constant& name, bool is_table, std::vector<SignalId>& keys) const {
    const auto* text = std::get_if<std::string>(&name.value);
    if (text == nullptr) return;
    const auto [begin, end] = (is_table ? tables_ : signals_).equal_range(*text);
    for (auto one = begin; one != end; ++one) keys.push_back(one->second);
  }

  const Manifest& manifest_;
  std::multimap<std::string_view, SignalId> signals_, tables_;
  std::vector<Need> needs_;  // by SignalId
};

}  // namespace

std::vector<std::string> verify_keys(const Manifest& manifest) { return Keys(manifest).run(); }

}  // namespace sbx
