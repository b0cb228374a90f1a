// SPDX-License-Identifier: Apache-2.0
// `signalbox corpus FOLDER…`: the shape of corpora, as rows of the table that a policy chooses ways of retrieval by.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "compiler/driver/arguments.h"
#include "compiler/driver/console.h"
#include "compiler/driver/progress.h"
#include "runtime/learn/corpus_metrics.h"
#include "runtime/models/vector_file.h"
#include "runtime/source/read_file.h"

namespace sbx::driver {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

struct Options {
  std::vector<std::string> folders;
  std::string format;
  size_t sample = 4000;
};

/// One corpus: its name, and its measures by the names of their columns, in the order of these.
struct Measured {
  std::string name;
  std::vector<std::pair<std::string_view, std::optional<double>>> measures;
};

/// Null: the folder has no file of that name.
Result<std::optional<std::string>> read_if_there(const fs::path& path) {
  std::error_code error;
  if (!fs::exists(path, error)) return std::optional<std::string>();
  Result<std::string> text = read_file(path.string());
  if (!text) return text.error();
  return std::optional(std::move(*text));
}

Result<std::optional<learn::VectorShape>> measure_vectors(const fs::path& folder, size_t sample) {
  for (const char* name : {"vectors.npy", "vectors.json"}) {
    const fs::path path = folder / name;
    const Result<std::optional<std::string>> bytes = read_if_there(path);
    if (!bytes) return bytes.error();
    if (!*bytes) continue;
    const Result<models::VectorFile> file = models::parse_vector_file(**bytes);
    if (!file) return Error{file.error().code, "`" + path.string() + "` " + file.error().message};
    if (file->vectors.size() < 3) return Error{"E0333", "`" + path.string() + "` has fewer than three vectors"};
    return std::optional(learn::shape_of(file->vectors, sample));
  }
  return std::optional<learn::VectorShape>();
}

Result<std::optional<learn::GraphShape>> measure_graph(const fs::path& folder) {
  const fs::path path = folder / "triples.tsv";
  const Result<std::optional<std::string>> bytes = read_if_there(path);
  if (!bytes) return bytes.error();
  if (!*bytes) return std::optional<learn::GraphShape>();
  const Result<std::vector<learn::Triple>> triples = learn::parse_triples(**bytes);
  if (!triples) return Error{triples.error().code, "`" + path.string() + "`: " + triples.error().message};
  return std::optional(learn::shape_of(*triples));
}

Result<Measured> measure(const std::string& folder, size_t sample) {
  const Result<std::optional<learn::VectorShape>> vectors = measure_vectors(folder, sample);
  if (!vectors) return vectors.error();
  const Result<std::optional<learn::GraphShape>> graph = measure_graph(folder);
  if (!graph) return graph.error();
  if (!*vectors && !*graph) return Error{"R0701", "`" + folder + "` has neither `vectors.npy`, `vectors.json` nor `triples.tsv`"};
  const auto of_vectors = [&](auto member) { return *vectors ? std::optional(static_cast<double>((**vectors).*member)) : std::nullopt; };
  const auto of_graph = [&](auto member) { return *graph ? std::optional(static_cast<double>((**graph).*member)) : std::nullopt; };
  using learn::GraphShape;
  using learn::VectorShape;
  return Measured{fs::weakly_canonical(folder).filename().string(),
                  {{"vectors", of_vectors(&VectorShape::vectors)},
                   {"dimension", of_vectors(&VectorShape::intrinsic_dimension)},
                   {"dispersion", of_vectors(&VectorShape::dispersion)},
                   {"dispersion_min", of_vectors(&VectorShape::dispersion_min)},
                   {"dispersion_std", of_vectors(&VectorShape::dispersion_std)},
                   {"hubness", of_vectors(&VectorShape::hubness)},
                   {"nodes", of_graph(&GraphShape::nodes)},
                   {"edges", of_graph(&GraphShape::edges)},
                   {"relations", of_graph(&GraphShape::relations)},
                   {"connected", of_graph(&GraphShape::connected)},
                   {"degree", of_graph(&GraphShape::degree)},
                   {"centrality", of_graph(&GraphShape::centrality)},
                   {"clustering", of_graph(&GraphShape::clustering)}}};
}

/// At most six places, as readings have them.
std::string written(double value) {
  std::string text = fmt::format("{:.6f}", value);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.ends_with('.')) text.pop_back();
  return text;
}

/// Only columns that all corpora have: a table has a value in each of its cells.
std::vector<size_t> common_columns(const std::vector<Measured>& corpora) {
  std::vector<size_t> columns;
  for (size_t i = 0; i < corpora.front().measures.size(); ++i) {
    if (std::ranges::all_of(corpora, [&](const Measured& corpus) { return corpus.measures[i].second.has_value(); })) columns.push_back(i);
  }
  return columns;
}

/// RFC 4180.
std::string csv_cell(const std::string& text) {
  if (text.find_first_of("\",\r\n") == std::string::npos) return text;
  std::string cell = "\"";
  for (const char c : text) cell += c == '"' ? std::string("\"\"") : std::string(1, c);
  return cell + "\"";
}

std::string as_csv(const std::vector<Measured>& corpora) {
  const std::vector<size_t> columns = common_columns(corpora);
  std::string text = "corpus";
  for (const size_t i : columns) text.append(",").append(corpora.front().measures[i].first);
  text += "\n";
  for (const Measured& corpus : corpora) {
    text += csv_cell(corpus.name);
    for (const size_t i : columns) text += "," + written(*corpus.measures[i].second);
    text += "\n";
  }
  return text;
}

std::string as_text(const std::vector<Measured>& corpora) {
  std::string text;
  for (const Measured& corpus : corpora) {
    text += corpus.name + "\n";
    for (const auto& [name, value] : corpus.measures) {
      if (value) text += fmt::format("  {:<15} {}\n", name, written(*value));
    }
  }
  return text;
}

std::string as_json(const std::vector<Measured>& corpora) {
  Json list = Json::array();
  for (const Measured& corpus : corpora) {
    Json one{{"corpus", corpus.name}};
    for (const auto& [name, value] : corpus.measures) one[std::string(name)] = value ? Json(*value) : Json(nullptr);
    list.push_back(std::move(one));
  }
  return Json{{"schema", "signalbox.corpus/1"}, {"corpora", std::move(list)}}.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

int measure_all(const Options& options, const Common& common) {
  std::vector<Measured> corpora;
  ProgressLine line(common);
  for (const std::string& folder : options.folders) {
    line.say("measuring " + folder);
    Result<Measured> measured = measure(folder, options.sample);
    if (!measured) {
      line.end();
      return fail(common, measured.error());
    }
    if (std::ranges::any_of(corpora, [&](const Measured& one) { return one.name == measured->name; })) {
      line.end();
      return fail(common, Error{"R0703", "two folders are called `" + measured->name + "`, which is what a table would know them by"});
    }
    corpora.push_back(std::move(*measured));
  }
  line.end();
  print(options.format == "csv" ? as_csv(corpora) : options.format == "json" ? as_json(corpora) : as_text(corpora));
  return Done;
}

}  // namespace

Run add_corpus(CLI::App& app, Common& common) {
  auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("corpus", "Measure corpora: rows of a table that a policy chooses ways of retrieval by");
  command
      ->add_option("FOLDER", options->folders, "Each a corpus: `vectors.npy` or `vectors.json` of its chunks, `triples.tsv` of its graph")
      ->required();
  command->add_option("--sample", options->sample, "Measure the neighbours of at most so many vectors (default 4000)")
      ->option_text("N")
      ->check([](const std::string& text) { return no_number_between(100, 10'000, text); });
  add_format(*command, options->format, {"text", "json", "csv"});
  add_common(*command, common);
  add_examples(*command, {"signalbox corpus handbook papers --format csv"});
  return [options, &common] { return measure_all(*options, common); };
}

}  // namespace sbx::driver
