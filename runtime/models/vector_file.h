// SPDX-License-Identifier: Apache-2.0
// The vectors of a file that signals measure from.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/result.h"

namespace sbx::models {

/// One vector or more, all of one dimension, made as long as one. `encoder` is the one that made them, where the file tells; signals with
/// the same encoder and dimension are read from one vector of the text.
struct VectorFile {
  std::string encoder;
  std::vector<std::vector<double>> vectors;
};

/// An array of NumPy (npy.h), or JSON: a vector, a list of vectors, or `{"encoder": "…", "vectors": […]}`. E0333 for what is neither, for a
/// vector of zeros, and for more than 10,000 vectors or 16,384 numbers a vector; the message goes after the file's path.
[[nodiscard]] Result<VectorFile> parse_vector_file(std::string_view bytes);

}  // namespace sbx::models
