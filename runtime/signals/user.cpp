// SPDX-License-Identifier: Apache-2.0
// Who asks, as the gateway says.
#include "runtime/signals/kinds.h"
#include "runtime/signals/typed.h"

namespace sbx::signals::fields {
namespace {

Reading set(const std::optional<std::vector<std::string>>& members) { return members ? known(*members) : unknown(); }

}  // namespace

Reading user_id(const Request& request, const Type& type) { return typed(request.user.id, type); }
Reading user_tier(const Request& request, const Type& type) { return typed(request.user.tier, type); }
Reading user_region(const Request& request, const Type& type) { return typed(request.user.region, type); }
Reading user_team(const Request& request, const Type& type) { return typed(request.user.team, type); }
Reading user_roles(const Request& request, const Type&) { return set(request.user.roles); }
Reading user_groups(const Request& request, const Type&) { return set(request.user.groups); }

}  // namespace sbx::signals::fields
