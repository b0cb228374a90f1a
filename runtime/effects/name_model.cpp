// SPDX-License-Identifier: Apache-2.0
// `model`: what the provider calls the one that was chosen, or it with an adapter laid over it.
#include "runtime/effects/action.h"

namespace sbx::effects {

namespace {

// vLLM serves each adapter under a name of its own; nobody else does.
std::string name_of(Call& call) {
  const std::string_view name = call.word("adapter");
  const Target* adapter = call.manifest.target("adapter", name);
  if (adapter == nullptr) return call.served_name();
  const std::string* base = adapter->text("base");
  if (call.provider != Provider::Vllm) {
    call.leave_out("adapter", "this provider lays no adapter over a model");
  } else if (base != nullptr && *base != call.model().name) {
    call.leave_out("adapter", "`" + adapter->name + "` is laid over `" + *base + "`, not over `" + call.model().name + "`");
  } else {
    const std::string* served = adapter->text("name");
    return served != nullptr ? *served : adapter->name;
  }
  return call.served_name();
}

}  // namespace

void name_model(Call& call) {
  const std::string name = name_of(call);
  if (call.body.text_of("model") == name && call.body.count("model") == 1) return;
  call.body.set("model", json_text(name));
}

}  // namespace sbx::effects
