// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <filesystem>

#include "runtime/models/vector_file.h"
#include "runtime/signals/arguments.h"
#include "runtime/signals/learned.h"
#include "runtime/source/read_file.h"

namespace sbx::signals {

Reading answered(Reading reading, const Asked& asked, bool truncated) {
  reading.truncated = truncated;
  reading.source = asked.is_cached ? ReadingSource::Cached : ReadingSource::Computed;
  reading.micros = asked.micros;
  return reading;
}

Reading unanswered(const Asked& asked) {
  Reading reading = failed(asked.error);
  reading.micros = asked.micros;
  return reading;
}

bool is_fallback(const SignalInfo& info, const std::string& label) {
  if (label == "none") return true;
  const auto* fallback = info.or_else ? std::get_if<std::string>(&info.or_else->value) : nullptr;
  return fallback != nullptr && *fallback == label;
}

std::optional<int64_t> millionths_argument(const ConstantRecord& arguments, std::string_view name) {
  const Constant* value = argument(arguments, name);
  const auto* number = value == nullptr ? nullptr : std::get_if<Decimal>(&value->value);
  return number == nullptr ? std::nullopt : scaled(*number, 6, Rounding::HalfAwayFromZero);
}

std::string path_beside(const SignalInfo& info, const std::string& file) {
  const std::filesystem::path path(file);
  return path.is_absolute() ? file : (std::filesystem::path(info.place.file).parent_path() / path).string();
}

std::string path_argument(const SignalInfo& info, std::string_view name) { return path_beside(info, text_argument(info.arguments, name)); }

std::optional<Error> check_comparison(const ConstantRecord& arguments) {
  if (const Result<Source> source = source_argument(arguments, "of"); !source) return source.error();
  if (const Result<Aggregation> aggregation = aggregation_argument(arguments); !aggregation) return aggregation.error();
  return std::nullopt;
}

namespace {

constexpr size_t kMostInBank = 4096;  // examples; all are compared with all

Result<Compared> compare(const Binding& binding, const std::shared_ptr<const models::Encoder>& encoder, const models::Encoded& with) {
  const Result<Source> source = source_argument(binding.info.arguments, "of");
  if (!source) return source.error();
  const Result<Aggregation> aggregation = aggregation_argument(binding.info.arguments);
  if (!aggregation) return aggregation.error();
  const bool is_bank = aggregation->by == Aggregation::By::Bank;
  if (is_bank && with.values.size() > kMostInBank * with.dimension) return Error{"E0306", "`by: bank` takes " + std::to_string(kMostInBank) + " examples at most"};
  const QuestionId question = binding.questions->add(encoder, *source);
  const Result<RowRange> rows = binding.questions->add_rows(question, with.dimension, is_bank ? prototypes_of(with).values : with.values);
  if (!rows) return rows.error();
  return Compared{question, *rows, *aggregation};
}

}  // namespace

Result<Compared> compare_with(const Binding& binding, const std::vector<std::string>& examples) {
  models::Models& models = *binding.questions->models();
  const Result<std::shared_ptr<const models::Encoder>> encoder = models.encoder(text_argument(binding.info.arguments, "encoder"));
  if (!encoder) return encoder.error();
  const Result<models::Encoded> encoded = models.prototypes().encode(**encoder, examples);
  if (!encoded) return encoded.error();
  return compare(binding, *encoder, *encoded);
}

Result<Compared> compare_with_file(const Binding& binding, const std::string& file) {
  const Result<std::string> bytes = read_file(path_beside(binding.info, file));
  if (!bytes) return Error{"R0701", bytes.error().message};
  const Result<models::VectorFile> read = models::parse_vector_file(*bytes);
  if (!read) return Error{"R0767", "`" + file + "` " + read.error().message};
  const std::string asked = text_argument(binding.info.arguments, "encoder");
  const Result<std::shared_ptr<const models::Encoder>> encoder = binding.questions->models()->encoder(asked.empty() ? read->encoder : asked);
  if (!encoder) return encoder.error();
  models::Encoded rows{.dimension = read->vectors.front().size(), .values = {}, .truncated = {}};
  for (const std::vector<double>& vector : read->vectors) rows.values.insert(rows.values.end(), vector.begin(), vector.end());
  return compare(binding, *encoder, rows);
}

double similarity(const Asked& asked, const Compared& with) {
  return aggregated(std::span(asked.products).subspan(with.rows.first, with.rows.count), with.aggregation);
}

double similarity(const Asked& asked, std::span<const Compared> with) {
  double most = -1;
  for (const Compared& one : with) most = std::max(most, similarity(asked, one));
  return most;
}

int64_t to_millionths(double value) { return std::llround(value * 1e6); }

}  // namespace sbx::signals
