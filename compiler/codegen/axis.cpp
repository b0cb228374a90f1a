// SPDX-License-Identifier: Apache-2.0
#include "compiler/codegen/axis.h"

#include <algorithm>
#include <bit>
#include <limits>

namespace sbx::codegen {

namespace {

constexpr int64_t kNever = std::numeric_limits<int64_t>::max();  // no number exceeds it
constexpr uint64_t kIndexedDomain = 1024;
constexpr uint32_t kFewBoundaries = 8;
constexpr uint32_t kCounted = 16;
constexpr uint32_t kMaxBuckets = 4096;

// After the number `after` a term's bit changes to `value`.
struct Event {
  int64_t after = 0;
  uint32_t bit = 0;
  bool value = false;
};

// The rows along a number line: the first one and what changes on the way up.
class Line {
 public:
  explicit Line(Range range) : range_(range) {}

  void start(uint32_t bit, int64_t lo, std::vector<uint32_t>& first) {
    if (lo <= range_.low) {
      first.push_back(bit);
    } else if (lo <= range_.high) {
      events_.push_back({lo - 1, bit, true});
    }
  }
  void stop(uint32_t bit, int64_t hi) {
    if (hi < range_.high) events_.push_back({hi, bit, false});
  }

  [[nodiscard]] std::vector<Event>& events() { return events_; }

 private:
  Range range_;
  std::vector<Event> events_;
};

void set(std::vector<uint64_t>& row, uint32_t bit, bool value) {
  const uint64_t mask = uint64_t{1} << (bit % 64);
  row[bit / 64] = value ? row[bit / 64] | mask : row[bit / 64] & ~mask;
}

std::vector<int64_t> boundaries_of(std::vector<Event>& events) {
  std::sort(events.begin(), events.end(),
            [](const Event& a, const Event& b) { return a.after != b.after ? a.after < b.after : a.value < b.value; });
  std::vector<int64_t> result;
  for (const Event& event : events) {
    if (result.empty() || result.back() != event.after) result.push_back(event.after);
  }
  return result;
}

// The row of each class: `row` changed by the events up to each boundary.
std::vector<uint64_t> rows_of(std::vector<uint64_t> row, const std::vector<Event>& events, const std::vector<int64_t>& boundaries) {
  std::vector<uint64_t> rows;
  rows.reserve(row.size() * (boundaries.size() + 1));
  rows.insert(rows.end(), row.begin(), row.end());
  size_t next = 0;
  for (const int64_t boundary : boundaries) {
    for (; next < events.size() && events[next].after == boundary; ++next) set(row, events[next].bit, events[next].value);
    rows.insert(rows.end(), row.begin(), row.end());
  }
  return rows;
}

uint64_t domain_of(Range range) {
  const uint64_t span = static_cast<uint64_t>(range.high) - static_cast<uint64_t>(range.low);
  return span == std::numeric_limits<uint64_t>::max() ? span : span + 1;
}

// Fills the buckets of the smallest table in which no bucket holds more than kBucket boundaries; false if there is none.
bool bucket(Axis& axis, const std::vector<int64_t>& boundaries, Tables& tables) {
  const uint64_t span = static_cast<uint64_t>(boundaries.back()) - static_cast<uint64_t>(boundaries.front());
  for (uint64_t wanted = std::bit_ceil(boundaries.size()); wanted <= kMaxBuckets; wanted *= 2) {
    const auto shift = static_cast<uint32_t>(std::max<int>(0, std::bit_width(span) - std::countr_zero(wanted)));
    std::vector<uint16_t> before((span >> shift) + 1);
    uint32_t fullest = 0;
    size_t from = 0;
    for (size_t i = 0; i < before.size(); ++i) {
      before[i] = static_cast<uint16_t>(from);
      size_t to = from;
      while (to < boundaries.size() && ((static_cast<uint64_t>(boundaries[to]) - static_cast<uint64_t>(boundaries.front())) >> shift) == i)
        ++to;
      fullest = std::max(fullest, static_cast<uint32_t>(to - from));
      from = to;
    }
    if (fullest > kBucket) continue;
    axis.lookup = Lookup::Bucketed;
    axis.low = boundaries.front();
    axis.high = boundaries.back();
    axis.shift = shift;
    axis.index_at = tables.add(before, 64);
    return true;
  }
  return false;
}

void add_boundaries(Axis& axis, const std::vector<int64_t>& boundaries, Tables& tables) {
  std::vector<int64_t> padded = boundaries;
  padded.resize(std::max<size_t>(std::bit_ceil(boundaries.size() + 1), boundaries.size() + kBucket + 1), kNever);
  axis.boundaries = static_cast<uint32_t>(boundaries.size());
  axis.boundaries_at = tables.add(padded, 64);
}

// Chooses the lookup and writes its tables. `rows_of_number` says whether rows go by number (Dense) rather than by class.
void choose_lookup(Axis& axis, Range range, const std::vector<int64_t>& boundaries, Tables& tables) {
  const uint64_t domain = domain_of(range);
  axis.classes = static_cast<uint32_t>(boundaries.size() + 1);
  axis.low = range.low;
  axis.high = range.high;
  if (domain <= std::max<uint64_t>(8, 2 * uint64_t{axis.classes})) {
    axis.lookup = Lookup::Dense;
    axis.classes = static_cast<uint32_t>(domain);
  } else if (boundaries.size() > kFewBoundaries && domain <= kIndexedDomain) {
    axis.lookup = Lookup::Indexed;
    std::vector<uint16_t> classes(domain);
    size_t at = 0;
    for (uint64_t i = 0; i < domain; ++i) {
      classes[i] = static_cast<uint16_t>(at);
      if (at < boundaries.size() && boundaries[at] == range.low + static_cast<int64_t>(i)) ++at;
    }
    axis.index_at = tables.add(classes, 64);
  } else {
    axis.lookup = Lookup::Counted;
    if (boundaries.size() > kCounted) bucket(axis, boundaries, tables);
    add_boundaries(axis, boundaries, tables);
  }
}

// Rows by class become rows by number where the lookup is dense.
std::vector<uint64_t> spread(const Axis& axis, const std::vector<uint64_t>& rows, const std::vector<int64_t>& boundaries, uint32_t words) {
  if (axis.lookup != Lookup::Dense) return rows;
  std::vector<uint64_t> result;
  result.reserve(size_t{axis.classes} * words);
  size_t at = 0;
  for (uint32_t i = 0; i < axis.classes; ++i) {
    const auto row = rows.begin() + static_cast<std::ptrdiff_t>(at * words);
    result.insert(result.end(), row, row + words);
    if (at < boundaries.size() && boundaries[at] == axis.low + i) ++at;
  }
  return result;
}

std::vector<uint64_t> all_but(const auto& terms, uint32_t words) {
  std::vector<uint64_t> row(words, ~uint64_t{0});
  for (const auto& term : terms) set(row, term.bit, false);
  return row;
}

uint32_t row_alignment(uint32_t words) { return words * 8; }

}  // namespace

Axis leaf_axis(ValueId value, Range range, const std::vector<LeafTerm>& terms, uint32_t words, Tables& tables) {
  const std::vector<uint64_t> untested = all_but(terms, words);
  Line line(range);
  std::vector<uint32_t> first;
  for (const LeafTerm& term : terms) {
    for (const Interval interval : term.test->holds) {
      if (interval.hi < range.low || interval.lo > range.high) continue;
      line.start(term.bit, interval.lo, first);
      line.stop(term.bit, interval.hi);
    }
  }
  std::vector<uint64_t> row = untested;
  for (const uint32_t bit : first) set(row, bit, true);
  const std::vector<int64_t> boundaries = boundaries_of(line.events());

  Axis axis{.value = value, .leaf = true};
  choose_lookup(axis, range, boundaries, tables);
  std::vector<uint64_t> rows = spread(axis, rows_of(std::move(row), line.events(), boundaries), boundaries, words);
  for (const bool LeafTest::*truth : {&LeafTest::pending_must, &LeafTest::pending_may, &LeafTest::failed}) {
    std::vector<uint64_t> unread = untested;
    for (const LeafTerm& term : terms) set(unread, term.bit, term.test->*truth);
    rows.insert(rows.end(), unread.begin(), unread.end());
  }
  axis.rows_at = tables.add(rows, row_alignment(words));
  return axis;
}

Axis derived_axis(ValueId value, Range range, const std::vector<BoundTerm>& terms, uint32_t words, Tables& tables) {
  Line above(range);
  Line below(range);
  std::vector<uint64_t> lower_row = all_but(terms, words);
  std::vector<uint64_t> upper_row(words, ~uint64_t{0});
  std::vector<uint32_t> first;
  for (const BoundTerm& term : terms) {
    above.start(term.bit, term.within.lo, first);
    if (term.within.hi < range.low) {
      set(upper_row, term.bit, false);
    } else {
      below.stop(term.bit, term.within.hi);
    }
  }
  for (const uint32_t bit : first) set(lower_row, bit, true);
  std::vector<Event> all = above.events();
  all.insert(all.end(), below.events().begin(), below.events().end());
  const std::vector<int64_t> boundaries = boundaries_of(all);
  boundaries_of(above.events());
  boundaries_of(below.events());

  Axis axis{.value = value};
  choose_lookup(axis, range, boundaries, tables);
  axis.rows_at =
      tables.add(spread(axis, rows_of(std::move(lower_row), above.events(), boundaries), boundaries, words), row_alignment(words));
  axis.upper_at =
      tables.add(spread(axis, rows_of(std::move(upper_row), below.events(), boundaries), boundaries, words), row_alignment(words));
  return axis;
}

}  // namespace sbx::codegen
