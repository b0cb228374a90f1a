// SPDX-License-Identifier: Apache-2.0
// A decision as the document that scripts read (docs/cli.md, `decide`).
#pragma once

#include <string>
#include <string_view>

#include "runtime/base/result.h"
#include "runtime/engine/decision.h"

namespace sbx {

/// One line of JSON without its end: all fields, null where absent, the same bytes for the same decision but for timings. `all`: skipped
/// readings and false tests too.
[[nodiscard]] std::string decision_json(const Manifest& manifest, const Decision& decision, bool all);

/// The value of one slot, as it stands in that document.
[[nodiscard]] std::string slot_json(const Manifest& manifest, const SlotValue& slot);

/// `{"id":…, "error":{"code","message"}}`, in place of a request that could not be decided; an empty id is null.
[[nodiscard]] std::string error_json(std::string_view id, const Error& error);

}  // namespace sbx
