// SPDX-License-Identifier: Apache-2.0
#include "runtime/embed/router.h"

#include "runtime/program/object_file.h"
#include "runtime/program/signature.h"
#include "runtime/source/read_file.h"

namespace sbx::embed {

namespace {

CompiledSource failed(Error error) { return {.error = std::move(error)}; }

CompiledSource of_object(std::string_view bytes, const std::string& name, const LoadOptions& options) {
  Result<std::unique_ptr<Program>> program = load_object_bytes(bytes, name, options);
  if (!program) return failed(program.error());
  return {.program = std::move(*program)};
}

CompiledSource of_text(const LoadRequest& request, const std::string& name, std::optional<std::string> text) {
  if (request.require_signature)
    return failed({"R0756", "`" + name + "` is a policy's text, which is never signed; a signed policy is asked for"});
  CompiledSource compiled = compile_source({.name = name, .text = std::move(text), .stdlib = request.stdlib, .policy = request.policy});
  if (!compiled.program || request.object_options.revision.empty()) return compiled;
  const std::string& revision = compiled.program->module.manifest.revision;
  if (revision == request.object_options.revision) return compiled;
  compiled.program = nullptr;
  compiled.error = Error{"R0758", name + " is revision " + revision + ", not " + request.object_options.revision};
  return compiled;
}

CompiledSource of_path(const LoadRequest& request) {
  const std::string& path = *request.path;
  const Result<std::string> bytes = read_file(path);
  if (!bytes) return failed(bytes.error());
  // A file whose text says what else it uses is found by its path; the bytes read here tell only what it is.
  if (!is_object_file(*bytes) && !path.ends_with(".so")) return of_text(request, path, std::nullopt);
  LoadOptions options = request.object_options;
  if (!options.public_key.empty() && options.signature.empty()) {
    Result<std::string> signature = read_signature(path);
    if (!signature) return failed({signature.error().code, "cannot load " + path + ": " + signature.error().message});
    options.signature = std::move(*signature);
  }
  return of_object(*bytes, path, options);
}

CompiledSource make(const LoadRequest& request) {
  if (request.path) return of_path(request);
  if (request.text) return of_text(request, request.name.empty() ? "policy.sbx" : request.name, request.text);
  return of_object(*request.object, request.name.empty() ? "the object" : request.name, request.object_options);
}

}  // namespace

LoadReport Router::load(const LoadRequest& request) {
  const std::lock_guard one_at_a_time(loading_);
  CompiledSource made = make(request);
  LoadReport report{.error = std::move(made.error), .findings = std::move(made.findings), .check = std::move(made.check)};
  if (!made.program) return report;
  Result<std::shared_ptr<Generation>> generation = Generation::make(std::move(made.program), alive_);
  if (!generation) {
    report.error = generation.error();
    return report;
  }
  report.loaded = std::move(*generation);
  if (request.dry_run) return report;
  report.loaded->number = ++loads_;
  report.in_force = true;
  std::shared_ptr<Generation> before = report.loaded;
  {
    const std::lock_guard lock(mutex_);
    current_.swap(before);
  }
  return report;  // the one before ends here, outside the lock, if no request keeps it
}

std::shared_ptr<Generation> Router::current() const {
  const std::lock_guard lock(mutex_);
  return current_;
}

}  // namespace sbx::embed
