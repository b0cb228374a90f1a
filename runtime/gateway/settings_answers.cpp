// SPDX-License-Identifier: Apache-2.0
// `guardrails` and `retrievers`: by name, policies that judge answers, and servers that find what helps to answer.
#include "runtime/gateway/settings_parts.h"

namespace sbx::gateway {

namespace {

/// One of two words; `first` is what it means to be true.
void read_either(Section& from, std::string_view name, std::string_view first, std::string_view second, bool& to) {
  const Yaml* value = from.find(name);
  if (value == nullptr) return;
  if (value->text == first || value->text == second)
    to = value->text == first;
  else
    from.wrong(*value, name, "one of its words").help("there are `" + std::string(first) + "` and `" + std::string(second) + "`");
}

GuardrailSettings read_guardrail(const Yaml& name, const Yaml& value, Around& around) {
  Section from(value, name.span, "guardrails." + name.text, around);
  GuardrailSettings guardrail;
  guardrail.name = name.text;
  from.require("policy", "policy: answers.sbx");
  from.file("policy", guardrail.policy);
  from.flag("watch", guardrail.watch);
  read_either(from, "mode", "enforce", "observe", guardrail.enforce);
  read_either(from, "unjudged", "refuse", "pass", guardrail.refuses_unjudged);
  from.size("answer_bytes", guardrail.answer_bytes, 1024);
  from.finish();
  return guardrail;
}

RetrieverSettings read_retriever(const Yaml& name, const Yaml& value, Around& around) {
  Section from(value, name.span, "retrievers." + name.text, around);
  RetrieverSettings retriever;
  retriever.name = name.text;
  bool is_plain = true;
  read_either(from, "kind", "plain", "openai", is_plain);
  if (!is_plain) retriever.kind = RetrieverSettings::Kind::OpenAi;
  if (const Yaml* url = from.require("url", "url: http://127.0.0.1:9000")) read_url(from, *url, "url", retriever.url);
  const Yaml* path = from.require("path", is_plain ? "path: /search" : "path: /v1/vector_stores/ID/search");
  from.text("path", retriever.path);
  if (path != nullptr && !retriever.path.starts_with('/')) from.wrong(*path, "path", "a path").help("write `/" + retriever.path + "`");
  from.secret("key", retriever.key);
  from.file("ca_file", retriever.ca_file);
  from.duration("timeout", retriever.timeout_ms);
  from.finish();
  return retriever;
}

/// A mapping from names to settings of one kind.
template <class One>
void read_named(Section& all, std::string_view key, const std::string& example,
                One (*read)(const Yaml& name, const Yaml& value, Around& around), std::vector<One>& to) {
  const Yaml* value = all.find(key);
  if (value == nullptr) return;
  if (value->kind != Yaml::Kind::Mapping) {
    all.wrong(*value, key, "a mapping from names to their settings").help("write `" + std::string(key) + ": " + example + "`");
    return;
  }
  for (const YamlEntry& entry : value->entries) to.push_back(read(entry.key, entry.value, all.around()));
}

}  // namespace

void read_guardrails(Section& all, std::vector<GuardrailSettings>& to) {
  read_named(all, "guardrails", "{clean: {policy: answers.sbx}}", read_guardrail, to);
}

void read_retrievers(Section& all, std::vector<RetrieverSettings>& to) {
  read_named(all, "retrievers", "{handbook: {url: \"http://127.0.0.1:9000\", path: /search}}", read_retriever, to);
}

}  // namespace sbx::gateway
