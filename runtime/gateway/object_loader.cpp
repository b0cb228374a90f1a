// SPDX-License-Identifier: Apache-2.0
#include "runtime/gateway/object_loader.h"

#include <nlohmann/json.hpp>

#include "runtime/program/load_object.h"
#include "runtime/program/module_json.h"
#include "runtime/program/object_file.h"
#include "runtime/program/signature.h"
#include "runtime/source/read_file.h"

namespace sbx::gateway {

namespace {

Result<std::unique_ptr<Program>> interpreted(std::string_view json) {
  Result<Module> module = module_from_json(json);
  if (!module) return module.error();
  auto program = std::make_unique<Program>();
  program->module = std::move(*module);
  program->matcher = interpreter(program->module);
  return program;
}

}  // namespace

Result<std::optional<ObjectCandidate>> object_of(const Candidate& candidate, const PolicySettings& settings) {
  using Found = std::optional<ObjectCandidate>;
  if (candidate.object) return Found(ObjectCandidate{*candidate.object, "the object", candidate.signature});
  if (!candidate.path) return Found();
  Result<std::string> bytes = read_file(*candidate.path);
  if (!bytes) return bytes.error();
  if (!is_object_file(*bytes) && !candidate.path->ends_with(".so")) return Found();
  ObjectCandidate object{std::move(*bytes), *candidate.path, {}};
  if (settings.public_key.empty()) return Found(std::move(object));
  Result<std::string> signature = read_signature(*candidate.path);
  if (!signature) return Error{signature.error().code, "cannot load " + *candidate.path + ": " + signature.error().message};
  object.signature = std::move(*signature);
  return Found(std::move(object));
}

LoadedPolicy rejected(const Error& error) {
  using Json = nlohmann::ordered_json;
  const bool is_signature = error.code == "R0756" || error.code == "R0757";
  const Json json{{"error", {{"code", error.code}, {"message", error.message}}}};
  return {.status = is_signature ? 403 : 422,
          .document = json.dump(-1, ' ', false, Json::error_handler_t::replace),
          .reason = error.code + ": " + error.message};
}

LoadedPolicy ObjectLoader::load(const Candidate& candidate, const std::string&) {
  const Result<std::optional<ObjectCandidate>> object = object_of(candidate, settings_);
  if (!object) return rejected(object.error());
  if (!*object) return rejected({"R0759", "a policy's text needs a compiler, and this gateway has none; build an object"});
  LoadedPolicy loaded = load(**object);
  if (candidate.path) loaded.files = {*candidate.path};
  return loaded;
}

LoadedPolicy ObjectLoader::load(const ObjectCandidate& candidate) {
  if (settings_.require_signature && settings_.public_key.empty())
    return rejected({"R0757", "a signature is required, and no public key is set"});
  Result<std::unique_ptr<Program>> program = load_object_bytes(
      candidate.bytes, candidate.name, {.public_key = settings_.public_key, .signature = candidate.signature, .revision = {}});
  if (!program) return rejected(program.error());
  if (!settings_.name.empty() && (*program)->module.manifest.name != settings_.name)
    return rejected({"R0703", candidate.name + " is the policy `" + (*program)->module.manifest.name + "`, not `" + settings_.name + "`"});
  Result<std::shared_ptr<embed::Generation>> generation = embed::Generation::make(std::move(*program), alive_, models_);
  if (!generation) return rejected(generation.error());
  return {.generation = std::move(*generation)};
}

Result<std::shared_ptr<embed::Generation>> ObjectLoader::load_own(std::string_view bytes, const std::string& name) {
  Result<std::unique_ptr<Program>> program = is_object_file(bytes) ? load_object_bytes(bytes, name) : interpreted(bytes);
  if (!program) return program.error();
  return embed::Generation::make(std::move(*program), alive_, models_);
}

}  // namespace sbx::gateway
