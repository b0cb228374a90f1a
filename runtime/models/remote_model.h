// SPDX-License-Identifier: Apache-2.0
// What models at a server have in common. For the remote_ files alone.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "runtime/models/remote.h"
#include "runtime/models/server.h"

namespace sbx::models {

/// As JSON; what is no UTF-8 in it is replaced.
[[nodiscard]] std::string text_of(const nlohmann::json& json);

/// The address of a model at a server is its identity, with all else that an answer may depend on.
class RemoteModel : public virtual LearnedModel {
 public:
  RemoteModel(const RemoteSource& source, std::unique_ptr<Server> server);

  [[nodiscard]] const std::string& identity() const override { return identity_; }
  [[nodiscard]] Runs runs() const override { return Runs::Remote; }

 protected:
  [[nodiscard]] bool is_cut(std::string_view text) const { return text.size() > source_.text_bytes; }
  [[nodiscard]] std::string taken(std::string_view text) const { return std::string(cut(text, source_.text_bytes)); }

  const RemoteSource source_;
  const std::unique_ptr<Server> server_;

 private:
  const std::string identity_;
};

[[nodiscard]] std::shared_ptr<const LearnedModel> remote_encoder(const RemoteSource& source, std::unique_ptr<Server> server);
[[nodiscard]] std::shared_ptr<const LearnedModel> remote_classifier(const RemoteSource& source, std::unique_ptr<Server> server);
[[nodiscard]] std::shared_ptr<const LearnedModel> remote_judge(const RemoteSource& source, std::unique_ptr<Server> server);

}  // namespace sbx::models
