// SPDX-License-Identifier: Apache-2.0
// `model`: what the provider calls the one that was chosen.
#include "runtime/effects/action.h"

namespace sbx::effects {

void name_model(Call& call) {
  if (call.body.text_of("model") == call.served_name() && call.body.count("model") == 1) return;
  call.body.set("model", json_text(call.served_name()));
}

}  // namespace sbx::effects
