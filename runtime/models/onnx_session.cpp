// SPDX-License-Identifier: Apache-2.0
#include "runtime/models/onnx_session.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <numeric>
#include <optional>

namespace sbx::models {
namespace {

constexpr int kOnlyFatal = 4, kAllOptimizations = 99, kArena = 1, kDefaultMemory = 0;

enum class Role : uint8_t { Ids, Mask, Types, Positions, Offsets };

std::optional<Role> role_of(const std::string& name) {
  if (name == "input_ids") return Role::Ids;
  if (name == "attention_mask") return Role::Mask;
  if (name == "token_type_ids") return Role::Types;
  if (name == "position_ids") return Role::Positions;
  if (name == "offsets") return Role::Offsets;  // of models of static embeddings: where each row begins in `input_ids`, which are flat
  return std::nullopt;
}

struct Input {
  std::string name;
  Role role = Role::Ids;
  int type = kOrtInt64;
};

float from_half(uint16_t half) {
  const uint32_t sign = uint32_t{half & 0x8000U} << 16, exponent = half >> 10 & 0x1F, fraction = half & 0x3FF;
  if (exponent == 0) return (sign != 0 ? -1.0F : 1.0F) * static_cast<float>(fraction) * 0x1p-24F;
  const uint32_t bits = sign | (exponent == 31 ? 255U : exponent + 112) << 23 | fraction << 13;
  float result = 0;
  std::memcpy(&result, &bits, sizeof result);
  return result;
}

}  // namespace

TokenBatch batch_of(std::span<const Encoding* const> encodings, int64_t padding_id) {
  TokenBatch batch;
  batch.rows = encodings.size();
  for (const Encoding* encoding : encodings) batch.length = std::max(batch.length, encoding->ids.size());
  const size_t size = batch.rows * batch.length;
  batch.ids.assign(size, padding_id);
  batch.mask.assign(size, 0);
  batch.types.assign(size, 0);
  batch.positions.assign(size, 0);
  for (size_t row = 0; row < batch.rows; ++row) {
    const Encoding& encoding = *encodings[row];
    const auto begin = static_cast<ptrdiff_t>(row * batch.length), length = static_cast<ptrdiff_t>(encoding.ids.size());
    std::ranges::copy(encoding.ids, batch.ids.begin() + begin);
    std::ranges::copy(encoding.type_ids, batch.types.begin() + begin);
    std::fill_n(batch.mask.begin() + begin, length, 1);
    std::iota(batch.positions.begin() + begin, batch.positions.begin() + begin + length, 0);
    batch.lengths.push_back(encoding.ids.size());
  }
  return batch;
}

struct OnnxSession::State {
  std::shared_ptr<const OnnxLibrary> library;
  const OnnxApi& api;
  OnnxOwned<OrtEnv> env;
  OnnxOwned<OrtSession> session;
  OnnxOwned<OrtRunOptions> options;
  OnnxOwned<OrtMemoryInfo> memory;
  std::vector<Input> inputs;
  std::vector<std::string> outputs;

  explicit State(std::shared_ptr<const OnnxLibrary> loaded) : library(std::move(loaded)), api(library->api()) {}

  // What a status says; nothing when all went well.
  std::optional<std::string> failure(OrtStatus* status) const {
    if (status == nullptr) return std::nullopt;
    const OnnxOwned<OrtStatus> owned(status, {api.release_status});
    return std::string(api.error_message(status));
  }

  template <class T>
  std::optional<std::string> own(OrtStatus* status, T*& made, void (*release)(T*), OnnxOwned<T>& into) const {
    into = OnnxOwned<T>(made, {release});
    return failure(status);
  }

  std::optional<std::string> open(const std::string& model, int threads) {
    OrtEnv* new_env = nullptr;
    if (auto problem = own(api.create_env(kOnlyFatal, "signalbox", &new_env), new_env, api.release_env, env)) return problem;
    OrtSessionOptions* new_settings = nullptr;
    OnnxOwned<OrtSessionOptions> settings(nullptr, {api.release_session_options});
    if (auto problem = own(api.create_session_options(&new_settings), new_settings, api.release_session_options, settings)) return problem;
    for (OrtStatus* status : {api.set_optimization(settings.get(), kAllOptimizations), api.set_threads_within(settings.get(), threads),
                              api.set_threads_between(settings.get(), 1),
                              api.add_config(settings.get(), "session.intra_op.allow_spinning", "0")}) {  // idle cores are others' cores
      if (auto problem = failure(status)) return problem;
    }
    OrtSession* new_session = nullptr;
    if (auto problem = own(api.create_session(env.get(), model.c_str(), settings.get(), &new_session), new_session, api.release_session, session)) {
      return problem;
    }
    OrtRunOptions* new_options = nullptr;
    if (auto problem = own(api.create_run_options(&new_options), new_options, api.release_run_options, options)) return problem;
    OrtMemoryInfo* new_memory = nullptr;
    if (auto problem = own(api.create_cpu_memory(kArena, kDefaultMemory, &new_memory), new_memory, api.release_memory, memory)) return problem;
    return describe();
  }

  std::optional<std::string> describe() {
    OrtAllocator* allocator = nullptr;
    size_t input_count = 0, output_count = 0;
    for (OrtStatus* status : {api.default_allocator(&allocator), api.input_count(session.get(), &input_count), api.output_count(session.get(), &output_count)}) {
      if (auto problem = failure(status)) return problem;
    }
    const auto taken = [&](char* name) {
      std::string result = name == nullptr ? "" : name;
      if (name != nullptr) (void)failure(api.allocator_free(allocator, name));
      return result;
    };
    for (size_t i = 0; i < input_count; ++i) {
      char* name = nullptr;
      if (auto problem = failure(api.input_name(session.get(), i, allocator, &name))) return problem;
      if (auto problem = add_input(i, taken(name))) return problem;
    }
    for (size_t i = 0; i < output_count; ++i) {
      char* name = nullptr;
      if (auto problem = failure(api.output_name(session.get(), i, allocator, &name))) return problem;
      outputs.push_back(taken(name));
    }
    if (std::ranges::find(inputs, Role::Ids, &Input::role) == inputs.end()) return "it has no input `input_ids`";
    return outputs.empty() ? std::optional<std::string>("it has no output") : std::nullopt;
  }

  std::optional<std::string> add_input(size_t number, std::string name) {
    const auto role = role_of(name);
    if (!role) return "nothing is known to give to its input `" + name + "`";
    OrtTypeInfo* new_type = nullptr;
    OnnxOwned<OrtTypeInfo> type(nullptr, {api.release_type});
    if (auto problem = own(api.input_type(session.get(), number, &new_type), new_type, api.release_type, type)) return problem;
    const OrtTensorTypeAndShapeInfo* info = nullptr;
    int element = 0;
    if (auto problem = failure(api.tensor_info_of(type.get(), &info))) return problem;
    if (info != nullptr) {
      if (auto problem = failure(api.element_type(info, &element))) return problem;
    }
    if (element != kOrtInt64 && element != kOrtInt32) return "its input `" + name + "` is not of whole numbers";
    inputs.push_back({std::move(name), *role, element});
    return std::nullopt;
  }

  [[nodiscard]] bool is_flat() const { return std::ranges::find(inputs, Role::Offsets, &Input::role) != inputs.end(); }
  Result<OnnxOutput> read(OnnxOwned<OrtValue> value) const;
};

namespace {

// What the model's inputs are given; alive while it runs.
struct Given {
  std::vector<int64_t> values;
  std::vector<int32_t> narrow;
  std::vector<int64_t> shape;
};

Given given_to(const Input& input, const TokenBatch& batch, bool flat) {
  Given result{.shape = {static_cast<int64_t>(batch.rows), static_cast<int64_t>(batch.length)}};
  switch (input.role) {
    case Role::Ids: result.values = batch.ids; break;
    case Role::Mask: result.values = batch.mask; break;
    case Role::Types: result.values = batch.types; break;
    case Role::Positions: result.values = batch.positions; break;
    case Role::Offsets: result.values.resize(batch.rows); break;
  }
  if (flat) {
    std::vector<int64_t> rows;
    for (size_t row = 0; row < batch.rows; ++row) {
      if (input.role == Role::Offsets) result.values[row] = static_cast<int64_t>(row == 0 ? 0 : result.values[row - 1] + static_cast<int64_t>(batch.lengths[row - 1]));
      const auto begin = result.values.begin() + static_cast<ptrdiff_t>(row * batch.length);
      if (input.role != Role::Offsets) rows.insert(rows.end(), begin, begin + static_cast<ptrdiff_t>(batch.lengths[row]));
    }
    if (input.role != Role::Offsets) result.values = std::move(rows);
    result.shape = {static_cast<int64_t>(result.values.size())};
  }
  if (input.type == kOrtInt32) result.narrow.assign(result.values.begin(), result.values.end());
  return result;
}

}  // namespace

OnnxSession::OnnxSession(std::unique_ptr<State> state) : state_(std::move(state)) {}
OnnxSession::~OnnxSession() = default;

Result<std::unique_ptr<OnnxSession>> OnnxSession::open(const std::string& model, const std::string& library, int threads) {
  auto loaded = OnnxLibrary::load(library);
  if (!loaded) return loaded.error();
  auto state = std::make_unique<State>(*loaded);
  if (const auto problem = state->open(model, threads)) return Error{"R0788", "`" + model + "`: " + *problem};
  return std::unique_ptr<OnnxSession>(new OnnxSession(std::move(state)));
}

const std::vector<std::string>& OnnxSession::outputs() const { return state_->outputs; }
const std::string& OnnxSession::runtime_version() const { return state_->library->version(); }
void OnnxSession::stop() { (void)state_->failure(state_->api.stop_run(state_->options.get())); }
void OnnxSession::allow() { (void)state_->failure(state_->api.unstop_run(state_->options.get())); }

Result<OnnxOutput> OnnxSession::run(const TokenBatch& batch, const std::string& output) {
  const OnnxApi& api = state_->api;
  std::vector<Given> given;
  for (const Input& input : state_->inputs) given.push_back(given_to(input, batch, state_->is_flat()));
  std::vector<const char*> names;
  std::vector<OnnxOwned<OrtValue>> tensors;
  std::vector<const OrtValue*> values;
  for (size_t i = 0; i < given.size(); ++i) {
    const bool narrow = state_->inputs[i].type == kOrtInt32;
    void* data = narrow ? static_cast<void*>(given[i].narrow.data()) : given[i].values.data();
    const size_t bytes = given[i].values.size() * (narrow ? sizeof(int32_t) : sizeof(int64_t));
    OrtValue* value = nullptr;
    OrtStatus* status = api.create_tensor(state_->memory.get(), data, bytes, given[i].shape.data(), given[i].shape.size(), state_->inputs[i].type, &value);
    tensors.emplace_back(value, OnnxRelease<OrtValue>{api.release_value});
    if (const auto problem = state_->failure(status)) return Error{"R0789", *problem};
    names.push_back(state_->inputs[i].name.c_str());
    values.push_back(value);
  }
  const char* wanted = output.c_str();
  OrtValue* result = nullptr;
  OrtStatus* status = api.run(state_->session.get(), state_->options.get(), names.data(), values.data(), values.size(), &wanted, 1, &result);
  OnnxOwned<OrtValue> owned(result, {api.release_value});
  if (const auto problem = state_->failure(status)) return Error{"R0789", "the model's run broke down: " + *problem};
  return state_->read(std::move(owned));
}

Result<OnnxOutput> OnnxSession::State::read(OnnxOwned<OrtValue> value) const {
  const Error no_numbers{"R0788", "the model's output is not of numbers"};
  int tensor = 0, type = 0;
  if (failure(api.is_tensor(value.get(), &tensor)) || tensor == 0) return no_numbers;
  OrtTensorTypeAndShapeInfo* new_info = nullptr;
  OnnxOwned<OrtTensorTypeAndShapeInfo> info(nullptr, {api.release_type_and_shape});
  if (own(api.type_and_shape(value.get(), &new_info), new_info, api.release_type_and_shape, info)) return no_numbers;
  size_t rank = 0;
  OnnxOutput result;
  void* data = nullptr;
  if (failure(api.element_type(info.get(), &type)) || failure(api.rank(info.get(), &rank))) return no_numbers;
  result.shape.resize(rank);
  if (failure(api.shape(info.get(), result.shape.data(), rank)) || failure(api.tensor_data(value.get(), &data))) return no_numbers;
  size_t count = 1;
  for (const int64_t size : result.shape) count *= static_cast<size_t>(size);
  if (type == kOrtFloat) {
    result.values = {static_cast<const float*>(data), count};
    result.owner = std::shared_ptr<const OrtValue>(value.release(), value.get_deleter());
  } else if (type == kOrtFloat16) {
    auto widened = std::make_shared<std::vector<float>>(count);
    std::transform(static_cast<const uint16_t*>(data), static_cast<const uint16_t*>(data) + count, widened->begin(), from_half);
    result.values = *widened;
    result.owner = std::move(widened);
  } else {
    return no_numbers;
  }
  return result;
}

}  // namespace sbx::models
