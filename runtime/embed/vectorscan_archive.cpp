// SPDX-License-Identifier: Apache-2.0
// Vectorscan's archive was compiled for programs: it reaches data only where the data is part of what is linked. So our libraries bring
// their own C++ library (-static-libstdc++), and this, which that library reads to learn whether counts need atomic operations: always.
extern "C" {
extern const char __libc_single_threaded;
const char __libc_single_threaded = 0;
}
