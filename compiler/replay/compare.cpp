// SPDX-License-Identifier: Apache-2.0
#include "compiler/replay/compare.h"

#include <nlohmann/json.hpp>

#include "runtime/engine/decision_json.h"
#include "runtime/request/trace_line.h"

namespace sbx::replay {
namespace {

using Json = nlohmann::json;  // members without order: two documents are the same if they say the same

std::string shortened(const Json& value) {
  constexpr size_t kMost = 160;
  std::string text = value.dump(-1, ' ', false, Json::error_handler_t::replace);
  return text.size() <= kMost ? text : text.substr(0, kMost) + "…";
}

}  // namespace

std::string compared_part(const Manifest& manifest, const Decision& decision) {
  std::string bytes = decision_json(manifest, decision, false);
  const size_t size = bytes.size();
  bytes.resize(size + TraceParser::kPadding);
  TraceParser parser;
  TraceLine line;
  std::string part;
  const bool is_read = !parser.read({bytes.data(), size}, line) && parser.recorded(part);
  SBX_CHECK(is_read, "a decision that cannot be read again");
  return part;
}

std::optional<std::string> difference(const std::string& recorded, const std::string& now) {
  if (recorded == now) return std::nullopt;
  const Json before = Json::parse(recorded), after = Json::parse(now);
  for (const char* field :
       {"route", "outcome", "rules", "slots", "candidates", "effects", "denied", "response", "escalation", "unserved"}) {
    if (before[field] == after[field]) continue;
    return "`" + std::string(field) + "` was " + shortened(before[field]) + " and is now " + shortened(after[field]);
  }
  return std::nullopt;
}

}  // namespace sbx::replay
