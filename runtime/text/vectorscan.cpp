// SPDX-License-Identifier: Apache-2.0
#include "runtime/text/vectorscan.h"

#include <cstdint>

namespace sbx::text {
namespace {

hs_platform_info_t this_machine() {
  hs_platform_info_t platform = {};
  hs_populate_platform(&platform);
  return platform;
}

#ifdef __x86_64__
/// The last place of `second` with `first` before it; the byte before `begin` where there is none. Letters come in capitals where
/// `any_case` is set.
const uint8_t* last_pair(char first, char second, bool any_case, const uint8_t* begin, const uint8_t* end) {
  const auto is = [mask = any_case ? 0xdf : 0xff](uint8_t byte, char wanted) { return (byte & mask) == static_cast<uint8_t>(wanted); };
  for (const uint8_t* at = end - 1; at > begin; --at) {
    if (is(*at, second) && is(at[-1], first)) return at;
  }
  return is(*begin, second) ? begin : begin - 1;  // `first` may stand before the text
}
#endif

}  // namespace

// The archive has its code once for each kind of processor.
#ifdef __x86_64__
#define SBX_OF_PROCESSOR(processor)                                                                                                  \
  extern "C" decltype(hs_scan) processor##_hs_scan;                                                                                  \
  extern "C" const uint8_t* __wrap_##processor##_rvermicelliDoubleExec(char, char, char, const uint8_t*, const uint8_t*);            \
  extern "C" const uint8_t* __wrap_##processor##_rvermicelliDoubleExec(char first, char second, char any_case, const uint8_t* begin, \
                                                                       const uint8_t* end) {                                         \
    return last_pair(first, second, any_case != 0, begin, end);                                                                      \
  }
SBX_OF_PROCESSOR(core2)
SBX_OF_PROCESSOR(corei7)
SBX_OF_PROCESSOR(avx2)
#undef SBX_OF_PROCESSOR

const hs_platform_info_t& platform() {
  static const hs_platform_info_t chosen = [] {
    hs_platform_info_t platform = this_machine();
    platform.cpu_features &= HS_CPU_FEATURES_AVX2;
    return platform;
  }();
  return chosen;
}

hs_error_t scan(const hs_database_t* database, std::string_view text, hs_scratch_t* scratch, match_event_handler on_match, void* context) {
  static decltype(hs_scan)* const chosen = __builtin_cpu_supports("avx2")     ? avx2_hs_scan
                                           : __builtin_cpu_supports("sse4.2") ? corei7_hs_scan
                                                                              : core2_hs_scan;
  return chosen(database, text.data(), static_cast<unsigned>(text.size()), 0, scratch, on_match, context);
}
#else
const hs_platform_info_t& platform() {
  static const hs_platform_info_t chosen = this_machine();
  return chosen;
}

hs_error_t scan(const hs_database_t* database, std::string_view text, hs_scratch_t* scratch, match_event_handler on_match, void* context) {
  return hs_scan(database, text.data(), static_cast<unsigned>(text.size()), 0, scratch, on_match, context);
}
#endif

}  // namespace sbx::text
