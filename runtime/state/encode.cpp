// SPDX-License-Identifier: Apache-2.0
// Cells as lines of words. Numbers are written as short as they read back exactly; texts have `%`, blanks and ends of lines escaped.
#include <array>
#include <charconv>
#include <cmath>
#include <string_view>

#include "runtime/base/variant.h"
#include "runtime/state/cell.h"

namespace sbx::state {

namespace {

constexpr std::array<std::string_view, std::variant_size_v<Cell>> kNames{"counter", "ema",     "quantile", "beta",  "welford", "ucb",
                                                                         "elo",     "pheromone", "marks",  "breaker", "ridge", "dual"};

std::string escaped(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string result = "=";  // so that an empty text is a word too
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte > ' ' && c != '%') {
      result += c;
    } else {
      result += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    }
  }
  return result;
}

class Writer {
 public:
  explicit Writer(std::string_view name) : line_(name) {}
  template <class Number>
    requires std::is_arithmetic_v<Number>
  void operator()(Number value) {
    std::array<char, 32> digits{};
    const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    line_ += ' ';
    line_.append(digits.data(), end);
  }
  void operator()(const std::string& text) { (line_ += ' ') += escaped(text); }
  template <class List>
  void list(const List& values) {
    (*this)(values.size());
    for (const auto& value : values) (*this)(value);
  }
  void list(const std::map<std::string, int64_t, std::less<>>& values) {
    (*this)(values.size());
    for (const auto& [text, until] : values) (*this)(text), (*this)(until);
  }
  std::string take() { return std::move(line_); }

 private:
  std::string line_;
};

class Reader {
 public:
  explicit Reader(std::string_view line) : rest_(line) {}
  template <class Number>
    requires std::is_arithmetic_v<Number>
  void operator()(Number& value) {
    const std::string_view word = next();
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
    good_ = good_ && error == std::errc() && end == word.data() + word.size();
    if constexpr (std::is_floating_point_v<Number>) good_ = good_ && std::isfinite(value);
  }
  void operator()(std::string& text) {
    const std::string_view word = next();
    good_ = good_ && word.starts_with('=');
    for (size_t i = 1; good_ && i < word.size(); ++i) {
      unsigned value = static_cast<unsigned char>(word[i]);
      if (word[i] == '%') {
        const std::string_view digits = word.substr(i + 1, 2);
        good_ = digits.size() == 2 && std::from_chars(digits.data(), digits.data() + 2, value, 16).ptr == digits.data() + 2;
        i += 2;
      }
      text += static_cast<char>(value);
    }
  }
  void list(std::vector<double>& values) {
    for (size_t left = count(); good_ && left > 0; --left) (*this)(values.emplace_back());
  }
  void list(std::map<std::string, int64_t, std::less<>>& values) {
    for (size_t left = count(); good_ && left > 0; --left) {
      std::string text;
      (*this)(text);
      (*this)(values[text]);
    }
  }
  std::string_view next() {
    const size_t end = std::min(rest_.find(' '), rest_.size());
    const std::string_view word = rest_.substr(0, end);
    good_ = good_ && !word.empty();
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    return word;
  }
  [[nodiscard]] bool is_done() const { return good_ && rest_.empty(); }

 private:
  size_t count() {
    size_t value = 0;
    (*this)(value);
    return value;
  }
  std::string_view rest_;
  bool good_ = true;
};

// The fields of each cell, named once for writing and reading.
void fields(auto& at, auto& cell) {
  using Kind = std::remove_cvref_t<decltype(cell)>;
  if constexpr (std::is_same_v<Kind, Counter>) at(cell.used), at(cell.held), at(cell.window_us);
  if constexpr (std::is_same_v<Kind, Ema>) at(cell.mean), at(cell.n);
  if constexpr (std::is_same_v<Kind, Quantile>) at(cell.next), at.list(cell.last);
  if constexpr (std::is_same_v<Kind, Beta>) at(cell.alpha), at(cell.beta);
  if constexpr (std::is_same_v<Kind, Welford>) at(cell.n), at(cell.mean), at(cell.m2);
  if constexpr (std::is_same_v<Kind, Ucb>) at(cell.reward.n), at(cell.reward.mean), at(cell.reward.m2), at(cell.fails);
  if constexpr (std::is_same_v<Kind, Elo>) at(cell.rating), at(cell.n);
  if constexpr (std::is_same_v<Kind, Pheromone>) at(cell.tau);
  if constexpr (std::is_same_v<Kind, Marks>) at.list(cell.until_us);
  if constexpr (std::is_same_v<Kind, Breaker>) at(cell.failures), at(cell.open_until_us);
  if constexpr (std::is_same_v<Kind, Ridge>) at(cell.dimension), at.list(cell.a), at.list(cell.b);
  if constexpr (std::is_same_v<Kind, Dual>) at(cell.lambda);
}

template <size_t I = 0>
bool begin(std::string_view name, Cell& cell) {
  if constexpr (I < std::variant_size_v<Cell>) {
    if (name != kNames[I]) return begin<I + 1>(name, cell);
    cell.emplace<I>();
    return true;
  }
  return false;
}

/// What no operation leaves behind would be read beyond its end, or drawn from without one.
bool is_sound(const Cell& cell) {
  if (const auto* ridge = std::get_if<Ridge>(&cell))
    return ridge->a.size() == size_t{ridge->dimension} * ridge->dimension && ridge->b.size() == ridge->dimension;
  if (const auto* beta = std::get_if<Beta>(&cell)) return beta->alpha >= 1 && beta->beta >= 1;
  return true;
}

}  // namespace

std::string encode(const Cell& cell) {
  Writer writer(kNames[cell.index()]);
  std::visit([&](const auto& of) { fields(writer, of); }, cell);
  return writer.take();
}

bool decode(std::string_view line, Cell& cell) {
  Reader reader(line);
  if (!begin(reader.next(), cell)) return false;
  std::visit([&](auto& of) { fields(reader, of); }, cell);
  return reader.is_done() && is_sound(cell);
}

}  // namespace sbx::state
