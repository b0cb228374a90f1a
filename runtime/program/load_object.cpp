// SPDX-License-Identifier: Apache-2.0
#include "runtime/program/load_object.h"

#include <dlfcn.h>

#include "runtime/program/module_json.h"
#include "runtime/program/object_facts.h"
#include "runtime/program/object_file.h"
#include "runtime/program/private_file.h"
#include "runtime/program/signature.h"
#include "runtime/source/read_file.h"

namespace sbx {

namespace {

class ObjectMatcher final : public Matcher {
 public:
  ObjectMatcher(void* library, PrivateFile file) : file_(std::move(file)), library_(library) {}
  ~ObjectMatcher() override { dlclose(library_); }
  ObjectMatcher(const ObjectMatcher&) = delete;
  ObjectMatcher& operator=(const ObjectMatcher&) = delete;

  void use(const sbx_policy_v1& policy) {
    known_ = policy.match_known;
    partial_ = policy.match_partial;
  }
  void known(const sbx_frame& frame, sbx_match& match) const override { known_(&frame, &match); }
  void partial(const sbx_frame& frame, sbx_match& match) const override { partial_(&frame, &match); }
  [[nodiscard]] std::string_view name() const override { return "native"; }

 private:
  PrivateFile file_;  // its path must not become another's while the loader knows it
  void* library_;
  sbx_match_fn known_ = nullptr;
  sbx_match_fn partial_ = nullptr;
};

Error foreign(const std::string& name, uint32_t version) {
  return {"R0754", name + " was made for version " + std::to_string(version) + " of the contract, this is version " +
                       std::to_string(SBX_ABI_VERSION) + "; build it again"};
}

Error not_loaded(const std::string& name, const Error& why) { return {why.code, "cannot load " + name + ": " + why.message}; }

/// What can be seen of the file as a whole.
std::optional<Error> refused(std::string_view bytes, const std::string& name, const LoadOptions& options) {
  if (!options.public_key.empty()) {
    if (const auto fits = verify_signature(bytes, options.signature, options.public_key); !fits) return not_loaded(name, fits.error());
  }
  if (const Result<bool> whole = check_object_file(bytes); !whole) return not_loaded(name, whole.error());
  if (!section_of(bytes, kFactsSection)) return std::nullopt;
  const Result<CodeTarget> code = read_code_target(bytes);
  if (!code) return not_loaded(name, code.error());
  if (code->abi != SBX_ABI_VERSION) return foreign(name, code->abi);
  return std::nullopt;
}

Result<Module> module_of(std::string_view text, const std::string& name, const LoadOptions& options) {
  Result<Module> module = module_from_json(text);
  if (!module) return Error{"R0755", name + " is damaged: " + module.error().message};
  if (!options.revision.empty() && module->manifest.revision != options.revision)
    return Error{"R0758", name + " is revision " + module->manifest.revision + ", not " + options.revision};
  return module;
}

}  // namespace

Result<std::unique_ptr<Program>> load_object_bytes(std::string_view bytes, const std::string& name, const LoadOptions& options) {
  if (const auto error = refused(bytes, name, options)) return *error;
  // An object without sections (linked by hand, or stripped) tells what it is only once it is loaded.
  const auto section = section_of(bytes, kModuleSection);
  Result<Module> module = section ? module_of(*section, name, options) : Result<Module>(Module{});
  if (!module) return module.error();
  Result<PrivateFile> file = PrivateFile::make(bytes);
  if (!file) return not_loaded(name, file.error());
  void* library = dlopen(file->path().c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    const char* why = dlerror();
    return not_loaded(name, {"R0753", why != nullptr ? why : "unknown reason"});
  }
  auto matcher = std::make_unique<ObjectMatcher>(library, std::move(*file));
  const auto* policy = static_cast<const sbx_policy_v1*>(dlsym(library, "signalbox_policy"));
  if (policy == nullptr) return Error{"R0753", name + " is no compiled policy: it has no symbol `signalbox_policy`"};
  if (policy->abi_version != SBX_ABI_VERSION) return foreign(name, policy->abi_version);
  if (policy->size < sizeof(sbx_policy_v1) || policy->match_known == nullptr || policy->match_partial == nullptr ||
      policy->module == nullptr)
    return Error{"R0755", name + " is damaged: its code does not have all parts"};
  const std::string_view text(policy->module, policy->module_length);
  // Were the loader to give us another library under this path, it would be seen here.
  if (section && *section != text) return Error{"R0755", name + " is damaged: its code and its description are of different policies"};
  if (!section) module = module_of(text, name, options);
  if (!module) return module.error();
  matcher->use(*policy);
  auto program = std::make_unique<Program>();
  program->module = std::move(*module);
  program->matcher = std::move(matcher);
  return program;
}

Result<std::unique_ptr<Program>> load_object(const std::string& path, const LoadOptions& options) {
  const Result<std::string> bytes = read_file(path);
  if (!bytes) return bytes.error();
  if (options.public_key.empty() || !options.signature.empty()) return load_object_bytes(*bytes, path, options);
  Result<std::string> signature = read_signature(path);
  if (!signature) return not_loaded(path, signature.error());
  LoadOptions with_signature = options;
  with_signature.signature = std::move(*signature);
  return load_object_bytes(*bytes, path, with_signature);
}

}  // namespace sbx
