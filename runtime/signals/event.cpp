// SPDX-License-Identifier: Apache-2.0
// What happened around the request: types and severities of its events, each once.
#include <algorithm>

#include "runtime/signals/kinds.h"

namespace sbx::signals::fields {
namespace {

Reading each_once(const Request& request, std::string Event::*member) {
  std::vector<std::string> members;
  for (const Event& event : request.events) {
    const std::string& value = event.*member;
    if (!value.empty() && std::ranges::find(members, value) == members.end()) members.push_back(value);
  }
  return known(std::move(members));
}

}  // namespace

Reading event_types(const Request& request, const Type&) { return each_once(request, &Event::type); }
Reading event_severities(const Request& request, const Type&) { return each_once(request, &Event::severity); }

}  // namespace sbx::signals::fields
