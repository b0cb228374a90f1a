// SPDX-License-Identifier: Apache-2.0
#include "runtime/embed/inspect.h"

#include <algorithm>

#include "runtime/program/signature.h"
#include "runtime/signals/reads_body.h"

namespace sbx::embed {

namespace {

/// A model that any body fits: it can all, knows no limit and takes every dialect. Reasoning modes are the policy's to ask for.
bool fits_any(const Model& model) {
  return model.vision && model.audio && model.tools && model.json && !model.context_tokens && model.dialects.empty();
}

}  // namespace

Result<Inspection> inspect(std::string_view object, const std::optional<std::string>& signature, std::string_view public_pem) {
  Result<ObjectFacts> facts = read_object_facts(object);
  if (!facts) return facts.error();
  Inspection inspection{.facts = std::move(*facts), .bytes = object.size(), .signature = {}};
  if (signature) inspection.signature = SignatureFacts{};
  if (public_pem.empty()) return inspection;
  Result<std::string> key = name_of_key(public_pem);
  if (!key) return key.error();
  if (signature) inspection.signature = SignatureFacts{*key, verify_signature(object, *signature, public_pem).ok()};
  return inspection;
}

bool needs_body(const Manifest& manifest) {
  for (size_t i = 0; i < manifest.signals.size(); ++i) {
    if (signals::reads_body(manifest, manifest.signals.id_at(i), nullptr)) return true;
  }
  return false;
}

bool fit_needs_body(const Manifest& manifest) {
  return std::any_of(manifest.models.begin(), manifest.models.end(), [](const Model& model) { return !fits_any(model); });
}

}  // namespace sbx::embed
