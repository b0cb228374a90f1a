/* SPDX-License-Identifier: Apache-2.0 */
/* The contract is C: this file compiles as C11, and shows how a host calls a policy. */
#include <stddef.h>

#include "runtime/abi/decide.h"

_Static_assert(sizeof(sbx_frame) == 40, "layout of sbx_frame");
_Static_assert(sizeof(sbx_match) == 32, "layout of sbx_match");
_Static_assert(sizeof(sbx_policy_v1) == 40, "layout of sbx_policy_v1");

uint32_t sbx_c_compat_route(const sbx_policy_v1* policy, const sbx_frame* frame, uint64_t* must, uint32_t words);

uint32_t sbx_c_compat_route(const sbx_policy_v1* policy, const sbx_frame* frame, uint64_t* must, uint32_t words) {
  sbx_match match = {.abi_version = SBX_ABI_VERSION, .size = sizeof(sbx_match), .must = must, .words = words, .route = SBX_NO_ROUTE};
  if (policy->abi_version != SBX_ABI_VERSION) return SBX_NO_ROUTE;
  policy->match_known(frame, &match);
  return match.route;
}
