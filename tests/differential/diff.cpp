// SPDX-License-Identifier: Apache-2.0
// differential_diff [--pairs N] [--seed S]: `diff` of random policies and mutants of them against decisions of random requests: whatever
// changes lies in a region, witnesses change, rewritings are equivalent. 40 pairs, with SBX_FULL=1 in the environment 1,000.
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <random>
#include <regex>

#include "compiler/driver/diff_judge.h"
#include "runtime/request/decode.h"
#include "tests/differential/random_policy.h"

using namespace sbx;
using namespace sbx::differential;

namespace {

using Random = std::mt19937_64;

unsigned below(Random& random, size_t bound) { return static_cast<unsigned>(random() % bound); }
template <class T>
const T& one_of(Random& random, const std::vector<T>& list) {
  return list[below(random, list.size())];
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (size_t at = 0; at < text.size();) {
    const size_t end = text.find('\n', at);
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

std::string text_of(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

std::string replaced(const std::string& text, const char* expression, const std::string& by) {
  return std::regex_replace(text, std::regex(expression), by, std::regex_constants::format_first_only);
}

/// The policy with one line changed.
std::string mutant(const std::string& policy, Random& random) {
  std::vector<std::string> lines = lines_of(policy);
  for (;;) {
    std::string& line = lines[below(random, lines.size())];
    const std::string before = line;
    switch (below(random, 7)) {
      case 0:
        if (line.find("route r") != std::string::npos)
          line = replaced(
              line, "\\{ .* \\}$",
              one_of<std::string>(random, {"{ model = large }", "{ deny 403 \"mutant\" }", "{ model = coder  header \"x-new\" = \"1\" }"}));
        break;
      case 1:
        if (line.find(" when ") != std::string::npos)
          line = replaced(line, "when (.*) \\{ (\\S+ = |deny|respond|model only|header)", "when not ($1) { $2");
        break;
      case 2:
        if (line.find(" when ") != std::string::npos) line = replaced(line, "0\\.[0-9]+", fmt::format("0.{:02}", 1 + below(random, 98)));
        break;
      case 3:
        if (line.find(" when ") != std::string::npos)
          line = replaced(line, "when (.*) \\{ (\\S+ = |deny|respond|model only|header)", "when ($1) and not urgent { $2");
        break;
      case 4:
        if (line.starts_with("  rule ")) line.clear();
        break;
      case 5:
        if (line.starts_with("otherwise")) line = "otherwise { model = coder, then small }";
        break;
      default:
        if (line.find("keywords(any") != std::string::npos && line.starts_with("signal")) line = replaced(line, "\"asap\"", "\"now\"");
        break;
    }
    if (line != before) return text_of(lines);
  }
}

/// The same in other words: routes have other names, guards are negated twice, spaces are others.
std::string rewritten(const std::string& policy) {
  std::string text = std::regex_replace(policy, std::regex("\\br([0-9]+)\\b"), "way$1");
  text = std::regex_replace(text, std::regex("when urgent \\{"), "when not (not urgent) {");
  return std::regex_replace(text, std::regex(" and \\("), "   and\n  (");
}

std::string request_of(Random& random) {
  std::string text;
  for (const char* word : {"urgent", "asap", "now", "please", "thanks", "hello"}) {
    if (below(random, 3) == 0) text += std::string(word) + " ";
  }
  for (unsigned i = below(random, 2) * below(random, 400); i > 0; --i) text += "well ";
  std::string readings;
  const auto give = [&](const char* name, const std::string& value) {
    if (below(random, 4) != 0) readings += fmt::format("{}\"{}\":{}", readings.empty() ? "" : ",", name, value);
  };
  const auto fraction = [&] { return fmt::format("0.{:02}", below(random, 100)); };
  give("risk", fraction());
  give("doubt", fraction());
  give("injection", below(random, 3) == 0 ? fraction() : "0.0");
  const std::string topic = one_of<std::string>(random, {"math", "code", "law", "none"});
  give("topic",
       below(random, 2) == 0 ? fmt::format("\"{}\"", topic) : fmt::format("{{\"value\":\"{}\",\"confidence\":{}}}", topic, fraction()));
  give("lane", one_of<std::string>(random, {"\"fast\"", "\"slow\""}));
  std::string metadata;
  const auto say = [&](const char* name, const std::string& value) {
    if (below(random, 3) != 0) metadata += fmt::format("{}\"{}\":\"{}\"", metadata.empty() ? "" : ",", name, value);
  };
  say("region", one_of<std::string>(random, {"eu", "us", "asia", "mars"}));
  say("orders", std::to_string(below(random, 22)));
  say("team", fmt::format("t{}", below(random, 5)));
  const std::string tools =
      below(random, 2) == 0
          ? R"(,"tools":[{"type":"function","function":{"name":"search"}},{"type":"function","function":{"name":"other"}}])"
          : "";
  return fmt::format(
      R"({{"time":"2026-05-04T09:30:00Z","metadata":{{{}}},"user":{{"tier":"{}"}},"readings":{{{}}},"body":{{"model":"auto","messages":[{{"role":"user","content":"{}"}}]{}}}}})",
      metadata, one_of<std::string>(random, {"free", "pro", "enterprise", "gold"}), readings, text, tools);
}

Result<Checked> checked(const std::string& text) {
  CompileOptions options;
  options.stdlib = SBX_SOURCE_DIR "/stdlib";
  options.analyze = false;  // random routes shadow and contradict each other
  return check_text("random.sbx", text, options);
}

CompileOptions interpreted() {
  CompileOptions options;
  options.engine = CompileOptions::Engine::Interpreter;
  return options;
}

struct Counts {
  uint64_t regions = 0, undecided = 0, requests = 0, changed = 0, beside = 0, failures = 0;
};

/// What the regions of a difference hold, as rules of the new policy: which of them fire on a request is who holds it.
class Holders {
 public:
  Holders(const std::string& policy, const diff::Difference& difference) {
    std::string text = policy + "\nalways {\n";
    for (size_t i = 0; i < difference.regions.size(); ++i) {
      text += fmt::format("  rule region{} when {} {{ header \"x-region\" = \"1\" }}\n", i, difference.regions[i].when);
    }
    Result<Checked> all = checked(text + "}\n");
    if (!all || all->diags.has_errors()) {
      wrong_ = text;
      return;
    }
    checked_ = std::move(*all);
    served_ = std::make_unique<driver::ServedPolicies>(*checked_, interpreted());
  }

  [[nodiscard]] const std::string& wrong() const { return wrong_; }
  std::vector<std::string> holding(const Request& request) {
    driver::ServedPolicy& served = **served_->get(0, {});
    const std::unique_ptr<Reader> reader = served.reader();
    const Result<Decision> decision = served.engine().decide(request, *reader, served.workspace(), {.guards = true, .given = {}});
    std::vector<std::string> holding;
    for (const std::string& name : decision->fires.value_or(std::vector<std::string>{})) {
      if (name.starts_with("region")) holding.push_back(name);
    }
    return holding;
  }

 private:
  std::optional<Checked> checked_;
  std::unique_ptr<driver::ServedPolicies> served_;
  std::string wrong_;
};

void fail(Counts& counts, uint64_t seed, const std::string& what) {
  ++counts.failures;
  std::fprintf(stderr, "--seed %llu: %s\n", static_cast<unsigned long long>(seed), what.c_str());
}

void compare(uint64_t seed, const std::string& old_text, const std::string& new_text, bool must_be_equal, Counts& counts) {
  const Result<Checked> old = checked(old_text), now = checked(new_text);
  if (!old || !now || old->diags.has_errors() || now->diags.has_errors())
    return fail(counts, seed, "a policy does not check clean:\n" + new_text);
  driver::DiffJudge judge({*old, 0}, {*now, 0}, interpreted());
  const diff::Difference difference = diff_policies({*old, 0}, {*now, 0}, nullptr, judge, {});
  if (must_be_equal && !difference.regions.empty()) {
    return fail(counts, seed, "a rewriting is no difference: " + difference.regions.front().when);
  }
  Holders holders(new_text, difference);
  if (!holders.wrong().empty()) return fail(counts, seed, "regions that the policy cannot say:\n" + holders.wrong());
  Random random(seed);
  std::vector<std::string> requests;
  for (const diff::Region& region : difference.regions) {
    ++counts.regions;
    counts.undecided += !region.settled;
    if (region.witness) requests.push_back(*region.witness);
    if (region.settled && region.decided.old.sent == region.decided.now.sent) fail(counts, seed, "a witness that does not change");
  }
  for (int i = 0; i < 200; ++i) requests.push_back(request_of(random));
  for (const std::string& envelope : requests) {
    const Decoded decoded = decode_request(envelope, {});
    const Result<driver::TwoDecisions> both = judge.decide(*decoded.request);
    if (!both) return fail(counts, seed, both.error().message + " " + envelope);
    const size_t holding = holders.holding(*decoded.request).size();
    ++counts.requests;
    counts.changed += both->differ;
    counts.beside += !both->differ && holding > 0;
    if (both->differ && holding == 0)
      return fail(counts, seed, "a change in no region: " + envelope + "\n--- old.sbx\n" + old_text + "--- new.sbx\n" + new_text);
  }
}

}  // namespace

int main(int argc, char** argv) {
  uint64_t seed = 1, pairs = std::getenv("SBX_FULL") != nullptr ? 1'000 : 40;
  for (int i = 1; i + 1 < argc; i += 2) {
    (std::strcmp(argv[i], "--seed") == 0 ? seed : pairs) = std::strtoull(argv[i + 1], nullptr, 10);
  }
  Counts counts;
  for (uint64_t i = 0; i < pairs && counts.failures < 3; ++i, ++seed) {
    Random random(seed);
    const std::string policy = random_policy(seed, 4 + seed % 20);
    if (seed % 4 == 0) compare(seed, policy, rewritten(policy), true, counts);
    const std::string other = mutant(policy, random);
    if (random() % 2 == 0) {
      compare(seed, policy, other, false, counts);
    } else {
      compare(seed, other, policy, false, counts);
    }
  }
  std::printf("%llu pairs: %llu regions, %llu undecided; %llu requests, %llu changed, %llu in a region without a change, %llu failures\n",
              static_cast<unsigned long long>(pairs), static_cast<unsigned long long>(counts.regions),
              static_cast<unsigned long long>(counts.undecided), static_cast<unsigned long long>(counts.requests),
              static_cast<unsigned long long>(counts.changed), static_cast<unsigned long long>(counts.beside),
              static_cast<unsigned long long>(counts.failures));
  return counts.failures == 0 ? 0 : 1;
}
