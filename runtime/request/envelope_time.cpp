// SPDX-License-Identifier: Apache-2.0
// Times of RFC 3339.
#include <chrono>

#include "runtime/request/decode.h"

namespace sbx {

namespace {

class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}
  bool digits(size_t count, int& value) {
    if (rest_.size() < count) return false;
    value = 0;
    for (size_t i = 0; i < count; ++i) {
      if (rest_[i] < '0' || rest_[i] > '9') return false;
      value = value * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(count);
    return true;
  }
  bool one_of(std::string_view characters, char* found = nullptr) {
    if (rest_.empty() || characters.find(rest_.front()) == std::string_view::npos) return false;
    if (found != nullptr) *found = rest_.front();
    rest_.remove_prefix(1);
    return true;
  }
  // After the point: microseconds; further digits are dropped.
  bool fraction(int64_t& micros) {
    micros = 0;
    int64_t unit = 100'000;
    size_t count = 0;
    for (; !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9'; ++count, unit /= 10) {
      micros += (rest_.front() - '0') * unit;
      rest_.remove_prefix(1);
    }
    return count > 0;
  }
  [[nodiscard]] bool done() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

}  // namespace

int64_t now_us() {
  using namespace std::chrono;
  return duration_cast<microseconds>(system_clock::now().time_since_epoch()).count();
}

std::optional<int64_t> parse_time(std::string_view text) {
  using namespace std::chrono;
  Scanner in(text);
  int y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0;
  if (!in.digits(4, y) || !in.one_of("-") || !in.digits(2, mo) || !in.one_of("-") || !in.digits(2, d)) return std::nullopt;
  if (!in.one_of("Tt ") || !in.digits(2, h) || !in.one_of(":") || !in.digits(2, mi) || !in.one_of(":") || !in.digits(2, s))
    return std::nullopt;
  int64_t micros = 0;
  if (in.one_of(".") && !in.fraction(micros)) return std::nullopt;
  const year_month_day date{year{y}, month{static_cast<unsigned>(mo)}, day{static_cast<unsigned>(d)}};
  if (!date.ok() || h > 23 || mi > 59 || s > 60) return std::nullopt;
  int offset_minutes = 0;
  char sign = '+';
  if (!in.one_of("Zz")) {
    int oh = 0, om = 0;
    if (!in.one_of("+-", &sign) || !in.digits(2, oh) || !in.one_of(":") || !in.digits(2, om) || oh > 23 || om > 59) return std::nullopt;
    offset_minutes = (oh * 60 + om) * (sign == '-' ? -1 : 1);
  }
  if (!in.done()) return std::nullopt;
  const int64_t days = sys_days{date}.time_since_epoch().count();
  const int64_t seconds = days * 86'400 + h * 3'600 + (mi - offset_minutes) * 60 + s;
  return seconds * 1'000'000 + micros;
}

}  // namespace sbx
