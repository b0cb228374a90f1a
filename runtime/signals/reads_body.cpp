// SPDX-License-Identifier: Apache-2.0
#include "runtime/signals/reads_body.h"

#include <algorithm>

#include "runtime/signals/arguments.h"
#include "runtime/signals/builtin.h"

namespace sbx::signals {
namespace {

bool named_reads_body(const Manifest& manifest, const std::string& name, const HeadView* head) {
  for (size_t i = 0; i < manifest.signals.size(); ++i) {
    const SignalId id = manifest.signals.id_at(i);
    if (manifest.signals[id].name == name) return reads_body(manifest, id, head);
  }
  return false;  // not read at all
}

bool table_reads_body(const Manifest& manifest, const std::string& name, const HeadView* head) {
  for (const KeyedTable& table : manifest.tables) {
    if (table.name == name) return reads_body(manifest, table.key, head);
  }
  return false;
}

bool budget_reads_body(const Manifest& manifest, const ConstantRecord& arguments, const HeadView* head) {
  const std::vector<std::string> keys = list_argument(arguments, "for_each");
  return std::ranges::any_of(keys, [&](const std::string& key) { return named_reads_body(manifest, key, head); }) ||
         named_reads_body(manifest, text_argument(arguments, "limit"), head);
}

}  // namespace

bool reads_body(const Manifest& manifest, SignalId signal, const HeadView* head) {
  const SignalInfo& info = manifest.signals[signal];
  const SignalKind* kind = find_kind(info.kind);
  if (kind == nullptr) return true;
  switch (kind->reads) {
    case Reads::Body:
      return true;
    case Reads::Head:
      return false;
    case Reads::Dialect:
      return head == nullptr || !head->dialect_known;
    case Reads::Model:
      return head == nullptr || head->request.model.empty();
    case Reads::Metadata:  // the envelope's wins over the body's
      return head == nullptr || !head->request.metadata_of(text_argument(info.arguments, "key"));
    case Reads::Table:
      return table_reads_body(manifest, text_argument(info.arguments, "table"), head);
    case Reads::Budget:
      return budget_reads_body(manifest, info.arguments, head);
  }
  return true;
}

}  // namespace sbx::signals
