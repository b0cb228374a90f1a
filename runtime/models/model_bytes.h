// SPDX-License-Identifier: Apache-2.0
// Numbers, texts and arrays as bytes of a model file, least significant first. What is read was written by anyone: nothing is taken on
// trust.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sbx::models {

class ModelWriter {
 public:
  void u8(uint8_t value) { bytes_.push_back(static_cast<char>(value)); }
  void u32(uint32_t value);
  void f32(float value);
  void text(std::string_view value);                 // length, bytes
  void ascending(std::span<const uint32_t> values);  // count, gaps of seven bits a byte
  void bytes(std::span<const uint8_t> values);       // as they are
  void bytes(std::span<const int8_t> values);
  void f32s(std::span<const float> values);
  [[nodiscard]] std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

/// Past the end, or on what cannot be, reads zeros and nothing from then on and `failed()`. Never allocates more than there are bytes for.
class ModelReader {
 public:
  explicit ModelReader(std::string_view bytes) : rest_(bytes) {}

  [[nodiscard]] uint8_t u8();
  [[nodiscard]] uint32_t u32();
  [[nodiscard]] float f32();  // fails on what is not finite
  [[nodiscard]] std::string text(size_t longest);
  [[nodiscard]] std::vector<uint32_t> ascending(uint64_t below);
  [[nodiscard]] std::vector<uint8_t> bytes(size_t count);
  [[nodiscard]] std::vector<int8_t> signed_bytes(size_t count);
  [[nodiscard]] std::vector<float> f32s(size_t count);

  void fail() { failed_ = true; }
  [[nodiscard]] bool failed() const { return failed_; }
  /// Whether everything was read and nothing is left.
  [[nodiscard]] bool is_done() const { return !failed_ && rest_.empty(); }

 private:
  [[nodiscard]] std::string_view take(size_t count);
  std::string_view rest_;
  bool failed_ = false;
};

}  // namespace sbx::models
