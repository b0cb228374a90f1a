// SPDX-License-Identifier: Apache-2.0
#include "compiler/witness/texts.h"

#include <algorithm>
#include <array>
#include <functional>
#include <iterator>
#include <set>
#include <utility>

#include "compiler/witness/example.h"
#include "runtime/signals/arguments.h"

namespace sbx::witness {
namespace {

using analysis::Need;
using signals::list_argument;
using signals::text_argument;

constexpr std::array kTextKinds{"keywords", "pattern", "exists", "count", "sequence", "density", "language", "bm25", "ngrams"};
// Words that mean little, the first of which disturbs no signal becomes the filler.
constexpr std::array kFillers{"well", "then", "once", "there", "while", "rather", "quite", "ok", "so", "la"};
// Sentences that CLD2 tells apart.
constexpr std::array kSentences{
    "The weather was pleasant this morning, so we walked along the river and talked about our plans.",
    "Das Wetter war heute Morgen angenehm, deshalb gingen wir am Fluss entlang und sprachen miteinander.",
    "Le temps était agréable ce matin, alors nous avons marché le long de la rivière en parlant.",
    "El tiempo era agradable esta mañana, así que caminamos junto al río y hablamos de nuestros planes.",
    "Il tempo era piacevole questa mattina, così abbiamo camminato lungo il fiume parlando dei progetti.",
    "O tempo estava agradável esta manhã, por isso caminhámos junto ao rio e falámos dos nossos planos.",
    "Het weer was vanmorgen aangenaam, dus liepen we langs de rivier en spraken over onze plannen.",
    "Погода сегодня утром была приятной, поэтому мы гуляли вдоль реки и говорили о наших планах.",
    "Pogoda była dziś rano przyjemna, więc spacerowaliśmy wzdłuż rzeki i rozmawialiśmy o planach.",
    "今天早上天气很好，所以我们沿着河边散步，谈论我们的计划。",
    "今朝は天気がよかったので、川に沿って歩きながら計画について話しました。",
    "오늘 아침 날씨가 좋아서 우리는 강을 따라 걸으며 계획에 대해 이야기했습니다.",
    "كان الطقس لطيفا هذا الصباح، لذلك مشينا على طول النهر وتحدثنا عن خططنا.",
    "Bu sabah hava güzeldi, bu yüzden nehir boyunca yürüdük ve planlarımız hakkında konuştuk.",
};

std::string joined(const std::vector<std::string>& items) {
  std::string text;
  for (const std::string& item : items) text += (text.empty() ? "" : " . ") + item;
  return text;
}

signals::Source source_of(const SignalInfo& info) {
  return *signals::source_argument(info.arguments, info.kind == "density" ? "in" : "of");  // bound before, so it is one
}

int count_of(const SignalInfo& info, const char* name, int otherwise) {
  return *signals::count_argument(info.arguments, name, otherwise, INT32_MAX);
}

/// Texts each of which may be all that the signal asks for.
std::vector<std::string> candidates(const SignalInfo& info, const Need& need) {
  if (info.kind == "language") return {kSentences.begin(), kSentences.end()};
  if (info.kind == "pattern" || info.kind == "exists") return examples(text_argument(info.arguments, "expression"));
  if (info.kind == "sequence") return {joined(list_argument(info.arguments, "steps"))};
  if (info.kind == "density") return list_argument(info.arguments, "of");
  if (info.kind == "ngrams") return list_argument(info.arguments, "any");
  if (info.kind == "bm25") {  // term by term, as many as are needed
    std::vector<std::string> result, taken;
    for (const std::string& term : list_argument(info.arguments, "terms")) {
      taken.push_back(term);
      result.push_back(joined(taken));
    }
    return result;
  }
  if (info.kind == "count") {
    std::vector<std::string> result;
    const int64_t times = std::clamp<int64_t>(need.values.empty() ? 1 : need.values.front().lo, 1, 10'000);
    for (const std::string& one : examples(text_argument(info.arguments, "expression"))) {
      std::string text = one;
      for (int64_t i = 1; i < times; ++i) text += "\n" + one;
      result.push_back(std::move(text));
    }
    return result;
  }
  // keywords
  std::vector<std::string> any = list_argument(info.arguments, "any");
  const std::vector<std::string> all = list_argument(info.arguments, "all");
  const std::vector<std::string> none = list_argument(info.arguments, "none");
  const auto least = static_cast<size_t>(count_of(info, "at_least", 1));
  if (any.empty() && all.empty()) return none;  // to have one of them is all that can be done
  if (any.empty()) return {joined(all)};
  std::vector<std::string> result;
  for (size_t first = 0; first < any.size(); ++first) {
    std::vector<std::string> taken = all;
    for (size_t i = 0; i < std::min(least, any.size()); ++i) taken.push_back(any[(first + i) % any.size()]);
    result.push_back(joined(taken));
  }
  return result;
}

/// Whether any one member makes it hold, wherever it stands: then its members are all the ways there are.
bool is_plain_list(const SignalInfo& info) {
  return info.kind == "keywords" && list_argument(info.arguments, "all").empty() && list_argument(info.arguments, "none").empty() &&
         count_of(info, "at_least", 1) == 1 && count_of(info, "edits", 0) == 0;
}

class Composer {
 public:
  Composer(const std::vector<Wish>& wishes, TextReader& reader, Draft& draft) : wishes_(wishes), reader_(reader), draft_(draft) {}

  std::optional<std::vector<LeafId>> run() {
    choose_filler();
    const Draft before = draft_;
    auto failed = compose({});
    if ((failed && !failed->empty()) || (!failed && patterns_are_granted())) return failed;
    // Piece by piece it does not come out, so the automata are asked what one piece can be.
    for (const signals::Source source : {signals::Source::LastUser, signals::Source::All, signals::Source::System}) {
      std::vector<LeafId> excluded = reader_.patterns().excluded(patterns_of({source}));
      if (!excluded.empty()) return excluded;
    }
    const Draft pieces = std::exchange(draft_, before);
    const bool said = say({signals::Source::LastUser, signals::Source::All}, draft_.text) && say({signals::Source::System}, draft_.system);
    if (said && !compose(is_pattern)) return std::nullopt;
    draft_ = pieces;
    return failed;
  }

 private:
  static bool is_pattern(const SignalInfo& info) { return info.kind == "pattern" || info.kind == "exists"; }

  // Adds a piece for every wish but those that were seen to already.
  std::optional<std::vector<LeafId>> compose(const std::function<bool(const SignalInfo&)>& is_done) {
    for (const Wish& wish : wishes_) {
      if (reader_.grants(wish, "") || (is_done && is_done(info(wish)))) continue;  // silence will do
      if (auto failed = add(wish)) return failed;
    }
    return std::nullopt;
  }

  // Pieces that are right one by one may be wrong together, where a pattern looks at the ends of a text.
  bool patterns_are_granted() {
    return std::ranges::all_of(wishes_, [&](const Wish& wish) {
      const bool in_system = source_of(info(wish)) == signals::Source::System;
      return !is_pattern(info(wish)) || reader_.grants(wish, joined(in_system ? draft_.system : draft_.text));
    });
  }

  std::vector<PatternWish> patterns_of(std::initializer_list<signals::Source> sources) const {
    std::vector<PatternWish> found;
    for (const Wish& wish : wishes_) {
      if (!is_pattern(info(wish)) || std::ranges::find(sources, source_of(info(wish))) == sources.end()) continue;
      const Need& need = wish.needs.front();
      if (allows(need, 0) != allows(need, 1)) found.push_back({wish.signal, need.leaf, allows(need, 1)});
    }
    return found;
  }

  // One piece for all patterns of these texts; false where none is found.
  bool say(std::initializer_list<signals::Source> sources, std::vector<std::string>& pieces) {
    const std::vector<PatternWish> wanted = patterns_of(sources);
    if (std::ranges::none_of(wanted, &PatternWish::holds)) return true;
    const std::optional<std::string> text = reader_.patterns().text(wanted);
    if (text) pieces.push_back(*text);
    return text.has_value();
  }

  const SignalInfo& info(const Wish& wish) const { return reader_.manifest().signals[wish.signal]; }

  void choose_filler() {
    for (const char* word : kFillers) {
      const bool quiet =
          std::ranges::all_of(wishes_, [&](const Wish& wish) { return reader_.grants(wish, word) == reader_.grants(wish, ""); });
      if (!quiet) continue;
      draft_.filler = word;
      return;
    }
  }

  // The first candidate that grants this wish and takes none of those that silence grants.
  std::optional<std::vector<LeafId>> add(const Wish& wish) {
    std::set<LeafId> excluded_by;
    bool proved = is_plain_list(info(wish));
    for (const std::string& piece : candidates(info(wish), wish.needs.front())) {
      if (!reader_.grants(wish, piece)) {
        proved = false;
        continue;
      }
      const Wish* broken = nullptr;
      for (const Wish& other : wishes_) {
        if (&other == &wish || !reader_.grants(other, "") || reader_.grants(other, piece)) continue;
        broken = &other;
        if (is_plain_list(info(other)) && source_of(info(other)) == source_of(info(wish))) break;
      }
      if (broken == nullptr) return put(wish, piece), std::nullopt;
      proved &= is_plain_list(info(*broken)) && source_of(info(*broken)) == source_of(info(wish));
      excluded_by.insert(broken->needs.front().leaf);
    }
    if (!proved || excluded_by.empty()) return std::vector<LeafId>{};
    excluded_by.insert(wish.needs.front().leaf);
    return std::vector<LeafId>(excluded_by.begin(), excluded_by.end());
  }

  void put(const Wish& wish, const std::string& piece) {
    std::vector<std::string>& pieces = source_of(info(wish)) == signals::Source::System ? draft_.system : draft_.text;
    if (std::ranges::find(pieces, piece) == pieces.end()) pieces.push_back(piece);
  }

  const std::vector<Wish>& wishes_;
  TextReader& reader_;
  Draft& draft_;
};

}  // namespace

bool reads_text(const SignalInfo& info) { return std::ranges::find(kTextKinds, info.kind) != kTextKinds.end(); }

bool TextReader::grants(const Wish& wish, const std::string& text) {
  Request request;
  request.text = request.text_all = request.text_system = text;
  signals::TextsPool::Lease texts = pool_.take();
  const Reading reading = signals_.read(wish.signal, request, *texts);
  if (reading.state != ReadingState::Known) return wish.needs.front().unknown;
  const Type& type = manifest_.signals[wish.signal].type;
  int64_t raw = 0;
  if (const auto* truth = std::get_if<bool>(&reading.value)) raw = *truth ? 1 : 0;
  if (const auto* number = std::get_if<int64_t>(&reading.value)) raw = *number;
  if (const auto* label = std::get_if<std::string>(&reading.value)) {
    const auto member = std::ranges::find(type.members, *label);
    if (member == type.members.end()) return wish.needs.front().unknown;
    raw = member - type.members.begin();
  }
  return allows(wish.needs.front(), raw);
}

std::optional<std::vector<LeafId>> write_texts(const std::vector<Wish>& wishes, TextReader& reader, Draft& draft) {
  return Composer(wishes, reader, draft).run();
}

}  // namespace sbx::witness
