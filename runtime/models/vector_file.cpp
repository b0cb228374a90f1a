// SPDX-License-Identifier: Apache-2.0
#include "runtime/models/vector_file.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "runtime/models/npy.h"

namespace sbx::models {
namespace {

using Json = nlohmann::json;
using Vector = std::vector<double>;

constexpr size_t kMostVectors = 10'000;
constexpr size_t kMostNumbers = 16'384;  // of a vector

Error fault(std::string message) { return {"E0333", std::move(message)}; }

bool is_vector(const Json& json) {
  return json.is_array() && !json.empty() && std::ranges::all_of(json, [](const Json& one) { return one.is_number(); });
}

Result<VectorFile> parse_json(std::string_view bytes) {
  const Json document = Json::parse(bytes, nullptr, false);
  if (document.is_discarded()) return fault("is neither JSON nor an array of NumPy");
  VectorFile file;
  const Json* list = &document;
  if (document.is_object()) {
    const auto encoder = document.find("encoder"), vectors = document.find("vectors");
    if (vectors == document.end()) return fault("has no `vectors`");
    if (encoder != document.end() && !encoder->is_string()) return fault("has an `encoder` that is no text");
    if (encoder != document.end()) file.encoder = encoder->get<std::string>();
    list = &*vectors;
  }
  if (is_vector(*list)) {
    file.vectors.push_back(list->get<Vector>());
    return file;
  }
  if (!list->is_array() || !std::ranges::all_of(*list, is_vector)) return fault("is no vector and no list of vectors");
  for (const Json& one : *list) file.vectors.push_back(one.get<Vector>());
  return file;
}

/// What is wrong with a vector, which is else made as long as one.
std::string normalize(Vector& vector) {
  double most = 0;
  for (const double one : vector) {
    if (!std::isfinite(one)) return "has a number that is none";
    most = std::max(most, std::abs(one));
  }
  if (most == 0) return "has no direction: it is all zeros";
  for (double& one : vector) one /= most;  // squares neither overflow nor vanish
  double squares = 0;
  for (const double one : vector) squares += one * one;
  const double length = std::sqrt(squares);
  for (double& one : vector) one /= length;
  return {};
}

}  // namespace

Result<VectorFile> parse_vector_file(std::string_view bytes) {
  VectorFile file;
  if (is_npy(bytes)) {
    Result<std::vector<Vector>> rows = parse_npy(bytes);
    if (!rows) return rows.error();
    file.vectors = std::move(*rows);
  } else {
    Result<VectorFile> parsed = parse_json(bytes);
    if (!parsed) return parsed.error();
    file = std::move(*parsed);
  }
  std::vector<Vector>& vectors = file.vectors;
  if (vectors.empty()) return fault("holds no vector");
  if (vectors.size() > kMostVectors) return fault("holds more than 10000 vectors");
  if (vectors.front().size() > kMostNumbers) return fault("holds vectors of more than 16384 numbers");
  for (size_t i = 0; i < vectors.size(); ++i) {
    const std::string which = "vector " + std::to_string(i + 1);
    if (vectors[i].size() != vectors.front().size())
      return fault(which + " has " + std::to_string(vectors[i].size()) + " numbers, and the first has " +
                   std::to_string(vectors.front().size()));
    if (const std::string wrong = normalize(vectors[i]); !wrong.empty()) return fault(which + " " + wrong);
  }
  return file;
}

}  // namespace sbx::models
