// SPDX-License-Identifier: Apache-2.0
// A list that only excludes is the contrary of one that asks for any of its members; every other list is false of an empty text, so that
// two of them never exclude being false together.
#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "compiler/keyword_list.h"
#include "compiler/relate_texts.h"
#include "runtime/signals/arguments.h"

namespace sbx {
namespace {

using analysis::Exclusion;
using analysis::Truth;
using signals::list_argument;

constexpr size_t kMostCompared = 100'000;  // pairs of lists, and members of lists
constexpr size_t kMostExclusions = 2'000;

/// `signal` is true where this holds, or, if it is `contrary`, where it does not.
struct Asking {
  SignalId signal;
  bool contrary;
  signals::Source source;
  KeywordList any, all, none;
  size_t at_least;

  [[nodiscard]] Truth is(bool held) const { return {signal, held != contrary}; }
};

Asking asking(SignalId id, const SignalInfo& info) {
  const int edits = *signals::count_argument(info.arguments, "edits", 0, 2);
  std::vector<std::string> any = list_argument(info.arguments, "any"), none = list_argument(info.arguments, "none");
  const std::vector<std::string> all = list_argument(info.arguments, "all");
  const bool contrary = any.empty() && all.empty();
  if (contrary) std::swap(any, none);
  const auto at_least = static_cast<size_t>(*signals::count_argument(info.arguments, "at_least", 1, INT32_MAX));
  return {id, contrary, *signals::source_argument(info.arguments, "of"), {any, edits}, {all, edits}, {none, edits}, at_least};
}

/// Each member once.
std::vector<const ListedKeyword*> distinct(const KeywordList& list) {
  std::vector<const ListedKeyword*> found;
  for (const ListedKeyword& member : list.members()) {
    if (list.same(member) == &member) found.push_back(&member);
  }
  return found;
}

/// Whether some member that `asks` needs is as wanted, whichever members of `any` it finds.
template <typename IsWanted>
bool surely_finds(const Asking& asks, const IsWanted& is_wanted) {
  if (std::ranges::any_of(asks.all.members(), is_wanted)) return true;
  if (asks.any.members().empty()) return false;
  const std::vector<const ListedKeyword*> members = distinct(asks.any);
  const auto unwanted = std::ranges::count_if(members, [&](const ListedKeyword* member) { return !is_wanted(*member); });
  return static_cast<size_t>(unwanted) < asks.at_least;
}

/// How many different members of `list` are found for sure where `asks` holds.
size_t surely_found(const Asking& asks, const KeywordList& list) {
  const auto is_in = [](const KeywordList& one, const ListedKeyword* member) { return one.same(*member) != nullptr; };
  size_t needed = 0, others = 0;
  for (const ListedKeyword* member : distinct(asks.all)) needed += is_in(list, member) ? 1 : 0;
  for (const ListedKeyword* member : distinct(asks.any)) others += is_in(list, member) && !is_in(asks.all, member) ? 0 : 1;
  return needed + (!asks.any.members().empty() && asks.at_least > others ? asks.at_least - others : 0);
}

bool implies(const Asking& one, const Asking& other) {
  const auto finds = [&](const ListedKeyword& wanted) {
    return surely_finds(one, [&](const ListedKeyword& member) { return is_found_with(member, wanted); });
  };
  const auto finds_any = [&] {
    if (other.any.members().empty()) return true;
    if (other.at_least > 1) return surely_found(one, other.any) >= other.at_least;
    return surely_finds(one, [&](const ListedKeyword& member) { return other.any.is_found_with(member); });
  };
  const auto is_excluded = [&](const ListedKeyword& unwanted) { return one.none.is_found_with(unwanted); };
  return finds_any() && std::ranges::all_of(other.all.members(), finds) && std::ranges::all_of(other.none.members(), is_excluded);
}

bool finds_what_is_excluded(const Asking& one, const Asking& other) {
  return !other.none.members().empty() && surely_finds(one, [&](const ListedKeyword& member) { return other.none.is_found_with(member); });
}

/// Lists of which one has a member that is found with a member of the other.
class Neighbours {
 public:
  explicit Neighbours(const std::vector<Asking>& lists) : lists_(lists) {
    for (size_t i = 0; i < lists.size(); ++i) {
      for (const KeywordList* list : {&lists[i].any, &lists[i].all, &lists[i].none}) add(i, *list);
    }
  }

  [[nodiscard]] std::set<size_t> of(size_t one) const {
    std::set<size_t> found = with_errors_;
    for (const KeywordList* list : {&lists_[one].any, &lists_[one].all}) {
      for (const ListedKeyword& member : list->members()) {
        for_each_found_with(member, [&](const std::string& compared) {
          const auto with = by_keyword_.find(compared);
          if (with != by_keyword_.end()) found.insert(with->second.begin(), with->second.end());
        });
      }
    }
    std::erase_if(found, [&](size_t other) { return other == one || lists_[other].source != lists_[one].source; });
    return found;
  }

 private:
  void add(size_t at, const KeywordList& list) {
    for (const ListedKeyword& member : list.members()) {
      by_keyword_[member.compared].insert(at);
      if (member.fuzzy) with_errors_.insert(at);
    }
  }

  const std::vector<Asking>& lists_;
  std::map<std::string, std::set<size_t>> by_keyword_;
  std::set<size_t> with_errors_;
};

std::vector<Asking> lists_of(const Manifest& manifest) {
  std::vector<Asking> lists;
  size_t members = 0;
  const auto size = [](const SignalInfo& info, const char* name) { return list_argument(info.arguments, name).size(); };
  for (size_t i = 0; i < manifest.signals.size(); ++i) {
    const SignalId id = manifest.signals.id_at(i);
    if (manifest.signals[id].kind != "keywords") continue;
    const SignalInfo& info = manifest.signals[id];
    members += size(info, "any") + size(info, "all") + size(info, "none");
    if (members > kMostCompared) break;
    lists.push_back(asking(id, info));
  }
  return lists;
}

}  // namespace

analysis::TextFacts relate_keywords(const Manifest& manifest) {
  const std::vector<Asking> lists = lists_of(manifest);
  const Neighbours neighbours(lists);
  analysis::TextFacts facts;
  for (const Asking& one : lists) {
    if (one.contrary) facts.silent.push_back(one.signal);
  }
  std::vector<Exclusion>& found = facts.exclusions;
  size_t compared = 0;
  for (size_t i = 0; i < lists.size(); ++i) {
    for (const size_t j : neighbours.of(i)) {
      if (found.size() >= kMostExclusions || ++compared > kMostCompared) return facts;
      const Asking &one = lists[i], &other = lists[j];
      if (implies(one, other)) {
        found.push_back({one.is(true), other.is(false)});
      } else if (finds_what_is_excluded(one, other)) {
        found.push_back({one.is(true), other.is(true)});
      }
    }
  }
  return facts;
}

}  // namespace sbx
