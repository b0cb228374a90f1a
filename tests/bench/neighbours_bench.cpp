// SPDX-License-Identifier: Apache-2.0
// Time of trained selectors: nearest neighbours among 10,000 rows of 384 dimensions, and a choice among 10 models by each of the others.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>

#include "runtime/learn/random.h"
#include "runtime/selectors/neighbours.h"
#include "runtime/selectors/trained.h"

namespace {

template <class Work>
double least_micros(Work&& work) {
  double least = 1e18;
  for (int run = 0; run < 200; ++run) {
    const auto start = std::chrono::steady_clock::now();
    work();
    least = std::min(least, std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count());
  }
  return least;
}

sbx::Tensor unit_rows(size_t rows, size_t columns, sbx::learn::Random& random) {
  sbx::Tensor made(rows, columns);
  for (size_t i = 0; i < rows; ++i) {
    // A few directions, as texts of one gateway have them, and noise.
    const size_t topic = random.below(20);
    for (size_t c = 0; c < columns; ++c)
      made.row(i)[c] = static_cast<float>(random.unit() - 0.5 + (c % 20 == topic ? 1.0 : 0.0));
    const float length = std::sqrt(sbx::dot(made.row(i), made.row(i)));
    for (float& value : made.row(i)) value /= length;
  }
  return made;
}

}  // namespace

int main() {
  sbx::learn::Random random(1);
  const sbx::Tensor rows = unit_rows(10'000, 384, random), queries = unit_rows(64, 384, random);
  const sbx::Neighbours neighbours(rows);
  size_t query = 0, found = 0;
  const double micros = least_micros([&] { found += neighbours.nearest(queries.row(query++ % 64), 50).front().row; });
  std::printf("50 nearest of 10,000 x 384: %.0f us (%zu)\n", micros, found % 2);
  return 0;
}
