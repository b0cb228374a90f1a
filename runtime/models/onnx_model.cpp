// SPDX-License-Identifier: Apache-2.0
#include "runtime/models/onnx_model.h"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fstream>

#include "runtime/models/onnx_folder.h"
#include "runtime/models/onnx_runner.h"

namespace sbx::models {
namespace {

constexpr uint32_t kUsualWindow = 512;

// No more bytes than this for each token that is looked at are tokenized: a text of any length must not take all the time there is.
constexpr size_t kBytesPerToken = 32;

std::string_view beginning(std::string_view text, size_t bytes) {
  if (text.size() <= bytes) return text;
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xC0) == 0x80) --bytes;
  return text.substr(0, bytes);
}

int64_t micros_since(std::chrono::steady_clock::time_point then) {
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - then).count();
}

int64_t resident_bytes() {
  std::ifstream file("/proc/self/statm");
  int64_t all = 0, resident = 0;
  file >> all >> resident;
  return resident * sysconf(_SC_PAGESIZE);
}

// What else than the files makes answers differ.
std::string said_by(const OnnxSource& source, Take take) {
  std::string result = std::to_string(static_cast<int>(take)) + ',' + std::to_string(static_cast<int>(source.pooling)) + ',' +
                       std::to_string(static_cast<int>(source.rule)) + ',' + std::to_string(source.window) + ',' + std::to_string(source.overlap) + ',' +
                       std::to_string(source.most_windows) + ',' + (source.exclusive ? std::to_string(*source.exclusive) : "") + ',' + source.alarm;
  for (const std::string& label : source.labels) result += '\n' + label;
  return result;
}

}  // namespace

Result<std::unique_ptr<const OnnxModel>> OnnxModel::open(const OnnxSource& source, Take take) {
  const auto begin = std::chrono::steady_clock::now();
  const int64_t memory = resident_bytes();
  std::error_code error;
  if (!std::filesystem::exists(source.folder + "/model.onnx", error)) return Error{"R0788", "there is no `" + source.folder + "/model.onnx`"};
  auto tokenizer = Tokenizer::open(source.folder + "/tokenizer.json");
  if (!tokenizer) return tokenizer.error();
  std::unique_ptr<OnnxModel> model(new OnnxModel(source, std::move(*tokenizer)));
  auto identity = hash_of_folder(source.folder, said_by(source, take));
  if (!identity) return identity.error();
  model->identity_ = std::move(*identity);
  if (const auto problem = model->read_config()) return *problem;
  if (const auto problem = model->start(take)) return *problem;
  model->facts_.load_micros = micros_since(begin);
  const auto loaded = std::chrono::steady_clock::now();
  if (const auto problem = model->warm_up(take)) return *problem;
  model->facts_.warm_up_micros = micros_since(loaded);
  model->facts_.memory_bytes = std::max<int64_t>(resident_bytes() - memory, 0);
  return std::unique_ptr<const OnnxModel>(std::move(model));
}

std::optional<Error> OnnxModel::read_config() {
  auto config = read_onnx_config(source_.folder + "/config.json");
  if (!config) return config.error();
  if (source_.labels.empty()) source_.labels = std::move(config->labels);
  if (!source_.exclusive) source_.exclusive = config->exclusive;
  facts_.window = source_.window != 0 ? source_.window : tokenizer_.most_tokens().value_or(config->most_tokens.value_or(kUsualWindow));
  if (facts_.window <= tokenizer_.added()) return Error{"R0788", "a window of " + std::to_string(facts_.window) + " tokens leaves no place for a text"};
  if (source_.most_windows == 0 || source_.batch == 0) return Error{"R0788", "a model needs a window and a batch of at least 1"};
  return std::nullopt;
}

std::optional<Error> OnnxModel::start(Take take) {
  auto session = OnnxSession::open(source_.folder + "/model.onnx", source_.library, source_.threads);
  if (!session) return session.error();
  facts_.runtime_version = (*session)->runtime_version();
  const BatchLimits limits{source_.batch, source_.wait, std::max(source_.queue, source_.batch)};
  batcher_ = std::make_unique<Batcher>(onnx_runner(std::move(*session), take, source_.pooling, tokenizer_.padding_id()), limits);
  return std::nullopt;
}

// As much text as one window takes, so that what later runs need is there, and a window that the model does not have is found out.
std::optional<Error> OnnxModel::warm_up(Take take) {
  const std::vector<Token> some = tokenizer_.tokenize("a");
  const std::vector<Token> tokens(room(), some.empty() ? Token{static_cast<uint32_t>(tokenizer_.padding_id()), 0, 1} : some[0]);
  std::vector<Encoding> sequences;
  sequences.push_back(sequence(tokens));
  const auto rows = batcher_->compute(std::move(sequences), std::nullopt);
  if (!rows) return Error{"R0788", "`" + source_.folder + "` does not run: " + rows.error().message};
  facts_.outputs = rows->front().size() / (take == Take::Tokens ? tokens.size() : 1);
  return std::nullopt;
}

size_t OnnxModel::overlap() const { return std::min<size_t>(source_.overlap, room() / 2); }

// A model cannot look at nothing: a text without a token is one of padding.
Encoding OnnxModel::sequence(std::span<const Token> tokens) const {
  Encoding result = tokenizer_.framed(tokens);
  if (result.ids.empty()) {
    result.ids.push_back(tokenizer_.padding_id());
    result.type_ids.push_back(0);
  }
  return result;
}

Result<std::vector<Answer>> OnnxModel::ask(std::span<const std::string_view> texts, Deadline deadline) const {
  std::vector<Answer> answers;
  std::vector<size_t> asked;  // the answer that each of the next sequences belongs to
  std::vector<Encoding> sequences;
  const auto compute = [&]() -> std::optional<Error> {
    auto rows = batcher_->compute(std::move(sequences), deadline);
    if (!rows) return rows.error();
    for (size_t i = 0; i < rows->size(); ++i) answers[asked[i]].rows.push_back(std::move((*rows)[i]));
    asked.clear();
    sequences.clear();
    return std::nullopt;
  };
  for (const std::string_view text : texts) {
    const std::string_view read = beginning(text, room() * source_.most_windows * kBytesPerToken);
    Answer answer{.tokens = tokenizer_.tokenize(read)};
    answer.windows = windows_of(answer.tokens.size(), room(), overlap(), source_.most_windows);
    answer.windows.truncated |= read.size() < text.size();
    answers.push_back(std::move(answer));
    const Answer& last = answers.back();
    for (const auto& [begin, end] : last.windows.windows) {
      asked.push_back(answers.size() - 1);
      sequences.push_back(sequence(std::span(last.tokens).subspan(begin, end - begin)));
      if (sequences.size() < source_.batch) continue;
      if (const auto problem = compute()) return *problem;
    }
  }
  if (!sequences.empty()) {
    if (const auto problem = compute()) return *problem;
  }
  for (const Answer& answer : answers) {
    for (const Row& row : answer.rows) {
      if (!std::ranges::all_of(row, [](float value) { return std::isfinite(value); })) return Error{"R0789", "the model's answer has numbers that are none"};
    }
  }
  return answers;
}

}  // namespace sbx::models
