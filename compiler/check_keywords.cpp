// SPDX-License-Identifier: Apache-2.0
// What is said here holds for every text, by how keywords are folded and what may stand beside them. Nothing is said of two signals of
// which one holds wherever the other does: that is what authors build on.
#include "compiler/check_keywords.h"

#include <algorithm>

#include "compiler/keyword_list.h"
#include "compiler/written_items.h"
#include "runtime/signals/arguments.h"

namespace sbx {
namespace {

using signals::list_argument;

/// Of two members: wherever `whole` is found, `part` is.
struct Pair {
  std::string whole, part;
};

std::string quoted(const std::string& word) { return "`" + word + "`"; }

/// "`a` holds `b`, `c` holds `d` and 3 more": lists can be long, and one finding is enough.
std::string listed(const std::vector<Pair>& pairs, const std::string& verb) {
  constexpr size_t kMost = 3;
  std::string text;
  for (size_t i = 0; i < std::min(kMost, pairs.size()); ++i) {
    text += (i == 0 ? "" : ", ") + quoted(pairs[i].whole) + " " + verb + " " + quoted(pairs[i].part);
  }
  return pairs.size() > kMost ? text + " and " + std::to_string(pairs.size() - kMost) + " more" : text;
}

std::string with(std::string advice, const std::string& what) { return advice.replace(advice.find("{}"), 2, what); }

constexpr const char* kHeld = "where the first is found, the second is too";

class SignalLists {
 public:
  SignalLists(const SourceSet& sources, const sema::Policy& policy, const sema::Symbol& symbol, Diagnostics& diags)
      : sources_(sources),
        policy_(policy),
        symbol_(symbol),
        diags_(diags),
        edits_(*signals::count_argument(symbol.arguments, "edits", 0, 2)),
        at_least_(static_cast<size_t>(*signals::count_argument(symbol.arguments, "at_least", 1, INT32_MAX))),
        any_(list("any")),
        all_(list("all")),
        none_(list("none")) {}

  /// Returns whether the signal can ever hold.
  bool check() {
    for (const KeywordList* list : {&any_, &all_, &none_}) check_repeated(*list);
    if (check_excluded()) return false;
    if (at_least_ == 1) {
      report("members of `any` add nothing", held(any_, any_), kHeld, "leave {} out", &Pair::whole);
    }
    report("members of `all` ask for nothing", held(all_, all_), kHeld, "leave {} out", &Pair::part);
    report("members of `none` exclude nothing", held(none_, none_), kHeld, "leave {} out", &Pair::whole);
    if (at_least_ == 1) check_any_in_all();
    return true;
  }

 private:
  [[nodiscard]] KeywordList list(const char* name) const { return {list_argument(symbol_.arguments, name), edits_}; }

  void check_repeated(const KeywordList& list) {
    std::vector<Pair> repeated;
    bool written_alike = true;
    for (const ListedKeyword& member : list.members()) {
      const ListedKeyword* first = list.same(member);
      if (first == nullptr || first == &member) continue;
      repeated.push_back({member.written, first->written});
      written_alike &= member.written == first->written;
    }
    report(quoted(symbol_.name) + " says the same twice", repeated,
           written_alike ? "once is enough" : "keywords are compared without case, width, invisible characters and kind of apostrophe",
           "leave {} out", &Pair::whole, "is");
  }

  /// Members that `none` takes back. Returns whether the signal can never hold.
  bool check_excluded() {
    const std::vector<Pair> wanted = taken_back(all_), counted = taken_back(any_);
    const bool never = !wanted.empty() || (!any_.members().empty() && distinct(any_) - counted.size() < at_least_);
    const std::vector<Pair>& pairs = wanted.empty() ? counted : wanted;
    const std::string list = wanted.empty() ? "`any`" : "`all`";
    report(never ? quoted(symbol_.name) + " can never hold" : "members of `any` can never count", pairs,
           "what " + list + " asks for, `none` excludes", never ? "take {} out of `none`" : "leave {} out",
           never ? &Pair::part : &Pair::whole);
    return never;
  }

  [[nodiscard]] std::vector<Pair> taken_back(const KeywordList& list) const {
    std::vector<Pair> pairs;
    for (const ListedKeyword& member : list.members()) {
      if (list.same(member) != &member) continue;
      const ListedKeyword* excluded = none_.same(member);
      if (excluded == nullptr) excluded = none_.held_in(member);
      if (excluded != nullptr) pairs.push_back({member.written, excluded->written});
    }
    return pairs;
  }

  [[nodiscard]] static size_t distinct(const KeywordList& list) {
    return static_cast<size_t>(
        std::ranges::count_if(list.members(), [&](const ListedKeyword& member) { return list.same(member) == &member; }));
  }

  void check_any_in_all() {
    std::vector<Pair> pairs;
    for (const ListedKeyword& member : all_.members()) {
      const ListedKeyword* found = any_.same(member);
      if (found == nullptr) found = any_.held_in(member);
      if (found != nullptr) pairs.push_back({member.written, found->written});
    }
    report("`any` asks for nothing", pairs, "what `all` asks for is enough for `any`", "leave `any` out, or take {} out of it",
           &Pair::part);
  }

  /// Members of `list` that a member of `by` is found with; each once.
  [[nodiscard]] static std::vector<Pair> held(const KeywordList& list, const KeywordList& by) {
    std::vector<Pair> pairs;
    for (const ListedKeyword& member : list.members()) {
      const ListedKeyword* part = list.same(member) == &member ? by.held_in(member) : nullptr;
      if (part != nullptr) pairs.push_back({member.written, part->written});
    }
    return pairs;
  }

  void report(const std::string& what, const std::vector<Pair>& pairs, const std::string& why, const std::string& advice,
              std::string Pair::*superfluous, const std::string& verb = "is never found without") {
    if (pairs.empty()) return;
    const std::vector<Span> items = places(pairs, superfluous);
    DiagnosticBuilder report =
        diags_.report(Kind::KeywordTrap, items.empty() ? symbol_.span : items.front(), what + ": " + listed(pairs, verb));
    report.at_span(why)
        .help(with(advice, quoted(pairs.front().*superfluous) + (pairs.size() > 1 ? " and the like" : "")))
        .about(policy_.name, {symbol_.name});
    const auto edits = advice == "leave {} out" && items.size() == pairs.size() ? without_items(sources_, items) : std::nullopt;
    if (edits) report.fix(items.size() == 1 ? "leave it out" : "leave them out", *edits);
  }

  // Where they are written; of those said twice, the last.
  std::vector<Span> places(const std::vector<Pair>& pairs, std::string Pair::*superfluous) const {
    std::vector<Span> found;
    for (const Pair& pair : pairs) {
      const std::optional<Span> item = written_item(sources_, symbol_.span, pair.*superfluous, pair.whole == pair.part);
      if (item) found.push_back(*item);
    }
    return found;
  }

  const SourceSet& sources_;
  const sema::Policy& policy_;
  const sema::Symbol& symbol_;
  Diagnostics& diags_;
  int edits_;
  size_t at_least_;
  KeywordList any_, all_, none_;
};

}  // namespace

std::set<std::string> check_keywords(const SourceSet& sources, const sema::Policy& policy, Diagnostics& diags) {
  std::set<std::string> never;
  for (const sema::Symbol& symbol : policy.symbols) {
    if (!symbol.value && symbol.kind == "keywords" && !SignalLists(sources, policy, symbol, diags).check()) never.insert(symbol.name);
  }
  return never;
}

}  // namespace sbx
