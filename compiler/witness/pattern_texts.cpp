// SPDX-License-Identifier: Apache-2.0
#include "compiler/witness/pattern_texts.h"

#include <algorithm>
#include <iterator>

#include "runtime/signals/arguments.h"

namespace sbx::witness {

std::optional<std::string> PatternTexts::text(std::span<const PatternWish> wishes) {
  const auto* text = std::get_if<std::string>(&find(wishes));
  return text == nullptr ? std::nullopt : std::optional(*text);
}

std::vector<LeafId> PatternTexts::excluded(std::span<const PatternWish> wishes) {
  if (!std::holds_alternative<patterns::NoText>(find(wishes))) return {};
  std::vector<PatternWish> needed;
  std::ranges::copy_if(wishes, std::back_inserter(needed), &PatternWish::holds);
  // Mostly those that shall match are enough; the others can be many.
  if (!std::holds_alternative<patterns::NoText>(find(needed))) needed.assign(wishes.begin(), wishes.end());
  for (size_t i = needed.size(); i-- > 0;) {
    std::vector<PatternWish> fewer = needed;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
    if (std::holds_alternative<patterns::NoText>(find(fewer))) needed = std::move(fewer);
  }
  std::vector<LeafId> leaves;
  for (const PatternWish& wish : needed) {
    if (languages_.contains(wish.signal.index)) leaves.push_back(wish.leaf);
  }
  return leaves;
}

void PatternTexts::prepare() {
  if (prepared_) return;
  prepared_ = true;
  std::vector<uint32_t> signals;
  std::vector<std::optional<patterns::Tree>> trees;
  for (size_t i = 0; i < manifest_.signals.size(); ++i) {
    const SignalId signal = manifest_.signals.id_at(i);
    const SignalInfo& info = manifest_.signals[signal];
    if (info.kind != "pattern" && info.kind != "exists") continue;
    signals.push_back(signal.index);
    trees.push_back(patterns::parse(signals::text_argument(info.arguments, "expression")));
  }
  std::vector<std::optional<patterns::Language>> languages = patterns::languages_of(trees);
  for (size_t i = 0; i < signals.size(); ++i) {
    if (languages[i]) languages_.emplace(signals[i], std::move(*languages[i]));
  }
}

const patterns::FoundText& PatternTexts::find(std::span<const PatternWish> wishes) {
  prepare();
  std::vector<std::pair<uint32_t, bool>> key;
  std::vector<const patterns::Language*> all, none;
  for (const PatternWish& wish : wishes) {
    const auto language = languages_.find(wish.signal.index);
    if (language == languages_.end()) continue;
    key.emplace_back(wish.signal.index, wish.holds);
    (wish.holds ? all : none).push_back(&language->second);
  }
  const auto known = found_.find(key);
  if (known != found_.end()) return known->second;
  return found_.emplace(std::move(key), patterns::find_text(all, none, budget_)).first->second;
}

}  // namespace sbx::witness
