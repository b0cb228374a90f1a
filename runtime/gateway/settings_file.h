// SPDX-License-Identifier: Apache-2.0
// A file of settings, from its bytes to the document that its sections are read from.
#pragma once

#include <functional>
#include <string>

#include "runtime/gateway/section.h"

namespace sbx::gateway {

/// Reads what the file says; `start` is where it begins. Secrets written down in it are not among `sources`. False if there were errors, of
/// the file or of what `read` reports.
[[nodiscard]] bool read_document(const std::string& path, SourceSet& sources, Diagnostics& diags,
                                 const std::function<void(const Yaml& document, Span start, Around& around)>& read);

}  // namespace sbx::gateway
