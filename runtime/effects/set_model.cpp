// SPDX-License-Identifier: Apache-2.0
#include "runtime/effects/actions.h"

namespace sbx::effects {

void set_model(const Call& call) { call.body.set("model", json_text(call.model.served_name)); }

}  // namespace sbx::effects
