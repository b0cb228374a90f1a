// SPDX-License-Identifier: Apache-2.0
#include "compiler/driver/brief_request.h"

#include "compiler/witness/brief_request.h"

namespace sbx::driver {

Diagnostic with_brief_request(const Diagnostic& finding) {
  if (!finding.witness) return finding;
  Diagnostic brief = finding;
  brief.witness->request = witness::brief_request(finding.witness->request);
  return brief;
}

std::string told(const Diagnostic& finding) {
  std::string text = finding.message + (finding.label.empty() ? "" : ": " + finding.label);
  for (const std::string& note : finding.notes) text += "\nnote: " + note;
  if (finding.witness) text += "\nrequest: " + witness::brief_request(finding.witness->request);
  for (const std::string& help : finding.help) text += "\nhelp: " + help;
  return text;
}

}  // namespace sbx::driver
