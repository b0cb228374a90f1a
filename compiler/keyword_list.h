// SPDX-License-Identifier: Apache-2.0
// The members of a list of keywords as they are compared, and which of them are found wherever another one is.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "runtime/text/rules.h"

namespace sbx {

/// One member: exactly one of `exact` and `fuzzy`.
struct ListedKeyword {
  std::string written;
  std::string compared;  // the same for two members if, and only if, they are found in the same way
  std::optional<text::Keyword> exact;
  std::optional<text::FuzzyKeyword> fuzzy;  // typing errors are allowed in it
};

/// Whether `part` is found in every text in which `whole` is, where that is certain.
[[nodiscard]] bool is_found_with(const ListedKeyword& whole, const ListedKeyword& part);
/// `compared` of each keyword without typing errors that is found wherever `keyword` is, itself among them.
void for_each_found_with(const ListedKeyword& keyword, const std::function<void(const std::string&)>& say);

/// All members must be keywords that TextRules takes.
class KeywordList {
 public:
  KeywordList(const std::vector<std::string>& members, int edits);

  [[nodiscard]] const std::vector<ListedKeyword>& members() const { return members_; }
  /// The first member that is `keyword`, as folding sees it.
  [[nodiscard]] const ListedKeyword* same(const ListedKeyword& keyword) const;
  /// A member that is not `keyword` and is found in every text in which `keyword` is found, where that is certain.
  [[nodiscard]] const ListedKeyword* held_in(const ListedKeyword& keyword) const;
  /// Whether a member is found in every text in which `keyword` is found, where that is certain.
  [[nodiscard]] bool is_found_with(const ListedKeyword& keyword) const { return same(keyword) != nullptr || held_in(keyword) != nullptr; }

 private:
  std::vector<ListedKeyword> members_;
  std::map<std::string, size_t, std::less<>> first_;  // by `compared`
  size_t exact_ = 0;
  std::vector<size_t> fuzzy_;
};

}  // namespace sbx
