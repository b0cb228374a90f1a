// SPDX-License-Identifier: Apache-2.0
#include "runtime/models/language_model.h"

#include <algorithm>
#include <memory>

#include "runtime/base/check.h"
#include "runtime/models/model_file.h"

// The bytes of the file between two symbols; CMakeLists.txt says where it is.
asm(R"(
  .section .rodata
  .balign 16
sbx_language_model_begin:
  .incbin ")" SBX_LANGUAGE_MODEL R"("
sbx_language_model_end:
  .previous
)");
extern "C" const char sbx_language_model_begin[], sbx_language_model_end[];

namespace sbx::models {

namespace {

constexpr size_t kHardly = 8;  // one n-gram of so many

const LinearClassifier& language_model() {
  static const auto model = [] {
    const std::string_view bytes(sbx_language_model_begin, static_cast<size_t>(sbx_language_model_end - sbx_language_model_begin));
    auto parsed = parse_model(bytes, "language");
    SBX_CHECK(parsed.ok(), "the program's own model of languages");
    return std::dynamic_pointer_cast<const LinearClassifier>(*parsed);
  }();
  return *model;
}

}  // namespace

std::optional<TrainedLanguage> likeliest_language(std::string_view text) {
  static const SparseTexts texts;
  const LinearClassifier& model = language_model();
  const LinearParameters& parameters = model.parameters();
  std::unique_ptr<SparseText> sparse = texts.take();
  parameters.table.read(text, *sparse);
  std::optional<TrainedLanguage> found;
  if (sparse->known > 0 && sparse->known * kHardly >= sparse->cut) {
    const std::vector<int64_t> all = probabilities(model.logits(*sparse), parameters.exclusive, parameters.none);
    const auto best = std::ranges::max_element(all);
    found = {parameters.labels[static_cast<size_t>(best - all.begin())], *best, sparse->truncated};
  }
  texts.give_back(std::move(sparse));
  return found;
}

bool is_trained_language(std::string_view code) {
  const std::vector<std::string>& labels = language_model().labels();
  return std::ranges::find(labels, code) != labels.end();
}

}  // namespace sbx::models
