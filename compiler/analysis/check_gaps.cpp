// SPDX-License-Identifier: Apache-2.0
// Requests that no route takes, in a policy without `otherwise`.
#include "compiler/analysis/study.h"

namespace sbx::analysis {

void check_gaps(Study& study, Diagnostics& diags) {
  if (study.module.manifest.otherwise) return;
  Answer answer = study.search.show(study.contest.nobody());
  if (answer.found == Found::No) return;
  const bool shown = answer.witness.has_value();
  DiagnosticBuilder report =
      shown ? diags.report(Kind::Gap, study.policy.span, "a request is left that no route takes")
            : diags.report(Kind::Unsettled, study.policy.span, "whether every request is taken by a route is not settled");
  report.help("say what all other requests get: `otherwise { model = … }`").about(study.policy.name).slots({"route"});
  if (shown) report.witness(analysis::shown(study.module, *answer.witness));
}

}  // namespace sbx::analysis
