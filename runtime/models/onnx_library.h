// SPDX-License-Identifier: Apache-2.0
// ONNX Runtime, loaded when the first model needs it. Its C interface is a table of functions that only ever grows; of it we declare what we
// call (onnxruntime_c_api.h, struct OrtApi; the same slots from version 13 on).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "runtime/base/result.h"

namespace sbx::models {

// What the library owns, by the names it gives them.
struct OrtAllocator;
struct OrtEnv;
struct OrtMemoryInfo;
struct OrtRunOptions;
struct OrtSession;
struct OrtSessionOptions;
struct OrtStatus;
struct OrtTensorTypeAndShapeInfo;
struct OrtTypeInfo;
struct OrtValue;

/// Element types (ONNXTensorElementDataType).
inline constexpr int kOrtFloat = 1, kOrtInt32 = 6, kOrtInt64 = 7, kOrtFloat16 = 10;

/// A call answers null, or a status that must be released.
struct OnnxApi {
  const char* (*error_message)(const OrtStatus*);
  OrtStatus* (*create_env)(int log_level, const char* name, OrtEnv**);
  OrtStatus* (*create_session)(const OrtEnv*, const char* path, const OrtSessionOptions*, OrtSession**);
  OrtStatus* (*run)(OrtSession*, const OrtRunOptions*, const char* const* inputs, const OrtValue* const* values, size_t count,
                    const char* const* outputs, size_t output_count, OrtValue** results);
  OrtStatus* (*create_session_options)(OrtSessionOptions**);
  OrtStatus* (*set_optimization)(OrtSessionOptions*, int level);
  OrtStatus* (*set_threads_within)(OrtSessionOptions*, int);
  OrtStatus* (*set_threads_between)(OrtSessionOptions*, int);
  OrtStatus* (*input_count)(const OrtSession*, size_t*);
  OrtStatus* (*output_count)(const OrtSession*, size_t*);
  OrtStatus* (*input_type)(const OrtSession*, size_t, OrtTypeInfo**);
  OrtStatus* (*input_name)(const OrtSession*, size_t, OrtAllocator*, char**);
  OrtStatus* (*output_name)(const OrtSession*, size_t, OrtAllocator*, char**);
  OrtStatus* (*create_run_options)(OrtRunOptions**);
  OrtStatus* (*stop_run)(OrtRunOptions*);
  OrtStatus* (*unstop_run)(OrtRunOptions*);
  OrtStatus* (*create_tensor)(const OrtMemoryInfo*, void* data, size_t bytes, const int64_t* shape, size_t rank, int type, OrtValue**);
  OrtStatus* (*is_tensor)(const OrtValue*, int*);
  OrtStatus* (*tensor_data)(OrtValue*, void**);
  OrtStatus* (*tensor_info_of)(const OrtTypeInfo*, const OrtTensorTypeAndShapeInfo**);  // owned by the first
  OrtStatus* (*element_type)(const OrtTensorTypeAndShapeInfo*, int*);
  OrtStatus* (*rank)(const OrtTensorTypeAndShapeInfo*, size_t*);
  OrtStatus* (*shape)(const OrtTensorTypeAndShapeInfo*, int64_t*, size_t);
  OrtStatus* (*type_and_shape)(const OrtValue*, OrtTensorTypeAndShapeInfo**);
  OrtStatus* (*create_cpu_memory)(int allocator, int memory, OrtMemoryInfo**);
  OrtStatus* (*allocator_free)(OrtAllocator*, void*);
  OrtStatus* (*default_allocator)(OrtAllocator**);  // never released
  OrtStatus* (*add_config)(OrtSessionOptions*, const char* key, const char* value);
  void (*release_env)(OrtEnv*);
  void (*release_status)(OrtStatus*);
  void (*release_memory)(OrtMemoryInfo*);
  void (*release_session)(OrtSession*);
  void (*release_value)(OrtValue*);
  void (*release_run_options)(OrtRunOptions*);
  void (*release_type)(OrtTypeInfo*);
  void (*release_type_and_shape)(OrtTensorTypeAndShapeInfo*);
  void (*release_session_options)(OrtSessionOptions*);
};

/// The library in this process; what is loaded stays loaded. Safe on any number of threads.
class OnnxLibrary {
 public:
  /// R0787. `path` may be empty: the variable SBX_ONNXRUNTIME, else `libonnxruntime.so.1`.
  static Result<std::shared_ptr<const OnnxLibrary>> load(const std::string& path);

  [[nodiscard]] const OnnxApi& api() const { return api_; }
  [[nodiscard]] const std::string& version() const { return version_; }

 private:
  OnnxApi api_{};
  std::string version_;
};

/// Releases what the library owns; made by the class that holds it.
template <class T>
struct OnnxRelease {
  void (*release)(T*) = nullptr;
  void operator()(const T* owned) const { release(const_cast<T*>(owned)); }
};
template <class T>
using OnnxOwned = std::unique_ptr<T, OnnxRelease<T>>;

}  // namespace sbx::models
