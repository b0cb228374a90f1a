// SPDX-License-Identifier: Apache-2.0
#include "tests/differential/faults.h"

#include <fmt/format.h>

namespace sbx::differential {
namespace {

using Decided = Planted::Decided;

// Before all tiers that are not strict, so that requests come to it; or behind them.
void add_tier(Draft& draft, Author& author, std::vector<std::string> lines) {
  size_t at = 0;
  while (at < draft.tiers.size() && draft.tiers[at].head.starts_with("strict")) ++at;
  if (author.random().chance(50)) at = draft.tiers.size();
  draft.tiers.insert(draft.tiers.begin() + static_cast<std::ptrdiff_t>(at), {"tier " + author.new_name("wrong"), std::move(lines)});
}

std::string first(const std::vector<std::string>& routes) {
  std::string text = "first { ";
  for (const std::string& route : routes) text += route + " ";
  return text + "}";
}

// ---- who wins

Planted conflict(Draft& draft, Author& author) {
  add_tier(draft, author,
           {author.route("rival", author.keyword(draft) + " and " + author.extra(draft)), author.route("planted", author.keyword(draft))});
  return {.finding = "conflict", .blockers = {}, .fire = {"planted", "rival"}, .rest = {}, .shown = true};
}

Planted conflict_of_one_value(Draft& draft, Author& author) {
  const std::string shared = author.keyword(draft);
  add_tier(draft, author, {author.route("rival", shared + " and tokens <= 3k"), author.route("planted", shared + " and tokens >= 3k")});
  return {.finding = "conflict", .blockers = {}, .fire = {"planted", "rival"}, .rest = {}, .shown = true};
}

Planted conflict_with_a_block(Draft& draft, Author& author) {
  add_tier(draft, author,
           {first({author.route("rival", author.keyword(draft)), author.route("other", author.keyword(draft))}),
            author.route("planted", author.keyword(draft))});
  return {.finding = "conflict", .blockers = {}, .fire = {"planted"}, .rest = {}, .shown = true};
}

Planted conflict_of_ranks(Draft& draft, Author& author) {
  add_tier(draft, author,
           {author.route("top", author.keyword(draft)), author.route("rival", author.keyword(draft)),
            author.route("planted", author.keyword(draft)), "top over rival, planted"});
  return {.finding = "conflict", .blockers = {}, .fire = {"planted", "rival"}, .rest = {"top"}, .shown = true};
}

Planted conflict_about_a_slot(Draft& draft, Author& author) {
  draft.declarations.push_back("slot style: {short, long, usual} = usual");
  draft.rules.push_back("rule rival when " + author.keyword(draft) + " { style = short }");
  draft.rules.push_back("rule planted when " + author.keyword(draft) + " and " + author.extra(draft) + " { style = long }");
  return {.finding = "conflict", .blockers = {}, .fire = {"planted", "rival"}, .rest = {}, .shown = true};
}

Planted gap(Draft& draft, Author&) {
  draft.otherwise.clear();
  return {.finding = "gap", .subject = "", .blockers = {}, .fire = {}, .rest = {}, .shown = true};
}

Planted gap_of_a_slot(Draft& draft, Author& author) {
  draft.declarations.push_back("slot style: {short, long}");
  for (Draft::Tier& tier : draft.tiers) {
    for (std::string& line : tier.lines) {
      const size_t at = line.find("model = ");
      if (at != std::string::npos) line.insert(at, "style = short  ");
    }
  }
  draft.otherwise = "otherwise { model = small, then large  style = long }";
  add_tier(draft, author, {"route planted when " + author.keyword(draft) + " { model = large  max_tokens at most 999 }"});
  return {.finding = "gap", .blockers = {}, .fire = {"planted"}, .rest = {}, .shown = true, .decided = Decided::Wins};
}

Planted unreachable(Draft& draft, Author& author) {
  const std::string shared = author.keyword(draft);
  add_tier(draft, author,
           {first({author.route("lower", shared + " and tokens < 4k"), author.route("upper", shared + " and tokens >= 2k"),
                   author.route("planted", shared + " and " + author.extra(draft))})});
  return {.finding = "unreachable", .blockers = {"lower", "upper"}, .fire = {}, .rest = {}};
}

Planted unreachable_by_labels(Draft& draft, Author& author) {
  draft.declarations.push_back("input rank: {low, mid, high} from header(\"x-rank\") or else low");
  const std::string shared = author.keyword(draft);
  add_tier(draft, author,
           {author.route("planted", shared + " and turns >= 2"), author.route("lows", shared + " and rank <= mid"),
            author.route("highs", shared + " and rank == high"), "lows over planted", "highs over planted"});
  return {.finding = "unreachable", .blockers = {"highs", "lows"}, .fire = {}, .rest = {}};
}

Planted shadowed(Draft& draft, Author& author) {
  const std::string shared = author.keyword(draft);
  add_tier(draft, author, {first({author.route("wide", shared), author.route("planted", shared + " and " + author.extra(draft))})});
  return {.finding = "shadowed", .blockers = {"wide"}, .fire = {}, .rest = {}};
}

Planted shadowed_by_over(Draft& draft, Author& author) {
  const std::string score = author.fallible(draft);
  add_tier(draft, author, {author.route("planted", score + " >= 0.8"), author.route("wide", score + " >= 0.5"), "wide over planted"});
  return {.finding = "shadowed", .blockers = {"wide"}, .fire = {}, .rest = {}};
}

Planted shadowed_by_a_tier(Draft& draft, Author& author) {
  const std::string a = author.keyword(draft), b = author.keyword(draft);
  draft.tiers.insert(draft.tiers.begin(), {"tier " + author.new_name("wrong"), {author.route("wide", a + " or " + b)}});
  draft.tiers.push_back({"", {author.route("planted", a + " and " + b)}});
  return {.finding = "shadowed", .blockers = {"wide"}, .fire = {}, .rest = {}};
}

Planted redundant(Draft& draft, Author& author) {
  const std::string shared = author.keyword(draft), same = " { model = large  max_tokens at most 998 }";
  add_tier(draft, author,
           {first({"route planted when " + shared + " and " + author.keyword(draft) + same, "route wider when " + shared + same})});
  return {.finding = "redundant", .blockers = {}, .fire = {}, .rest = {}};
}

Planted redundant_before_otherwise(Draft& draft, Author& author) {
  draft.tiers.push_back({"", {"route planted when " + author.keyword(draft) + draft.otherwise.substr(sizeof "otherwise" - 1)}});
  return {.finding = "redundant", .blockers = {}, .fire = {}, .rest = {}};
}

Planted redundant_rule(Draft& draft, Author& author) {
  const std::string shared = author.keyword(draft);
  draft.rules.push_back("rule wider when " + shared + " and tokens > 1k { header \"x-same\" = \"1\" }");
  draft.rules.push_back("rule planted when " + shared + " and tokens > 2k { header \"x-same\" = \"1\" }");
  return {.finding = "redundant", .blockers = {}, .fire = {}, .rest = {}};
}

Planted useless_over(Draft& draft, Author& author) {
  add_tier(draft, author,
           {author.route("planted", author.keyword(draft) + " and tokens < 1k"),
            author.route("rival", author.keyword(draft) + " and tokens > 2k"), "planted over rival"});
  return {.finding = "useless-over", .blockers = {}, .fire = {}, .rest = {}};
}

Planted useless_over_of_rules(Draft& draft, Author& author) {
  draft.declarations.push_back("slot style: {short, long, usual} = usual");
  const std::string score = author.probability(draft);
  draft.rules.push_back("rule rival when " + score + " >= 0.6 { style = short }");
  draft.rules.push_back("rule planted over rival when " + score + " < 0.4 { style = long }");
  return {.finding = "useless-over", .blockers = {}, .fire = {}, .rest = {}};
}

Planted circle(Draft& draft, Author& author) {
  add_tier(draft, author,
           {author.route("planted", author.keyword(draft)), author.route("second", author.keyword(draft)),
            author.route("third", author.keyword(draft)), "planted over second", "second over third", "third over planted"});
  return {.finding = "precedence-cycle", .blockers = {}, .fire = {}, .rest = {}};
}

// ---- conditions

Planted contradiction(Draft& draft, Author& author) {
  add_tier(draft, author, {author.route("planted", author.keyword(draft) + " and tokens > 4k and tokens < 2k")});
  return {.finding = "contradiction", .blockers = {}, .fire = {}, .rest = {}};
}

Planted contradiction_of_labels(Draft& draft, Author& author) {
  draft.declarations.push_back("signal subject = nearest({ art: [\"a\"], law: [\"b\"] }, floor: 0.5)");
  add_tier(draft, author, {author.route("planted", "subject is art and " + author.keyword(draft) + " and subject is law")});
  return {.finding = "contradiction", .blockers = {}, .fire = {}, .rest = {}};
}

Planted contradiction_of_a_sum(Draft& draft, Author& author) {
  const std::string a = author.probability(draft), b = author.probability(draft);
  add_tier(draft, author, {author.route("planted", fmt::format("0.5 * {0} + 0.5 * {1} >= 0.8 and {0} < 0.5", a, b))});
  return {.finding = "contradiction", .blockers = {}, .fire = {}, .rest = {}};
}

Planted contradiction_in_part(Draft& draft, Author& author) {
  draft.rules.push_back("rule planted when " + author.keyword(draft) + " or (turns > 5 and turns < 3) { header \"x-planted\" = \"1\" }");
  return {.finding = "contradiction", .blockers = {}, .fire = {}, .rest = {}};
}

Planted tautology(Draft& draft, Author& author) {
  const std::string score = author.probability(draft);
  add_tier(draft, author, {author.route("planted", author.keyword(draft) + " and " + score + " >= 0.0")});
  return {.finding = "tautology", .blockers = {}, .fire = {}, .rest = {}};
}

Planted tautology_of_a_rule(Draft& draft, Author& author) {
  const std::string word = author.keyword(draft);
  draft.rules.push_back("rule planted when " + word + " or tokens >= 0 { header \"x-planted\" = \"1\" }");
  return {.finding = "tautology", .blockers = {}, .fire = {}, .rest = {}};
}

Planted boundary(Draft& draft, Author& author) {
  const std::string shared = author.keyword(draft);
  const int at = 3 + static_cast<int>(author.random().below(5));
  add_tier(draft, author,
           {author.route("below", fmt::format("{} and messages.count < {}", shared, at)),
            author.route("planted", fmt::format("{} and messages.count > {}", shared, at))});
  return {.finding = "boundary", .blockers = {}, .fire = {}, .rest = {"below", "planted"}, .shown = true};
}

Planted boundary_of_decimals(Draft& draft, Author& author) {
  const std::string score = author.fallible(draft);
  const unsigned at = 20 + author.random().below(60);
  add_tier(
      draft, author,
      {author.route("below", fmt::format("{} <= 0.{}", score, at)), author.route("planted", fmt::format("{} >= 0.{}", score, at + 1))});
  return {.finding = "boundary", .blockers = {}, .fire = {}, .rest = {"below", "planted"}, .shown = true};
}

Planted boundary_that_overlaps(Draft& draft, Author& author) {
  const std::string score = author.probability(draft);
  add_tier(draft, author, {author.route("below", score + " <= 0.5"), author.route("planted", score + " >= 0.5")});
  return {.finding = "boundary", .blockers = {}, .fire = {"below", "planted"}, .rest = {}, .shown = true};
}

// ---- promises

Planted refuted(Draft& draft, Author& author) {
  draft.declarations.push_back("model cheap { provider: openai  name: \"cheap\" }");
  const std::string secret = author.keyword(draft);
  add_tier(draft, author, {"route planted when " + author.keyword(draft) + " { model = cheap }"});
  draft.requirements.push_back("require model != cheap when " + secret);
  return {.finding = "require-refuted", .blockers = {}, .fire = {"planted"}, .rest = {}, .shown = true, .decided = Decided::Breaks};
}

Planted refuted_by_a_fallback(Draft& draft, Author& author) {
  draft.declarations.push_back("attribute model.region: {eu, us}");
  draft.declarations.push_back("model away { provider: openai  name: \"away\"  region: us }");
  const std::string secret = author.keyword(draft);
  add_tier(draft, author, {"route planted when " + author.keyword(draft) + " { model = small, then away }"});
  draft.requirements.push_back("require not (model.region == us) when " + secret + " and model in [away]");
  return {.finding = "require-refuted", .blockers = {}, .fire = {"planted"}, .rest = {}, .shown = true, .decided = Decided::Breaks};
}

Planted refuted_by_a_slot(Draft& draft, Author& author) {
  draft.declarations.push_back("slot style: {short, long} = short");
  const std::string secret = author.keyword(draft);
  add_tier(draft, author, {"route planted when " + author.keyword(draft) + " { model = small  style = long }"});
  draft.requirements.push_back("require style == short when " + secret);
  return {.finding = "require-refuted", .blockers = {}, .fire = {"planted"}, .rest = {}, .shown = true, .decided = Decided::Wins};
}

Planted refuted_by_cost(Draft& draft, Author& author) {
  draft.declarations.push_back(
      "model dear { provider: openai  name: \"dear\"  context: 10k  output: 2k  price: { in: $200/M, out: $200/M } }");
  add_tier(draft, author, {"route planted when " + author.keyword(draft) + " { model = dear }"});
  draft.requirements.push_back("require cost.max <= $1.50");
  return {.finding = "require-refuted", .blockers = {}, .fire = {"planted"}, .rest = {}, .shown = true, .decided = Decided::Wins};
}

Planted hole(Draft& draft, Author& author) {
  draft.declarations.push_back("model cheap { provider: openai  name: \"cheap\" }");
  const std::string shared = author.keyword(draft), score = author.fallible(draft);
  add_tier(draft, author,
           {first({author.route("careful", shared + " and " + score + " >= 0.5"), "route planted when " + shared + " { model = cheap }"})});
  draft.requirements.push_back("require model != cheap or " + score + " < 0.5 when " + shared);
  return {.finding = "unknown-hole", .blockers = {}, .fire = {"planted"}, .rest = {"careful"}, .shown = true, .decided = Decided::Breaks};
}

template <const char* const& kTest>
Planted incapable(Draft& draft, Author& author) {
  add_tier(draft, author, {"route planted when " + author.keyword(draft) + " and " + kTest + " { model = large, then small }"});
  return {.finding = "capability",
          .blockers = {},
          .fire = {"planted"},
          .rest = {},
          .shown = true,
          .decided = Decided::PassesBy,
          .named = "small"};
}
constexpr const char* kPictures = "images.count >= 1";
constexpr const char* kTools = "tools.count > 0";
constexpr const char* kJson = "format is json_schema";

Planted incapable_of_length(Draft& draft, Author& author) {
  draft.declarations.push_back(
      "model tiny { provider: local  name: \"tiny\"  context: 2k  output: 1k  price: { in: $0.01/M, out: $0.01/M } }");
  add_tier(draft, author, {"route planted when " + author.keyword(draft) + " and tokens > 3k { model = large, then tiny }"});
  return {.finding = "capability",
          .blockers = {},
          .fire = {"planted"},
          .rest = {},
          .shown = true,
          .decided = Decided::PassesBy,
          .named = "tiny"};
}

// ---- declarations

template <const char* const& kDeclaration>
Planted unused(Draft& draft, Author&) {
  draft.declarations.push_back(kDeclaration);
  return {.finding = "unused", .blockers = {}, .fire = {}, .rest = {}};
}
constexpr const char* kSignal = "signal planted = keywords(any: [\"forgotten\"])";
constexpr const char* kDerived = "signal planted = 0.5 * (tokens > 3k) + 0.5 * (turns > 3)";
constexpr const char* kModel = "model planted { provider: local  name: \"planted\" }";
constexpr const char* kSlot = "slot planted: {bulk, express} = bulk";
constexpr const char* kInput = "input planted: {a, b} from header(\"x-planted\") or else a";

template <const char* const& kMade>
Planted trap(Draft& draft, Author& author) {
  draft.declarations.push_back(std::string("signal planted = ") + kMade);
  add_tier(draft, author, {author.route(author.new_name("r"), "planted")});
  return {.finding = "keyword-trap", .blockers = {}, .fire = {}, .rest = {}};
}
constexpr const char* kLonger = "keywords(any: [\"invoice\", \"large invoice\"])";
constexpr const char* kTwice = "keywords(any: [\"invoice\", \"bill\", \"INVOICE\"])";
constexpr const char* kNever = "keywords(all: [\"press release\"], none: [\"press\"])";
constexpr const char* kAlternative = "pattern(\"(?i)(errors?|error code)\")";
constexpr const char* kAnything = "pattern(\"(?s).+\")";

}  // namespace

const std::vector<Fault>& all_faults() {
  static const std::vector<Fault> faults{
      {"conflict", conflict},
      {"conflict of one value", conflict_of_one_value},
      {"conflict with a block", conflict_with_a_block},
      {"conflict of ranks", conflict_of_ranks},
      {"conflict about a slot", conflict_about_a_slot},
      {"gap", gap},
      {"gap of a slot", gap_of_a_slot},
      {"unreachable", unreachable},
      {"unreachable by labels", unreachable_by_labels},
      {"shadowed", shadowed},
      {"shadowed by over", shadowed_by_over},
      {"shadowed by a tier", shadowed_by_a_tier},
      {"redundant", redundant},
      {"redundant before otherwise", redundant_before_otherwise},
      {"redundant rule", redundant_rule},
      {"useless over", useless_over},
      {"useless over of rules", useless_over_of_rules},
      {"circle", circle},
      {"contradiction", contradiction},
      {"contradiction of labels", contradiction_of_labels},
      {"contradiction of a sum", contradiction_of_a_sum},
      {"contradiction in part", contradiction_in_part},
      {"tautology", tautology},
      {"tautology of a rule", tautology_of_a_rule},
      {"boundary", boundary},
      {"boundary of decimals", boundary_of_decimals},
      {"boundary that overlaps", boundary_that_overlaps},
      {"refuted", refuted},
      {"refuted by a fallback", refuted_by_a_fallback},
      {"refuted by a slot", refuted_by_a_slot},
      {"refuted by cost", refuted_by_cost},
      {"hole", hole},
      {"incapable of pictures", incapable<kPictures>},
      {"incapable of tools", incapable<kTools>},
      {"incapable of JSON", incapable<kJson>},
      {"incapable of length", incapable_of_length},
      {"unused signal", unused<kSignal>},
      {"unused derived signal", unused<kDerived>},
      {"unused model", unused<kModel>},
      {"unused slot", unused<kSlot>},
      {"unused input", unused<kInput>},
      {"longer keyword", trap<kLonger>},
      {"keyword twice", trap<kTwice>},
      {"keyword that is excluded", trap<kNever>},
      {"alternative", trap<kAlternative>},
      {"pattern of anything", trap<kAnything>},
  };
  return faults;
}

}  // namespace sbx::differential
