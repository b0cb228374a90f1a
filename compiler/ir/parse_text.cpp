// SPDX-License-Identifier: Apache-2.0
// A line is words: `v3 = sum 5 82*v0 in 5..87 "security"`.
#include "compiler/ir/parse_text.h"

#include <charconv>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace sbx::ir {

namespace {

struct Word {
  std::string text;
  bool quoted = false;
};

std::vector<Word> words(std::string_view line) {
  std::vector<Word> result;
  for (size_t i = 0; i < line.size();) {
    if (line[i] == ' ') {
      ++i;
    } else if (line.substr(i, 2) == "//") {
      break;
    } else if (line[i] == '"') {
      Word word{{}, true};
      for (++i; i < line.size() && line[i] != '"'; ++i) {
        if (line[i] == '\\' && i + 1 < line.size()) ++i;
        word.text += line[i];
      }
      ++i;
      result.push_back(std::move(word));
    } else {
      const size_t end = std::min(line.find(' ', i), line.size());
      result.push_back({std::string(line.substr(i, end - i))});
      i = end;
    }
  }
  return result;
}

// The words after the operation; any misreading makes the whole line wrong.
class Operands {
 public:
  explicit Operands(std::vector<std::string> words) : words_(std::move(words)) {}

  [[nodiscard]] bool done() const { return next_ == words_.size(); }
  [[nodiscard]] bool ok() const { return ok_ && done(); }

  int64_t number() { return number(word()); }
  ValueId value() { return {index(word(), 'v')}; }
  GuardId guard() { return {index(word(), 'g')}; }
  std::string word() {
    if (done()) {
      ok_ = false;
      return {};
    }
    return words_[next_++];
  }
  std::pair<std::string, std::string> pair(std::string_view separator) {
    const std::string text = word();
    const size_t at = text.find(separator, 1);
    if (at == std::string::npos) {
      ok_ = false;
      return {};
    }
    return {text.substr(0, at), text.substr(at + separator.size())};
  }
  int64_t number(const std::string& text) {
    int64_t result = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), result);
    if (error != std::errc() || end != text.data() + text.size() || text.empty()) ok_ = false;
    return result;
  }
  uint32_t index(const std::string& text, char kind) {
    if (text.size() < 2 || text[0] != kind) {
      ok_ = false;
      return 0;
    }
    const int64_t result = number(text.substr(1));
    if (result < 0 || result >= UINT32_MAX) ok_ = false;
    return static_cast<uint32_t>(result);
  }
  template <class Read>
  auto rest(Read&& read) {
    std::vector<decltype(read())> result;
    while (ok_ && !done()) result.push_back(read());
    return result;
  }

 private:
  std::vector<std::string> words_;
  size_t next_ = 0;
  bool ok_ = true;
};

using Op = decltype(Value::op);

std::optional<Op> operation(const std::string& name, Operands& of) {
  const auto value = [&] { return of.value(); };
  if (name == "leaf") return LeafValue{{static_cast<uint32_t>(of.number())}};
  if (name == "constant") return ConstantValue{of.number()};
  if (name == "sum") {
    const int64_t constant = of.number();
    return Sum{of.rest([&] {
                 const auto [weight, id] = of.pair("*");
                 return Term{of.number(weight), {of.index(id, 'v')}};
               }),
               constant};
  }
  if (name == "above") {
    const ValueId id = of.value();
    return Above{id, of.number()};
  }
  if (name == "min") return Min{of.rest(value)};
  if (name == "max") return Max{of.rest(value)};
  if (name == "lerp") {
    const ValueId id = of.value();
    return Lerp{id, of.rest([&] {
                  const auto [x, y] = of.pair(":");
                  return LerpPoint{of.number(x), of.number(y)};
                })};
  }
  if (name == "bands") {
    const ValueId id = of.value();
    return Bands{id, of.rest([&] { return of.number(); })};
  }
  if (name == "argmax") {
    ArgMax op;
    op.margin = of.number();
    op.ordered_ties = of.word() == "ordered";
    op.none = static_cast<uint32_t>(of.number());
    while (!of.done()) {
      const auto [id, label] = of.pair(":");
      op.values.push_back({of.index(id, 'v')});
      op.labels.push_back(static_cast<uint32_t>(of.number(label)));
    }
    return op;
  }
  if (name == "truth") {
    const GuardId holds = of.guard();
    return Truth{holds, of.guard()};
  }
  if (name == "or_else") {
    const ValueId id = of.value();
    return OrElse{id, of.number()};
  }
  if (name == "select") {
    const ValueId condition = of.value();
    const ValueId then = of.value();
    return Select{condition, then, of.value()};
  }
  return std::nullopt;
}

std::optional<Guard> test(const std::string& name, Operands& of) {
  const auto guard = [&] { return of.guard(); };
  if (name == "fixed") return Fixed{of.word() == "true"};
  if (name == "within") {
    const ValueId id = of.value();
    const auto [lo, hi] = of.pair("..");
    return Within{id, of.number(lo), of.number(hi)};
  }
  if (name == "known") return IsKnown{of.value()};
  if (name == "unknown") return IsUnknown{of.value()};
  if (name == "all") return All{of.rest(guard)};
  if (name == "any") return Any{of.rest(guard)};
  if (name == "wins") {
    Wins wins;
    wins.index = static_cast<uint32_t>(of.number());
    wins.margin = of.number();
    wins.members = of.rest([&] {
      const auto [id, score] = of.pair(":");
      return BestMember{{of.index(id, 'g')}, {of.index(score, 'v')}};
    });
    return wins;
  }
  return std::nullopt;
}

class GraphReader {
 public:
  bool line(std::string_view text) {
    std::vector<Word> line = words(text);
    if (line.empty()) return true;
    if (line.size() == 4 && line[0].text == "bit" && line[2].text == "=") return bit(line);
    if (line.size() < 3 || line[1].text != "=") return false;
    const std::string& name = line[0].text;
    if (name == "v" + std::to_string(graph_.values.size())) return value(line);
    if (name == "g" + std::to_string(graph_.guards.size())) return guard(line);
    return false;
  }

  Graph finish() {
    const uint32_t count = bits_.empty() ? 0 : bits_.rbegin()->first + 1;
    if (bits_.size() < count) graph_.outputs.assign(count, never());
    graph_.outputs.resize(count);
    for (const auto& [bit, guard] : bits_) graph_.outputs[bit] = guard;
    return std::move(graph_);
  }

 private:
  bool bit(const std::vector<Word>& line) {
    Operands of({line[1].text, line[3].text});
    const int64_t bit = of.number();
    const GuardId id = of.guard();
    constexpr int64_t kMostBits = 1 << 24;
    if (!of.ok() || bit < 0 || bit > kMostBits) return false;
    return bits_.emplace(static_cast<uint32_t>(bit), id).second;
  }

  bool value(std::vector<Word>& line) {
    Value value;
    if (line.back().quoted) {
      value.name = line.back().text;
      line.pop_back();
    }
    if (line.size() < 5 || line[line.size() - 2].text != "in") return false;
    Operands range({line.back().text});
    const auto [low, high] = range.pair("..");
    value.range = {range.number(low), range.number(high)};
    Operands of(texts(line, 3, line.size() - 2));
    auto op = operation(line[2].text, of);
    if (!op || !of.ok() || !range.ok()) return false;
    value.op = *std::move(op);
    graph_.values.add(std::move(value));
    return true;
  }

  bool guard(const std::vector<Word>& line) {
    Operands of(texts(line, 3, line.size()));
    auto guard = test(line[2].text, of);
    if (!guard || !of.ok()) return false;
    graph_.guards.add(*std::move(guard));
    return true;
  }

  static std::vector<std::string> texts(const std::vector<Word>& line, size_t from, size_t to) {
    std::vector<std::string> result;
    for (size_t i = from; i < to; ++i) result.push_back(line[i].text);
    return result;
  }

  GuardId never() {
    for (uint32_t i = 0; i < graph_.guards.size(); ++i) {
      const auto* fixed = std::get_if<Fixed>(&graph_.guards[GuardId{i}]);
      if (fixed && !fixed->value) return {i};
    }
    return graph_.guards.add(Fixed{false});
  }

  Graph graph_;
  std::map<uint32_t, GuardId> bits_;
};

}  // namespace

Result<Graph> parse_graph(std::string_view text) {
  GraphReader reader;
  for (size_t number = 1; !text.empty(); ++number) {
    const size_t end = std::min(text.find('\n'), text.size());
    if (!reader.line(text.substr(0, end))) return Error{"R0701", "line " + std::to_string(number) + " is not part of a decision graph"};
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return reader.finish();
}

}  // namespace sbx::ir
