/* SPDX-License-Identifier: Apache-2.0 */
/* The C contract between a compiled policy and its host: views in, plain numbers out. No names, no callbacks,
 * no allocation, no exceptions, no thread-locals; a compiled function is pure and may run on any number of threads. */
#ifndef SIGNALBOX_ABI_DECIDE_H
#define SIGNALBOX_ABI_DECIDE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SBX_ABI_VERSION 1u
#define SBX_NO_ROUTE UINT32_MAX

enum { SBX_PENDING = 0, SBX_KNOWN = 1, SBX_FAILED = 2 };

/* The readings of one request, by leaf. A known leaf has lo == hi; for the others lo and hi are the leaf's whole range.
 * `settled` is 1 when every leaf is known: then `lo` alone is read. */
typedef struct sbx_frame {
  uint32_t abi_version;
  uint32_t size;
  const int64_t* lo;
  const int64_t* hi;
  const uint8_t* state;
  uint32_t leaves;
  uint32_t settled;
} sbx_frame;

/* What the guards say. `must` and `may` hold `words` words of 64 bits each, owned by the caller.
 * After sbx_match_known: `route` is the first bit set among the routes' (SBX_NO_ROUTE if none), and the words of `must`
 * from the first rule word on are written. After sbx_match_partial: all words of `must` and `may` are written, `route` is not. */
typedef struct sbx_match {
  uint32_t abi_version;
  uint32_t size;
  uint64_t* must;
  uint64_t* may;
  uint32_t words;
  uint32_t route;
} sbx_match;

typedef void (*sbx_match_fn)(const sbx_frame* frame, sbx_match* match);

/* The single symbol of an ahead-of-time object, named `signalbox_policy`. */
typedef struct sbx_policy_v1 {
  uint32_t abi_version;
  uint32_t size;
  sbx_match_fn match_known;
  sbx_match_fn match_partial;
  const char* module;      /* the serialised Module (manifest and graph), UTF-8 JSON */
  uint64_t module_length;
} sbx_policy_v1;

#ifdef __cplusplus
}
#endif
#endif
