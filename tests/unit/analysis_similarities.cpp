// SPDX-License-Identifier: Apache-2.0
// Whole policies over signals with known vectors: a conflict is found if and only if the caps or the partitions meet, and the vector that a
// request comes with reads what the request says.
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "compiler/geometry/wishes.h"
#include "compiler/pipeline.h"
#include "tests/unit/geometry_rig.h"

using namespace sbx;

namespace {

using Json = nlohmann::json;

const CompileOptions kOptions{.stdlib = SBX_SOURCE_DIR "/stdlib"};
constexpr const char* kModels = "policy p\nmodel small { provider: local  name: \"s\" }\nmodel large { provider: cloud  name: \"l\" }\n";

const std::vector<std::string> kLabels{"law", "code", "none"};

class Folder {
 public:
  Folder() : path_(std::filesystem::temp_directory_path() / ("sbx-vectors-" + std::to_string(std::random_device()()))) {
    std::filesystem::create_directory(path_);
  }
  ~Folder() { std::filesystem::remove_all(path_); }
  void write(const std::string& name, const std::vector<geometry::Vector>& vectors) const { std::ofstream(path_ / name) << Json(vectors); }
  [[nodiscard]] Checked check(const std::string& text) const {
    Result<Checked> result = check_text((path_ / "p.sbx").string(), text, kOptions);
    REQUIRE(result.ok());
    return std::move(*result);
  }

 private:
  std::filesystem::path path_;
};

const Diagnostic* finding(const Checked& policy, Kind kind) {
  const auto found = std::ranges::find(policy.diags.all(), kind, &Diagnostic::kind);
  return found == policy.diags.all().end() ? nullptr : &*found;
}

/// What each signal of a vector reads in the request is what is read from the vectors of its files.
void check_readings(const Diagnostic& finding, const std::map<std::string, geometry::Measure>& measures) {
  const Json readings = Json::parse(finding.witness->request)["readings"];
  REQUIRE_FALSE(finding.witness->vectors.empty());
  for (const ShownVector& shown : finding.witness->vectors) {
    CHECK(geometry::dot(shown.vector, shown.vector) == doctest::Approx(1).epsilon(1e-12));
    for (const std::string& signal : shown.signals) {
      const Json& said = readings[signal]["value"];
      const std::optional<int64_t> read = geometry::read(measures.at(signal), shown.vector);
      if (said.is_string()) {
        CHECK(std::ranges::find(kLabels, said.get<std::string>()) - kLabels.begin() == read);
      } else {
        CHECK(std::llround(1e6 * said.get<double>()) == read);
      }
    }
  }
}

std::string two_decimals(double value) {
  char text[16];
  std::snprintf(text, sizeof(text), "%.2f", value);
  return text;
}

}  // namespace

TEST_CASE("two routes over similarities conflict if and only if their caps meet") {
  geometry::Dice dice(21);
  const Folder folder;
  int meeting = 0, apart = 0;
  for (int i = 0; i < 40; ++i) {
    const geometry::Vector a = dice.direction(6), b = dice.direction(6);
    folder.write("a.json", {a});
    folder.write("b.json", {b});
    const std::string s = two_decimals(dice.between(0.3, 0.95)), t = two_decimals(dice.between(0.3, 0.95));
    const Checked policy =
        folder.check(std::string(kModels) + "signal a = similar(vectors: \"a.json\")\nsignal b = similar(vectors: \"b.json\")\n" +
                     "tier t {\n  route one when a >= " + s + " { model = small }\n  route two when b >= " + t +
                     " { model = large }\n}\notherwise { model = small(reasoning: low) }\n");
    const double angle = std::acos(geometry::dot(a, b));
    const double reach = std::acos(std::stod(s)) + std::acos(std::stod(t));
    if (std::abs(angle - reach) < 1e-4) continue;
    CAPTURE(i);
    const Diagnostic* conflict = finding(policy, Kind::Conflict);
    CHECK(finding(policy, Kind::Unsettled) == nullptr);
    REQUIRE((conflict != nullptr) == (angle < reach));
    (conflict != nullptr ? meeting : apart) += 1;
    if (conflict == nullptr) continue;
    CHECK(conflict->ground.level == Level::Geometric);
    check_readings(*conflict, {{"a", geometry::Similarity{{a}}}, {"b", geometry::Similarity{{b}}}});
  }
  CHECK(meeting > 5);
  CHECK(apart > 5);
}

TEST_CASE("conjunctions with negations over several vectors a file are decided as geometry decides them") {
  geometry::Dice dice(22);
  const Folder folder;
  int shown = 0, never = 0;
  for (int i = 0; i < 40; ++i) {
    std::map<std::string, geometry::Measure> measures;
    std::vector<geometry::Wish> wishes;
    std::string signals, guard;
    for (const char* name : {"a", "b", "c", "d"}) {
      std::vector<geometry::Vector> of;
      for (size_t count = 1 + dice.below(3); of.size() < count;) of.push_back(dice.direction(16));
      folder.write(std::string(name) + ".json", of);
      signals += "signal " + std::string(name) + " = similar(vectors: \"" + name + ".json\")\n";
      const std::string threshold = two_decimals(dice.between(0.35, 0.9));
      const int64_t millionths = geometry::to_reading(std::stod(threshold));
      const bool negated = dice.below(3) == 0;
      guard += (guard.empty() ? "" : " and ") + std::string(negated ? "not " : "") + name + " >= " + threshold;
      const geometry::Measure& measure = measures[name] = geometry::Similarity{std::move(of)};
      wishes.push_back({&measure, {negated ? geometry::Band{-1'000'000, millionths - 1} : geometry::Band{millionths, 1'000'000}}});
    }
    const Checked policy = folder.check(std::string(kModels) + signals +
                                        "tier t {\n  route all when stream or not stream { model = small }\n  route one when " + guard +
                                        " { model = large }\n}\n");
    const geometry::Direction direction = geometry::grant(wishes);
    CAPTURE(i);
    REQUIRE_FALSE(std::holds_alternative<geometry::Undecided>(direction));
    const Diagnostic* conflict = finding(policy, Kind::Conflict);
    const Diagnostic* contradiction = finding(policy, Kind::Contradiction);
    if (std::holds_alternative<geometry::Vector>(direction)) {
      REQUIRE(conflict != nullptr);
      check_readings(*conflict, measures);
      ++shown;
    } else {
      CHECK(conflict == nullptr);
      REQUIRE(contradiction != nullptr);
      CHECK(contradiction->ground.level == Level::Geometric);
      ++never;
    }
  }
  CHECK(shown > 5);
  CHECK(never > 5);
}

TEST_CASE("a label, a difference and a similarity go together if and only if some direction reads so") {
  geometry::Dice dice(23);
  const Folder folder;
  int shown = 0, never = 0, borders = 0;
  for (int i = 0; i < 60; ++i) {
    const std::vector<geometry::Vector> law{dice.direction(8), dice.direction(8)}, code{dice.direction(8)};
    folder.write("law.json", law);
    folder.write("code.json", code);
    const std::string floor = two_decimals(dice.between(0.1, 0.6)), margin = two_decimals(dice.between(0, 0.2));
    const std::string least = two_decimals(dice.between(-0.3, 0.6)), like = two_decimals(dice.between(0.2, 0.8));
    const std::string label = kLabels[dice.below(3)];
    const Checked policy = folder.check(
        std::string(kModels) + "signal topic = nearest(vectors: { law: \"law.json\", code: \"code.json\" }, floor: " + floor +
        ", margin: " + margin +
        ")\nsignal harder = contrast(vectors: { easy: \"code.json\", hard: \"law.json\" })\nsignal like_code = similar(vectors: "
        "\"code.json\")\ntier t {\n  route all when stream or not stream { model = small }\n  route one when topic is " +
        label + " and harder >= " + least + " and like_code >= " + like + " { model = large }\n}\n");
    const std::map<std::string, geometry::Measure> measures{
        {"topic",
         geometry::Nearest{{law, code}, std::vector(2, geometry::to_reading(std::stod(floor))), geometry::to_reading(std::stod(margin))}},
        {"harder", geometry::Contrast{law, code}},
        {"like_code", geometry::Similarity{code}}};
    const auto place = static_cast<int64_t>(std::ranges::find(kLabels, label) - kLabels.begin());
    const std::vector<geometry::Wish> wishes{{&measures.at("topic"), {{place, place}}},
                                             {&measures.at("harder"), {{geometry::to_reading(std::stod(least)), 2'000'000}}},
                                             {&measures.at("like_code"), {{geometry::to_reading(std::stod(like)), 1'000'000}}}};
    const geometry::Direction direction = geometry::grant(wishes);
    CAPTURE(i);
    const Diagnostic* conflict = finding(policy, Kind::Conflict);
    const Diagnostic* contradiction = finding(policy, Kind::Contradiction);
    if (std::holds_alternative<geometry::Undecided>(direction)) {  // a threshold that is the floor, or the margin
      CHECK(conflict == nullptr);
      CHECK(contradiction == nullptr);
      ++borders;
      continue;
    }
    if (std::holds_alternative<geometry::Vector>(direction)) {
      REQUIRE(conflict != nullptr);
      CHECK(conflict->ground.level == Level::Geometric);
      CHECK(conflict->witness->vectors.size() == 1);
      check_readings(*conflict, measures);
      ++shown;
    } else {
      CHECK(conflict == nullptr);
      REQUIRE(contradiction != nullptr);
      CHECK(contradiction->ground.level == Level::Geometric);
      ++never;
    }
  }
  CHECK(shown > 10);
  CHECK(never > 10);
  CHECK(borders < 5);
}

TEST_CASE("what fails, or reads its fallback, is held to nothing") {
  const Folder folder;
  folder.write("a.json", {{1, 0, 0, 0}});
  folder.write("b.json", {{0, 1, 0, 0}});
  const std::string routes =
      "tier t {\n  route one when a >= 0.9 { model = small }\n  route two when b >= 0.9 { model = large }\n}\notherwise { model = small "
      "}\n";
  const std::string b = "signal b = similar(vectors: \"b.json\")\n";
  CHECK(finding(folder.check(std::string(kModels) + "signal a = similar(vectors: \"a.json\")\n" + b + routes), Kind::Conflict) == nullptr);
  const Checked failing = folder.check(std::string(kModels) + "signal a = similar(vectors: \"a.json\") or else 1.0\n" + b + routes);
  CHECK(finding(failing, Kind::Conflict) != nullptr);
  CHECK(finding(failing, Kind::Unsettled) == nullptr);
}

TEST_CASE("encoders and dimensions of their own are told apart, and vectors are part of a policy's meaning") {
  const Folder folder;
  folder.write("a.json", {{1, 0, 0, 0}});
  folder.write("b.json", {{0, 1, 0, 0, 0}});
  const std::string text = std::string(kModels) +
                           "signal a = similar(vectors: \"a.json\")\nsignal b = similar(vectors: \"b.json\")\n"
                           "tier t {\n  route one when a >= 0.9 { model = small }\n  route two when b >= 0.9 { model = large "
                           "}\n}\notherwise { model = small }\n";
  const Checked before = folder.check(text);
  const Diagnostic* conflict = finding(before, Kind::Conflict);
  REQUIRE(conflict != nullptr);
  CHECK(conflict->witness->vectors.size() == 2);
  folder.write("b.json", {{0, 1, 0, 0}});
  const Checked after = folder.check(text);
  CHECK(finding(after, Kind::Conflict) == nullptr);
  CHECK(before.revisions != after.revisions);
}
