// SPDX-License-Identifier: Apache-2.0
#include "runtime/models/onnx_library.h"

#include <dlfcn.h>

#include <cstdlib>

namespace sbx::models {
namespace {

constexpr uint32_t kApiVersion = 13;

struct OrtApiBase {
  const void* const* (*get_api)(uint32_t version);
  const char* (*get_version)();
};

template <class Function>
void bind(Function*& function, const void* const* table, size_t slot) {
  function = reinterpret_cast<Function*>(const_cast<void*>(table[slot]));
}

void bind_session(OnnxApi& api, const void* const* table) {
  bind(api.error_message, table, 2);
  bind(api.create_env, table, 3);
  bind(api.create_session, table, 7);
  bind(api.run, table, 9);
  bind(api.create_session_options, table, 10);
  bind(api.set_optimization, table, 23);
  bind(api.set_threads_within, table, 24);
  bind(api.set_threads_between, table, 25);
  bind(api.input_count, table, 30);
  bind(api.output_count, table, 31);
  bind(api.input_type, table, 33);
  bind(api.input_name, table, 36);
  bind(api.output_name, table, 37);
  bind(api.create_run_options, table, 39);
  bind(api.stop_run, table, 46);
  bind(api.unstop_run, table, 47);
  bind(api.add_config, table, 130);
}

void bind_tensors(OnnxApi& api, const void* const* table) {
  bind(api.create_tensor, table, 49);
  bind(api.is_tensor, table, 50);
  bind(api.tensor_data, table, 51);
  bind(api.tensor_info_of, table, 55);
  bind(api.element_type, table, 60);
  bind(api.rank, table, 61);
  bind(api.shape, table, 62);
  bind(api.type_and_shape, table, 65);
  bind(api.create_cpu_memory, table, 69);
  bind(api.allocator_free, table, 76);
  bind(api.default_allocator, table, 78);
  bind(api.release_env, table, 92);
  bind(api.release_status, table, 93);
  bind(api.release_memory, table, 94);
  bind(api.release_session, table, 95);
  bind(api.release_value, table, 96);
  bind(api.release_run_options, table, 97);
  bind(api.release_type, table, 98);
  bind(api.release_type_and_shape, table, 99);
  bind(api.release_session_options, table, 100);
}

std::string path_of(const std::string& given) {
  if (!given.empty()) return given;
  const char* variable = std::getenv("SBX_ONNXRUNTIME");
  return variable != nullptr && *variable != '\0' ? variable : "libonnxruntime.so.1";
}

}  // namespace

Result<std::shared_ptr<const OnnxLibrary>> OnnxLibrary::load(const std::string& given) {
  const std::string path = path_of(given);
  void* handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) return Error{"R0787", "no ONNX Runtime at `" + path + "`: `signalbox explain R0787` says how to get it"};
  const auto base = reinterpret_cast<const OrtApiBase* (*)()>(dlsym(handle, "OrtGetApiBase"));
  if (base == nullptr || base() == nullptr) return Error{"R0787", "`" + path + "` is not ONNX Runtime"};
  auto library = std::make_shared<OnnxLibrary>();
  library->version_ = base()->get_version();
  const void* const* table = base()->get_api(kApiVersion);
  if (table == nullptr) return Error{"R0787", "`" + path + "` is ONNX Runtime " + library->version_ + "; it must be 1.13 or later"};
  bind_session(library->api_, table);
  bind_tensors(library->api_, table);
  return std::shared_ptr<const OnnxLibrary>(std::move(library));
}

}  // namespace sbx::models
