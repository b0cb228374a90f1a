// SPDX-License-Identifier: Apache-2.0
// Models that a server has: embeddings, classifications, and the choice of an LLM among given words.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "runtime/models/model.h"

namespace sbx::models {

/// How a server is asked. OpenAI: `/v1/embeddings`. TEI (Hugging Face text-embeddings-inference): `/embed` and `/predict`. vLLM: `/classify`.
/// Judge: `/v1/chat/completions` whose answer is one of the labels, by a JSON schema.
enum class Protocol : uint8_t { OpenAiEmbeddings, TeiEmbed, TeiPredict, VllmClassify, Judge };

struct RemoteSource {
  Protocol protocol = Protocol::OpenAiEmbeddings;
  std::string url;     // `http://…`, `https://…`, `unix:/path`
  std::string model;   // what the server calls it
  std::string key;     // a secret; empty: none is sent
  std::string ca_file;
  std::vector<std::string> labels;  // of a classifier, in order
  std::string question;             // of a judge: what is asked about the text
  int64_t timeout_ms = 1'000;       // of one try
  int64_t retries = 1;              // after a connection that broke, a 429 or a 5xx, while there is time
  int64_t failures = 5;             // in a row: nothing is sent for `open_ms`, then one call tries
  int64_t open_ms = 10'000;
  size_t text_bytes = 32 << 10;     // what is longer is cut at a character, and the answer says so
};

/// A thread on which the calls of all remote models wait, with their connections.
class Network;
[[nodiscard]] std::shared_ptr<Network> start_network();

/// R0766 for an address that is none, certificates that cannot be read, or a classifier without labels. Nothing is sent yet.
[[nodiscard]] Result<std::shared_ptr<const LearnedModel>> open_remote(const RemoteSource& source, const std::shared_ptr<Network>& network);

}  // namespace sbx::models
