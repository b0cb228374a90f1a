// SPDX-License-Identifier: Apache-2.0
// Vectorscan 5.4.9, as Debian 12 has it, without its faults. Use these where its own header has hs_scan and a platform.
//
// - Its code for AVX-512 misses matches near the end of a text (of 400 random patterns and texts of 10 to 500 bytes, 13 were matched
//   wrongly; its code for other processors matched all as Python's `re` does). So that code is never chosen.
// - Where it looks for the last place of two bytes, to cut from a text what no pattern can match, it formats up to the whole text into 255
//   bytes that nothing reads, for which the C library ends the process. The linker (--wrap) puts ours in the place of that function.
#pragma once

#include <hs/hs.h>

#include <string_view>

namespace sbx::text {

/// What databases are compiled for: this machine, as far as scan() makes use of it.
[[nodiscard]] const hs_platform_info_t& platform();

/// hs_scan of a block.
hs_error_t scan(const hs_database_t* database, std::string_view text, hs_scratch_t* scratch, match_event_handler on_match, void* context);

}  // namespace sbx::text
