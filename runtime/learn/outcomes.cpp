// SPDX-License-Identifier: Apache-2.0
#include "runtime/learn/outcomes.h"

#include <simdjson.h>

#include <algorithm>
#include <cmath>
#include <unordered_map>

namespace sbx::learn {

namespace {

namespace dom = simdjson::dom;

/// Reads rows one by one; the first mistake is kept and stops it.
class RowReader {
 public:
  RowReader(std::string_view file, OutcomeTable& table) : file_(file), table_(table) {}

  std::optional<Error> read(std::string_view line, size_t number) {
    number_ = number;
    dom::element document;
    if (parser_.parse(line.data(), line.size()).get(document) != simdjson::SUCCESS) return fault("the line is no JSON");
    dom::object row;
    if (document.get(row) != simdjson::SUCCESS) return fault("a row is an object");
    if (has(row, "action")) return read_logged(row);
    if (has(row, "outcomes")) return read_outcome(row);
    return fault("a row has `outcomes`, or `action` and `reward`");
  }

 private:
  Error fault(std::string what) const {
    return {"R0790", std::string(file_) + ":" + std::to_string(number_) + ": " + std::move(what)};
  }

  static std::optional<dom::element> member(dom::object object, std::string_view key) {
    dom::element found;
    if (object.at_key(key).get(found) != simdjson::SUCCESS || found.is_null()) return std::nullopt;
    return found;
  }
  static bool has(dom::object object, std::string_view key) { return member(object, key).has_value(); }

  static std::string text_of(dom::object object, std::string_view key) {
    const auto found = member(object, key);
    std::string_view text;
    if (found && found->get(text) == simdjson::SUCCESS) return std::string(text);
    return found ? simdjson::minify(*found) : std::string();
  }

  /// A number within [least, most]; nothing where there is none. `fault` is set where there is something else.
  std::optional<double> number(dom::object object, std::string_view key, double least, double most, std::optional<Error>& fault) const {
    const auto found = member(object, key);
    if (!found || fault) return std::nullopt;
    double value = 0;
    if (found->get(value) == simdjson::SUCCESS && value >= least && value <= most) return value;
    fault = this->fault("`" + std::string(key) + "` is " + simdjson::minify(*found) +
                        (most == HUGE_VAL ? ", not a number from " + brief(least) : ", not a number from " + brief(least) + " to " + brief(most)));
    return std::nullopt;
  }
  static std::string brief(double whole) { return std::to_string(static_cast<int64_t>(whole)); }

  /// The request of a row as one JSON document, which bears the row's id.
  std::optional<std::string> request_of(dom::object row) const {
    const auto id = member(row, "id");
    const std::string head = "{\"id\":" + (id && id->is_string() ? simdjson::minify(*id) : "\"" + std::to_string(number_) + "\"");
    if (const auto text = member(row, "text"); text && text->is_string())
      return head + ",\"body\":{\"messages\":[{\"role\":\"user\",\"content\":" + simdjson::minify(*text) + "}]}}";
    const auto request = member(row, "request");
    dom::object envelope;
    if (!request || request->get(envelope) != simdjson::SUCCESS) return std::nullopt;
    if (has(envelope, "body")) return simdjson::minify(*request);
    return head + ",\"body\":" + simdjson::minify(*request) + "}";
  }

  std::string id_of(dom::object row) const {
    std::string id = text_of(row, "id");
    return id.empty() ? std::to_string(number_) : id;
  }

  std::optional<Error> read_outcome(dom::object row) {
    std::optional<std::string> request = request_of(row);
    if (!request) return fault("a row has a `text`, or a `request` that is an object");
    OutcomeRow read{.id = id_of(row), .group = text_of(row, "group"), .step = {}, .request = std::move(*request), .outcomes = {}};
    if (const auto step = member(row, "step")) {
      int64_t value = 0;
      if (step->get(value) != simdjson::SUCCESS) return fault("`step` is " + simdjson::minify(*step) + ", not a whole number");
      read.step = value;
    }
    dom::object outcomes;
    if (member(row, "outcomes")->get(outcomes) != simdjson::SUCCESS) return fault("`outcomes` is an object of models");
    for (const auto [model, value] : outcomes) {
      const size_t column = column_of(model);
      read.outcomes.resize(std::max(read.outcomes.size(), column + 1));
      if (value.is_null()) continue;
      dom::object measured;
      if (value.get(measured) != simdjson::SUCCESS) return fault("the outcome of `" + std::string(model) + "` is no object");
      std::optional<Error> fault;
      read.outcomes[column] = this->measured(measured, fault);
      if (fault) return fault;
    }
    table_.rows.push_back(std::move(read));
    return std::nullopt;
  }

  /// Nothing where the quality is not known.
  std::optional<Measured> measured(dom::object from, std::optional<Error>& fault) const {
    const auto quality = number(from, "quality", 0, 1, fault);
    Measured made{.quality = quality.value_or(0),
                  .cost_usd = number(from, "cost_usd", 0, HUGE_VAL, fault),
                  .latency_ms = number(from, "latency_ms", 0, HUGE_VAL, fault),
                  .input_tokens = number(from, "input_tokens", 0, HUGE_VAL, fault),
                  .output_tokens = number(from, "output_tokens", 0, HUGE_VAL, fault)};
    return quality ? std::optional(made) : std::nullopt;
  }

  std::optional<Error> read_logged(dom::object row) {
    std::optional<std::string> request = request_of(row);
    if (!request) return fault("a row has a `text`, or a `request` that is an object");
    std::string_view action;
    if (member(row, "action")->get(action) != simdjson::SUCCESS) return fault("`action` is the name of a model");
    std::optional<Error> fault;
    const auto propensity = number(row, "propensity", 0, 1, fault);
    const auto reward = number(row, "reward", -1e12, 1e12, fault);
    if (fault) return fault;
    if (!propensity || *propensity <= 0) return this->fault("`propensity` is a probability above 0");
    if (!reward) return this->fault("a logged row has a `reward`");
    table_.logged.push_back({id_of(row), std::move(*request), column_of(action), *propensity, *reward});
    return std::nullopt;
  }

  size_t column_of(std::string_view model) {
    const auto [at, is_new] = columns_.try_emplace(std::string(model), table_.models.size());
    if (is_new) table_.models.emplace_back(model);
    return at->second;
  }

  std::string_view file_;
  OutcomeTable& table_;
  size_t number_ = 0;
  dom::parser parser_;
  std::unordered_map<std::string, size_t> columns_;
};

}  // namespace

Result<OutcomeTable> read_outcomes(std::string_view bytes, std::string_view file) {
  OutcomeTable table;
  RowReader reader(file, table);
  for (size_t at = 0, number = 1; at < bytes.size(); ++number) {
    const size_t end = std::min(bytes.find('\n', at), bytes.size());
    const std::string_view line = bytes.substr(at, end - at);
    at = end + 1;
    if (line.find_first_not_of(" \t\r") == std::string_view::npos) continue;
    if (auto error = reader.read(line, number)) return *error;
  }
  if (table.rows.empty() && table.logged.empty()) return Error{"R0790", std::string(file) + " has no rows"};
  for (OutcomeRow& row : table.rows) row.outcomes.resize(table.models.size());
  return table;
}

std::vector<std::optional<size_t>> columns_of(const OutcomeTable& table, const Manifest& manifest) {
  const auto find = [&](const std::string& name) -> std::optional<size_t> {
    const auto found = std::ranges::find(table.models, name);
    return found == table.models.end() ? std::nullopt : std::optional<size_t>(found - table.models.begin());
  };
  std::vector<std::optional<size_t>> columns;
  for (size_t i = 0; i < manifest.models.size(); ++i) {
    const Model& model = manifest.models[manifest.models.id_at(i)];
    const auto by_name = find(model.name);
    columns.push_back(by_name ? by_name : find(model.served_name));
  }
  return columns;
}

}  // namespace sbx::learn
