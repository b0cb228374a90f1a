// SPDX-License-Identifier: Apache-2.0
// What `signalbox learn` found out for the trained selectors of one policy: how texts become vectors, and the numbers of each selector.
// A file of it (.sbl) is versioned and bears its own hash.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"
#include "runtime/program/manifest.h"
#include "runtime/selectors/tensor.h"
#include "runtime/selectors/text_encoder.h"

namespace sbx {

struct Contest;
struct Request;
class Neighbours;

/// The numbers of one selector with its arguments.
struct Fit {
  std::string selector;              // call_text of it
  std::vector<std::string> models;   // of the policy; tensors have a row or a column for each
  std::vector<std::string> labels;   // of the signal `per:`; empty: without
  std::map<std::string, Tensor, std::less<>> tensors;
  std::shared_ptr<const Neighbours> neighbours;  // of the tensor `vectors`; made by Learned

  /// A tensor by name, of no rows if there is none such.
  [[nodiscard]] const Tensor& tensor(std::string_view name) const;
};

/// Immutable; safe on any number of threads.
class Learned {
 public:
  Learned(TextEncoder encoder, std::vector<Fit> fits, std::string card);
  Learned(Learned&&) = default;  // no copies: neighbours refer to the tensors
  Learned& operator=(Learned&&) = default;

  [[nodiscard]] const TextEncoder& encoder() const { return encoder_; }
  [[nodiscard]] const std::vector<Fit>& fits() const { return fits_; }
  /// How it was made, as JSON.
  [[nodiscard]] const std::string& card() const { return card_; }
  [[nodiscard]] const Fit* find(std::string_view name, const ConstantRecord& arguments) const;
  /// What a selector looks at: the text's vector and, with `per:`, one place for each label, which is 1 at the reading's. Without a
  /// known label all of those are 0.
  [[nodiscard]] std::vector<float> view(const Fit& fit, const ConstantRecord& arguments, const Contest& contest) const;
  [[nodiscard]] size_t view_size(const Fit& fit) const { return encoder_.dimension() + fit.labels.size(); }

 private:
  TextEncoder encoder_;
  std::vector<Fit> fits_;
  std::string card_;
};

/// The text of a request that becomes a vector: the last message of a user, or all where there is none.
[[nodiscard]] const std::string& seen_text(const Request& request);
/// `knn(k: 20, per: topic)`: all arguments, in order.
[[nodiscard]] std::string call_text(std::string_view name, const ConstantRecord& arguments);
/// The signal that `per:` names; empty: none.
[[nodiscard]] std::string_view per_signal(const ConstantRecord& arguments);
/// A number among the arguments; `otherwise` where there is none such.
[[nodiscard]] double number_argument(const ConstantRecord& arguments, std::string_view name, double otherwise);
/// A word among the arguments; empty where there is none such.
[[nodiscard]] std::string_view word_argument(const ConstantRecord& arguments, std::string_view name);

/// The bytes of a file, and back. R0791: not such a file, of another version, changed, or with numbers that do not belong together.
[[nodiscard]] std::string write_learned(const Learned& learned);
[[nodiscard]] Result<std::shared_ptr<const Learned>> read_learned(std::string_view bytes, const std::string& file);
/// R0701 too.
[[nodiscard]] Result<std::shared_ptr<const Learned>> load_learned(const std::string& path);

/// Whether every trained selector of the policy finds its numbers, and in them each model it is to choose from. R0792. Null: nothing was
/// learned.
[[nodiscard]] std::optional<Error> check_learned(const Manifest& manifest, const Learned* learned);

}  // namespace sbx
