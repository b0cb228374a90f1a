// SPDX-License-Identifier: Apache-2.0
#include "compiler/load_vectors.h"

#include <algorithm>

#include "compiler/sema/scope.h"
#include "compiler/sha256.h"
#include "runtime/models/vector_file.h"
#include "runtime/signals/arguments.h"
#include "runtime/source/read_file.h"

namespace sbx {
namespace {

using analysis::VectorSignal;
using models::VectorFile;

// An author knows the file by the name in the policy.
std::string named_as_written(std::string message, const std::string& path, const std::string& file) {
  const size_t at = message.find(path);
  return at == std::string::npos ? message : message.replace(at, path.size(), file);
}

std::optional<int64_t> millionths(const Constant* value) {
  const auto* number = value == nullptr ? nullptr : std::get_if<Decimal>(&value->value);
  return number == nullptr ? std::nullopt : scaled(*number, 6, Rounding::HalfAwayFromZero);
}

/// Reads the files of one signal.
class SignalVectors {
 public:
  SignalVectors(sema::Symbol& symbol, const std::string& policy, const SourceSet& sources, Diagnostics& diags)
      : symbol_(symbol), policy_(policy), sources_(sources), diags_(diags) {}

  /// Nothing where it has examples, goes by more than the nearest vector, or something is wrong, which is reported.
  std::optional<VectorSignal> load() {
    if (symbol_.kind == "similar") return similarity();
    return symbol_.kind == "contrast" ? contrast() : nearest();
  }

 private:
  std::optional<VectorSignal> similarity() {
    const std::string file = signals::text_argument(symbol_.arguments, "vectors");
    if (!has_vectors(!signals::list_argument(symbol_.arguments, "examples").empty() || has_knowledge_base(), !file.empty(), "(vectors: \"file.npy\")", "([\"…\"])"))
      return std::nullopt;
    std::optional<VectorFile> read = this->read(file);
    if (!read) return std::nullopt;
    symbol_.arguments.emplace_back("vectors_sha256", Constant{digests_.front().second});
    if (!goes_by_the_nearest()) return std::nullopt;
    return VectorSignal{symbol_.name, space(), geometry::Similarity{std::move(read->vectors)}};
  }

  std::optional<VectorSignal> contrast() {
    const bool has_examples = !signals::list_argument(symbol_.arguments, "hard").empty() ||
                              !signals::list_argument(symbol_.arguments, "easy").empty() ||
                              has_knowledge_base();
    const ConstantRecord files = this->files();
    if (!has_vectors(has_examples, !files.empty(), "(vectors: { hard: \"hard.npy\", easy: \"easy.npy\" })",
                     "(hard: [\"…\"], easy: [\"…\"])"))
      return std::nullopt;
    const auto is_side = [](const auto& file) { return file.first == "hard" || file.first == "easy"; };
    if (files.size() != 2 || files[0].first == files[1].first || !std::ranges::all_of(files, is_side)) {
      refuse("`vectors` of `contrast` are a file for `hard` and one for `easy`");
      return std::nullopt;
    }
    std::optional<std::vector<std::vector<geometry::Vector>>> sides = read_all(files);
    if (!sides) return std::nullopt;
    if (!goes_by_the_nearest()) return std::nullopt;
    if (files[0].first == "easy") std::swap((*sides)[0], (*sides)[1]);
    return VectorSignal{symbol_.name, space(), geometry::Contrast{std::move((*sides)[0]), std::move((*sides)[1])}};
  }

  std::optional<VectorSignal> nearest() {
    const Constant* examples = signals::argument(symbol_.arguments, "prototypes");
    const auto* record = examples == nullptr ? nullptr : std::get_if<ConstantRecord>(&examples->value);
    const ConstantRecord files = this->files();
    if (!has_vectors((record != nullptr && !record->empty()) || has_knowledge_base(), !files.empty(), "(vectors: { a: \"a.npy\", b: \"b.npy\" })",
                     "({ a: [\"…\"], b: [\"…\"] })"))
      return std::nullopt;
    if (std::ranges::any_of(files, [](const auto& file) { return file.first == "none"; })) {
      refuse("`none` has no vectors: it is what wins where no label is near enough");
      return std::nullopt;
    }
    const std::optional<int64_t> margin = millionths(signals::argument(symbol_.arguments, "margin"));
    std::optional<std::vector<int64_t>> floors = this->floors(files);
    if (!margin || *margin < 0) refuse("`margin` is how much the nearest label must lead: 0 or more");
    if (!margin || *margin < 0 || !floors) return std::nullopt;
    std::optional<std::vector<std::vector<geometry::Vector>>> labels = read_all(files);
    if (!labels || !goes_by_the_nearest()) return std::nullopt;
    return VectorSignal{symbol_.name, space(), geometry::Nearest{std::move(*labels), std::move(*floors), *margin}};
  }

  // `floor: 0.5`, or `floor: { legal: 0.8, else: 0.6 }`.
  std::optional<std::vector<int64_t>> floors(const ConstantRecord& labels) {
    const Constant* floor = signals::argument(symbol_.arguments, "floor");
    const auto* record = floor == nullptr ? nullptr : std::get_if<ConstantRecord>(&floor->value);
    const auto is_similarity = [](std::optional<int64_t> value) { return value && *value >= -1'000'000 && *value <= 1'000'000; };
    if (record == nullptr) {
      const std::optional<int64_t> all = millionths(floor);
      if (is_similarity(all)) return std::vector(labels.size(), *all);
      return refuse("`floor` is a similarity, -1 to 1, or has one for each label: `{ a: 0.8, else: 0.6 }`"), std::nullopt;
    }
    const auto of = [&](const std::string& label) { return std::ranges::find(*record, label, &ConstantRecord::value_type::first); };
    for (const auto& [label, value] : *record) {
      const bool is_label = label == "else" || std::ranges::find(labels, label, &ConstantRecord::value_type::first) != labels.end();
      if (!is_label) return refuse("`floor` has a `" + label + "`, which is no label of `vectors`"), std::nullopt;
      if (!is_similarity(millionths(&value))) return refuse("the floor of `" + label + "` is no similarity, -1 to 1"), std::nullopt;
    }
    std::vector<int64_t> floors;
    for (const auto& [label, file] : labels) {
      const auto own = of(label), other = own == record->end() ? of("else") : own;
      floors.push_back(other == record->end() ? 0 : *millionths(&other->second));
    }
    return floors;
  }

  bool has_knowledge_base() const { return signals::text_argument(symbol_.arguments, "kb") != "none"; }

  ConstantRecord files() const {
    const Constant* vectors = signals::argument(symbol_.arguments, "vectors");
    const auto* record = vectors == nullptr ? nullptr : std::get_if<ConstantRecord>(&vectors->value);
    return record == nullptr ? ConstantRecord{} : *record;
  }

  // Whether it is to be read: it must have one of both.
  bool has_vectors(bool examples, bool vectors, const std::string& with_vectors, const std::string& with_examples) {
    if (examples != vectors) return vectors;
    const std::string& kind = symbol_.kind;
    diags_
        .report(Kind::BadArgument, symbol_.span,
                "`" + kind + "` " + (vectors ? "takes examples or vectors, not both" : "needs examples or vectors"))
        .help("write `" + kind + with_examples + "` or `" + kind + with_vectors + "`")
        .about(policy_);
    return false;
  }

  std::optional<std::vector<std::vector<geometry::Vector>>> read_all(const ConstantRecord& files) {
    std::vector<std::vector<geometry::Vector>> all;
    for (const auto& [label, file] : files) {
      std::optional<VectorFile> read = this->read(std::get<std::string>(file.value));
      if (read) all.push_back(std::move(read->vectors));
    }
    if (all.size() != files.size()) return std::nullopt;
    ConstantRecord digests;
    for (size_t i = 0; i < files.size(); ++i) digests.emplace_back(files[i].first, Constant{digests_[i].second});
    symbol_.arguments.emplace_back("vectors_sha256", Constant{std::move(digests)});
    return all;
  }

  std::optional<VectorFile> read(const std::string& file) {
    const std::string path = symbol_.span.valid() ? sema::path_beside(sources_[symbol_.span.file].path, file) : file;
    const Result<std::string> bytes = read_file(path);
    if (!bytes) {
      diags_.report(Kind::BadVectors, symbol_.span, named_as_written(bytes.error().message, path, file))
          .help("the path is relative to the file that declares the signal")
          .about(policy_);
      return std::nullopt;
    }
    Result<VectorFile> read = models::parse_vector_file(*bytes);
    const std::string wrong = read ? unlike_the_first(*read) : read.error().message;
    if (!wrong.empty()) {
      diags_.report(Kind::BadVectors, symbol_.span, "`" + file + "` " + wrong).about(policy_);
      return std::nullopt;
    }
    if (digests_.empty()) encoder_ = read->encoder, dimension_ = read->vectors.front().size();
    digests_.emplace_back(file, sha256(*bytes));
    return std::move(*read);
  }

  std::string unlike_the_first(const VectorFile& read) const {
    if (digests_.empty()) return {};
    const std::string first = "`" + digests_.front().first + "`";
    const size_t dimension = read.vectors.front().size();
    if (dimension != dimension_)
      return "has vectors of " + std::to_string(dimension) + " numbers, and those of " + first + " have " + std::to_string(dimension_);
    return read.encoder == encoder_ ? std::string() : "and " + first + " are not of one encoder";
  }

  // Of means and sums of the largest it is not known which readings go together.
  bool goes_by_the_nearest() const { return signals::text_argument(symbol_.arguments, "by") == "max"; }

  // Only similarities of one text are read from one vector.
  std::string space() const {
    const std::string of = signals::text_argument(symbol_.arguments, "of");
    return of.empty() || of == "text" ? encoder_ : encoder_ + " of " + of;
  }

  void refuse(std::string message) { diags_.report(Kind::BadArgument, symbol_.span, std::move(message)).about(policy_); }

  sema::Symbol& symbol_;
  const std::string& policy_;
  const SourceSet& sources_;
  Diagnostics& diags_;
  std::string encoder_;
  size_t dimension_ = 0;
  std::vector<std::pair<std::string, std::string>> digests_;  // by file
};

}  // namespace

std::vector<VectorSignal> load_vectors(sema::Policy& policy, const SourceSet& sources, Diagnostics& diags) {
  std::vector<VectorSignal> signals;
  for (sema::Symbol& symbol : policy.symbols) {
    const bool may_have = symbol.kind == "similar" || symbol.kind == "contrast" || symbol.kind == "nearest";
    if (symbol.value || !may_have) continue;
    if (std::optional<VectorSignal> signal = SignalVectors(symbol, policy.name, sources, diags).load())
      signals.push_back(std::move(*signal));
  }
  return signals;
}

}  // namespace sbx
