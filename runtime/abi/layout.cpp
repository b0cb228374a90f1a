// SPDX-License-Identifier: Apache-2.0
// The layout of the C contract as other languages and generated code rely on it.
#include <cstddef>
#include <type_traits>

#include "runtime/abi/decide.h"

static_assert(sizeof(void*) == 8, "compiled policies are 64-bit");

static_assert(std::is_standard_layout_v<sbx_frame> && std::is_trivially_copyable_v<sbx_frame>);
static_assert(sizeof(sbx_frame) == 40);
static_assert(offsetof(sbx_frame, abi_version) == 0);
static_assert(offsetof(sbx_frame, size) == 4);
static_assert(offsetof(sbx_frame, lo) == 8);
static_assert(offsetof(sbx_frame, hi) == 16);
static_assert(offsetof(sbx_frame, state) == 24);
static_assert(offsetof(sbx_frame, leaves) == 32);
static_assert(offsetof(sbx_frame, settled) == 36);

static_assert(std::is_standard_layout_v<sbx_match> && std::is_trivially_copyable_v<sbx_match>);
static_assert(sizeof(sbx_match) == 32);
static_assert(offsetof(sbx_match, abi_version) == 0);
static_assert(offsetof(sbx_match, size) == 4);
static_assert(offsetof(sbx_match, must) == 8);
static_assert(offsetof(sbx_match, may) == 16);
static_assert(offsetof(sbx_match, words) == 24);
static_assert(offsetof(sbx_match, route) == 28);

static_assert(std::is_standard_layout_v<sbx_policy_v1> && std::is_trivially_copyable_v<sbx_policy_v1>);
static_assert(sizeof(sbx_policy_v1) == 40);
static_assert(offsetof(sbx_policy_v1, abi_version) == 0);
static_assert(offsetof(sbx_policy_v1, size) == 4);
static_assert(offsetof(sbx_policy_v1, match_known) == 8);
static_assert(offsetof(sbx_policy_v1, match_partial) == 16);
static_assert(offsetof(sbx_policy_v1, module) == 24);
static_assert(offsetof(sbx_policy_v1, module_length) == 32);

static_assert(SBX_PENDING == 0 && SBX_KNOWN == 1 && SBX_FAILED == 2);
static_assert(SBX_NO_ROUTE == 0xFFFFFFFFu);
