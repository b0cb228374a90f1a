// SPDX-License-Identifier: Apache-2.0
#include "runtime/signals/knowledge_base.h"

#include <simdjson.h>

#include <algorithm>

#include "runtime/signals/arguments.h"
#include "runtime/source/read_file.h"

namespace sbx::signals {
namespace {

namespace dom = simdjson::dom;
using Named = KnowledgeBase::Named;

Error fault(const std::string& file, const std::string& what) { return {"R0765", "the knowledge base `" + file + "` " + what}; }

const Named* find(const std::vector<Named>& list, std::string_view name) {
  const auto found = std::ranges::find(list, name, &Named::first);
  return found == list.end() ? nullptr : &*found;
}

/// A list of texts that is not empty; else an empty one.
std::vector<std::string> texts_of(dom::element json) {
  dom::array list;
  if (json.get(list) != simdjson::SUCCESS) return {};
  std::vector<std::string> texts;
  for (const dom::element one : list) {
    std::string_view text;
    if (one.get(text) != simdjson::SUCCESS) return {};
    texts.emplace_back(text);
  }
  return texts;
}

std::string names_of(const KnowledgeBase& base) {
  std::string all;
  for (const auto* list : {&base.labels, &base.groups}) {
    for (const Named& one : *list) all += (all.empty() ? "`" : ", `") + one.first + "`";
  }
  return all;
}

Result<KnowledgeBase> with_groups(KnowledgeBase base, const dom::object& groups) {
  for (const auto& [key, members] : groups) {
    const std::string name(key);
    if (find(base.labels, name) != nullptr) return fault(base.file, "has a group and a label that are both called `" + name + "`");
    std::vector<std::string> labels = texts_of(members);
    if (labels.empty()) return fault(base.file, "has no labels in the group `" + name + "`");
    for (const std::string& label : labels) {
      if (find(base.labels, label) == nullptr) return fault(base.file, "has no label `" + label + "`, which its group `" + name + "` names");
    }
    base.groups.emplace_back(name, std::move(labels));
  }
  return base;
}

}  // namespace

Result<std::vector<std::string>> KnowledgeBase::labels_of(std::string_view name) const {
  if (const Named* group = find(groups, name)) return group->second;
  std::vector<std::string> found;
  for (const Named& label : labels) {
    if (name.empty() || name == "none" || label.first == name) found.push_back(label.first);
  }
  if (found.empty()) return fault(file, "has no label or group `" + std::string(name) + "`; it has " + names_of(*this));
  return found;
}

Result<KnowledgeBase> parse_knowledge_base(std::string file, std::string_view bytes) {
  dom::parser parser;
  dom::element document, said;
  dom::object labels, groups;
  if (parser.parse(bytes.data(), bytes.size()).get(document) != simdjson::SUCCESS) return fault(file, "is not JSON");
  if (document["labels"].get(labels) != simdjson::SUCCESS || labels.size() == 0) return fault(file, "has no `labels`");
  KnowledgeBase base{.file = std::move(file), .labels = {}, .groups = {}};
  for (const auto& [name, label] : labels) {
    dom::element exemplars;
    const bool has_some = label["exemplars"].get(exemplars) == simdjson::SUCCESS;
    std::vector<std::string> examples = has_some ? texts_of(exemplars) : std::vector<std::string>();
    if (examples.empty()) return fault(base.file, "has no `exemplars` of the label `" + std::string(name) + "`");
    base.labels.emplace_back(name, std::move(examples));
  }
  if (document["groups"].get(said) != simdjson::SUCCESS) return base;
  return said.get(groups) == simdjson::SUCCESS ? with_groups(std::move(base), groups) : fault(base.file, "has `groups` that are no object");
}

bool has_knowledge_base(const SignalInfo& info) {
  const std::string kb = text_argument(info.arguments, "kb");
  return !kb.empty() && kb != "none";
}

Result<KnowledgeBase> read_knowledge_base(const SignalInfo& info) {
  std::string file = text_argument(info.arguments, "kb");
  if (!file.ends_with(".json")) file += ".json";
  const Result<std::string> bytes = read_file(path_beside(info, file));
  if (!bytes) return Error{"R0701", bytes.error().message};
  return parse_knowledge_base(std::move(file), *bytes);
}

Result<std::vector<Compared>> compare_with(const Binding& binding, const KnowledgeBase& base, std::string_view name) {
  const Result<std::vector<std::string>> labels = base.labels_of(name);
  if (!labels) return labels.error();
  std::vector<Compared> all;
  for (const std::string& label : *labels) {
    const Result<Compared> with = compare_with(binding, find(base.labels, label)->second);
    if (!with) return with.error();
    all.push_back(*with);
  }
  return all;
}

}  // namespace sbx::signals
