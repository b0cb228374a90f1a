// SPDX-License-Identifier: Apache-2.0
// What the opaque handles of signalbox.h are.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "runtime/base/result.h"
#include "runtime/embed/generation.h"
#include "runtime/embed/head.h"
#include "runtime/embed/plan.h"
#include "runtime/embed/router.h"
#include "runtime/embed/signalbox.h"

struct sbx_router {
  sbx::embed::Router router;
};

struct sbx_report {
  std::string text;
  std::string json;
};

/// The plan and the explanation are made when they are first asked for.
struct sbx_request {
  std::shared_ptr<sbx::embed::Generation> generation;
  sbx::embed::Head head;
  bool used_body = false;
  std::optional<sbx::Decision> decision;
  std::optional<sbx::Error> error;
  mutable std::optional<sbx::embed::Plan> plan;  // made by readers, of whom there is one at a time
  std::optional<std::string> explanation;
};
