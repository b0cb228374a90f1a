// SPDX-License-Identifier: Apache-2.0
#include "compiler/relate_texts.h"

namespace sbx {

analysis::TextFacts relate_texts(const Manifest& manifest) {
  analysis::TextFacts found = relate_keywords(manifest);
  const std::vector<analysis::Exclusion> of_patterns = relate_patterns(manifest);
  found.exclusions.insert(found.exclusions.end(), of_patterns.begin(), of_patterns.end());
  return found;
}

}  // namespace sbx
