// SPDX-License-Identifier: Apache-2.0
#include "compiler/geometry/prototypes.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "compiler/geometry/npy.h"

namespace sbx::geometry {
namespace {

using Json = nlohmann::json;

constexpr size_t kMostVectors = 10'000;
constexpr size_t kMostNumbers = 16'384;  // of a vector

Error fault(std::string message) { return {"E0333", std::move(message)}; }

bool is_vector(const Json& json) {
  return json.is_array() && !json.empty() && std::ranges::all_of(json, [](const Json& one) { return one.is_number(); });
}

Result<Prototypes> parse_json(std::string_view bytes) {
  const Json document = Json::parse(bytes, nullptr, false);
  if (document.is_discarded()) return fault("is neither JSON nor an array of NumPy");
  Prototypes prototypes;
  const Json* list = &document;
  if (document.is_object()) {
    const auto encoder = document.find("encoder"), vectors = document.find("vectors");
    if (vectors == document.end()) return fault("has no `vectors`");
    if (encoder != document.end() && !encoder->is_string()) return fault("has an `encoder` that is no text");
    if (encoder != document.end()) prototypes.encoder = encoder->get<std::string>();
    list = &*vectors;
  }
  if (is_vector(*list)) {
    prototypes.vectors.push_back(list->get<Vector>());
    return prototypes;
  }
  if (!list->is_array() || !std::ranges::all_of(*list, is_vector)) return fault("is no vector and no list of vectors");
  for (const Json& one : *list) prototypes.vectors.push_back(one.get<Vector>());
  return prototypes;
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
  const double length = std::sqrt(dot(vector, vector));
  for (double& one : vector) one /= length;
  return {};
}

}  // namespace

Result<Prototypes> parse_prototypes(std::string_view bytes) {
  Prototypes prototypes;
  if (is_npy(bytes)) {
    Result<std::vector<Vector>> rows = parse_npy(bytes);
    if (!rows) return rows.error();
    prototypes.vectors = std::move(*rows);
  } else {
    Result<Prototypes> parsed = parse_json(bytes);
    if (!parsed) return parsed.error();
    prototypes = std::move(*parsed);
  }
  std::vector<Vector>& vectors = prototypes.vectors;
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
  return prototypes;
}

}  // namespace sbx::geometry
