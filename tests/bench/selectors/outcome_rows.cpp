// SPDX-License-Identifier: Apache-2.0
// Public data sets as outcome rows, and a policy that chooses among their models: what `run` beside this measures selectors on.
//   outcome_rows rows SET FOLDER              JSON lines for `signalbox eval --data`
//   outcome_rows policy SET FOLDER SELECTOR   a policy, `otherwise { model = choose [all] by SELECTOR }`
// Where a set sorts its rows (subjects, kinds of calls), each row bears the kind that the rows of the other folds predict for its text, as
// a reading of the signal `kind`; the true kind is used for nothing else.
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "runtime/learn/encoder_fit.h"
#include "runtime/learn/fit.h"

using Json = nlohmann::ordered_json;

namespace {

struct Row {
  std::string id, text, kind;
  std::map<std::string, Json> outcomes;
};
struct Set {
  std::vector<Row> rows;
  std::vector<std::string> models;  // of all rows, sorted
};

[[noreturn]] void stop(const std::string& what) {
  std::fprintf(stderr, "outcome_rows: %s\n", what.c_str());
  std::exit(2);
}

std::ifstream open(const std::string& path) {
  std::ifstream file(path);
  if (!file) stop("cannot read " + path);
  return file;
}

/// Records of a CSV with quoted fields, which may hold line ends.
std::vector<std::vector<std::string>> read_csv(const std::string& path) {
  std::ifstream file = open(path);
  std::stringstream whole;
  whole << file.rdbuf();
  const std::string text = whole.str();
  std::vector<std::vector<std::string>> records(1, {""});
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted && c == '"' && i + 1 < text.size() && text[i + 1] == '"')
      records.back().back() += text[i++];
    else if (c == '"')
      quoted = !quoted;
    else if (!quoted && c == ',')
      records.back().emplace_back();
    else if (!quoted && c == '\n')
      records.push_back({""});
    else if (quoted || c != '\r')
      records.back().back() += c;
  }
  if (records.back().size() == 1) records.pop_back();
  return records;
}

std::vector<Json> read_lines(const std::string& path) {
  std::ifstream file = open(path);
  std::vector<Json> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(Json::parse(line));
  return lines;
}

std::string word(std::string text) {
  for (char& c : text) c = std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
  return text;
}

Set mmlu_pro(const std::string& folder, const std::set<std::string>& only) {
  std::map<std::string, Row> questions;
  for (const Json& line : read_lines(folder + "/mmlu-pro/questions.jsonl")) {
    Row row{.id = line["question_id"].dump(), .text = line["question"], .kind = word(line["category"]), .outcomes = {}};
    for (const Json& option : line["options"]) row.text += "\n" + option.get<std::string>();
    questions[row.id] = row;
  }
  Set set;
  const auto records = read_csv(folder + "/mmlu-pro/correct.csv");
  for (size_t i = 1; i < records.size(); ++i) {
    Row row = questions.at(records[i][0]);
    for (size_t m = 1; m < records[i].size(); ++m) {
      const std::string& model = records[0][m];
      if (!records[i][m].empty() && (only.empty() || only.contains(model))) row.outcomes[model] = {{"quality", std::stod(records[i][m])}};
    }
    set.rows.push_back(std::move(row));
  }
  return set;
}

Set routellm(const std::string& folder) {
  Set set;
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  for (const auto& file : files) {
    const auto records = read_csv(file);
    for (size_t i = 1; i < records.size(); ++i) {
      Row row{.id = file.stem().string() + "-" + std::to_string(i), .text = records[i][0], .kind = "", .outcomes = {}};
      for (size_t m = 1; m < 3; ++m) row.outcomes[records[0][m]] = {{"quality", records[i][m] == "True" ? 1 : 0}};
      set.rows.push_back(std::move(row));
    }
  }
  return set;
}

Set llmrouter(const std::string& folder) {
  Set set;
  std::ifstream file = open(folder + "/llmrouter-dc/train.json");
  for (const Json& one : Json::parse(file)) {
    Row row{.id = std::to_string(set.rows.size()), .text = one["question"], .kind = "", .outcomes = {}};
    for (const auto& [model, score] : one["scores"].items()) row.outcomes[model] = {{"quality", score}};
    set.rows.push_back(std::move(row));
  }
  return set;
}

/// Of the models whose latency is known in every row.
Set bfcl(const std::string& folder) {
  std::map<std::string, Row> queries;
  Set set;
  std::vector<std::string> order;
  for (const Json& line : read_lines(folder + "/bfcl-2024-08/queries.jsonl")) {
    const Json& question = line["question"];
    Row row{.id = line["id"], .text = question.is_string() ? question.get<std::string>() : question.dump(), .kind = word(line["category"]), .outcomes = {}};
    row.text += "\n" + line["function"].dump();
    order.push_back(row.id);
    queries[row.id] = row;
  }
  std::map<std::string, size_t> known;
  const auto records = read_csv(folder + "/bfcl-2024-08/outcomes.csv");
  for (size_t i = 1; i < records.size(); ++i) {
    const auto& record = records[i];
    if (record.size() < 7 || record[6].empty() || !queries.contains(record[1])) continue;
    queries[record[1]].outcomes[record[2]] = {{"quality", std::stod(record[3])}, {"latency_ms", 1000 * std::stod(record[6])}};
    ++known[record[2]];
  }
  for (const std::string& id : order) {
    Row& row = queries[id];
    for (const auto& [model, count] : known) {
      if (count < order.size()) row.outcomes.erase(model);
    }
    set.rows.push_back(row);
  }
  return set;
}

Set swebench(const std::string& folder) {
  std::map<std::string, Row> issues;
  for (const Json& line : read_lines(folder + "/swebench-models/problems.jsonl"))
    issues[line["instance_id"]] = {line["instance_id"], line["repo"].get<std::string>() + "\n" + line["problem_statement"].get<std::string>(), "", {}};
  const auto records = read_csv(folder + "/swebench-models/outcomes.csv");
  for (size_t i = 1; i < records.size(); ++i) {
    const auto& record = records[i];
    if (issues.contains(record[0])) issues[record[0]].outcomes[record[1]] = {{"quality", std::stod(record[2])}, {"cost_usd", std::stod(record[3])}};
  }
  Set set;
  for (const auto& [id, row] : issues) set.rows.push_back(row);
  return set;
}

Set read_set(const std::string& name, const std::string& folder) {
  static const std::set<std::string> six = {"Meta-Llama-3_1-8B-Instruct", "Phi-3-mini-4k-instruct", "mathstral-7B", "Mixtral-8x7B-Instruct-v0.1",
                                            "Yi-34B", "c4ai-command-r-v01"};
  static const std::map<std::string, std::function<Set(const std::string&)>> sets = {
      {"mmlu-pro", [](const std::string& in) { return mmlu_pro(in, {}); }},
      {"mmlu-pro-six", [](const std::string& in) { return mmlu_pro(in, six); }},
      {"routellm-mmlu", [](const std::string& in) { return routellm(in + "/routellm-evals/mmlu"); }},
      {"routellm-gsm8k", [](const std::string& in) { return routellm(in + "/routellm-evals/gsm8k"); }},
      {"llmrouter", llmrouter},
      {"bfcl", bfcl},
      {"swebench", swebench},
  };
  const auto found = sets.find(name);
  if (found == sets.end()) stop("no set " + name);
  Set set = found->second(folder);
  std::set<std::string> models;
  for (const Row& row : set.rows) {
    for (const auto& [model, outcome] : row.outcomes) models.insert(model);
  }
  set.models.assign(models.begin(), models.end());
  return set;
}

std::vector<std::string> kinds_of(const Set& set) {
  std::set<std::string> kinds;
  for (const Row& row : set.rows) {
    if (!row.kind.empty()) kinds.insert(row.kind);
  }
  return {kinds.begin(), kinds.end()};
}

/// The kind of each row as ridge regression on the rows of the other folds has it. The folds are not those of `eval`: a selector learns
/// from kinds that are all predicted, none known.
std::vector<std::string> predicted_kinds(const Set& set, const std::vector<std::string>& kinds) {
  using namespace sbx::learn;
  constexpr size_t kFolds = 5, kDimension = 256;
  std::vector<const std::string*> texts;
  for (const Row& row : set.rows) texts.push_back(&row.text);
  const sbx::TextEncoder encoder = fit_encoder(texts, kDimension, 1);
  const auto rows = static_cast<Eigen::Index>(set.rows.size()), labels = static_cast<Eigen::Index>(kinds.size());
  Matrix views(rows, static_cast<Eigen::Index>(encoder.dimension())), is_kind = Matrix::Zero(rows, labels);
  std::vector<size_t> fold(set.rows.size());
  Random random(1);
  for (Eigen::Index i = 0; i < rows; ++i) {
    const Row& row = set.rows[static_cast<size_t>(i)];
    const std::vector<float> vector = encoder.encode(row.text);
    std::copy(vector.begin(), vector.end(), views.row(i).data());
    is_kind(i, std::find(kinds.begin(), kinds.end(), row.kind) - kinds.begin()) = 1;
    fold[static_cast<size_t>(i)] = random.below(kFolds);
  }
  std::vector<std::string> predicted(set.rows.size());
  for (size_t part = 0; part < kFolds; ++part) {
    std::vector<Eigen::Index> others;
    for (Eigen::Index i = 0; i < rows; ++i) {
      if (fold[static_cast<size_t>(i)] != part) others.push_back(i);
    }
    const sbx::ConstantRecord arguments = {{"penalty", {sbx::Decimal{1, 0}}}};
    const FitProblem problem{.views = views(others, Eigen::all), .worth = is_kind(others, Eigen::all), .arguments = &arguments};
    const Tensors fit = fit_linear(problem);
    const sbx::Tensor &weights = fit.at("weights"), &bias = fit.at("bias");
    const Eigen::Map<const Matrix> planes(weights.values.data(), labels, views.cols());
    const Eigen::Map<const Vector> offsets(bias.values.data(), labels);
    for (Eigen::Index i = 0; i < rows; ++i) {
      if (fold[static_cast<size_t>(i)] != part) continue;
      Eigen::Index best = 0;
      (planes * views.row(i).transpose() + offsets).maxCoeff(&best);
      predicted[static_cast<size_t>(i)] = kinds[static_cast<size_t>(best)];
    }
  }
  return predicted;
}

void print_rows(const Set& set) {
  const std::vector<std::string> kinds = kinds_of(set);
  const std::vector<std::string> predicted = kinds.empty() ? std::vector<std::string>(set.rows.size()) : predicted_kinds(set, kinds);
  size_t right = 0;
  for (size_t i = 0; i < set.rows.size(); ++i) {
    const Row& row = set.rows[i];
    Json request = {{"body", {{"messages", {{{"role", "user"}, {"content", row.text}}}}}}};
    if (!kinds.empty()) request["readings"] = {{"kind", predicted[i]}};
    right += predicted[i] == row.kind ? 1 : 0;
    Json outcomes = Json::object();
    for (const auto& [model, outcome] : row.outcomes) outcomes[model] = outcome;
    std::puts(Json{{"id", row.id}, {"request", std::move(request)}, {"outcomes", std::move(outcomes)}}.dump().c_str());
  }
  if (!kinds.empty()) std::fprintf(stderr, "kinds predicted: %.1f %%\n", 100.0 * static_cast<double>(right) / static_cast<double>(set.rows.size()));
}

void print_policy(const Set& set, const std::string& selector) {
  std::puts("policy bench serves \"auto\"");
  std::string all;
  for (size_t i = 0; i < set.models.size(); ++i) {
    std::printf("model m%zu { provider: bench  name: %s }\n", i, Json(set.models[i]).dump().c_str());
    all += (i == 0 ? "m" : ", m") + std::to_string(i);
  }
  const std::vector<std::string> kinds = kinds_of(set);
  if (selector.find("per: kind") != std::string::npos) {
    std::string labels;
    for (const std::string& kind : kinds) labels += (labels.empty() ? "" : ", ") + kind;
    std::printf("signal kind = classifier(\"bench\", labels: [%s])\n", labels.c_str());
  }
  std::printf("otherwise { model = choose [%s] by %s }\n", all.c_str(), selector.c_str());
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 4) stop("say `rows SET FOLDER` or `policy SET FOLDER SELECTOR`");
  const Set set = read_set(arguments[2], arguments[3]);
  if (std::strcmp(arguments[1], "rows") == 0)
    print_rows(set);
  else
    print_policy(set, count > 4 ? arguments[4] : "linear");
  return 0;
}
