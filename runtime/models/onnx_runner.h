// SPDX-License-Identifier: Apache-2.0
// The model as the batcher runs it.
#pragma once

#include <memory>

#include "runtime/models/batcher.h"
#include "runtime/models/onnx_model.h"
#include "runtime/models/onnx_session.h"

namespace sbx::models {

/// Takes the output that models of the kind usually name, else the first.
std::unique_ptr<BatchRunner> onnx_runner(std::unique_ptr<OnnxSession> session, Take take, Pooling pooling, int64_t padding_id);

}  // namespace sbx::models
