// SPDX-License-Identifier: Apache-2.0
#include "tests/differential/random_policy.h"

#include <fmt/format.h>

#include <random>
#include <vector>

namespace sbx::differential {
namespace {

class Writer {
 public:
  Writer(uint64_t seed, unsigned routes) : random_(seed), routes_(routes) {}

  std::string write() {
    line("policy random serves \"auto\"\n");
    line("model small {{ provider: local  name: \"small\"  context: 32k  output: 4k  price: {{ in: $0.05/M, out: $0.20/M }} }}");
    line("model coder {{ provider: local  name: \"coder\"  context: 256k  output: 8k  can: [tools] }}");
    line(
        "model large {{ provider: openai  name: \"large\"  context: 400k  output: 16k  can: [tools, vision]  reasoning: [off, low, high] "
        "}}\n");
    signals();
    strict_tier();
    tiers();
    line("otherwise {{ model = small, then coder }}");
    line("unserved {{ deny 503 \"none\" }}\n");
    rules();
    return std::move(text_);
  }

 private:
  template <class... Args>
  void line(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Args>(args)...);
    text_ += '\n';
  }
  unsigned below(unsigned bound) { return static_cast<unsigned>(random_() % bound); }
  bool chance(unsigned percent) { return below(100) < percent; }
  template <class T>
  const T& one_of(const std::vector<T>& list) {
    return list[below(static_cast<unsigned>(list.size()))];
  }
  std::string fraction() { return fmt::format("0.{:02}", below(99) + 1); }
  /// Weights to 0.999, some negative, so that sums need their fine unit.
  std::string weight() { return fmt::format("{}{}.{:03}", chance(20) ? "-" : "", 0, below(999) + 1); }

  void signals() {
    line("input user.tier: {{free, pro, enterprise}} or else free");
    line("input region: {{eu, us, asia}} from metadata(\"region\")");
    line("input orders: int from metadata(\"orders\")");
    line("input team: text from metadata(\"team\")\n");
    line("signal urgent = keywords(any: [\"urgent\", \"asap\"])");
    line("signal polite = keywords(all: [\"please\", \"thanks\"])");
    line("signal injection = classifier(\"guard\", label: \"injection\") or else 1.0");
    line("signal risk = classifier(\"risk\", label: \"high\")");
    line("signal doubt = classifier(\"doubt\", label: \"yes\")");
    line("signal topic = nearest({{ math: [\"a\"], code: [\"b\"], law: [\"c\"] }}, floor: 0.5)");
    line("signal lane = nearest({{ fast: [\"a\"], slow: [\"b\"] }}) or else slow\n");
    for (unsigned i = 0; i < 4; ++i) {
      line("signal sum{} = {} * risk + {} * urgent + {} * (topic is {}) + {} * (doubt above {})", i, weight(), weight(), weight(), label(),
           weight(), fraction());
    }
    line("signal effort = bands(risk, low: < 0.{}, mid: < 0.{}, high)", 1 + below(4), 5 + below(4));
    line("signal worst = max(risk, doubt)");
    line("signal side = argmax {{ a: risk  b: doubt }} margin 0.0{}", below(9));
    line("signal alarm = (risk >= {} or urgent) and not polite\n", fraction());
  }

  std::string label() { return one_of<std::string>({"math", "code", "law"}); }

  std::string test() {
    switch (below(16)) {
      case 0:
        return fmt::format("tokens {} {}", comparison(), below(400));
      case 1:
        return fmt::format("orders {} {}", comparison(), below(20));
      case 2:
        return fmt::format("risk {} {}", comparison(), fraction());
      case 3:
        return fmt::format("sum{} {} {}", below(4), comparison(), fraction());
      case 4:
        return "topic is " + label();
      case 5:
        return "region in [eu, asia]";
      case 6:
        return "user.tier " + one_of<std::string>({">=", "<", "=="}) + " " + one_of<std::string>({"pro", "enterprise"});
      case 7:
        return fmt::format("team == \"t{}\"", below(4));
      case 8:
        return "urgent";
      case 9:
        return "effort >= mid";
      case 10:
        return fmt::format("worst {} {}", one_of<std::string>({"<", ">="}), fraction());
      case 11:
        return "side is " + one_of<std::string>({"a", "b", "none"});
      case 12:
        return "alarm";
      case 13:
        return one_of<std::string>({"risk?", "topic?", "orders?"});
      case 14:
        return fmt::format("topic.confidence >= {}", fraction());
      default:
        return "lane is fast";
    }
  }
  std::string comparison() { return one_of<std::string>({"<", "<=", ">", ">=", "!="}); }

  std::string guard(unsigned depth) {
    unsigned shape = depth == 0 ? 0 : below(5);
    if (shape <= 1) return chance(25) ? "not (" + test() + ")" : test();
    if (shape == 2) return "not (" + guard(depth - 1) + ")";
    std::string joined = "(" + guard(depth - 1) + ")";
    for (unsigned i = 0; i < 1 + below(3); ++i) joined += (shape == 3 ? " and (" : " or (") + guard(depth - 1) + ")";
    return joined;
  }

  std::string outcome() {
    return one_of<std::string>(
        {"model = small", "model = coder, then small", "model = large(reasoning: high), then coder on [timeout, 5xx]",
         "model = large  reasoning = low", "model = choose [small, coder] by cheapest", "deny 403 \"no\"", "respond \"hello\"",
         "model = small  max_tokens at most 1k", "model = coder  tools only [search]", "model = small  tools only [search]"});
  }

  void strict_tier() {
    line("strict tier safety {{");
    line("  route blocked when injection >= {} {{ deny 403 \"blocked\" }}", fraction());
    line("  route long when tokens > {} {{ deny 413 \"long\" }}", 200 + below(200));
    line("  blocked over long");
    line("}}\n");
  }

  void route(const char* indent) { line("{}route r{} when {} {{ {} }}", indent, next_++, guard(2), outcome()); }

  void tiers() {
    unsigned tier = 0;
    while (next_ < routes_) {
      switch (below(3)) {
        case 0: {
          line("tier t{} {{", tier++);
          unsigned first = next_;
          for (unsigned i = 0; i < 2 + below(4); ++i) route("  ");
          for (unsigned i = first; i + 1 < next_; ++i) line("  r{} over r{}", i, i + 1);  // a chain: no conflict is left
          line("}}\n");
          break;
        }
        case 1: {
          line("tier t{} {{", tier++);
          line("  first f{} {{", tier);
          for (unsigned i = 0; i < 2 + below(8); ++i) route("    ");
          line("  }}\n}}\n");
          break;
        }
        default: {
          line("tier t{} {{", tier++);
          line("  best b{} (margin: 0.0{}) {{", tier, below(9));
          for (const char* score : {"risk", "doubt"}) {
            line("    route r{} when {} >= {} and ({}) {{ {} }}", next_++, score, fraction(), boolean_test(), outcome());
          }
          line("  }}\n}}\n");
        }
      }
    }
  }
  /// A test without a score, for a `best` block: each of its routes has exactly one scored comparison.
  std::string boolean_test() {
    return one_of<std::string>({"urgent", "not polite", "topic is code", "region in [eu, us]", "lane is fast or urgent"});
  }

  void rules() {
    line("always {{");
    line("  rule home when urgent {{ model only where provider == local }}");
    line("  rule mark when {} {{ header \"x-mark\" = \"1\" }}", guard(1));
    line("  rule thrift over routes when {} {{ reasoning = off }}", guard(1));
    line("  rule short when {} {{ max_tokens at most {} }}", guard(2), 100 + below(900));
    line("  rule seen when model == small and ({}) {{ header \"x-small\" = \"1\" }}", guard(1));
    line("}}");
  }

  std::mt19937_64 random_;
  unsigned routes_;
  unsigned next_ = 0;
  std::string text_;
};

}  // namespace

std::string random_policy(uint64_t seed, unsigned routes) { return Writer(seed, routes).write(); }

}  // namespace sbx::differential
