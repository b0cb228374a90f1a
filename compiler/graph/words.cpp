// SPDX-License-Identifier: Apache-2.0
#include "compiler/graph/picture.h"

namespace sbx::graph {

std::string_view word(Column column) {
  switch (column) {
    case Column::Free:
      return "free";
    case Column::Fast:
      return "fast";
    case Column::Model:
      return "model";
    case Column::Remote:
      return "remote";
    case Column::Derived:
      return "derived";
  }
  return "";
}

std::string_view word(RowKind kind) {
  switch (kind) {
    case RowKind::Route:
      return "route";
    case RowKind::First:
      return "first";
    case RowKind::Best:
      return "best";
    case RowKind::Otherwise:
      return "otherwise";
    case RowKind::Unserved:
      return "unserved";
    case RowKind::Rule:
      return "rule";
  }
  return "";
}

std::string_view word(OutcomeKind kind) {
  switch (kind) {
    case OutcomeKind::None:
      return "none";
    case OutcomeKind::Call:
      return "call";
    case OutcomeKind::Deny:
      return "deny";
    case OutcomeKind::Respond:
      return "respond";
    case OutcomeKind::Escalate:
      return "escalate";
  }
  return "";
}

}  // namespace sbx::graph
