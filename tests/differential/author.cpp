// SPDX-License-Identifier: Apache-2.0
#include "tests/differential/author.h"

#include <fmt/format.h>

namespace sbx::differential {

std::string Draft::text() const {
  std::string text = "policy drafted serves \"auto\"\n";
  const auto add = [&](const std::string& line) { text += line + "\n"; };
  for (const std::string& line : declarations) add(line);
  for (const Tier& tier : tiers) {
    if (!tier.head.empty()) add(tier.head + " {");
    for (const std::string& line : tier.lines) add("  " + line);
    if (!tier.head.empty()) add("}");
  }
  add(otherwise);
  add(unserved);
  if (!rules.empty()) {
    add("always {");
    for (const std::string& line : rules) add("  " + line);
    add("}");
  }
  for (const std::string& line : requirements) add(line);
  return text;
}

Draft Author::clean() {
  Draft draft;
  draft.declarations = {
      "model small { provider: local   name: \"small\"  context: 32k   output: 4k   price: { in: $0.05/M, out: $0.20/M } }",
      "model large { provider: openai  name: \"large\"  context: 400k  output: 16k  can: [tools, vision]  price: { in: $1.25/M, out: $10/M "
      "} }"};
  if (random_.chance(50)) add_strict(draft);
  for (uint32_t tiers = 1 + random_.below(4); tiers > 0; --tiers) {
    switch (random_.below(6)) {
      case 0:
        add_thresholds(draft);
        break;
      case 1:
        add_first(draft);
        break;
      case 2:
        add_ranked(draft);
        break;
      case 3:
        add_labels(draft);
        break;
      case 4:
        add_umpire(draft);
        break;
      default:
        add_best(draft);
    }
  }
  if (random_.chance(70)) add_rules(draft);
  if (random_.chance(40)) add_slot(draft);
  if (random_.chance(60)) add_requirements(draft);
  return draft;
}

std::string Author::word() { return fmt::format("word{}x", next_++); }

std::string Author::keyword(Draft& draft) {
  const std::string name = new_name("k");
  std::string made;
  switch (random_.below(5)) {
    case 0:
      made = fmt::format("keywords(all: [\"{}\", \"{}\"])", word(), word());
      break;
    case 1:
      made = fmt::format("keywords(any: [\"{}\", \"{} {}\", \"{}\"])", word(), word(), word(), word());
      break;
    case 2:
      made = fmt::format("pattern(\"(?i){}-[0-9]+\")", word());
      break;
    default:
      made = fmt::format("keywords(any: [\"{}\", \"{}\"])", word(), word());
  }
  draft.declarations.push_back("signal " + name + " = " + made);
  return name;
}

std::string Author::probability(Draft& draft) {
  const std::string name = fallible(draft);
  draft.declarations.back() += " or else 0.0";
  return name;
}

std::string Author::fallible(Draft& draft) {
  const std::string name = new_name("c");
  draft.declarations.push_back(fmt::format("signal {} = classifier(\"of_{}\", label: \"yes\")", name, name));
  return name;
}

// Bounds from below only: two routes' bounds could otherwise fail to meet by one step.
std::string Author::extra(Draft& draft) {
  switch (random_.below(7)) {
    case 0:
      return fmt::format("tokens >= {}", 100 * (1 + random_.below(40)));
    case 1:
      return fmt::format("turns >= {}", 2 + random_.below(6));
    case 2:
      return fmt::format("{} >= 0.{}", random_.chance(50) ? probability(draft) : fallible(draft), 11 + random_.below(80));
    case 3:
      return "not " + keyword(draft);
    case 4:
      return fmt::format("({} or {})", keyword(draft), keyword(draft));
    case 5:
      return fmt::format("0.7 * {} + 0.3 * {} >= 0.{}", probability(draft), keyword(draft), 25 + random_.below(60));
    default:
      return "not stream";
  }
}

std::string Author::guard(Draft& draft) {
  std::string guard = keyword(draft);
  if (random_.chance(50)) guard += " and " + extra(draft);
  return guard;
}

std::string Author::outcome() {
  const unsigned number = next_++;
  switch (random_.below(5)) {
    case 0:
      return fmt::format("deny 403 \"No, by rule {}.\"", number);
    case 1:
      return fmt::format("model = large, then small  max_tokens at most {}", 1000 + number);
    case 2:
      return fmt::format("model = choose [small, large] by cheapest  max_tokens at most {}", 1000 + number);
    default:
      return fmt::format("model = small, then large on [timeout, 5xx]  max_tokens at most {}", 1000 + number);
  }
}

void Author::add_strict(Draft& draft) {
  const std::string a = new_name("r"), b = new_name("r");
  draft.tiers.push_back(
      {"strict tier " + new_name("safety"),
       {fmt::format("route {} when {} {{ deny 403 \"Blocked by {}.\" }}", a, keyword(draft), a),
        fmt::format("route {} when tokens > {}k {{ deny 413 \"Too long for {}.\" }}", b, 20 + random_.below(8), b), a + " over " + b}});
}

void Author::add_thresholds(Draft& draft) {
  const std::string shared = keyword(draft);
  const unsigned low = 1 + random_.below(3), high = low + 1 + random_.below(4);
  Draft::Tier tier{"tier " + new_name("size"), {}};
  tier.lines.push_back(route(new_name("r"), fmt::format("{} and tokens < {}k", shared, low)));
  tier.lines.push_back(route(new_name("r"), fmt::format("{} and tokens >= {}k and tokens < {}k", shared, low, high)));
  tier.lines.push_back(route(new_name("r"), fmt::format("{} and tokens >= {}k", shared, high)));
  draft.tiers.push_back(std::move(tier));
}

void Author::add_first(Draft& draft) {
  Draft::Tier tier{"tier " + new_name("lanes"), {"first " + new_name("f") + " {"}};
  for (uint32_t i = 2 + random_.below(4); i > 0; --i) tier.lines.push_back("  " + route(new_name("r"), guard(draft)));
  tier.lines.push_back("}");
  draft.tiers.push_back(std::move(tier));
}

void Author::add_ranked(Draft& draft) {
  Draft::Tier tier{"tier " + new_name("ranked"), {}};
  std::vector<std::string> names;
  for (uint32_t i = 2 + random_.below(3); i > 0; --i) {
    names.push_back(new_name("r"));
    tier.lines.push_back(route(names.back(), guard(draft)));
  }
  for (size_t i = 0; i + 1 < names.size(); ++i) tier.lines.push_back(names[i] + " over " + names[i + 1]);
  draft.tiers.push_back(std::move(tier));
}

// Nothing says which of two routes wins, and wherever both hold, a third does that is over both.
void Author::add_umpire(Draft& draft) {
  const std::string a = probability(draft), b = probability(draft), top = new_name("r"), left = new_name("r"), right = new_name("r");
  draft.tiers.push_back({"tier " + new_name("umpire"),
                         {route(left, a + " >= 0.6"), route(right, b + " >= 0.6"),
                          route(top, fmt::format("0.5 * {} + 0.5 * {} >= 0.55", a, b)), top + " over " + left + ", " + right}});
}

void Author::add_labels(Draft& draft) {
  const std::string topic = new_name("topic");
  draft.declarations.push_back(fmt::format("signal {0} = nearest({{ law: [\"a {0}\"], code: [\"b\"], math: [\"c\"] }}, floor: 0.5)", topic));
  Draft::Tier tier{"tier " + new_name("topics"), {}};
  tier.lines.push_back(route(new_name("r"), topic + " is law"));
  tier.lines.push_back(route(new_name("r"), fmt::format("{0} in [code, math] and {0}.confidence >= 0.{1}", topic, 2 + random_.below(7))));
  draft.tiers.push_back(std::move(tier));
}

void Author::add_best(Draft& draft) {
  Draft::Tier tier{"tier " + new_name("scores"), {fmt::format("best {} (margin: 0.0{}) {{", new_name("b"), 1 + random_.below(8))}};
  for (int i = 0; i < 2; ++i) {
    const std::string score = random_.chance(50) ? probability(draft) : fallible(draft);
    tier.lines.push_back("  " + route(new_name("r"), fmt::format("{} >= 0.{} and {}", score, 2 + random_.below(7), keyword(draft))));
  }
  tier.lines.push_back("}");
  draft.tiers.push_back(std::move(tier));
}

void Author::add_rules(Draft& draft) {
  for (uint32_t i = 1 + random_.below(3); i > 0; --i) {
    const std::string name = new_name("rule");
    draft.rules.push_back(fmt::format("rule {} when {} {{ header \"x-{}\" = \"1\" }}", name, guard(draft), name));
  }
  draft.rules.push_back(fmt::format("rule {} when tokens > 20k {{ max_tokens at most 3k }}", new_name("rule")));
}

void Author::add_slot(Draft& draft) {
  const std::string slot = new_name("lane"), a = new_name("rule"), b = new_name("rule");
  draft.declarations.push_back("slot " + slot + ": {bulk, express, night} = bulk");
  draft.rules.push_back(fmt::format("rule {} when {} {{ {} = express }}", a, guard(draft), slot));
  draft.rules.push_back(fmt::format("rule {} over {} when {} {{ {} = night }}", b, a, guard(draft), slot));
}

void Author::add_requirements(Draft& draft) {
  if (random_.chance(60)) draft.requirements.push_back("require cost.max <= $1.40");
  const std::string secret = keyword(draft);
  draft.rules.push_back("rule " + new_name("rule") + " when " + secret + " { model only where provider == local }");
  draft.requirements.push_back("require model != large when " + secret);
}

}  // namespace sbx::differential
