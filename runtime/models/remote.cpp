// SPDX-License-Identifier: Apache-2.0
#include "runtime/models/remote.h"

#include "runtime/models/remote_model.h"

namespace sbx::models {

namespace {

using Json = nlohmann::json;

std::string identity_of(const RemoteSource& source) {
  return text_of(Json{"remote", source.protocol, source.url, source.model, source.question, source.labels, source.text_bytes});
}

}  // namespace

std::string text_of(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

RemoteModel::RemoteModel(const RemoteSource& source, std::unique_ptr<Server> server)
    : source_(source), server_(std::move(server)), identity_(identity_of(source)) {}

Result<std::shared_ptr<const LearnedModel>> open_remote(const RemoteSource& source, const std::shared_ptr<Network>& network) {
  const bool encodes = source.protocol == Protocol::OpenAiEmbeddings || source.protocol == Protocol::TeiEmbed;
  if (!encodes && source.labels.size() < 2) return Error{"R0766", "a classifier at a server needs its labels, two or more"};
  Result<std::unique_ptr<Server>> server = Server::make(source, network);
  if (!server) return server.error();
  if (encodes) return remote_encoder(source, std::move(*server));
  if (source.protocol == Protocol::Judge) return remote_judge(source, std::move(*server));
  return remote_classifier(source, std::move(*server));
}

}  // namespace sbx::models
