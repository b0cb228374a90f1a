// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <vector>

#include "runtime/base/decimal.h"

using namespace sbx;

TEST_CASE("a decimal reads exactly what is written, or nothing") {
  struct Row {
    const char* text;
    std::optional<Decimal> value;
  };
  for (const Row& row : std::vector<Row>{{"0", Decimal{0, 0}},
                                         {"-0.0", Decimal{0, 0}},
                                         {"007", Decimal{7, 0}},
                                         {"0.80", Decimal{8, 1}},
                                         {"-12.50", Decimal{-125, 1}},
                                         {"200000", Decimal{200000, 0}},
                                         {"100.001", Decimal{100001, 3}},
                                         {"1.0000000000000000000000", Decimal{1, 0}},
                                         {"999999999999999999", Decimal{999999999999999999, 0}},
                                         {"0.000000000000000001", Decimal{1, 18}},
                                         {"1000000000000000000", std::nullopt},
                                         {"0.0000000000000000001", std::nullopt},
                                         {"10000000000000000000000000000", std::nullopt},
                                         {"", std::nullopt},
                                         {"-", std::nullopt},
                                         {".5", std::nullopt},
                                         {"5.", std::nullopt},
                                         {"1.2.3", std::nullopt},
                                         {"1e3", std::nullopt},
                                         {"1 ", std::nullopt},
                                         {"123456789012345678.5", std::nullopt}}) {
    CAPTURE(row.text);
    CHECK(parse_decimal(row.text) == row.value);
  }
}

TEST_CASE("a decimal's text reads back as itself") {
  for (const char* text : {"0", "0.8", "-3", "200000", "-0.05", "12.5", "0.000000000000000001"}) {
    CHECK(to_string(*parse_decimal(text)) == text);
  }
}

TEST_CASE("arithmetic refuses what does not fit") {
  CHECK(multiply({5, 2}, 20) == Decimal{1, 0});
  CHECK(multiply({999999999999999999, 0}, INT64_MAX) == std::nullopt);
  CHECK(multiply({1, 0}, INT64_MIN) == std::nullopt);
  CHECK(shift_right({5, 0}, 2) == Decimal{5, 2});
  CHECK(shift_right({500, 0}, 2) == Decimal{5, 0});
  CHECK(shift_right({1, 18}, 1) == std::nullopt);
  CHECK(shift_right({1, 0}, -1) == std::nullopt);
}

TEST_CASE("scaling rounds as asked and says what was lost") {
  struct Row {
    Decimal value;
    int places;
    Rounding rounding;
    std::optional<int64_t> result;
    bool exact;
  };
  for (const Row& row : std::vector<Row>{{{5, 1}, 6, Rounding::Down, 500000, true},
                                         {{15, 1}, 0, Rounding::Down, 1, false},
                                         {{-15, 1}, 0, Rounding::Down, -2, false},
                                         {{-15, 1}, 0, Rounding::Up, -1, false},
                                         {{15, 1}, 0, Rounding::Up, 2, false},
                                         {{15, 1}, 0, Rounding::HalfAwayFromZero, 2, false},
                                         {{-15, 1}, 0, Rounding::HalfAwayFromZero, -2, false},
                                         {{14, 1}, 0, Rounding::HalfAwayFromZero, 1, false},
                                         {{0, 0}, 40, Rounding::Down, 0, true},
                                         {{1, 18}, -30, Rounding::Up, 1, false},
                                         {{999999999999999999, 0}, 6, Rounding::Down, std::nullopt, true}}) {
    bool exact = false;
    CHECK(scaled(row.value, row.places, row.rounding, &exact) == row.result);
    CHECK(exact == row.exact);
  }
}

TEST_CASE("decimals of different scales compare exactly") {
  CHECK(compare({1, 1}, {100000000000000000, 18}) == 0);
  CHECK(compare({999999999999999999, 0}, {1, 18}) == 1);
  CHECK(compare({-1, 18}, {0, 0}) == -1);
  CHECK(compare({8, 1}, {81, 2}) == -1);
}
