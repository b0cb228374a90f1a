// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <cmath>
#include <cstring>

#include "runtime/models/vector_file.h"

namespace sbx::models {
namespace {

/// What `numpy.save` writes.
template <class Number>
std::string npy(const std::string& type, const std::string& shape, const std::vector<Number>& numbers) {
  std::string header = "{'descr': '" + type + "', 'fortran_order': False, 'shape': " + shape + ", }";
  while ((10 + header.size() + 1) % 64 != 0) header += ' ';
  header += '\n';
  std::string bytes("\x93NUMPY\x01\x00", 8);
  bytes += static_cast<char>(header.size() & 255);
  bytes += static_cast<char>(header.size() >> 8);
  bytes += header;
  bytes.append(reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(Number));
  return bytes;
}

std::string wrong(const std::string& bytes) {
  const Result<VectorFile> result = parse_vector_file(bytes);
  REQUIRE_FALSE(result.ok());
  CHECK(result.error().code == "E0333");
  return result.error().message;
}

}  // namespace

TEST_CASE("vectors of NumPy and of JSON are made as long as one") {
  const Result<VectorFile> floats = parse_vector_file(npy<float>("<f4", "(2, 3)", {3, 0, 4, 0, 2, 0}));
  REQUIRE(floats.ok());
  CHECK(floats->vectors == std::vector<std::vector<double>>{{0.6, 0, 0.8}, {0, 1, 0}});
  const Result<VectorFile> one = parse_vector_file(npy<double>("<f8", "(2,)", {0, -5}));
  REQUIRE(one.ok());
  CHECK(one->vectors == std::vector<std::vector<double>>{{0, -1}});
  const Result<VectorFile> json = parse_vector_file(R"({"encoder": "e5", "vectors": [[3, 0, 4], [0, 1e300, 0]]})");
  REQUIRE(json.ok());
  CHECK(json->encoder == "e5");
  CHECK(json->vectors == std::vector<std::vector<double>>{{0.6, 0, 0.8}, {0, 1, 0}});
  CHECK(parse_vector_file("[1, 0]")->vectors.size() == 1);
  CHECK(parse_vector_file("[[1, 0], [0, 1]]")->vectors.size() == 2);
}

TEST_CASE("what is no vector is refused with a reason") {
  CHECK(wrong("") == "is neither JSON nor an array of NumPy");
  CHECK(wrong("[]") == "holds no vector");
  CHECK(wrong("[[1], \"x\"]") == "is no vector and no list of vectors");
  CHECK(wrong("{\"vector\": [1]}") == "has no `vectors`");
  CHECK(wrong("[[1, 0], [1]]") == "vector 2 has 1 numbers, and the first has 2");
  CHECK(wrong("[[1, 0], [0, 0]]") == "vector 2 has no direction: it is all zeros");
  CHECK(wrong(npy<double>("<f8", "(2, 2)", {1, 2, 3})) == "has not as many numbers as its shape says");
  CHECK(wrong(npy<double>("<f8", "(2, 9223372036854775807)", {1, 2})) == "has not as many numbers as its shape says");
  CHECK(wrong(npy<int64_t>("<i8", "(2,)", {1, 2})) == "holds numbers of a type that is not read; write float32 or float64");
  CHECK(wrong(npy<double>("<f8", "(1, 1, 2)", {1, 2})) == "has not one or two dimensions; write one vector a row");
  CHECK(wrong(npy<double>("<f8", "(2,)", {std::nan(""), 2})) == "vector 1 has a number that is none");
  CHECK(wrong(npy<double>("<f8", "(2,)", {1, 2}).substr(0, 40)) == "is no array of NumPy, or is cut off");
}

}  // namespace sbx::models
