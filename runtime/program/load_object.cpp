// SPDX-License-Identifier: Apache-2.0
#include "runtime/program/load_object.h"

#include <dlfcn.h>

#include "runtime/program/module_json.h"

namespace sbx {

namespace {

class ObjectMatcher final : public Matcher {
 public:
  explicit ObjectMatcher(void* library) : library_(library) {}
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
  void* library_;
  sbx_match_fn known_ = nullptr;
  sbx_match_fn partial_ = nullptr;
};

}  // namespace

Result<std::unique_ptr<Program>> load_object(const std::string& path) {
  // Without a slash dlopen would search the system's folders.
  const std::string exact = path.find('/') == std::string::npos ? "./" + path : path;
  void* library = dlopen(exact.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library == nullptr) {
    const char* why = dlerror();
    return Error{"R0753", "cannot load " + path + ": " + (why != nullptr ? why : "unknown reason")};
  }
  auto matcher = std::make_unique<ObjectMatcher>(library);
  const auto* policy = static_cast<const sbx_policy_v1*>(dlsym(library, "signalbox_policy"));
  if (policy == nullptr) return Error{"R0753", path + " is no compiled policy: it has no symbol `signalbox_policy`"};
  if (policy->abi_version != SBX_ABI_VERSION || policy->size < sizeof(sbx_policy_v1)) {
    return Error{"R0754", path + " was made for version " + std::to_string(policy->abi_version) + " of the contract, this is version " +
                              std::to_string(SBX_ABI_VERSION) + "; build it again"};
  }
  Result<Module> module = module_from_json({policy->module, policy->module_length});
  if (!module) return Error{"R0755", path + " is damaged: " + module.error().message};
  matcher->use(*policy);
  auto program = std::make_unique<Program>();
  program->module = std::move(*module);
  program->matcher = std::move(matcher);
  return program;
}

}  // namespace sbx
