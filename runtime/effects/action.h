// SPDX-License-Identifier: Apache-2.0
// The actions of this room, one a file. Each looks up its slot in the attempt and edits the body; without its slot it does nothing.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "runtime/effects/edit_json.h"
#include "runtime/effects/outgoing.h"

namespace sbx::effects {

struct Call {
  const Manifest& manifest;
  const Attempt& attempt;
  const Request& request;
  Provider provider;
  JsonContainer& body;
  Outgoing& out;

  [[nodiscard]] const Model& model() const { return manifest.models[attempt.model]; }
  /// What the provider calls the model.
  [[nodiscard]] const std::string& served_name() const { return model().served_name.empty() ? model().name : model().served_name; }
  /// The value of a slot; null where the policy has no such slot, or it has no value.
  [[nodiscard]] const Constant* slot(std::string_view name) const;
  /// A choice that is a word; empty where there is none.
  [[nodiscard]] std::string_view word(std::string_view name) const { return text_of(manifest, attempt.slots, name); }
  /// `count_tokens` and the like: nothing is answered, so nothing of the answer is said.
  [[nodiscard]] bool is_count() const { return request.path.find("/count_tokens") != std::string::npos; }
  void leave_out(std::string_view slot, std::string why) { out.left_out.emplace_back(slot, std::move(why)); }
};

void name_model(Call& call);
void limit_output(Call& call);
/// After limit_output: a budget of thinking must be below what may be written.
void set_reasoning(Call& call);
void filter_tools(Call& call);
/// `body`: as it came. What the policy itself says comes after it, and is not looked into.
void redact(Call& call, std::string_view body);
/// After all that makes the prompt shorter or other; `document` is the one of the body.
void compress(Call& call, const JsonDocument& document);
/// What a persona says; null without one.
[[nodiscard]] const std::string* said_by_persona(const Call& call);
void say_system(Call& call);
void add_headers(Call& call);

}  // namespace sbx::effects
